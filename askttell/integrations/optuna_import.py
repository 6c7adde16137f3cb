"""Optuna's studies into ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from askttell.codec import event_to_json
from askttell.events import ADDED, QUEUE, Candidate, Direction, Enqueued, Opened
from askttell.integrations.optuna_inference import inferred_space
from askttell.integrations.optuna_spaces import params_from_optuna, value_from_optuna
from askttell.integrations.optuna_storages import optuna_study
from askttell.integrations.optuna_trials import PREFIX, Chronicle, Timed
from askttell.journal import Journal, write
from askttell.moving import is_beginning, opened_as, seed_of
from askttell.space import Params, Space, holds
from askttell.study import Study
from storage_backends import InMemory, connect


@attrs.frozen
class Left:
    """A trial of Optuna's that has no counterpart here, by its number there, and why."""

    number: int
    params: dict[str, Any]
    why: str

    def __str__(self) -> str:
        return f"trial {self.number} {self.params!r}: {self.why}"


@attrs.frozen
class Imported:
    """The study that now holds Optuna's trials, and the trials that it could not hold."""

    study: Study
    left: tuple[Left, ...]


def from_optuna(
    study: Any,
    study_name: str | None = None,
    *,
    storage: Any = None,
    name: str | None = None,
    space: Space | Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> Imported:
    """The same search as a Study of ours, which goes on with any strategy, and the trials that have no counterpart.

    `study`: an optuna.Study, or where `study_name` is kept: a URL, a journal's `journal:///optuna.log`, a storage object of Optuna's.
    `storage` and `name` say where the new study goes (memory; the same name). The space is that of the trials' distributions, with
    conditions where a parameter is in some trials only; give `space` if it cannot be inferred.

    Kept: parameters, values, intermediate values as reports, user attributes as `info`, times, the order in which results came. States:
    pruned is stopped, running is pending, waiting is enqueued. An infinite value is a failure. Left: trials whose parameters do not fit
    the space, as those that ended before all were suggested, and in a queue those that fix some parameters only. Not kept: system
    attributes, constraints, attributes of the study; Optuna has no seed, so `seed=None` draws one.
    """
    source = optuna_study(study, study_name)
    trials = source.get_trials(deepcopy=False)
    directions = tuple(_direction(way) for way in source.directions)
    space = _space(source, trials, space)
    opened = Opened(space, directions, 0)  # the seed and an id when it is recorded
    kept, left = _sorted_out(space, trials)
    chronicle = Chronicle(len(directions))
    events: list[Timed] = [(opened, trials[0].datetime_start if trials else None)]
    for trial, params in kept:
        if trial.state != TrialState.WAITING:
            events += chronicle.asked(Candidate(params, _origin(trial)), trial)
    events += [*chronicle.told(), *chronicle.running()]
    events += [(Enqueued(params), None) for trial, params in kept if trial.state == TrialState.WAITING]
    return Imported(_opened(storage, name or source.study_name, space, events, seed), tuple(left))


def _space(source: Any, trials: Sequence[FrozenTrial], given: Space | Mapping[str, Any] | None) -> Space:
    if given is not None:
        return given if isinstance(given, Space) else Space(given)
    ours = source.user_attrs.get(PREFIX + "space")
    return inferred_space(trials) if ours is None else Space.from_json(ours)


def _direction(way: StudyDirection) -> Direction:
    return "maximize" if way == StudyDirection.MAXIMIZE else "minimize"


def _sorted_out(space: Space, trials: Sequence[FrozenTrial]) -> tuple[list[tuple[FrozenTrial, Params]], list[Left]]:
    """The trials that fit the space, with their parameters there, and those that do not."""
    kept: list[tuple[FrozenTrial, Params]] = []
    left: list[Left] = []
    for trial in trials:
        params = _fixed(space, trial) if trial.state == TrialState.WAITING else trial.params
        try:
            kept.append((trial, params_from_optuna(space, params)))
        except (TypeError, ValueError) as error:
            left.append(Left(trial.number, params, str(error)))
    return kept, left


def _fixed(space: Space, trial: FrozenTrial) -> dict[str, Any]:
    """What a waiting trial fixes, but for what its objective would not suggest, which Optuna passes over."""
    fixed = dict(trial.system_attrs.get("fixed_params", {}))
    active: dict[str, Any] = {}
    for name, domain, conditions in zip(space.names, space.domains, space.conditions, strict=True):
        if not holds(conditions, active):
            fixed.pop(name, None)
        elif name in fixed:
            active[name] = value_from_optuna(domain, fixed[name])
    return fixed


def _opened(storage: Any, name: str, space: Space, timed: Sequence[Timed], seed: int | None) -> Study:
    """The study that consists of these events, recorded; ValueError if there is one of that name already, but for the beginning of this."""
    log = connect("memory://" if storage is None else storage)
    is_file = log is not storage and not isinstance(log, InMemory)
    try:
        journal = Journal(log, name)
        events = opened_as(journal, [event for event, _ in timed], seed_of(journal, seed))
        records = [event_to_json(event) | _envelope(time) for event, (_, time) in zip(events, timed, strict=True)]
        if not is_beginning(journal, events) or not write(log, journal.key, records, journal.n):
            raise ValueError(f"{log!r} holds a study {name!r} already; delete it first or import under another `name`.")
    finally:
        if is_file:
            log.close()
    return Study(space, storage=storage if is_file else log, name=name)  # with the objects that choices name


def _envelope(time: datetime | None) -> dict[str, Any]:
    """When it happened; Optuna's times are local ones."""
    return {} if time is None else {"time": round(time.timestamp(), 3)}


def _origin(trial: FrozenTrial) -> str:
    """What proposed the trial; one that was enqueued is a result made elsewhere now, as the queue was another's."""
    origin = str(trial.user_attrs.get(PREFIX + "origin", "optuna"))
    return ADDED if origin == QUEUE else origin

"""The history that mirrors the trials of an Optuna study, for a strategy to look at."""

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import attrs
from optuna.trial import FrozenTrial, TrialState

from askttell.codec import event_from_json, event_to_json
from askttell.errors import Exhausted, NotReady, ReplayError
from askttell.events import Asked, Candidate, Direction
from askttell.history import History
from askttell.integrations.optuna_spaces import value_from_optuna
from askttell.integrations.optuna_trials import PREFIX, Chronicle, Timed
from askttell.owner import is_dead, this_process
from askttell.seed import uniforms
from askttell.space import Space, holds
from askttell.strategies import Random
from askttell.strategy import Strategy, propose
from askttell.unit import decode
from askttell.waiting import Askers

PROPOSAL = PREFIX + "proposal"  # the attribute of a trial that holds what was proposed, so that parallel workers know of it at once
_PATH = 0x0974


class Mirror:
    """A history whose trials have Optuna's numbers. Results stand in the order in which they came; running trials are pending.

    A running trial of which nothing is known yet is being thought about by another worker, so the strategy is asked for it. A finished
    one of which not all parameters of the space are known (it failed early, or lies outside) takes its number only: it stands,
    pending, where the first known trial does.
    """

    def __init__(self, space: Space, directions: tuple[Direction, ...], seed: int) -> None:
        self._begun = History.start(space, directions=directions, seed=seed)
        self._lock = threading.Lock()
        self._settled: dict[int, Candidate | None] = {}  # of finished trials, which change no more
        self._askers = Askers()
        self._begin()

    def _begin(self) -> None:
        self._history = self._begun
        self._asks: list[Candidate] = []
        self._chronicle = Chronicle(self._begun.n_objectives)

    def history(self, trials: Sequence[FrozenTrial], strategy: Strategy) -> History:
        """The history of the first trials of the study: all that have smaller numbers than the one being decided."""
        with self._lock:
            known = [self._known(trial) for trial in trials]
            first = next((candidate for candidate in known if candidate is not None), None)
            self._begin_unless(self._due(trial, candidate, first) for trial, candidate in zip(trials, known, strict=True))
            self._chronicle.open = {number: trials[number] for number in self._chronicle.open}
            for number in range(len(self._asks), len(trials)):
                self._ask(trials[number], known[number], first, strategy)
            self._extend(self._chronicle.told())
            return self._history

    def asked(self, number: int) -> None:
        """Nothing; the calling thread is taken for the one that evaluates the trial."""
        self._askers.note(number)

    def may_come(self, trial: FrozenTrial) -> bool:
        """Whether a trial's result may come while this thread waits."""
        number, owner = trial.number, trial.system_attrs.get(PROPOSAL, {}).get("owner")
        if trial.state.is_finished():
            return self._settled.get(number, self) is not None
        if number in self._askers:
            return self._askers.another_tells(number)
        return owner is None or not (tuple(owner) == this_process() or is_dead(tuple(owner)))

    def _begin_unless(self, due: Iterable[Candidate | None]) -> None:
        """Nothing; all begins anew unless these candidates go on from those that were asked, None standing for any."""
        asks = list(due)
        kept = [asked if candidate is None else candidate for asked, candidate in zip(self._asks, asks, strict=False)]
        if len(kept) < len(self._asks) or any(new is not old and new != old for new, old in zip(kept, self._asks, strict=True)):
            self._begin()
        else:
            self._asks = kept  # the very objects, which are compared in no time

    def _due(self, trial: FrozenTrial, known: Candidate | None, first: Candidate | None) -> Candidate | None:
        """What a trial counts as asked for, None if that is to be foreseen."""
        if known is not None or trial.state == TrialState.RUNNING:
            return known
        if first is not None:
            return Candidate(first.params, origin="unknown")
        draws = uniforms(self._begun.seed, trial.number, len(self._begun.space), _PATH)
        return Candidate(decode(self._begun.space, draws.tolist()), origin="unknown")

    def _ask(self, trial: FrozenTrial, known: Candidate | None, first: Candidate | None, strategy: Strategy) -> None:
        candidate = self._due(trial, known, first)
        foreseen = candidate is None
        if candidate is None:
            self._extend(self._chronicle.told(trial.datetime_start))
            candidate = self._foreseen(strategy)
        self._asks.append(candidate)
        self._extend(self._chronicle.asked(candidate, trial if foreseen or known is not None else None))

    def _foreseen(self, strategy: Strategy) -> Candidate:
        """What the worker that thinks about the next trial will propose; at random if nothing is left, as it will be told.

        NotReady if it waits for a result itself: not for one that came after its trial began.
        """
        try:
            with suppress(NotReady):
                return propose(self._history, strategy)
            self._extend(self._chronicle.told())
            return propose(self._history, strategy)
        except Exhausted:
            return attrs.evolve(Random().ask(self._history), origin="foreseen")

    def _extend(self, events: list[Timed]) -> None:
        self._history = self._history.then(*(event for event, _ in events))

    def _known(self, trial: FrozenTrial) -> Candidate | None:
        if trial.number not in self._settled:
            candidate = _candidate(self._begun.space, trial)
            if not trial.state.is_finished():
                return candidate
            self._settled[trial.number] = candidate
        return self._settled[trial.number]


def proposal_to_json(number: int, candidate: Candidate) -> dict[str, Any]:
    """What is kept of a proposal, and which process evaluates it."""
    return event_to_json(Asked(number, candidate, None, 0)) | {"owner": this_process()}


def _candidate(space: Space, trial: FrozenTrial) -> Candidate | None:
    """What was proposed, with the parameters that were tried in fact; None if they are not known, or lie outside the space."""
    proposal = _proposal(space, trial)
    proposed = {} if proposal is None else proposal.params.plain()
    given = trial.system_attrs.get("fixed_params", {}) | trial.params
    known: dict[str, Any] = {}
    for name, domain, conditions in zip(space.names, space.domains, space.conditions, strict=True):
        if holds(conditions, known):
            try:
                known[name] = domain.check(name, value_from_optuna(domain, given[name]) if name in given else proposed[name])
            except (KeyError, TypeError, ValueError):
                return None
    params = space.params(known)
    followed = proposal is not None and all(known[name] == value for name, value in proposed.items() if name in known)
    return attrs.evolve(proposal, params=params) if followed and proposal is not None else Candidate(params, origin="optuna")


def _proposal(space: Space, trial: FrozenTrial) -> Candidate | None:
    record = trial.system_attrs.get(PROPOSAL)
    try:
        event = None if record is None else event_from_json(record, space)
    except ReplayError:
        return None
    return event.candidate if isinstance(event, Asked) else None

"""Moving a study to a space that differs: a changed bound, a further choice, a parameter more or less.

What is known is kept as results made elsewhere: a strategy learns from it, and no suggestion is claimed that the new study
never made. The seed must be another one, else strategies would suggest again what they suggested before.
"""

from collections.abc import Iterator

import attrs

from askttell.events import ADDED, Asked, Candidate, Enqueued, Event, Opened, Reported, Told
from askttell.history import History
from askttell.space import Params, Space, holds


@attrs.frozen
class Left:
    """A trial that was not kept (`number` is None for parameters that wait in the queue), and why."""

    number: int | None
    params: Params
    why: str

    def __str__(self) -> str:
        what = "enqueued parameters" if self.number is None else f"trial {self.number}"
        return f"{what} {self.params!r}: {self.why}"


@attrs.frozen
class Migration:
    """The new history, the old numbers of the trials it begins with, in its order, and what was left behind."""

    history: History
    kept: tuple[int, ...]
    left: tuple[Left, ...]


def migrate(history: History, space: Space, seed: int) -> Migration:
    """The search on another space: every finished trial whose parameters fit it, in the order told, with reports, reasons and info.

    Failed and stopped trials stay so. A parameter that is new takes its default, if it has one. Pending trials are left, as their
    results may still come; parameters in the queue stay in the queue if they fit. Directions, prior, `max_attempts` and the
    newest strategy are those of the old study.
    """
    events: list[Event] = [Opened(space, history.directions, seed, history.max_attempts, history.prior)]
    events += [attrs.evolve(history.last_used, id=0)] if history.last_used else []
    kept: list[int] = []
    left: list[Left] = []
    told = {event.number: event for event in history.events if isinstance(event, Told)}
    for number in history.told.tolist():
        params, why = _fitted(history.space, history.asked(number).candidate.params, space)
        if why:
            left.append(Left(number, params, why))
            continue
        events += _moved(history, told[number], params, len(kept), len(events))
        kept.append(number)
    left += [Left(trial.number, trial.recorded, "it is pending; tell the old study its result") for trial in history.pending]
    for queued in history.queue:
        params, why = _fitted(history.space, queued, space)
        if why:
            left.append(Left(None, params, why))
        else:
            events.append(Enqueued(params))
    return Migration(History.replay(events), tuple(kept), tuple(left))


def _fitted(old: Space, params: Params, new: Space) -> tuple[Params, str]:
    """The parameters as the new space records them, or the old ones and why they do not fit."""
    known = params.plain()
    for name, domain, conditions in zip(new.names, new.domains, new.conditions, strict=True):
        if name not in old and domain.default is not None and holds(conditions, known):
            known[name] = domain.default
    try:
        return new.check(known), ""
    except (TypeError, ValueError) as error:
        return params, str(error)


def _moved(history: History, told: Told, params: Params, number: int, seen: int) -> Iterator[Event]:
    yield Asked(number, Candidate(params, origin=ADDED), None, seen)
    for step, value in history.trial(told.number).reports.items():
        yield Reported(number, 1, step, value if isinstance(value, tuple) else (value,))
    yield attrs.evolve(told, number=number)

"""Telling: pure functions that extend a history by what became of a trial.

Each comes in two halves: `…_event` says which event, if any, has to be recorded, and the function of the user's name applies
it. A `Study` uses the first halves, so that both have the same rules.
"""

import operator
from collections.abc import Mapping
from typing import Any, TypeAlias

from askttell.errors import AlreadyTold
from askttell.events import ADDED, Asked, Candidate, Enqueued, Event, Reported, Told
from askttell.history import History
from askttell.trial import Trial
from askttell.values import check_finite, check_info, check_values, utf8

TrialOrNumber: TypeAlias = Trial | int


def tell(history: History, trial: TrialOrNumber, value: Any, *, info: Mapping[str, Any] | None = None) -> History:
    """The history with the trial complete: one number, or a sequence of one per objective. The same result again changes nothing.

    >>> from askttell import Float, Space, ask
    >>> from askttell.strategies import Random
    >>> history, trial = ask(History.start(Space(x=Float(0.0, 1.0)), seed=0), Random())
    >>> tell(history, trial, 0.25, info={"epochs": 5}).best.info
    {'epochs': 5}
    """
    return history.then(*told_event(history, trial, value, info=info))


def fail(history: History, trial: TrialOrNumber, reason: object) -> History:
    """The history with the trial failed, for a reason that is kept as text."""
    return history.then(*failed_event(history, trial, reason))


def stop(history: History, trial: TrialOrNumber) -> History:
    """The history with the trial stopped early; its reports remain."""
    return history.then(*stopped_event(history, trial))


def report(history: History, trial: TrialOrNumber, value: Any, *, step: int) -> History:
    """The history with an intermediate result of a running evaluation."""
    return history.then(reported_event(history, trial, value, step=step))


def enqueue(history: History, params: Mapping[str, Any]) -> History:
    """The history in which these parameters are asked before the strategy is.

    >>> from askttell import Float, Space, ask
    >>> from askttell.strategies import Random
    >>> history = enqueue(History.start(Space(x=Float(0.0, 1.0)), seed=0), {"x": 0.5})
    >>> ask(history, Random())[1].params
    {'x': 0.5}
    """
    return history.then(Enqueued(history.space.check(params)))


def add(history: History, params: Mapping[str, Any], value: Any, *, info: Mapping[str, Any] | None = None) -> History:
    """The history with a finished trial whose result was made elsewhere.

    >>> from askttell import Float, Space
    >>> add(History.start(Space(x=Float(0.0, 1.0)), seed=0), {"x": 0.5}, 3.0).best.value
    3.0
    """
    return history.then(*added_events(history, params, value, info=info))


def told_event(history: History, trial: TrialOrNumber, value: Any, *, info: Mapping[str, Any] | None = None) -> tuple[Told, ...]:
    """The event of a complete trial; none if it was told with the same values already."""
    number = number_of(history, trial)
    values = check_values(value, history.n_objectives)
    check_finite(values)
    return _finished(history, Told(number, "complete", values, info=check_info(info)))


def failed_event(history: History, trial: TrialOrNumber, reason: object) -> tuple[Told, ...]:
    """The event of a failed trial; none if it had failed already."""
    return _finished(history, Told(number_of(history, trial), "failed", reason=utf8(str(reason))))


def stopped_event(history: History, trial: TrialOrNumber) -> tuple[Told, ...]:
    """The event of a stopped trial; none if it was stopped already."""
    return _finished(history, Told(number_of(history, trial), "stopped"))


def reported_event(history: History, trial: TrialOrNumber, value: Any, *, step: int, finite: bool = True) -> Reported:
    """The event of an intermediate result; AlreadyTold if the trial is finished."""
    number = number_of(history, trial)
    if not history.is_pending(number):
        raise AlreadyTold(f"Trial {number} is {history.trial(number).state}, so nothing more can be reported of it.")
    if isinstance(step, bool) or not hasattr(step, "__index__") or operator.index(step) < 0:
        raise ValueError(f"`step` must be an integer from 0, but got {step!r}.")
    values = check_values(value, history.n_objectives)
    if finite:
        check_finite(values)
    attempt = trial.attempts if isinstance(trial, Trial) else history.attempts(number)
    return Reported(number, attempt, operator.index(step), values)


def added_events(history: History, params: Mapping[str, Any], value: Any, *, info: Mapping[str, Any] | None = None) -> tuple[Event, ...]:
    """The ask and the tell of a result made elsewhere."""
    candidate = Candidate(history.space.check(params), origin=ADDED)
    values = check_values(value, history.n_objectives)
    check_finite(values)
    number = history.number
    return Asked(number, candidate, None, history.n_events), Told(number, "complete", values, info=check_info(info))


def number_of(history: History, trial: TrialOrNumber) -> int:
    """The number of a trial of this history; LookupError or TypeError if it is none."""
    if isinstance(trial, Trial):
        number = trial.number
    elif isinstance(trial, bool) or not hasattr(trial, "__index__"):
        raise TypeError(f"`trial` must be a Trial or its number, but got {trial!r}.")
    else:
        number = operator.index(trial)
    if not 0 <= number < history.number:
        asked = f"{history.number} have been asked, numbered from 0" if history.number else "none has been asked yet"
        raise LookupError(f"There is no trial {number}; {asked}.")
    return number


def _finished(history: History, event: Told) -> tuple[Told, ...]:
    if history.is_pending(event.number):
        return (event,)
    trial = history.trial(event.number)
    if (trial.state, trial.values) == (event.state, event.values):
        return ()
    had, came = _with_values(trial.state, trial.values), _with_values(event.state, event.values)
    raise AlreadyTold(
        f"Trial {event.number} is {had} already, but now {came} came; a result is recorded once and never changed, so `add` it as another."
    )


def _with_values(state: str, values: tuple[float, ...]) -> str:
    return state if not values else f"{state} with {values[0] if len(values) == 1 else values}"

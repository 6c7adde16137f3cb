"""Lagged: one and the same list of trials from workers of any speed.

A parallel search depends on which results have come when the next trial is asked. Here ask n sees what it would see if all workers kept
step: the results of trials 0 to n - lag, in the order of their numbers, and all later ones as pending, even if they are finished. As
with delayed feedback (Joulani et al. 2013, ICML 28(3):1453-1461), what is lost is that a strategy learns `lag` trials later; what is won
is that the list of trials is a function of the seed and of the results alone.
"""

from typing import Any, ClassVar

import attrs

from askttell.errors import NotReady
from askttell.events import ADDED, Asked, Candidate, Event, Reported, Told
from askttell.history import History
from askttell.strategy import Strategy


def _is_strategy(_: object, field: "attrs.Attribute[Strategy]", value: object) -> None:
    if isinstance(value, type) or not hasattr(value, "ask"):
        raise TypeError(f"`{field.name}` must be a strategy such as TPE(), but got {value!r}.")


def _is_lag(_: object, field: "attrs.Attribute[int]", value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"`{field.name}` must be an integer from 1, best twice the number of workers, but got {value!r}.")


@attrs.frozen
class Lagged:
    """Shows `strategy` at ask n the results of trials 0 to n - lag only; NotReady if one of them has none yet, for which `Study.ask` waits.

    `lag` must be at least the number of workers, else some of them always wait; twice that number leaves room for slow trials. With
    lag=1 trials are made one by one. Failed and stopped trials are results like others. Results that were added by hand are known to all
    asks after them. The list of trials is the same only if what workers tell depends on the parameters alone: not where a rule stops
    trials by what others have reported. Costs O(n) per ask beside the strategy's own.
    """

    strategy: Strategy = attrs.field(validator=_is_strategy)
    lag: int = attrs.field(validator=_is_lag)
    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """The candidate of the wrapped strategy for the history as if all workers kept step."""
        required = history.pending_numbers
        if len(required) and required[0] <= history.number - self.lag:
            raise NotReady(int(required[0]))
        return self.strategy.ask(_in_step(history, self.lag, history.number))

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """What the wrapped strategy says of that trial, by what it was shown."""
        told = getattr(self.strategy, "explain", None)
        return {} if told is None else told(_in_step(history, self.lag, number + 1), number)


def _in_step(history: History, lag: int, n: int) -> History:
    """The first n trials, each asked after the one result that its ask was the first to see; nothing tells of processes and times."""
    results, using, n_using = _results(history), history.using, 0
    events: list[Event] = [history.at(1).events[0]]
    for number in range(n):
        asked = history.asked(number)
        events += results.pop(number - lag, ())
        if asked.by is not None and asked.by >= n_using:
            events += using[n_using : asked.by + 1]
            n_using = asked.by + 1
        events.append(Asked(number, asked.candidate, asked.by, len(events)))
        if asked.by is None and asked.candidate.origin == ADDED:
            events += results.pop(number)
    return History.replay([*events, *results.pop(n - lag, ())])


def _results(history: History) -> dict[int, list[Event]]:
    """The reports of the attempt that counted, and the result, of each finished trial."""
    results: dict[int, list[Event]] = {}
    for event in history.events:
        if isinstance(event, Told):
            results.setdefault(event.number, []).append(attrs.evolve(event, info=None))
        elif isinstance(event, Reported) and event.attempt == history.attempts(event.number) and not history.is_pending(event.number):
            results.setdefault(event.number, []).append(attrs.evolve(event, attempt=1))
    return results

"""Strategy, the one method that a search method has, and `ask`, which puts the queue before the strategy."""

import functools
from collections.abc import Mapping
from typing import Any, Protocol

import attrs

from askttell.events import QUEUE, Asked, Candidate, Event, Json, Using
from askttell.history import History
from askttell.trial import Trial

_PLAIN = frozenset((type(None), bool, int, float, str))


class Strategy(Protocol):
    """A frozen value that decides what to try next.

    `ask` must be a pure function of the history and of the strategy's own settings: no clock, no file, no global generator, no
    state. Random numbers come from `askttell.seed.uniforms(history.seed, history.number, n)`. A class attribute `version` (1 if
    missing) rises with any change of the suggestions.

    A strategy may have a second method, `explain(history, number) -> dict[str, Json]`: plain facts about how it came to trial `number`,
    for people (`askttell why`), such as the value of the acquisition function, the parents, the length scales. `history` is the
    whole search as it is now; what the ask had seen is `history.view_of(number)`. It is pure as well, and recomputes
    what it says: nothing is stored for it.
    """

    def ask(self, history: History) -> Candidate:
        """The next candidate; Exhausted if nothing is left, NotReady if a result must come first."""
        ...


def ask(history: History, strategy: Strategy) -> tuple[History, Trial]:
    """The history with one more pending trial, and that trial: the head of the queue, else what the strategy proposes.

    >>> from askttell import Float, Space
    >>> from askttell.strategies import Grid
    >>> history, trial = ask(History.start(Space(x=Float(0.0, 1.0)), seed=0), Grid(points=3))
    >>> trial.number, trial.params, history.number
    (0, {'x': 0.5}, 1)
    """
    number = history.number
    history = history.then(*asked_events(history, strategy))
    return history, history.trial(number)


def ask_many(history: History, strategy: Strategy, n: int) -> tuple[History, list[Trial]]:
    """N asks in a row, each seeing the ones before as pending."""
    trials = []
    for _ in range(n):
        history, trial = ask(history, strategy)
        trials.append(trial)
    return history, trials


def propose(history: History, strategy: Strategy) -> Candidate:
    """The candidate that the next ask would record, checked against the space."""
    queued = history.next_enqueued
    return _checked(history, strategy) if queued is None else Candidate(queued, origin=QUEUE)


def _checked(history: History, strategy: Strategy) -> Candidate:
    candidate = strategy.ask(history)
    if not isinstance(candidate, Candidate):
        raise TypeError(f"{name_of(strategy)}.ask must return a Candidate, but returned {candidate!r}.")
    try:
        params = history.space.check(candidate.params)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name_of(strategy)} proposed what is not in the space: {error}") from error
    return candidate if params is candidate.params else Candidate(params, candidate.origin, candidate.fidelity, candidate.parent)


def asked_events(
    history: History, strategy: Strategy, *, platform: Mapping[str, str] | None = None, seen: int | None = None
) -> tuple[Event, ...]:
    """The events of one ask: the strategy's settings if they are new, and the ask. `seen`: what a batch had read when it began."""
    seen = history.n_events if seen is None else seen
    queued = history.next_enqueued
    if queued is not None:
        return (Asked(history.number, Candidate(queued, origin=QUEUE), None, seen),)
    using = using_event(history, strategy, platform=platform)
    asked = Asked(history.number, _checked(history, strategy), using.id, seen)
    return (asked,) if using.id < history.n_using else (using, asked)


def using_event(history: History, strategy: Strategy, *, platform: Mapping[str, str] | None = None) -> Using:
    """The record of the strategy's settings: the one that the history has, or a new one with the next id."""
    described = describe(strategy)
    for using in reversed(history.using):
        if (using.name, using.version, using.settings) == described and (using.platform is platform or using.platform == (platform or {})):
            return using
    return Using(history.n_using, *described, platform or {})


def one_objective(history: History, strategy: Strategy) -> None:
    """Nothing, unless there are several objectives: then ValueError, which names the strategies that serve them."""
    if history.n_objectives > 1:
        able = "Genetic or TPE, which learn from all of them, or Random, Sobol or Grid"
        raise ValueError(f"{name_of(strategy)} minimises one objective, but the search has {history.n_objectives}; use {able}.")


def name_of(strategy: Strategy) -> str:
    """The name under which a strategy is recorded: that of its class."""
    return type(strategy).__name__


def describe(strategy: Strategy) -> tuple[str, int, dict[str, Json]]:
    """Name, version and settings as plain JSON values; TypeError names a setting that is no plain value."""
    if isinstance(strategy, type) or not hasattr(strategy, "ask"):
        raise TypeError(f"A strategy must be an object with a method ask(history), such as Random(), but got {strategy!r}.")
    return name_of(strategy), int(getattr(strategy, "version", 1)), _settings(strategy)


def _settings(part: Any) -> dict[str, Json]:
    kind: Any = type(part)
    known = _fields(kind)
    if known == ():  # as of most
        return {}
    fields = dict(getattr(part, "__dict__", {})) if known is None else {alias: getattr(part, name) for alias, name in known}
    if _PLAIN.issuperset(map(type, fields.values())):  # as of nearly all
        return fields
    return {str(name): _plain(f"{type(part).__name__}.{name}", value) for name, value in fields.items()}


@functools.lru_cache(maxsize=256)
def _fields(kind: type) -> tuple[tuple[str, str], ...] | None:
    """What the settings of an attrs class are called, for its caller and in itself; None for any other class."""
    return tuple((field.alias, field.name) for field in attrs.fields(kind) if field.init) if attrs.has(kind) else None


def _plain(what: str, value: Any) -> Json:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(what, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(what, item) for key, item in value.items()}
    if attrs.has(type(value)):
        version = {"version": int(value.version)} if hasattr(value, "version") else {}  # a wrapped strategy
        return {"name": type(value).__name__, **version, "settings": _settings(value)}
    raise TypeError(f"The setting `{what}` must be a plain value or a frozen attrs class, but got {value!r}; data belong in the history.")

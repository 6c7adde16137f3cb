"""Whether an event that was read from a log has the types that events have, so that nothing inside has to ask."""

from collections.abc import Callable, Mapping
from typing import Any

from askttell.errors import ReplayError
from askttell.events import Asked, Candidate, Claimed, Enqueued, Event, Opened, Reported, Told, Using
from askttell.space import Params

_DIRECTIONS = frozenset(("minimize", "maximize"))
_STATES = frozenset(("complete", "failed", "stopped"))
_NUMBERS = frozenset((float, int))
_MOST = 2**63  # what a column of numbers holds


def check_types(event: Event) -> Event:
    """The event, unless a field of it is of another type than we write; then ReplayError."""
    if not _CHECKS[type(event)](event):
        raise ReplayError(f"This is not an event that askttell writes (a field has another type): {str(event)[:200]}")
    return event


def _is_index(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _are_numbers(values: Any) -> bool:
    return type(values) is tuple and _NUMBERS.issuperset(map(type, values))


def _opened(event: Opened) -> bool:
    return (
        _DIRECTIONS.issuperset(map(str, event.directions))
        and len(event.directions) > 0
        and _is_index(event.seed)
        and _is_index(event.max_attempts)
        and type(event.id) is str
        and all(
            len(prior.params) == len(prior.losses) and all(_are_numbers(losses) and len(losses) > 0 for losses in prior.losses)
            for prior in event.prior
        )
    )


def _using(event: Using) -> bool:
    return _is_index(event.id) and type(event.name) is str and type(event.version) is int and isinstance(event.platform, Mapping)


def _asked(event: Asked) -> bool:
    number, seen, by = event.number, event.seen, event.by
    return (
        type(number) is type(seen) is int
        and 0 <= number < _MOST
        and 0 <= seen < _MOST
        and (by is None or _is_index(by))
        and _candidate(event.candidate)
    )


def _candidate(candidate: Candidate) -> bool:
    fidelity, parent = candidate.fidelity, candidate.parent
    return (
        type(candidate.params) is Params
        and type(candidate.origin) is str
        and (fidelity is None or type(fidelity) in _NUMBERS)
        and (parent is None or _is_index(parent))
    )


def _told(event: Told) -> bool:
    reason, info = event.reason, event.info
    return (
        _is_index(event.number)
        and event.state in _STATES
        and _are_numbers(event.values)
        and (reason is None or type(reason) is str)
        and (info is None or isinstance(info, Mapping))
    )


def _reported(event: Reported) -> bool:
    return _is_index(event.number) and _is_index(event.attempt) and type(event.step) is int and _are_numbers(event.values)


_CHECKS: dict[type, Callable[[Any], bool]] = {
    Opened: _opened,
    Using: _using,
    Enqueued: lambda event: type(event.params) is Params,
    Asked: _asked,
    Claimed: lambda event: _is_index(event.number) and _is_index(event.attempt),
    Reported: _reported,
    Told: _told,
}

"""Whether the records of a study can follow one another: what a log that nobody but askttell wrote always keeps."""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from askttell.codec import event_from_json
from askttell.envelope import odd_envelope
from askttell.errors import AlreadyTold, ReplayError
from askttell.events import QUEUE, Asked, Claimed, Enqueued, Event, Opened, Reported, Told
from askttell.history import History
from askttell.space import Params, Space

_LARGEST = sys.float_info.max


@attrs.frozen
class Problem:
    """What is wrong with the record at a position."""

    position: int
    why: str

    def __str__(self) -> str:
        return f"record {self.position}: {self.why}"


def problems(records: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """What is wrong with each record of a study, given those before it that can follow."""
    found: list[Problem] = []
    history: History | None = None
    for position, record in enumerate(records):
        found += [Problem(position, why) for _, why in odd_envelope(record)]
        try:
            event = event_from_json(record, None if history is None else history.space)
            odd = list(oddities(history, event))
            history = following(history, event)
        except (ReplayError, AlreadyTold) as error:
            odd = [str(error)]
        found += [Problem(position, why) for why in odd]
    return found


def following(history: History | None, event: Event) -> History:
    """The history with one more event, of None with the opening; ReplayError or AlreadyTold if it cannot follow."""
    if history is not None:
        return history.then(event)
    if not isinstance(event, Opened):
        raise ReplayError("The study is not opened before its first event.")
    return History.opened(event)


def oddities(history: History | None, event: Event) -> Iterator[str]:
    """What a fold would accept after this history, but nobody writes; nothing need be said of an event that cannot follow."""
    if isinstance(event, Opened):
        yield from _odd_opening(event)
    elif history is not None:
        yield from _odd_event(history, event)


def _odd_event(history: History, event: Event) -> Iterator[str]:
    if isinstance(event, Asked):
        yield from _odd_ask(history, event)
    elif isinstance(event, Enqueued):
        yield from _outside(history.space, event.params)
    elif isinstance(event, Claimed):
        known = history.attempts(event.number)
        if event.attempt not in (known, known + 1) or event.attempt > history.max_attempts:
            yield f"attempt {event.attempt} of trial {event.number} comes after attempt {known} of at most {history.max_attempts}"
    elif isinstance(event, Reported):
        yield from _odd_report(history, event)
    elif isinstance(event, Told):
        yield from _odd_result(history, event)


def _odd_opening(event: Opened) -> Iterator[str]:
    if event.max_attempts < 1:
        yield f"a trial may be evaluated {event.max_attempts} times"
    for prior in event.prior:
        for params, losses in zip(prior.params, prior.losses, strict=True):
            yield from _outside(prior.space, params)
            yield from _not_finite("an earlier result", losses)


def _odd_ask(history: History, event: Asked) -> Iterator[str]:
    yield from _outside(history.space, event.candidate.params)
    if event.by is not None and event.by >= len(history.using):
        yield f"trial {event.number} comes from strategy {event.by}, but {len(history.using)} are named before it"
    if event.seen < 1:
        yield f"trial {event.number} was asked before the study was opened"
    elif event.number == history.number and event.seen <= history.n_events:
        yield from _odd_source(attrs.evolve(history.at(event.seen), number=event.number), event)


def _odd_source(view: History, event: Asked) -> Iterator[str]:
    """The queue comes first: whether its head, as the asker saw it, is where the parameters come from."""
    head, params = view.next_enqueued, event.candidate.params
    if event.by is not None and head is not None:
        yield f"trial {event.number} comes from strategy {event.by}, though {head!r} was in the queue"
    elif event.by is None and event.candidate.origin == QUEUE and head != params:
        yield f"trial {event.number} comes from the queue, whose head was {head!r} and not {params!r}"


def _odd_report(history: History, event: Reported) -> Iterator[str]:
    if not 1 <= event.attempt <= history.attempts(event.number):
        yield f"attempt {event.attempt} of trial {event.number} reports, but {history.attempts(event.number)} have begun"
    if event.step < 0:
        yield f"a report of trial {event.number} is of step {event.step}"
    if len(event.values) != history.n_objectives:
        yield f"a report of trial {event.number} has {len(event.values)} values, but the study has {history.n_objectives} objectives"
    yield from _too_large(f"a report of trial {event.number}", event.values)


def _odd_result(history: History, event: Told) -> Iterator[str]:
    if event.state != "complete":
        if event.values:
            yield f"trial {event.number} is {event.state}, but has the values {event.values!r}"
        return
    if len(event.values) != history.n_objectives:
        yield f"trial {event.number} has {len(event.values)} values, but the study has {history.n_objectives} objectives"
    yield from _not_finite(f"trial {event.number}", event.values)


def _not_finite(whose: str, values: Sequence[float]) -> Iterator[str]:
    too_large = list(_too_large(whose, values))
    yield from too_large
    if not too_large and not all(map(math.isfinite, values)):
        yield f"{whose} has the values {values!r}, which are not finite"


def _too_large(whose: str, values: Sequence[float]) -> Iterator[str]:
    """JSON knows integers that no float can hold."""
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in values):
        yield f"{whose} has a value of more than {_LARGEST:.2g}"


def _outside(space: Space, params: Params) -> Iterator[str]:
    try:
        checked = space.check(params.plain())
    except (TypeError, ValueError, OverflowError) as error:
        yield str(error)
        return
    if repr(checked) != repr(params):
        yield f"{params!r} is recorded where we record {checked!r}"

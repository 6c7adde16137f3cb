"""Whether the records of a study can follow one another: what a log that nobody but askttell wrote always keeps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from askttell.codec import event_from_json
from askttell.errors import AlreadyTold, ReplayError
from askttell.events import Asked, Claimed, Enqueued, Event, Opened, Reported, Told
from askttell.history import History
from askttell.space import Params, Space


@attrs.frozen
class Problem:
    """What is wrong with the record at a position."""

    position: int
    why: str

    def __str__(self) -> str:
        return f"record {self.position}: {self.why}"


def problems(records: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """What is wrong with each record of a study, given those before it that are right."""
    found: list[Problem] = []
    history: History | None = None
    for position, record in enumerate(records):
        try:
            event = event_from_json(record, None if history is None else history.space)
            after = following(history, event)
        except (ReplayError, AlreadyTold) as error:
            found.append(Problem(position, str(error)))
            continue
        found += [Problem(position, why) for why in _oddities(history, event)]
        history = after
    return found


def following(history: History | None, event: Event) -> History:
    """The history with one more event, of None with the opening; ReplayError or AlreadyTold if it cannot follow."""
    return History.replay([event]) if history is None else history.then(event)


def _oddities(history: History | None, event: Event) -> Iterator[str]:
    """What a fold would accept, but nobody writes."""
    if history is None:
        return
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
    elif isinstance(event, Told) and event.state == "complete" and len(event.values) != history.n_objectives:
        yield f"trial {event.number} has {len(event.values)} values, but the study has {history.n_objectives} objectives"
    assert not isinstance(event, Opened)


def _odd_ask(history: History, event: Asked) -> Iterator[str]:
    yield from _outside(history.space, event.candidate.params)
    if event.by is not None and event.by >= len(history.using):
        yield f"trial {event.number} comes from strategy {event.by}, but {len(history.using)} are named before it"
    if event.seen < 1:
        yield f"trial {event.number} was asked before the study was opened"


def _odd_report(history: History, event: Reported) -> Iterator[str]:
    if not 1 <= event.attempt <= history.attempts(event.number):
        yield f"attempt {event.attempt} of trial {event.number} reports, but {history.attempts(event.number)} have begun"
    if len(event.values) != history.n_objectives:
        yield f"a report of trial {event.number} has {len(event.values)} values, but the study has {history.n_objectives} objectives"


def _outside(space: Space, params: Params) -> Iterator[str]:
    try:
        checked = space.check(params.plain())
    except (TypeError, ValueError) as error:
        yield str(error)
        return
    if repr(checked) != repr(params):
        yield f"{params!r} is recorded where we record {checked!r}"

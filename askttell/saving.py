"""What can be saved of the records of one study, of which some are damaged or lost.

Up to the damage they are kept as they are. What was asked after it had seen what is lost, so that nobody could recompute it: trials that
were finished are kept as results made elsewhere, the parameters of those that were pending go into the queue.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import attrs

from askttell import summary
from askttell.codec import event_from_json, event_to_json
from askttell.envelope import odd_envelope
from askttell.errors import AlreadyTold, ReplayError
from askttell.events import ADDED, QUEUE, Asked, Candidate, Claimed, Enqueued, Event, Opened, Reported, Told, Using
from askttell.history import History
from askttell.structure import following, oddities
from storage_backends.records import Json, dump

_ENVELOPE = ("time", "worker")


class Saving:
    """The new records of a study, made from those that are whole, in the order of their positions.

    What `verify` would refuse is not among them. `opening` is what to begin with if that of the study is lost.
    """

    def __init__(self, opening: Opened | None = None) -> None:
        self._opening = opening
        self.history: History | None = None
        self.records: list[Json] = []
        self.missing = ""
        self.dropped: list[tuple[int, str]] = []  # position and why
        self.kept = self.trials_added = self.queued = 0
        self._numbers: dict[int, int | None] = {}  # new number of each trial by its old one, None if it waits in the queue
        self._told_at: dict[int, int] = {}  # the last position at which a trial was told, by its old number

    @property
    def lost(self) -> tuple[str, ...]:
        """What was not saved, in words."""
        missing = [f"{self.missing}: not readable"] if self.missing else []
        return (*missing, *summary.lines("record", self.dropped))

    def take(self, records: Mapping[int, Json]) -> None:
        """Save these records, by position."""
        order = sorted(records)
        self.missing = _missing(order)
        for position in order:
            if position != self.kept or not self._keep(records[position]):
                break
        if self.history is None and self._opening is not None:
            self._add(self._opening, event_to_json(self._opening))
        left = order[self.kept :]
        self._told_at = {number: position for position in left for number in self._told(records[position])}
        for position in left:
            try:
                self._take_after_damage(position, records[position])
            except (ReplayError, AlreadyTold, RecursionError, _Dropped) as error:
                self.dropped.append((position, str(error)))

    def _keep(self, record: Json) -> bool:
        """Whether the record follows those before it, so that it is kept as it is."""
        if any(odd_envelope(record)):
            return False
        try:
            event = event_from_json(record, None if self.history is None else self.history.space)
            self._add(event, record)
        except (ReplayError, AlreadyTold, _Dropped):
            return False
        if isinstance(event, Asked):
            self._numbers[event.number] = event.number
        self.kept += 1
        return True

    def _add(self, event: Event, record: Json) -> None:
        """Save one event, by this record; _Dropped, ReplayError or AlreadyTold if it cannot follow or nobody writes it."""
        for why in oddities(self.history, event):
            raise _Dropped(why)
        if not _is_json(record):
            raise _Dropped("JSON cannot hold it")
        self.history = following(self.history, event)
        self.records.append(record)

    def _told(self, record: Json) -> Iterator[int]:
        """The trial of which the record tells a result that can be kept."""
        if self.history is None or record.get("event") != "told":
            return
        try:
            event = event_from_json(record, self.history.space)
        except ReplayError:
            return
        if isinstance(event, Told) and not any(oddities(self.history, event)):
            yield event.number

    def _take_after_damage(self, position: int, record: Json) -> None:
        if self.history is None:
            raise _Dropped("the opening of the study is lost, and with it the space; results can be kept if you give that by `--space`")
        event = event_from_json(record, self.history.space)
        envelope = {key: record[key] for key in _ENVELOPE if key in record and key not in dict(odd_envelope(record))}
        if isinstance(event, Asked):
            self._take_ask(self.history, event, envelope, finished=self._told_at.get(event.number, -1) > position)
        else:
            changed = self._changed(self.history, event)
            self._add(changed, event_to_json(changed) | envelope)
            self.queued += isinstance(event, Enqueued)

    def _take_ask(self, history: History, event: Asked, envelope: Json, *, finished: bool) -> None:
        """Save the ask of a trial that was finished later as of a result made elsewhere; put the parameters of others into the queue."""
        params = event.candidate.params
        if event.number in self._numbers:
            raise _Dropped(f"a second ask of trial {event.number}")
        from_queue = event.by is None and event.candidate.origin == QUEUE and history.next_enqueued == params
        if not finished and from_queue:  # it stands there still
            self._numbers[event.number] = None
            return
        made: Event = Enqueued(params)
        if finished:
            made = Asked(history.number, Candidate(params, origin=QUEUE if from_queue else ADDED), None, history.n_events)
        self._add(made, event_to_json(made) | envelope)
        self._numbers[event.number] = history.number if finished else None
        self.trials_added += finished
        self.queued += not finished

    def _changed(self, history: History, event: Event) -> Event:
        """What is recorded in place of an event that came after the damage."""
        match event:
            case Using():
                return attrs.evolve(event, id=len(history.using))
            case Claimed():
                number = self._number(event.number)
                return Claimed(number, history.attempts(number) + (event.attempt > history.attempts(number)))
            case Reported():
                number = self._number(event.number)
                return attrs.evolve(event, number=number, attempt=history.attempts(number))
            case Told():
                return attrs.evolve(event, number=self._number(event.number))
            case Opened():
                raise _Dropped("a second opening")
            case _:
                return event

    def _number(self, old: int) -> int:
        new = self._numbers.get(old)
        if new is None:
            raise _Dropped(f"the parameters of trial {old} are lost or wait in the queue")
        return new


class _Dropped(ValueError):  # noqa: N818 - reads as the sentence it is
    """A record that cannot be kept, and why."""


def _is_json(record: Json) -> bool:
    try:
        dump(record).encode()
    except (ValueError, TypeError, RecursionError):  # NaN, half a pair of surrogates
        return False
    return True


def _missing(positions: Sequence[int]) -> str:
    """The places of the records that are not there, "" if all are."""
    gaps = [(before + 1, after - 1) for before, after in pairwise((-1, *positions)) if after > before + 1]
    return summary.places("record", gaps) if gaps else ""

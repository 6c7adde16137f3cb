"""Save what is whole of a damaged file into a new one.

Up to the damage a study is kept record for record. What its asks had seen afterwards is not known in full, so that nobody could
recompute them: trials that were finished after it are kept as results made elsewhere, those that were pending go into the queue.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from askttell.codec import event_from_json, event_to_json
from askttell.envelope import odd_envelope
from askttell.errors import AlreadyTold, ReplayError
from askttell.events import ADDED, QUEUE, Asked, Candidate, Claimed, Enqueued, Event, Opened, Reported, Told, Using
from askttell.history import History
from askttell.journal import Log, write
from askttell.structure import following, oddities
from storage_backends import connect
from storage_backends.records import Json, dump
from storage_backends.salvage import Salvaged, salvage

_ENVELOPE = ("time", "worker")


@attrs.frozen
class Repaired:
    """What became of one study: records kept as they are, trials kept as results made elsewhere, and what was dropped, in words."""

    study: str
    kept: int
    trials_added: int
    dropped: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.study}: {self.kept} records kept as they are, {self.trials_added} trials kept as results made elsewhere"]
        return "\n".join([*lines, *(f"  dropped: {what}" for what in self.dropped)])


@attrs.frozen
class Report:
    """What was damaged in the file, and what became of each study."""

    damage: tuple[str, ...]
    studies: tuple[Repaired, ...]

    def __str__(self) -> str:
        lines = [*(f"damaged: {what}" for what in self.damage), *map(str, self.studies)]
        return "\n".join(lines) or "no study was found"


def repair(path: str | os.PathLike[str], output: str) -> Report:
    """What was saved from a file, damaged or not, into a new storage at `output`; the old file stays as it is.

    ValueError if `output` exists already.
    """
    target_path = Path(output.partition(":///")[2] or output)
    if target_path.exists():
        raise ValueError(f"`output` {output!r} exists already, and nothing is ever repaired in place; give the name of a new file.")
    found = salvage(path)
    target = connect(output)
    try:
        studies = [_saved(found, key, target) for key in sorted(found.records)]
    finally:
        target.close()
    return Report(tuple(found.damage), tuple(studies))


def _saved(found: Salvaged, key: str, target: Log) -> Repaired:
    records = found.records[key]
    name = key.partition("#")[0]
    if key != name and name in found.records:
        return Repaired(key, 0, 0, (f"all {len(records)} records, as a study of that name is there that was not deleted",))
    saved = Saving()
    saved.take(records)
    if saved.history is not None:
        write(target, name, saved.records)
    return Repaired(name, saved.kept, saved.trials_added, tuple(saved.dropped))


class Saving:
    """The new records of a study, made from those that are whole, in the order of their positions.

    What `verify` would refuse is not among them.
    """

    def __init__(self) -> None:
        self.history: History | None = None
        self.records: list[Json] = []
        self.dropped: list[str] = []
        self.kept = self.trials_added = 0
        self._numbers: dict[int, int | None] = {}  # new number of each trial by its old one, None if it waits in the queue
        self._told_at: dict[int, int] = {}  # the last position at which a trial was told, by its old number

    def take(self, records: Mapping[int, Json]) -> None:
        """Save these records, by position."""
        order = sorted(records)
        if missing := _missing(order):
            self.dropped.append(f"{missing}, which cannot be read")
        for position in order:
            if position != self.kept or not self._keep(records[position]):
                break
        left = order[self.kept :]
        self._told_at = {number: position for position in left for number in self._told(records[position])}
        for position in left:
            try:
                self._take_after_damage(position, records[position])
            except (ReplayError, AlreadyTold, RecursionError, _Dropped) as error:
                self.dropped.append(f"record {position}, {error}")

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
            raise _Dropped("which JSON cannot hold")
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
            raise _Dropped("as the opening of the study, with its space, is lost")
        event = event_from_json(record, self.history.space)
        envelope = {key: record[key] for key in _ENVELOPE if key in record and key not in dict(odd_envelope(record))}
        if isinstance(event, Asked):
            self._take_ask(self.history, event, envelope, finished=self._told_at.get(event.number, -1) > position)
        else:
            changed = self._changed(self.history, event)
            self._add(changed, event_to_json(changed) | envelope)

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
            raise _Dropped(f"what is known of trial {old}, as its parameters are lost or wait in the queue")
        return new


class _Dropped(ValueError):  # noqa: N818 - reads as the sentence it is
    """A record that cannot be kept, and why."""


def _is_json(record: Json) -> bool:
    try:
        dump(record).encode()
    except (ValueError, TypeError, RecursionError):  # NaN, half a pair of surrogates
        return False
    return True


def _missing(positions: Iterable[int]) -> str:
    """The positions that are not there, as ranges."""
    gaps, expected = [], 0
    for position in positions:
        if position > expected:
            gaps.append(f"record {expected}" if position == expected + 1 else f"records {expected} to {position - 1}")
        expected = position + 1
    return ", ".join(gaps)

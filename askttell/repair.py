"""Save what is whole of a damaged file into a new one.

Up to the damage a study is kept record for record. What its asks had seen afterwards is not known in full, so that nobody could
recompute them: trials that were finished after it are kept as results made elsewhere, those that were pending go into the queue.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from askttell.codec import event_from_json, event_to_json
from askttell.errors import AlreadyTold, ReplayError
from askttell.events import ADDED, QUEUE, Asked, Candidate, Claimed, Enqueued, Event, Opened, Reported, Told, Using
from askttell.history import History
from askttell.journal import Log
from askttell.structure import following
from storage_backends import connect
from storage_backends.records import Json
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
        target.append(name, 0, saved.records, durable=True)
    return Repaired(name, saved.kept, saved.trials_added, tuple(saved.dropped))


class Saving:
    """The new records of a study, made from those that are whole, in the order of their positions."""

    def __init__(self) -> None:
        self.history: History | None = None
        self.records: list[Json] = []
        self.dropped: list[str] = []
        self.kept = self.trials_added = 0
        self._numbers: dict[int, int] = {}  # new number of each trial that is kept, by its old one
        self._finished: set[int] = set()  # old numbers

    def take(self, records: Mapping[int, Json]) -> None:
        """Save these records, by position."""
        self._finished = {record.get("number", -1) for record in records.values() if record.get("event") == "told"}
        whole = True
        for position in sorted(records):
            whole = whole and position == self.kept and self._keep(records[position])
            if not whole:
                self._take_after_damage(position, records[position])
        if missing := _missing(records):
            self.dropped.insert(0, f"{missing}, which cannot be read")

    def _keep(self, record: Json) -> bool:
        """Whether the record follows those before it, so that it is kept as it is."""
        try:
            event = event_from_json(record, None if self.history is None else self.history.space)
            self.history = following(self.history, event)
        except (ReplayError, AlreadyTold):
            return False
        if isinstance(event, Asked):
            self._numbers[event.number] = event.number
        self.records.append(record)
        self.kept += 1
        return True

    def _take_after_damage(self, position: int, record: Json) -> None:
        if self.history is None:
            self.dropped.append(f"record {position}, as the opening of the study, with its space, is lost")
            return
        try:
            events = self._changed(event_from_json(record, self.history.space))
            for event in events:
                self.history = following(self.history, event)
                self.records.append(event_to_json(event) | {key: record[key] for key in _ENVELOPE if key in record})
        except (ReplayError, AlreadyTold, _Dropped) as error:
            self.dropped.append(f"record {position}, {error}")

    def _changed(self, event: Event) -> Iterable[Event]:
        """What is recorded in place of an event that came after the damage."""
        assert self.history is not None
        match event:
            case Opened():
                raise _Dropped("a second opening")
            case Using():
                return [attrs.evolve(event, id=len(self.history.using))]
            case Asked():
                return list(self._asked(self.history, event))
            case Enqueued():
                return [event]
            case Claimed():
                number = self._number(event.number)
                return [Claimed(number, self.history.attempts(number) + (event.attempt > self.history.attempts(number)))]
            case Reported():
                number = self._number(event.number)
                return [attrs.evolve(event, number=number, attempt=self.history.attempts(number))]
            case Told():  # pragma: no branch (an event is one of these)
                return [attrs.evolve(event, number=self._number(event.number))]

    def _asked(self, history: History, event: Asked) -> Iterator[Event]:
        params = event.candidate.params
        if event.number in self._numbers:
            raise _Dropped(f"a second ask of trial {event.number}")
        from_queue = event.by is None and event.candidate.origin == QUEUE and history.next_enqueued == params
        if event.number not in self._finished:
            if not from_queue:  # else it stands there still
                yield Enqueued(params)
            return
        self._numbers[event.number] = history.number
        self.trials_added += 1
        yield Asked(history.number, Candidate(params, origin=QUEUE if from_queue else ADDED), None, history.n_events)

    def _number(self, old: int) -> int:
        if old not in self._numbers:
            raise _Dropped(f"what is known of trial {old}, as its parameters are lost or wait in the queue")
        return self._numbers[old]


class _Dropped(ValueError):  # noqa: N818 - reads as the sentence it is
    """A record that cannot be kept, and why."""


def _missing(records: Mapping[int, Json]) -> str:
    """The positions that are not there, as ranges."""
    gaps, expected = [], 0
    for position in sorted(records):
        if position > expected:
            gaps.append(f"record {expected}" if position == expected + 1 else f"records {expected} to {position - 1}")
        expected = position + 1
    return ", ".join(gaps)

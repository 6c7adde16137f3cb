"""Journal: the history of one recorded study, kept up with its log, and who holds its pending trials.

Position is the only lock: an append succeeds only where the log ends. Who loses reads what came between and decides again.
"""

import functools
import gc
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeAlias

import attrs

from askttell.codec import event_from_json, event_to_json
from askttell.errors import NoStudy, ReplayError
from askttell.events import Asked, Claimed, Enqueued, Event, Opened, Reported, Told, Using
from askttell.history import History
from askttell.owner import Owner, is_dead, this_process
from askttell.space import Space
from askttell.trial import Trial
from askttell.waiting import ASKERS
from storage_backends import StudyDeleted

HeldBy: TypeAlias = tuple[Owner | None, float | None]  # the process that evaluates a trial, and for how many seconds it is leased
_NOBODY: HeldBy = (None, None)
_TURN_SECONDS = 30.0
_BATCH = 8  # records


class Log(Protocol):
    """Where records are kept: an array per study, to which is added at its end only (see `storage_backends`)."""

    def append(self, study: str, at: int, records: Sequence[dict[str, Any]], *, durable: bool) -> bool: ...
    def read(self, study: str, start: int = 0) -> Sequence[dict[str, Any]]: ...
    def studies(self) -> Sequence[str]: ...
    def delete(self, study: str) -> None: ...
    def close(self) -> None: ...
    def turn(self, study: str, timeout_seconds: float) -> AbstractContextManager[bool]: ...


@attrs.define
class Holder:
    """Who evaluates a pending trial: a process, or nobody known; until its lease ends, as seen by this process's own clock.

    A lease of 0 seconds is that of a requeued trial.
    """

    owner: Owner | None
    lease_seconds: float | None
    since: float


class Journal:
    """The log of one study. A study that is made again after it was deleted gets a new key: `name#2`, `name#3`."""

    def __init__(self, log: Log, name: str) -> None:
        self.log = log
        self.name = name
        self.history: History | None = None
        self.n = 0  # how many records have been read
        self.holders: dict[int, Holder] = {}
        self._asked_at = array("d")
        self._told_at: dict[int, float] = {}
        self._workers: list[str | None] = []
        self._known_workers: dict[str | None, str | None] = {}
        with _uncollected():
            self.key, records = _live_key(log, name)
            if records:
                self._fold(records)
            del records  # before the collector goes through them

    def begin(self, events: Sequence[Event]) -> bool:
        """Whether this process wrote the study, or what its log lacked of it; if not, another did, and its log has been read."""
        records = _recorded(events, _NOBODY)
        if write(self.log, self.key, records, self.n):
            self._apply(events[self.n :], records[self.n :])
            return True
        self.sync()
        return False

    def sync(self) -> list[Event]:
        """What others have appended since the last look."""
        records = self.log.read(self.key, self.n)
        return self._fold(records) if records else []

    def turn(self) -> AbstractContextManager[bool]:
        """A best-effort lock, to be held while a strategy thinks."""
        return self.log.turn(self.key, _TURN_SECONDS)

    def record(self, decide: Callable[[History], Sequence[Event]], held_by: HeldBy = _NOBODY, *, durable: bool) -> Sequence[Event]:
        """The events that were recorded: those that `decide` returns for the history at which the append succeeded."""
        while True:
            assert self.history is not None
            events = decide(self.history)
            if not events or self._append(events, held_by, durable=durable):
                return events
            self._catch_up()

    def record_ask(self, history: History, events: Sequence[Event], held_by: HeldBy, *, durable: bool) -> bool:
        """Whether asks thought out on an earlier history were recorded: unless an ask or an enqueue has come since then."""
        while self.history is history or not self._overtaken(history):
            if self._append(events, held_by, durable=durable):
                return True
            self._catch_up()
        return False

    def _catch_up(self) -> None:
        """What others have appended, for which an append was refused; ReplayError if there is nothing, as it would be refused for ever."""
        if not self.sync():
            raise ReplayError(
                f"{self.log!r} holds records of study {self.name!r} beyond position {self.n} that it does not give; `askttell verify` and"
                " `askttell repair` say what is damaged."
            )

    def _overtaken(self, history: History) -> bool:
        assert self.history is not None
        return any(isinstance(event, Asked | Enqueued | Using) for event in self.history.since(history))

    @functools.cached_property
    def id(self) -> str:
        """What tells this study from all others, under whatever name and from whichever Study object it is looked at."""
        assert self.history is not None
        (opened,) = self.history.at(1).events
        assert isinstance(opened, Opened)
        return opened.id

    def is_orphan(self, number: int) -> bool:
        """Whether a pending trial's evaluation has ended without a result: its process is dead, or its lease has run out."""
        holder = self.holders[number]
        if holder.owner is not None and is_dead(holder.owner):
            return True
        return holder.lease_seconds is not None and time.monotonic() - holder.since > holder.lease_seconds

    def trial(self, history: History, number: int, space: Space) -> Trial:
        """The trial of a history with what the envelopes say, times and worker, and with the objects that the space knows."""
        known = number < len(self._asked_at)
        asked_at, worker = (self._asked_at[number], self._workers[number]) if known else (None, None)
        return history.trial_about(number, space, asked_at, self._told_at.get(number), worker)

    def _append(self, events: Sequence[Event], held_by: HeldBy, *, durable: bool) -> bool:
        records = _recorded(events, held_by)
        if not self.log.append(self.key, self.n, records, durable=durable):
            return False
        if held_by[0] is not None and held_by[0] == this_process():  # before others can see that the trial is pending
            for event in events:
                if isinstance(event, Asked) or isinstance(event, Claimed):  # noqa: SIM101 - a union takes five times as long
                    ASKERS.note((self.id, event.number))
        self._apply(events, records)
        return True

    def _fold(self, records: Sequence[dict[str, Any]]) -> list[Event]:
        at = self.n
        space: Space | None = self.history.space if self.history is not None else None
        events: list[Event] = []
        try:
            for record in records:
                events.append(event := event_from_json(record, space))
                if isinstance(event, Opened):
                    space = event.space
            self._apply(events, records)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:  # ReplayError and AlreadyTold among them
            raise ReplayError(
                f"Study {self.name!r} in {self.log!r} cannot be read, at record {at + len(events)} or before: {error}"
            ) from error
        return events

    def _apply(self, events: Sequence[Event], records: Sequence[dict[str, Any]]) -> None:
        """Nothing; an interrupt may come at any instant, so what stands beside the history may be told twice, and comes first."""
        history = History.replay(events) if self.history is None else self.history.extended(events)
        n_asked = 0 if self.history is None else self.history.number
        if len(self._workers) > n_asked or len(self._asked_at) > n_asked:
            del self._asked_at[n_asked:], self._workers[n_asked:]
        settled = {event.number for event in events if isinstance(event, Told)} if len(events) > 1 else ()
        for event, record in zip(events, records, strict=True):
            if isinstance(event, Told):
                self._told_at[event.number] = record.get("time", 0.0)
                if self.holders.pop(event.number, None) is not None:
                    ASKERS.forget((self.id, event.number))
            elif isinstance(event, Asked):
                self._asked_at.append(record.get("time", 0.0))
                worker = record.get("worker")
                self._workers.append(self._known_workers.setdefault(worker, worker))
                if event.number not in settled:
                    self._hold(event.number, record)
            elif isinstance(event, Claimed) and event.number not in settled:
                self._hold(event.number, record)
            elif isinstance(event, Reported) and event.number in self.holders and event.attempt == history.attempts(event.number):
                self.holders[event.number].since = _since(record)
        self.history, self.n = history, self.n + len(records)

    def _hold(self, number: int, record: dict[str, Any]) -> None:
        owner, lease_seconds = record.get("owner"), record.get("lease_seconds")
        since = 0.0 if lease_seconds is None else _since(record)
        self.holders[number] = Holder(None if owner is None else tuple(owner), lease_seconds, since)


def _since(record: dict[str, Any]) -> float:
    """When the record was made, on this process's own clock, so that a lease also runs out for a process that begins later."""
    now = time.time()
    made: float = record.get("time", now)
    return time.monotonic() - max(0.0, now - made)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing; the garbage collector pauses, as it would look again and again through thousands of records of which none is garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _live_key(log: Log, name: str) -> tuple[str, Sequence[dict[str, Any]]]:
    if not isinstance(name, str) or not name or "#" in name:
        raise ValueError(f"`name` must be a non-empty str without '#', but got {name!r}.")
    generation, key = 1, name
    while True:
        try:
            return key, log.read(key)
        except StudyDeleted:
            generation += 1
            key = f"{name}#{generation}"


def study_names(log: Log) -> list[str]:
    """The names of the studies that there are, sorted."""
    return sorted({key.partition("#")[0] for key in log.studies()})


def no_study(log: Log, name: str, way_out: str = "") -> NoStudy:
    """The error for a study that is not there."""
    return NoStudy(name, repr(log), study_names(log), way_out)


def check_there(log: Log, name: str) -> None:
    """Nothing; NoStudy if there is no study of that name."""
    if name not in study_names(log):
        raise no_study(log, name)


def live_records(log: Log, name: str) -> Sequence[dict[str, Any]]:
    """The records of the study that now has that name."""
    return _live_key(log, name)[1]


def _recorded(events: Sequence[Event], held_by: HeldBy) -> list[dict[str, Any]]:
    """The records of events, each in an envelope of what is known beside it and is never read by a strategy."""
    owner, lease_seconds = held_by
    records = list(map(event_to_json, events))
    now, worker = int(time.time() * 1000) / 1000, _worker(this_process()[2])
    for record in records:
        record["time"], record["worker"] = now, worker
        if owner is not None:
            record["owner"] = list(owner)
        if lease_seconds is not None:
            record["lease_seconds"] = lease_seconds
    return records


@functools.lru_cache(maxsize=1)
def _worker(pid: int) -> str:
    import socket  # noqa: PLC0415 - slow to import and rarely needed

    return f"{socket.gethostname()}:{pid}"


def write(log: Log, key: str, records: Sequence[dict[str, Any]], at: int = 0) -> bool:
    """Whether the records from `at` on stand in the log now, durably; if not, another process appends to it.

    Few are appended at once, so that a line of a file that is damaged one day takes few of them with it, and the opening, without
    which none can be read, alone; the disk is waited for once.
    """
    while at < len(records):
        stop = at + _BATCH if at else 1
        if not log.append(key, at, records[at:stop], durable=stop >= len(records)):
            return False
        at = stop
    return True


def copy(source: Log, name: str, target: Log, new_name: str | None = None) -> None:
    """Nothing; the target then holds the study record for record. ValueError if it holds another study of that name already.

    A copy that was interrupted goes on: what the target holds then is the beginning of the study.
    """
    _, records = _live_key(source, name)
    if not records:
        raise no_study(source, name)
    new_key, there = _live_key(target, new_name or name)
    begun = len(there) < len(records) and list(there) == list(records[: len(there)])
    if not begun or not write(target, new_key, records, len(there)):
        raise ValueError(f"{target!r} holds a study {new_name or name!r} already; delete it first or copy under another name.")

"""InMemory: a log that lasts as long as its process."""

import pickle
import threading
from collections.abc import Collection, Sequence
from math import isfinite
from typing import Any

from storage_backends.errors import StorageError
from storage_backends.locks import Held, Turn, renewed_in_child
from storage_backends.records import Json, absent, check_name, deleted, dump, load_all

_LARGE = 2**63
_TEXTS, _FLOATS = frozenset((str,)), frozenset((float,))


class InMemory:
    """Records as bytes in lists, so that nobody can change them afterwards."""

    def __init__(self) -> None:
        self._logs: dict[str, list[bytes] | None] = {}  # None: deleted
        self._lock = threading.RLock()
        self._turn = Turn()
        self._open = True
        renewed_in_child(self, InMemory._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return "InMemory()"

    def append(self, study: str, at: int, records: Sequence[Json], *, durable: bool) -> bool:
        """Whether the records were appended: only if the log's length is `at`."""
        del durable  # memory is as durable as it gets
        check_name(study)
        kept = list(map(_frozen, records))
        with self._lock:
            log = self._log(study)
            if len(log) != at:
                return False
            log += kept
            self._logs[study] = log
            return True

    def read(self, study: str, start: int = 0) -> Sequence[Json]:
        """The records from `start` on."""
        with self._lock:
            log = self._log(study)
            return list(map(_thawed, log[start:]))

    def studies(self) -> Sequence[str]:
        """The names of the studies, sorted."""
        with self._lock:
            self._check_open()
            return sorted(study for study, log in self._logs.items() if log)

    def delete(self, study: str) -> None:
        """Forget the records and leave a tombstone."""
        with self._lock:
            if not self._log(study):
                raise absent(study, "memory", self.studies())
            self._logs[study] = None

    def close(self) -> None:
        """Refuse any further use; the records go with the object."""
        self._open = False

    def turn(self, study: str, timeout_seconds: float) -> Held:
        """A context whose value is whether this thread may think alone for now."""
        del study
        return self._turn.take(timeout_seconds)

    def _log(self, study: str) -> list[bytes]:
        self._check_open()
        log = self._logs.get(study, [])
        if log is None:
            raise deleted(study, "memory")
        return log

    def _check_open(self) -> None:
        if not self._open:
            raise StorageError("This in-memory storage is closed; make a new one.")


def _frozen(record: Json) -> bytes:
    """The record as bytes for this process alone: most of what JSON would take goes into the digits of floats."""
    try:
        if type(record) is dict and _is_plain(dict, record):
            return pickle.dumps(record)
    except RecursionError:  # JSON goes deeper
        pass
    text = dump(record)
    load_all([text])  # for the errors of JSON
    return pickle.dumps(text)


def _thawed(kept: bytes) -> Json:
    record = pickle.loads(kept)  # noqa: S301 - of this process
    return load_all([record])[0] if isinstance(record, str) else record


def _are_plain(values: Collection[Any]) -> bool:
    """Whether JSON would give back the very same. In a loop without calls but for what is nested, as an append is little more."""
    if _FLOATS.issuperset(map(type, values)):
        return isfinite(sum(values))  # if one is NaN or infinite, it is so too
    for value in values:
        kind = type(value)
        if kind is int:
            if not -_LARGE < value < _LARGE:
                return False
        elif kind is not str and not _is_plain(kind, value):
            return False
    return True


def _is_plain(kind: type, value: Any) -> bool:
    if kind is dict:
        return _TEXTS.issuperset(map(type, value)) and _are_plain(value.values())
    if kind is float:
        return isfinite(value)
    return kind is bool or value is None or (kind is list and _are_plain(value))

"""SQLite: one row a record in write-ahead mode; the primary key (study, position) is the lock between processes."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from storage_backends.errors import Damaged, StorageError, way_out
from storage_backends.locks import Held, Turn, paused_in_fork, renewed_in_child
from storage_backends.records import Json, absent, check_name, deleted, dump, load_all

_T = TypeVar("_T")

FORMAT = 1
_APPLICATION_ID = 0x61736B74  # "askt"
_BUSY_SECONDS = 60.0
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS records (study TEXT, position INTEGER, record TEXT, PRIMARY KEY (study, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tombstones (study TEXT PRIMARY KEY) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {FORMAT};
COMMIT;
"""
_LENGTH = "(SELECT coalesce(max(position) + 1, 0) FROM records WHERE study = ?1)"
_READ = "SELECT position, record FROM records WHERE study = ? AND position >= ? ORDER BY position"
_APPEND = f"""INSERT INTO records SELECT ?1, ?2, ?3 WHERE {_LENGTH} = ?2 AND NOT EXISTS (SELECT 1 FROM tombstones WHERE study = ?1)"""  # noqa: S608 - of our own parts


class SQLite:
    """The logs in one SQLite file, for any number of processes and threads of one host."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._name = os.fspath(path)
        self._inode = 0
        self._closed = True  # until it is open
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._read_only = False
        self._broken = ""
        self._synchronous = ""
        self._turn = Turn(self.path.with_name(self.path.name + ".turn"))
        self._closed = False
        with self._lock:
            self._connected()
        renewed_in_child(self, SQLite._renew)
        paused_in_fork(self, SQLite._pause, SQLite._resume)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def _pause(self) -> None:
        """No connection may be open while a process forks.

        SQLite keeps a table of the locks that its process holds on a file. A child inherits the table but none of the locks, so that a
        connection of its own would believe in locks that it never had; a parent that closes would then throw away the write-ahead
        log into which the child writes (https://sqlite.org/howtocorrupt.html, section 2.6).
        """
        self._lock.acquire()
        self._disconnect()

    def _resume(self) -> None:
        self._lock.release()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _roll_back(self) -> None:
        """No transaction remains open: an interrupt may come just after it began, or just before its end."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.rollback()

    def __repr__(self) -> str:
        return f"SQLite({str(self.path)!r})"

    def append(self, study: str, at: int, records: Sequence[Json], *, durable: bool) -> bool:
        """Whether the records were appended: only if the log's length is `at`. Synced to the disk if `durable`."""
        check_name(study)
        rows = [(study, at + i, dump(record)) for i, record in enumerate(records)]
        with self._lock, self._translated("append to"):
            connection = self._connected()
            if self._read_only:
                raise StorageError(f"{self.path} is read-only, so nothing was recorded; make it and its folder writable.")
            if self._broken:
                raise StorageError(f"{self.path} could not be synced before ({self._broken}); check the disk, then open the file again.")
            self._check_in_place()
            self._synchronise("FULL" if durable else "NORMAL")
            if len(rows) == 1 and connection.execute(_APPEND, rows[0]).rowcount == 1:
                return True
            if len(rows) > 1 and self._append_many(connection, rows):
                return True
            self._refuse_deleted(study)
            return not rows and self._length(study) == at

    def _check_in_place(self) -> None:
        """Nothing, unless the file was deleted or replaced: SQLite would go on writing into what nobody can open any more."""
        try:
            in_place = os.stat(self._name).st_ino == self._inode  # noqa: PTH116 - at half the time
        except FileNotFoundError:
            in_place = False
        except OSError as error:
            raise StorageError(f"Could not look at {self.path}: {error}; nothing was recorded.") from error
        if not in_place:
            raise StorageError(f"{self.path} was deleted or replaced by another program while it was open; open it again.")

    def _append_many(self, connection: sqlite3.Connection, rows: list[tuple[str, int, str]]) -> bool:
        with _transaction(connection):
            if connection.execute(_APPEND, rows[0]).rowcount != 1:
                return False
            connection.executemany("INSERT INTO records VALUES (?, ?, ?)", rows[1:])
            return True

    def read(self, study: str, start: int = 0) -> Sequence[Json]:
        """The records from `start` on."""
        with self._lock, self._translated("read"):
            known = min(start, 1)  # with the record before, which is there unless the study was deleted
            length = self._length(study)  # found from the other end, so that damage between the two shows
            rows = self._connected().execute(_READ, (study, start - known)).fetchall()
            if not rows or len(rows) < length - start + known:
                self._refuse_deleted(study)
            if len(rows) < length - start + known or any(row[0] != at for at, row in enumerate(rows, start - known)):
                raise self._damaged(f"a record of study {study!r} from position {start} on is missing")
            if len(rows) <= known:
                return []
        try:
            return load_all([row[1] for row in rows[known:]])
        except (TypeError, ValueError, RecursionError) as error:
            raise self._damaged(f"a record of study {study!r} from position {start} on is not JSON ({error})") from error

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f"{self.path}: {what}; {way_out(self.path)}.")

    def check(self) -> None:
        """Nothing; Damaged if the file as a whole does not keep SQLite's format, whichever study that concerns."""
        with self._lock, self._translated("read"):
            rows = self._connected().execute("PRAGMA integrity_check(2)").fetchall()
        found = [line for (text,) in rows for line in text.splitlines() if not line.startswith("***")]
        if found != ["ok"]:
            more = " and more" if len(found) > 1 else ""
            raise Damaged(f"{self.path} is damaged, as SQLite's integrity check says: {found[0]}{more}; {way_out(self.path)}.")

    def studies(self) -> Sequence[str]:
        """The names of the studies, sorted."""
        with self._lock, self._translated("read"):
            return sorted(row[0] for row in self._connected().execute("SELECT DISTINCT study FROM records"))

    def delete(self, study: str) -> None:
        """Forget the records and leave a tombstone, durably."""
        with self._lock, self._translated("delete from"):
            connection = self._connected()
            self._synchronise("FULL")
            self._refuse_deleted(study)
            with _transaction(connection):
                if connection.execute("DELETE FROM records WHERE study = ?", (study,)).rowcount:
                    connection.execute("INSERT INTO tombstones VALUES (?)", (study,))
                    return
            raise absent(study, str(self.path), self.studies())

    def close(self) -> None:
        """Close the file; any later use is refused."""
        with self._lock:
            self._disconnect()
            self._turn.close()
            self._closed = True

    def __del__(self) -> None:
        if not self._closed:
            self.close()

    def turn(self, study: str, timeout_seconds: float) -> Held:
        """A context whose value is whether this process and thread may think alone for now."""
        del study
        return self._turn.take(timeout_seconds)

    def _length(self, study: str) -> int:
        (length,) = self._connected().execute(f"SELECT {_LENGTH}", (study,)).fetchone()
        return int(length)

    def _refuse_deleted(self, study: str) -> None:
        if self._connected().execute("SELECT 1 FROM tombstones WHERE study = ?", (study,)).fetchone():
            raise deleted(study, str(self.path))

    def _synchronise(self, level: str) -> None:
        if level != self._synchronous:  # allowed outside a transaction only
            self._connected().execute(f"PRAGMA synchronous = {level}")
            self._synchronous = level

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError(f"{self.path} was closed; open it again.")
        if self._connection is None:
            try:
                with self._translated("open"):
                    connection = self._open()
                self._inode = self._inode or self.path.stat().st_ino
            except OSError as error:
                raise StorageError(f"Could not open {self.path}: {error}.") from error
            self._synchronous = ""
            self._connection = connection  # at last, as an interrupt may come before
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if not self.path.parent.is_dir():
            raise StorageError(f"The folder {str(self.path.parent)!r} does not exist; create it first.")
        self._read_only = (self.path.exists() and not os.access(self.path, os.W_OK)) or not os.access(self.path.parent, os.W_OK)
        if self._read_only:
            wal = self.path.with_name(self.path.name + "-wal")
            mode = "mode=ro" if wal.exists() and wal.stat().st_size else "immutable=1"
            connection = _connect(f"{self.path.absolute().as_uri()}?{mode}", uri=True)
            self._check_format(connection)
            return connection
        connection = _connect(str(self.path), uri=False)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._check_format(connection) == FORMAT:
            return
        _retried(lambda: connection.execute("PRAGMA journal_mode = WAL"))  # its lock does not wait
        _retried(lambda: connection.executescript(_SCHEMA))

    def _check_format(self, connection: sqlite3.Connection) -> int:
        tables, ours, version = _retried(lambda: _header(connection))
        if ours != _APPLICATION_ID and (ours or tables):
            raise StorageError(f"{self.path} is an SQLite file of another program; give another path.")
        if version > FORMAT:
            raise StorageError(f"{self.path} has format {version}, but this askttell reads up to {FORMAT}; upgrade askttell.")
        return version if ours == _APPLICATION_ID else 0

    def _translated(self, doing: str) -> "_Translated":
        return _Translated(doing, self)


class _Translated:
    """A context in which SQLite's errors become ours."""

    __slots__ = ("_doing", "_log")

    def __init__(self, doing: str, log: SQLite) -> None:
        self._doing, self._log = doing, log

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is not None:
            self._log._roll_back()  # noqa: SLF001 - its own context
        path = self._log.path
        if isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):  # a record, or an error's text that quotes the file
            raise Damaged(f"{path} is damaged: a text in it is not UTF-8; {way_out(path)}.") from error
        if not isinstance(error, sqlite3.Error):
            return
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise Damaged(f"{path} is damaged or no SQLite file ({error}); {way_out(path)}, or give another path.") from error
        if "FSYNC" in name:  # what the kernel has thrown away is not known, so no later sync may be believed
            self._log._broken = str(error)  # noqa: SLF001 - its own context
        raise StorageError(f"Could not {self._doing} {self._log.path}: {error} ({name}); nothing was recorded.") from error


def _connect(target: str, *, uri: bool) -> sqlite3.Connection:
    return sqlite3.connect(target, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _header(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """How many tables the file has, its application and its format, of one moment: another process may be creating it."""
    connection.execute("BEGIN")
    try:
        queries = ("SELECT count(*) FROM sqlite_master", "PRAGMA application_id", "PRAGMA user_version")
        tables, application, version = (int(connection.execute(query).fetchone()[0]) for query in queries)
    finally:
        connection.rollback()
    return tables, application, version


def _retried(operation: Callable[[], _T]) -> _T:
    """The result of an operation that may say "busy" at once, whatever the busy timeout is."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return operation()
        except sqlite3.OperationalError as error:
            busy: Any = getattr(error, "sqlite_errorname", "")
            if not str(busy).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)

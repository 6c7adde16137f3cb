"""JsonLines: a text file to which one line with one check sum is added per append; `jq` and people can read it.

A line is `{"crc32":"…","study":"mlp","at":57,"n":2,"durable":true,"records":[{…},{…}]}`; the check sum covers the rest of the line. Bad
lines with nothing durable after them are a torn tail: readers pass over it, and the next writer, which holds the lock,
cuts it off. A bad line before a durable one is damage.
"""

import contextlib
import functools
import json
import os
import threading
import warnings
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from storage_backends.errors import Damaged, StorageError, TornTail, way_out
from storage_backends.lines import CRC, FORMAT, HEAD_FORMAT, HEADER, LINE, is_durable, is_whole, line_of
from storage_backends.locks import Held, Turn, lock, renewed_in_child, unlock
from storage_backends.records import Json, absent, check_name, deleted, dump

_sync = getattr(os, "fdatasync", os.fsync)


class JsonLines:
    """The logs in one JSON Lines file, for any number of processes and threads of one host."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._closed = True  # until it is open
        self._lock = threading.RLock()
        self._fd = -1
        self._inherited = True  # the handle is that of a parent process, or there is none yet
        self._end = self._size = self._lines = 0  # bytes and lines that are indexed, and bytes that were seen
        self._torn = self._read_only = False
        self._named = True  # whether the file's name is durable
        self._studies: dict[str, _Index] = {}
        self._named_in_file: dict[bytes, _Index] = {}  # by the name as written, so that each is parsed once
        self._broken = ""
        self._turn = Turn(self.path.with_name(self.path.name + ".turn"))
        self._closed = False
        with self._lock:
            self._opened()
            self._catch_up()
        renewed_in_child(self, JsonLines._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()
        self._inherited = True

    def __repr__(self) -> str:
        return f"JsonLines({str(self.path)!r})"

    def append(self, study: str, at: int, records: Sequence[Json], *, durable: bool) -> bool:
        """Whether the records were appended: only if the log's length is `at`. Synced to the disk if `durable`."""
        check_name(study)
        body = ",".join(map(dump, records)).encode()
        with self._lock:
            return self._append(study, at, len(records), body, durable=durable)

    def _append(self, study: str, at: int, n: int, body: bytes, *, durable: bool) -> bool:
        try:
            self._lock_to_write()
            self._refuse_deleted(study)
            index = self._index_of(study)
            if index.length != at:
                return False
            if n:
                self._write(study, index, n, body, durable=durable)
            elif durable:
                self._synced()
            return True
        finally:
            self._unlock()

    def read(self, study: str, start: int = 0) -> Sequence[Json]:
        """The records from `start` on."""
        with self._lock:
            self._opened()
            self._catch_up()
            self._refuse_deleted(study)
            index = self._index_of(study)
            if start >= index.length:
                return []
            return self._records(index, start)

    def check(self) -> str:
        """What is passed over at the end of the file, in words; "" if nothing is. Damaged if more than a torn tail is not whole."""
        with self._lock:
            self._opened()
            self._catch_up()
            if not self._torn:
                return ""
            return (
                f"the last {self._size - self._end} bytes of {self.path}, from byte {self._end} on, are an unfinished record of a process"
                " that died; they are passed over, and the next writer drops them"
            )

    def studies(self) -> Sequence[str]:
        """The names of the studies, sorted."""
        with self._lock:
            self._opened()
            self._catch_up()
            return sorted(study for study, index in self._studies.items() if index.length and not index.deleted)

    def delete(self, study: str) -> None:
        """Leave a tombstone, durably; the lines remain, nobody reads them any more."""
        with self._lock:
            try:
                self._lock_to_write()
                self._refuse_deleted(study)
                if not self._index_of(study).length:
                    raise absent(study, str(self.path), self.studies())
                self._write(study, self._index_of(study), 0, b"", durable=True)
            finally:
                self._unlock()

    def close(self) -> None:
        """Close the file; any later use is refused."""
        with self._lock:
            if self._fd >= 0 and not self._inherited:
                os.close(self._fd)
            self._fd = -1
            self._turn.close()
            self._closed = True

    def __del__(self) -> None:
        if not self._closed:
            self.close()

    def turn(self, study: str, timeout_seconds: float) -> Held:
        """A context whose value is whether this process and thread may think alone for now."""
        del study
        return self._turn.take(timeout_seconds)

    def _lock_to_write(self) -> None:
        """Nothing; the file is locked, is read to its end and has no torn tail. `_unlock` must follow, whatever happens."""
        fd = self._opened()
        if self._broken:
            raise StorageError(f"{self.path} could not be synced before ({self._broken}); check the disk, then open the file again.")
        if self._read_only:
            raise StorageError(f"{self.path} is read-only, so nothing was recorded; make it writable.")
        lock(fd)
        self._catch_up()
        if self._torn:
            self._cut_tail()
        if self._end == 0:
            header = line_of(HEADER)
            self._put(header)
            self._end = self._size = len(header)

    def _unlock(self) -> None:
        if self._fd >= 0 and not self._inherited:
            unlock(self._fd)

    def _cut_tail(self) -> None:
        size = os.fstat(self._fd).st_size
        os.ftruncate(self._fd, self._end)
        self._synced()
        self._torn = False
        warnings.warn(
            f"{self.path}: the last {size - self._end} bytes, from byte {self._end} on, were an unfinished record of a process that died;"
            " they were dropped.",
            TornTail,
            stacklevel=4,
        )

    def _write(self, study: str, index: "_Index", n: int, body: bytes, *, durable: bool) -> None:
        """Add a line of n records; for n = 0 a tombstone."""
        what, end = ('"records":[', b"]") if n else ('"deleted":true', b"")
        head = f'"study":{_written(study)},"at":{index.length},"n":{n},"durable":{"true" if durable else "false"},{what}'
        line = line_of(head.encode() + body + end)
        self._put(line)
        stop = self._end + len(line) - len(end) - 2
        try:
            index.add(stop - len(body), stop, n, deleted=not n)
            self._end = self._size = self._end + len(line)
        except BaseException:  # an interrupt, perhaps between the two
            self._forget()
            raise
        if durable:
            self._synced()

    def _put(self, line: bytes) -> None:
        """Add the line, or nothing at all."""
        try:
            written = os.pwrite(self._fd, line, self._end)
            while written < len(line):
                written += os.pwrite(self._fd, line[written:], self._end + written)
        except OSError as error:
            with contextlib.suppress(OSError):  # else what was written is a torn tail, which the next append cuts off
                os.ftruncate(self._fd, self._end)
            raise StorageError(f"Could not write to {self.path}: {error}; nothing was recorded, free some space and tell again.") from error

    def _synced(self) -> None:
        try:
            _sync(self._fd)
            if not self._named:  # a new file's name is durable only when its folder is
                folder = os.open(self.path.absolute().parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
                self._named = True
        except OSError as error:  # what the kernel has thrown away is not known, so no later sync may be believed
            self._broken = str(error)
            raise StorageError(f"Could not sync {self.path}: {error}; the last record may be lost if the machine stops.") from error

    def _opened(self) -> int:
        if self._closed:
            raise StorageError(f"{self.path} was closed; open it again.")
        if self._inherited:  # the file offset and the lock must be the child's own
            self._fd = self._open()
            self._turn = Turn(self.path.with_name(self.path.name + ".turn"))
            self._broken = ""
            self._forget()
            self._inherited = False  # at last, as an interrupt may come before
        return self._fd

    def _forget(self) -> None:
        """Nothing; all is indexed anew when it is needed."""
        self._end = self._size = self._lines = 0
        self._torn = False
        self._studies, self._named_in_file = {}, {}

    def _open(self) -> int:
        try:
            if not self.path.parent.is_dir():
                raise StorageError(f"The folder {str(self.path.parent)!r} does not exist; create it first.")
            self._named = self.path.exists()
            self._read_only = self._named and not os.access(self.path, os.W_OK)
            return os.open(self.path, os.O_RDONLY if self._read_only else os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise StorageError(f"Could not open {self.path}: {error}.") from error

    def _catch_up(self) -> None:
        """Index the lines that others have added since the last look."""
        status = os.fstat(self._fd)
        size = status.st_size
        if status.st_nlink and size == self._size and not self._torn:  # another may have put a line in the place of a torn tail as long
            return
        if size < self._end or self._replaced():
            raise StorageError(f"{self.path} was deleted, replaced or cut by another program while it was open; open it again.")
        try:
            self._index(_read(self._fd, self._end, size))
            self._size = size
        except BaseException:  # an interrupt, perhaps between a line's index and its end
            self._forget()
            raise

    def _index(self, data: bytes) -> None:
        """Index the lines of what comes next in the file."""
        begun, self._torn = self._end, False
        *lines, _ = data.split(b"\n")
        for line in lines:
            if not self._scan(line, self._end):
                break
            self._end += len(line) + 1
            self._lines += 1
        if tail := data[self._end - begun :]:
            self._judge_tail(tail)

    def _replaced(self) -> bool:
        try:
            return self.path.stat().st_ino != os.fstat(self._fd).st_ino
        except FileNotFoundError:
            return True
        except OSError as error:
            raise StorageError(f"Could not look at {self.path}: {error}; nothing was recorded.") from error

    def _scan(self, line: bytes, offset: int) -> bool:
        """Whether the line is whole and in its place; it is indexed if so."""
        if not is_whole(line):
            return False
        if offset == 0:
            return self._check_header(line)
        match = LINE.match(line, CRC)
        if match is None:
            return False
        written, at, n, what = match.group(1, 2, 3, 5)
        index = self._named_in_file.get(written)
        if index is None:
            index = self._named_in_file[written] = self._index_of(json.loads(written))
        if int(at) != index.length:  # of a study that is not there yet, too
            return False
        is_records = what == b"records"
        index.add(offset + match.end() + is_records, offset + len(line) - 1 - is_records, int(n), deleted=not is_records)
        return True

    def _check_header(self, line: bytes) -> bool:
        match = HEAD_FORMAT.match(line, CRC)
        if match is None:
            raise StorageError(f"{self.path} is not a study log of askttell; give another path.")
        if int(match[1]) > FORMAT:
            raise StorageError(f"{self.path} has format {int(match[1])}, but this askttell reads up to {FORMAT}; upgrade askttell.")
        return True

    def _judge_tail(self, tail: bytes) -> None:
        """Mark a torn tail; Damaged if anything durable comes after the bad line, StorageError if the file is not ours."""
        bad, *later = tail.split(b"\n")
        if later and is_durable(bad):  # with its end of line
            raise self._damaged(f"line {self._lines + 1}, at byte {self._end}, is whole, but a line before it is missing")
        if any(map(is_durable, later)):
            raise self._damaged(f"line {self._lines + 1}, at byte {self._end}, is damaged, though durable records follow it")
        if self._end == 0 and not line_of(HEADER).startswith(bad.rstrip(b"\0")):
            raise StorageError(f"{self.path} is not a study log of askttell; give another path.")
        self._torn = True

    def _index_of(self, study: str) -> "_Index":
        index = self._studies.get(study)
        if index is None:
            index = self._studies[study] = _Index()  # has no records yet, so that nobody takes it for a study
        return index

    def _records(self, index: "_Index", start: int) -> list[Json]:
        """The records of one study from a position on, which may lie within a line."""
        line = bisect_right(index.firsts, start) - 1
        base = index.starts[line]
        data = _read(self._fd, base, index.stops[-1])
        texts = [data[start - base : stop - base] for start, stop in zip(index.starts[line:], index.stops[line:], strict=True)]
        try:
            records: list[Json] = json.loads(b"[" + b",".join(texts) + b"]")
        except (ValueError, RecursionError) as error:
            raise self._damaged(f"a record at byte {base} or behind it is not JSON ({error})") from error
        if len(records) != index.length - index.firsts[line]:
            raise self._damaged(
                f"from byte {base} on there are {len(records)} records, but {index.length - index.firsts[line]} are announced"
            )
        return records[start - index.firsts[line] :]

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f"{self.path}: {what}; {way_out(self.path)}.")

    def _refuse_deleted(self, study: str) -> None:
        index = self._studies.get(study)
        if index is not None and index.deleted:
            raise deleted(study, str(self.path))


class _Index:
    """Where the records of one study lie, line by line, and the position of the first of each."""

    __slots__ = ("deleted", "firsts", "length", "starts", "stops")

    def __init__(self) -> None:
        self.starts = array("q")  # bytes of the file
        self.stops = array("q")
        self.firsts = array("q")
        self.length = 0
        self.deleted = False

    def add(self, start: int, stop: int, n: int, *, deleted: bool) -> None:
        """Add a line of n records, separated by commas, in the file's bytes from start to stop."""
        self.starts.append(start)
        self.stops.append(stop)
        self.firsts.append(self.length)
        self.length += n
        self.deleted |= deleted


@functools.lru_cache(maxsize=64)
def _written(study: str) -> str:
    return json.dumps(study, ensure_ascii=False)


def _read(fd: int, start: int, stop: int) -> bytes:
    parts = []
    while start < stop and (part := os.pread(fd, stop - start, start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)

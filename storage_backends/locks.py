"""A lock between the processes of one host, which the operating system frees when its holder dies."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover (Windows)
    import msvcrt
else:
    import fcntl

_POLL_SECONDS = 0.002


def lock(fd: int, *, wait: bool = True) -> bool:
    """Whether the whole file is now locked for this open handle; with `wait` it always is."""
    if sys.platform == "win32":  # pragma: no cover (Windows)
        msvcrt.locking(fd, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def unlock(fd: int) -> None:
    """Free the lock."""
    if sys.platform == "win32":  # pragma: no cover (Windows)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
        return
    fcntl.flock(fd, fcntl.LOCK_UN)


class Turn:
    """A best-effort lock on a file beside the data: who thinks alone wastes no thought. Correctness never depends on it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1
        self._threads = threading.Lock()
        self._writable = True

    @contextmanager
    def take(self, timeout_seconds: float) -> Iterator[bool]:
        """Whether the lock was had before the time ran out; it is held until the block ends."""
        deadline = time.monotonic() + timeout_seconds
        if not self._threads.acquire(timeout=timeout_seconds):
            yield False
            return
        try:
            held = self._lock_file(deadline)
            try:
                yield held
            finally:
                if held:
                    unlock(self._fd)
        finally:
            self._threads.release()

    def _lock_file(self, deadline: float) -> bool:
        try:
            if self._fd < 0 and self._writable:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:  # a read-only folder: nobody can take turns there, and nobody can append either
            self._writable = False
        if self._fd < 0:
            return False
        while not lock(self._fd, wait=False):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __del__(self) -> None:
        self.close()

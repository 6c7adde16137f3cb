"""A lock between the processes of one host, which the operating system frees when its holder dies, and what a fork does to locks."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

if sys.platform == "win32":  # pragma: no cover (Windows)
    import msvcrt
else:
    import fcntl

_T = TypeVar("_T")

_POLL_SECONDS = 0.002
_in_child: WeakKeyDictionary[Any, Callable[[Any], None]] = WeakKeyDictionary()
_paused: WeakKeyDictionary[Any, tuple[Callable[[Any], None], Callable[[Any], None]]] = WeakKeyDictionary()
_forking = threading.local()


def renewed_in_child(owner: _T, renew: Callable[[_T], None]) -> None:
    """Nothing; `renew(owner)` runs in every forked child, where a lock that another thread of the parent held would never be freed."""
    _in_child[owner] = renew


def _renew() -> None:
    for owner, renew in list(_in_child.items()):
        renew(owner)


def paused_in_fork(owner: _T, pause: Callable[[_T], None], resume: Callable[[_T], None]) -> None:
    """Nothing; `pause(owner)` runs before every fork, and `resume(owner)` after it in the parent."""
    _paused[owner] = pause, resume


def _pause() -> None:
    _forking.owners = list(_paused.items())
    for owner, (pause, _) in _forking.owners:
        pause(owner)


def _resume() -> None:
    for owner, (_, resume) in _forking.owners:
        resume(owner)
    del _forking.owners


if hasattr(os, "register_at_fork"):  # pragma: no branch (Windows)
    os.register_at_fork(before=_pause, after_in_parent=_resume, after_in_child=_renew)


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
    """A best-effort lock on a file beside the data: who thinks alone wastes no thought. Correctness never depends on it.

    Without a path it is a lock between the threads of this process.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path = path
        self._fd = -1
        self._threads = threading.RLock()  # which knows its thread at any instant
        self._writable = True
        renewed_in_child(self, Turn._renew)

    def _renew(self) -> None:
        """The child's own locks: with the inherited descriptor it would share the parent's turn. What the parent holds stays held."""
        self._threads = threading.RLock()
        with contextlib.suppress(OSError):  # another thread was closing it
            self.close()
        self._fd = -1

    def take(self, timeout_seconds: float) -> "Held":
        """A context whose value is whether the lock was had before the time ran out; it is held until the block ends."""
        return Held(self, timeout_seconds)

    def lock(self, timeout_seconds: float) -> bool:
        """Whether the lock was had before the time ran out; then `unlock` must follow."""
        deadline = time.monotonic() + timeout_seconds
        if not self._threads.acquire(timeout=timeout_seconds):
            return False
        held = False
        try:
            held = self._path is None or self._lock_file(self._path, deadline)
        finally:
            if not held:
                self._threads.release()
        return held

    def unlock(self) -> None:
        """Let the next one have its turn; nothing if it is not this thread's, as in a child that was forked while it was held."""
        is_mine: Callable[[], bool] = self._threads._is_owned  # type: ignore[attr-defined]  # noqa: SLF001 - as threading.Condition does
        try:
            if self._fd >= 0 and is_mine():
                unlock(self._fd)
        finally:
            while is_mine():  # more than once after an interrupt that came just before
                self._threads.release()

    def _lock_file(self, path: "str | os.PathLike[str]", deadline: float) -> bool:
        try:
            if self._fd < 0 and self._writable:
                self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
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


class Held:
    """One taking of a turn, as a context."""

    __slots__ = ("_held", "_timeout_seconds", "_turn")

    def __init__(self, turn: Turn, timeout_seconds: float) -> None:
        self._turn, self._timeout_seconds, self._held = turn, timeout_seconds, False

    def __enter__(self) -> bool:
        try:
            self._held = self._turn.lock(self._timeout_seconds)
            return self._held  # noqa: TRY300 - an interrupt may come here as well
        except BaseException:
            self._turn.unlock()
            raise

    def __exit__(self, *_: object) -> None:
        if self._held:
            self._turn.unlock()

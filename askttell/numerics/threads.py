"""One BLAS thread while a strategy computes: several threads change the last bits of a sum, and wait for one another on a busy machine.

Most BLAS builds have one number of threads for the whole process. So those inside are counted: the first to enter sets it, the
last to leave restores what was. Builds on OpenMP have one number for each calling thread, which sets and restores its own.
"""

import os
import threading
from typing import Any

import scipy.linalg  # noqa: F401 - SciPy brings a BLAS of its own, which must be loaded before the controller looks for it
from threadpoolctl import ThreadpoolController


class _Guard:
    def __init__(self) -> None:
        libraries = ThreadpoolController().select(user_api="blas").lib_controllers  # looking for them takes a millisecond, so once
        self._shared = [library for library in libraries if getattr(library, "threading_layer", "") != "openmp"]
        self._private = [library for library in libraries if library not in self._shared]
        self._lock = threading.Lock()
        self._inside = 0
        self._before: list[int] = []

    def enter(self) -> list[int]:
        with self._lock:
            if self._inside == 0:
                self._before = _limited(self._shared)
            self._inside += 1
        return _limited(self._private)

    def leave(self, mine: list[int]) -> None:
        _restore(self._private, mine)
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                _restore(self._shared, self._before)


def _limited(libraries: list[Any]) -> list[int]:
    """The numbers of threads as they were; from now on each is 1."""
    before = [library.get_num_threads() for library in libraries]
    for library, n in zip(libraries, before, strict=True):
        if n != 1:  # setting a number takes far longer than reading it
            _set(library, 1)
    return before


def _restore(libraries: list[Any], before: list[int]) -> None:
    for library, n in zip(libraries, before, strict=True):
        if n != 1:
            _set(library, n)


def _set(library: Any, number: int) -> None:
    release = getattr(library, "clear_controlling_thread", None)
    if release is not None:  # threadpoolctl 3.8: a number set by any thread but the first to set one is silently ignored
        release(force=True)
    library.set_num_threads(number)
    if release is not None:
        release(force=True)


_guard = _Guard()


def _fresh_guard() -> None:
    """In a forked child nobody else is inside, and a lock held by another thread of the parent would never be freed."""
    global _guard  # noqa: PLW0603 - a lock cannot be revived
    _guard = _Guard()


if hasattr(os, "register_at_fork"):  # pragma: no branch (Windows)
    os.register_at_fork(after_in_child=_fresh_guard)


class one_blas_thread:  # noqa: N801 - used like a function, and a third of the time of a generator
    """A block in which NumPy's and SciPy's BLAS use one thread."""

    __slots__ = ("_entered", "_mine")

    def __enter__(self) -> None:
        self._entered = _guard
        self._mine = self._entered.enter()

    def __exit__(self, *_: object) -> None:
        self._entered.leave(self._mine)

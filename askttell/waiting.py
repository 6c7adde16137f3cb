"""Waiting until a strategy that must see a certain result first is ready to decide, and which thread will tell that result."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar
from weakref import ref

from askttell.errors import NotReady

T = TypeVar("T")

_FIRST_SECONDS, _GROWTH, _LONGEST_SECONDS = 0.001, 1.5, 0.25


def once_ready(ask: Callable[[], T], may_come: Callable[[int], bool]) -> T:
    """What `ask` returns once it does not raise NotReady any more, tried after pauses that grow from a millisecond to a quarter second.

    Each try looks anew for results and for trials whose process died. NotReady passes if the result that is needed cannot come.
    """
    waits = None
    while True:
        try:
            return ask()
        except NotReady as early:
            if not may_come(early.number):
                raise
        waits = waits or pauses()
        time.sleep(next(waits))


def pauses() -> Iterator[float]:
    """Seconds to wait before each next look for what others may have done, without end."""
    pause = _FIRST_SECONDS
    while True:
        yield pause
        pause = min(_GROWTH * pause, _LONGEST_SECONDS)


class Askers:
    """Which thread of this process asked for which trial: it is taken for the one that tells the result."""

    def __init__(self) -> None:
        self._threads: dict[Hashable, ref[threading.Thread]] = {}

    def __contains__(self, trial: Hashable) -> bool:
        return trial in self._threads

    def note(self, trial: Hashable) -> None:
        """Nothing; from now on it is the calling thread."""
        self._threads[trial] = ref(threading.current_thread())

    def forget(self, trial: Hashable) -> None:
        """Nothing; the trial is told."""
        self._threads.pop(trial, None)

    def another_tells(self, trial: Hashable) -> bool:
        """Whether that thread is alive and not the calling one."""
        asker = self._threads.get(trial, lambda: None)()
        return asker is not None and asker.is_alive() and asker is not threading.current_thread()


ASKERS = Askers()  # of all Study objects, by the id of the study and the number of the trial

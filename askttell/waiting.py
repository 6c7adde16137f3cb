"""Waiting until a strategy that must see a certain result first is ready to decide, and which thread will tell that result."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from weakref import ref

from askttell.errors import NotReady

T = TypeVar("T")

_askers: dict[tuple[str, int], "ref[threading.Thread]"] = {}  # by the id of a study and the number of a pending trial of this process
_FIRST_SECONDS, _GROWTH, _LONGEST_SECONDS = 0.001, 1.5, 0.25


def once_ready(ask: Callable[[], T], may_come: Callable[[int], bool]) -> T:
    """What `ask` returns once it does not raise NotReady any more, tried after pauses that grow from a millisecond to a quarter second.

    Each try looks anew for results and for trials whose process died. NotReady passes if the result that is needed cannot come.
    """
    waits = pauses()
    while True:
        try:
            return ask()
        except NotReady as early:
            if not may_come(early.number):
                raise
        time.sleep(next(waits))


def pauses() -> Iterator[float]:
    """Seconds to wait before each next look for what others may have done, without end."""
    pause = _FIRST_SECONDS
    while True:
        yield pause
        pause = min(_GROWTH * pause, _LONGEST_SECONDS)


def note_asked(study_id: str, number: int) -> None:
    """Nothing; this thread is from now on taken for the one that tells the trial's result, whichever Study object it does that by."""
    _askers[study_id, number] = ref(threading.current_thread())


def note_told(study_id: str, number: int) -> None:
    """Nothing; the trial need not be remembered any more."""
    _askers.pop((study_id, number), None)


def another_thread_tells(study_id: str, number: int) -> bool:
    """Whether the thread of this process that asked for the trial is alive and not the calling one."""
    asker = _askers.get((study_id, number), lambda: None)()
    return asker is not None and asker.is_alive() and asker is not threading.current_thread()

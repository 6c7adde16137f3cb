"""Waiting until a strategy that must see a certain result first is ready to decide."""

import time
from collections.abc import Callable
from typing import TypeVar

from askttell.errors import NotReady

T = TypeVar("T")

_FIRST_SECONDS, _GROWTH, _LONGEST_SECONDS = 0.001, 1.5, 0.25


def once_ready(ask: Callable[[], T], may_come: Callable[[int], bool]) -> T:
    """What `ask` returns once it does not raise NotReady any more, tried after pauses that grow from a millisecond to a quarter second.

    Each try looks anew for results and for trials whose process died. NotReady passes if the result that is needed cannot come.
    """
    pause = _FIRST_SECONDS
    while True:
        try:
            return ask()
        except NotReady as early:
            if not may_come(early.number):
                raise
        time.sleep(pause)
        pause = min(_GROWTH * pause, _LONGEST_SECONDS)

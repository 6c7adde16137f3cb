"""What code reaches for beside its arguments: clocks, the environment, global generators; and code that goes on for ever.

The interpreter's own hooks for profilers and debuggers are used, so it does not matter how a function was imported.
"""

import datetime as dt
import gc
import os
import random
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import attrs

T = TypeVar("T")

_CLOCK_NAMES = (
    "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time",
    "localtime", "gmtime", "ctime",
)  # fmt: skip
_CLOCKS = {getattr(time, name): f"time.{name}" for name in _CLOCK_NAMES}
_DATES = ("now", "utcnow", "today")
_ENVIRONMENT = {value.__code__ for value in vars(type(os.environ)).values() if hasattr(value, "__code__")}
_LIBRARY = (sysconfig.get_path("stdlib"), "<frozen")
MOST_LINES = 5_000_000


@attrs.frozen
class Reach:
    """What was reached for: the clock, the environment or a global generator, by which call, and where."""

    law: str
    call: str
    where: str


class EndlessError(BaseException):
    """So many lines were run without an answer that none is to be expected."""


def watched(do: Callable[[], T]) -> tuple[T, Reach | None]:
    """What `do()` returns, and the first thing that it reached for."""
    found: list[Reach] = []

    def profile(frame: FrameType, event: str, called: Any) -> None:  # pragma: no cover (the interpreter hides it from coverage)
        reached = _reached(frame, event, called)
        if reached is not None and not found and (where := _place(frame)) is not None:
            found.append(Reach(*reached, where))

    before, states, collecting = sys.getprofile(), _generator_states(), gc.isenabled()
    gc.disable()  # what others do when garbage is collected is not done by this code
    sys.setprofile(profile)
    try:
        result = do()
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()
    if not found and (changed := [name for name, state in _generator_states().items() if state != states[name]]):
        found.append(Reach("random", f"the global generator of {changed[0]}", "somewhere"))
    return result, found[0] if found else None


def _reached(frame: FrameType, event: str, called: Any) -> tuple[str, str] | None:  # pragma: no cover (as above)
    if event == "call" and frame.f_code in _ENVIRONMENT:
        return "environment", "os.environ"
    if event != "c_call":
        return None
    owner, name = getattr(called, "__self__", None), called.__name__
    if called is os.urandom or owner is random._inst:  # noqa: SLF001 - the generator behind `random.random`
        return "random", "os.urandom" if called is os.urandom else f"random.{name}"
    if name in _CLOCK_NAMES and owner is time:
        return "clock", _CLOCKS[called]
    if name in _DATES and isinstance(owner, type) and issubclass(owner, dt.date):
        return "clock", f"{owner.__name__}.{name}"
    return None


def _place(frame: FrameType | None) -> str | None:  # pragma: no cover (as above)
    """The innermost line outside the standard library; None while a module is being imported, which happens once."""
    place = None
    while frame is not None:
        file = frame.f_code.co_filename
        if "importlib._bootstrap" in file:
            return None
        if place is None and (not file.startswith(_LIBRARY) or "site-packages" in file):
            place = f"line {frame.f_lineno} of {file}"
        frame = frame.f_back
    return place


def _generator_states() -> dict[str, str]:
    numpy = sys.modules.get("numpy.random")
    states = {"random": repr(random.getstate())}
    return states if numpy is None else states | {"numpy.random": repr(numpy.get_state(legacy=False))}


@contextmanager
def limited() -> Iterator[None]:
    """Nothing; EndlessError ends the block after some seconds' worth of lines, as counted, so that a slow machine changes nothing."""
    left = MOST_LINES

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:  # pragma: no cover (the interpreter hides it from coverage)
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                raise EndlessError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def forget(strategy: object) -> None:
    """Nothing; whatever this package and the strategy's own module remember between calls is cleared."""
    own = type(strategy).__module__
    for name, module in list(sys.modules.items()):
        if (name == own or name.startswith("askttell.")) and name != "askttell.seed":  # there lie generators, not results
            for value in list(vars(module).values()):
                if not isinstance(value, type) and hasattr(value, "cache_clear"):
                    value.cache_clear()

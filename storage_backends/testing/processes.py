"""A forked process that a law starts, stops, continues and kills, and what it said before."""

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[object], None]  # one line, which is heard even if the process is killed right afterwards
Program: TypeAlias = Callable[[Say], None]

_FAILED = "failed: "


class Child:
    """A process that runs `program(say)`, starting when it is told to `go`."""

    def __init__(self, program: Program) -> None:
        start, self._start = os.pipe()
        self._heard, words = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the threads of a law have ended; a pool of BLAS is not used in the child
            self.pid = os.fork()
        if self.pid == 0:
            os.close(self._start)
            os.close(self._heard)
            _run(program, start, words)
        os.close(start)
        os.close(words)

    def go(self) -> "Child":
        """The same process, running."""
        os.write(self._start, b"g")
        os.close(self._start)
        return self

    def signal(self, number: signal.Signals) -> None:
        """Nothing; the process has got the signal."""
        os.kill(self.pid, number)

    def killed_after(self, seconds: float) -> tuple[int, list[str]]:
        """How the process ended, see `ended`, if it was killed after so long."""
        time.sleep(seconds)
        self.signal(signal.SIGKILL)
        return self.ended()

    def ended(self) -> tuple[int, list[str]]:
        """The exit code, negative for a signal, and the lines that were said; AssertionError with its traceback if the program failed."""
        with os.fdopen(self._heard, encoding="utf-8", errors="replace") as heard:
            text = heard.read()
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        said, failed, trace = text.partition(_FAILED)
        if failed:
            raise AssertionError(trace)
        return code, said.splitlines()


def _run(program: Program, start: int, words: int) -> None:
    """Does not return."""
    code = 1
    try:
        os.read(start, 1)
        program(lambda line: _say(words, f"{line}\n"))
        code = 0
    except BaseException:  # noqa: BLE001 - the parent raises it
        _say(words, _FAILED + traceback.format_exc())
    finally:
        os._exit(code)


def _say(words: int, text: str) -> None:
    os.write(words, text.encode())

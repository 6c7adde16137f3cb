"""Objectives that processes can import, for tests of runs."""

import os
import threading
import time
import uuid


def identity(x):
    return x


def slowly(x):
    time.sleep(0.01)
    return x


def where(x):
    """The process that evaluated it."""
    return os.getpid()


def meeting(folder):
    """How many processes have evaluated this; it waits for a second one."""
    open(os.path.join(folder, str(os.getpid())), "w").close()
    for _ in range(6000):
        if len(os.listdir(folder)) > 1:
            break
        time.sleep(0.01)
    return len(os.listdir(folder))


def unlike(c):
    """A value unlike any other: of equal parameters, only a second evaluation gives a second value."""
    return uuid.uuid4().int / 2**128


def deadly(x):
    """Ends its process on a tenth of the space."""
    time.sleep(0.01)
    if 0.3 < x < 0.4:
        os._exit(1)
    return x


def deadly_everywhere(x):
    os._exit(1)


def deadly_once(flag):
    """Ends its process, but for the second time."""
    if not os.path.exists(flag):
        open(flag, "w").close()
        os._exit(1)
    return 1.0


def interrupted(x):
    raise KeyboardInterrupt


def failing(x):
    raise OSError(2, f"no file for {x}")


class UnsendableError(Exception):
    """Cannot be pickled, as some exceptions cannot."""

    def __init__(self, text):
        super().__init__(text)
        self.lock = threading.Lock()


def failing_strangely(x):
    raise UnsendableError("all wrong")

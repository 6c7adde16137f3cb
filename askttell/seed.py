"""The only place that builds a random generator; it gives uniforms, from which all else is made by inverse CDF.

NumPy promises stable streams for bit generators and `Generator.random` alone (NEP 19), so nothing else is drawn.
"""

import functools
import operator
import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = 2**32
_MAX_SEED = 2**63


def draw_seed() -> int:
    """A fresh seed from the operating system, small enough to survive any JSON reader (53 bits)."""
    return int.from_bytes(os.urandom(7)) >> 3


def check_seed(seed: Any) -> int:
    """The seed as a plain int in [0, 2**63); ValueError or TypeError otherwise."""
    try:
        value = operator.index(seed)
    except TypeError:
        raise TypeError(f"`seed` must be an integer or None, but got {seed!r}.") from None
    if isinstance(seed, bool) or not 0 <= value < _MAX_SEED:
        raise ValueError(f"`seed` must be an integer from 0 to 2**63 - 1, but got {seed!r}.")
    return value


class _Generator(threading.local):
    """One generator a thread, whose whole state is set before each use: making one takes five times as long."""

    def __init__(self) -> None:
        from numpy.random import Generator, Philox  # noqa: PLC0415 - NumPy itself imports its generators when used

        self.bits = Philox(key=0)
        self.random = Generator(self.bits).random


@functools.lru_cache(maxsize=1)
def _generators() -> _Generator:
    return _Generator()


_EMPTY = (0, 0, 0, 0)


def uniforms(seed: int, number: int, n: int, *path: int) -> "NDArray[np.float64]":
    """Uniforms in [0, 1), shape (n,), a pure function of the seed, the trial's number and the path.

    Philox (Salmon et al. 2011, doi:10.1145/2063384.2063405): seed and path give the key, the number the second word of the counter,
    so that the streams of two trials never overlap. Words of 2**32 and more would be split in two and could collide with longer
    paths, so they are refused.
    """
    if not 0 <= number < _WORD:
        raise ValueError(f"The trial's number must lie in [0, 2**32), but got {number}.")
    state = {"counter": (0, number, 0, 0), "key": _key(seed, path)}
    whole: Any = {"bit_generator": "Philox", "state": state, "buffer": _EMPTY, "buffer_pos": 4, "has_uint32": 0, "uinteger": 0}
    generator = _generators()
    generator.bits.state = whole
    return generator.random(n)


@functools.lru_cache(maxsize=256)
def _key(seed: int, path: tuple[int, ...]) -> tuple[int, ...]:
    if not all(0 <= word < _WORD for word in path):
        raise ValueError(f"Path words must lie in [0, 2**32), but got {path}.")
    from numpy.random import SeedSequence  # noqa: PLC0415 - as above

    return tuple(SeedSequence(seed, spawn_key=path).generate_state(2, np.uint64).tolist())

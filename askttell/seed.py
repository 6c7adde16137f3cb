"""The only place that builds a random generator; it gives uniforms, from which all else is made by inverse CDF.

NumPy promises stable streams for bit generators and `Generator.random` alone (NEP 19), so nothing else is drawn.
"""

import operator
import secrets
from typing import Any

import numpy as np
from numpy.random import Generator, Philox, SeedSequence
from numpy.typing import NDArray

_WORD = 2**32
_MAX_SEED = 2**63


def draw_seed() -> int:
    """A fresh seed from the operating system, small enough to survive any JSON reader (53 bits)."""
    return secrets.randbits(53)


def check_seed(seed: Any) -> int:
    """The seed as a plain int in [0, 2**63); ValueError or TypeError otherwise."""
    try:
        value = operator.index(seed)
    except TypeError:
        raise TypeError(f"`seed` must be an integer or None, but got {seed!r}.") from None
    if isinstance(seed, bool) or not 0 <= value < _MAX_SEED:
        raise ValueError(f"`seed` must be an integer from 0 to 2**63 - 1, but got {seed!r}.")
    return value


def uniforms(seed: int, number: int, n: int, *path: int) -> NDArray[np.float64]:
    """Uniforms in [0, 1), shape (n,), a pure function of the seed, the trial's number and the path.

    Words of 2**32 and more would be split in two and could collide with longer paths, so they are refused.
    """
    if not all(0 <= word < _WORD for word in (number, *path)):
        raise ValueError(f"Trial number and path words must lie in [0, 2**32), but got {(number, *path)}.")
    return Generator(Philox(SeedSequence(seed, spawn_key=(number, *path)))).random(n)

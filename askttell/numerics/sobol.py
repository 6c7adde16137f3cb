"""Scrambled Sobol sequences in base 2.

V (d, BITS): direction numbers, V[j, b] flips when bit b of the Gray code of the index is set; the most significant of BITS binary
digits is worth 1/2. Scrambling multiplies the digits of each coordinate by a random lower-triangular matrix with ones on
its diagonal, and adds a random digital shift.
"""

import functools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from askttell.seed import uniforms

BITS = 32
_PATH = 0x50B01  # keeps these uniforms apart from those of trial 0


def point(seed: int, d: int, index: int) -> NDArray[np.float64]:
    """The point of that index, shape (d,), inside (0, 1)."""
    if not 0 <= index < 2**BITS:
        raise ValueError(f"A Sobol sequence has 2**{BITS} points, but point {index} was asked for; use Random.")
    V, shift = scrambled(seed, d)
    gray = index ^ (index >> 1)
    digits = [b for b in range(BITS) if gray >> b & 1]
    x = np.bitwise_xor.reduce(V[:, digits], axis=1) ^ shift
    u: NDArray[np.float64] = (x + 0.5) * 2.0**-BITS
    return u


def points(seed: int, d: int, start: int, stop: int) -> NDArray[np.float64]:
    """The points of these indexes, shape (stop - start, d)."""
    if not 0 <= start <= stop <= 2**BITS:
        raise ValueError(f"A Sobol sequence has 2**{BITS} points, but points {start} to {stop} were asked for.")
    V, shift = scrambled(seed, d)
    index = np.arange(start, stop, dtype=np.uint64)
    gray = index ^ (index >> np.uint64(1))
    x: NDArray[np.uint64] = np.tile(shift, (len(index), 1))
    for b in range(int(gray.max(initial=0)).bit_length()):
        flipped = (gray >> np.uint64(b) & np.uint64(1)) != 0
        x[flipped] ^= V[:, b]
    return np.asarray((x + 0.5) * 2.0**-BITS, float)


@functools.lru_cache(maxsize=16)
def scrambled(seed: int, d: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Scrambled direction numbers (d, BITS) and the digital shift (d,)."""
    V = directions(d)
    words = np.floor(uniforms(seed, 0, d * (BITS + 1), _PATH) * 2.0**BITS).astype(np.uint64).reshape(d, BITS + 1)
    rows, shift = words[:, :BITS], words[:, BITS]
    place = np.arange(BITS, dtype=np.uint64)[::-1]  # digit r counts from the most significant
    above = ~((np.uint64(2) << place) - np.uint64(1)) & np.uint64(2**BITS - 1)  # digits more significant than r
    matrix = (rows & above) | (np.uint64(1) << place)  # row r: random digits before the diagonal, then 1
    bits = _parity(matrix[:, None, :] & V[:, :, None])  # (d, BITS, digit r)
    return np.bitwise_or.reduce(bits << place, axis=2), shift


def _parity(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for half in (16, 8, 4, 2, 1):
        x = x ^ (x >> np.uint64(half))
    return x & np.uint64(1)


def directions(d: int) -> NDArray[np.uint64]:
    """Direction numbers V (d, BITS) before scrambling, by the recurrence of Bratley & Fox 1988, doi:10.1145/42288.214372."""
    polynomials, initial = _joe_kuo()
    if d > len(polynomials):
        raise ValueError(f"Sobol sequences have at most {len(polynomials)} dimensions, but the space has {d}; use Random.")
    V = np.ones((d, BITS), np.uint64)
    for j in range(1, d):
        V[j] = _recur(int(polynomials[j]), initial[j].tolist())
    return V << np.arange(BITS, dtype=np.uint64)[::-1]


def _recur(polynomial: int, initial: list[int]) -> list[int]:
    degree = polynomial.bit_length() - 1
    m = initial[:degree]
    for i in range(degree, BITS):
        value = m[i - degree]
        for k in range(1, degree + 1):
            if polynomial >> (degree - k) & 1:
                value ^= m[i - k] << k
        m.append(value)
    return m


@functools.lru_cache(maxsize=1)
def _joe_kuo() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    spec = find_spec("scipy")
    assert spec is not None
    assert spec.origin is not None
    with np.load(Path(spec.origin).parent / "stats" / "_sobol_direction_numbers.npz") as table:
        return table["poly"], table["vinit"]

"""The normal distribution cut to the unit interval.

mu: the mode, in [0, 1]; sigma > 0. As the mode lies inside, the interval holds at least Φ(1/sigma) - 1/2 of the uncut mass, and
differences of Φ lose nothing; only in cells far from the mode must the side be chosen.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, ndtr, ndtri

_NARROW = 1e-3  # of sigma: here the midpoint rule is exact to 3e-6 within 8 sigma, and a difference of Φ still to 1e-12
_TINY = 1e-300  # a mass that is 0 in floating point
_SQRT_HALF = math.sqrt(0.5)
_LOG_SQRT_2_PI = 0.5 * math.log(2 * math.pi)


def shares_of(mu: NDArray[np.float64], scaled: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Nothing; out (2, …) becomes the shares of the uncut normal that lie below 0 and in [0, 1]; `scaled` is 1 / (sqrt(2) sigma)."""
    below, inside = out
    np.multiply(scaled, mu, out=below)
    np.subtract(scaled, below, out=inside)
    erf(out, out=out)
    inside += below
    out *= 0.5
    np.subtract(0.5, below, out=below)


def quantile(
    p: NDArray[np.float64],
    mu: NDArray[np.float64],
    scaled: NDArray[np.float64],
    below: NDArray[np.float64],
    inside: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The p-quantile of the cut normal, in [0, 1], by inverting its distribution function; the shares are those of `shares_of`."""
    x: NDArray[np.float64] = ndtri(below + p * inside)
    x *= _SQRT_HALF / scaled
    x += mu
    return np.minimum(np.maximum(x, 0.0, out=x), 1.0, out=x)


def log_mass(
    low: NDArray[np.float64], width: NDArray[np.float64], mu: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The logarithm of the mass of the uncut normal in [low, low + width], with broadcasting; below 1e-300 it is that of 1e-300.

    A cell that is narrow against sigma has the density at its middle times its width, as the difference would cancel.
    """
    near = np.abs(low + 0.5 * width - mu) / sigma  # by symmetry, the cell left of the mode
    half = 0.5 * width / sigma
    difference: NDArray[np.float64] = np.log(np.maximum(ndtr(half - near) - ndtr(-half - near), _TINY))
    narrow = half < 0.5 * _NARROW
    if not narrow.any():
        return difference
    mixed: NDArray[np.float64] = np.where(narrow, np.log(2 * half) - 0.5 * near * near - _LOG_SQRT_2_PI, difference)
    return mixed

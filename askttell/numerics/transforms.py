"""Results y (n,), finite and minimised, made fit for a Gaussian process: of mean 0 and deviation 1, whatever their scale.

Every transform is increasing and indifferent to y -> a y + b, a > 0.
"""

import math
from typing import Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


class Transform(Protocol):
    """An increasing function of the results, made from them."""

    def __call__(self, y: Array) -> Array:
        """The transformed results (n,), all 0 if there is only one value."""
        ...


@attrs.frozen
class Unchanged:
    """The results themselves, for those that have a scale of their own."""

    def __call__(self, y: Array) -> Array:
        """The same results."""
        return y


@attrs.frozen
class ZScore:
    """(y - mean) / deviation."""

    def __call__(self, y: Array) -> Array:
        """The standardised results."""
        return standardised(centred(y))


@attrs.frozen
class HalfRank:
    """The better half as it is; of the worse half only the ranks, spread like the upper half of a normal distribution.

    Bad outliers say little about where the minimum is, and would set the scale (Google Vizier, arXiv:2408.11527, section on output
    warping). The normal's deviation is the root mean square distance of the better half from the median.
    """

    def __call__(self, y: Array) -> Array:
        """The results with the worse half warped, standardised."""
        from scipy.special import ndtri  # noqa: PLC0415 - settings load without SciPy

        x = centred(y)
        better, worse = x <= 0.0, x > 0.0
        if not worse.any():
            return standardised(x)
        low = x[better]
        top = float(np.abs(low).max())
        spread = top * math.sqrt(float(np.mean((low / top) ** 2))) if top > 0.0 else 1.0
        _, ranks = np.unique(x[worse], return_inverse=True)
        n_ranks = int(ranks.max()) + 1
        warped = x.copy()
        bins = n_ranks + 0.5 * bool((low == 0.0).any())
        warped[worse] = spread * ndtri(1.0 - 0.5 * (n_ranks - ranks - 0.5) / bins)
        return standardised(warped)


@attrs.frozen
class NormalRanks:
    """The ranks alone, spread like a normal distribution whose tails are cut, whatever the scale (Salinas et al. 2020, ICML, eq. 2)."""

    def __call__(self, y: Array) -> Array:
        """The quantiles, standardised; equal results share their mean rank."""
        from scipy.special import ndtri  # noqa: PLC0415 - settings load without SciPy

        n = len(y)
        if n < 2:
            return np.zeros(n)
        _, which, counts = np.unique(y, return_inverse=True, return_counts=True)
        ranks = np.cumsum(counts) - 0.5 * (counts - 1)
        margin = 1.0 / (4.0 * n**0.25 * math.sqrt(math.pi * math.log(n)))
        return standardised(ndtri(np.clip(ranks / n, margin, 1.0 - margin))[which])


def centred(y: Array) -> Array:
    """The results minus their median, scaled by a power of two so that neither this nor squares overflow."""
    top = float(np.abs(y).max(initial=0.0))
    if top == 0.0:
        return np.zeros(len(y))
    x: Array = np.ldexp(y, -math.frexp(top)[1] - 1)  # within 1/2: exact but for results 1e308 times smaller than the largest
    x -= np.median(x)
    return x


def standardised(x: Array) -> Array:
    """Mean 0 and deviation 1; all 0 if the values are equal."""
    x = x - float(x.mean())
    top = float(np.abs(x).max())
    if top == 0.0:
        return x
    x /= top
    deviation = float(x.std())
    return x / deviation if deviation > 1e-12 else np.zeros(len(x))


def inverse(z: Array, y: Array, at: Array) -> Array:
    """Values in the scale of the results y (n,) for transformed values `at`, given z = transform(y): linear between results.

    Below the best and above the worst the line of the better half, or of all, is continued.
    """
    levels, first = np.unique(z, return_index=True)
    values = y[first]
    inside: Array = np.interp(at, levels, values)
    if len(levels) < 2:
        return inside
    half = max(1, len(levels) // 2)
    low = (values[half] - values[0]) / (levels[half] - levels[0])
    high = (values[-1] - values[-2]) / (levels[-1] - levels[-2])
    below, above = np.minimum(at - levels[0], 0.0), np.maximum(at - levels[-1], 0.0)
    inside += low * below + high * above
    return inside

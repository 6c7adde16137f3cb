"""Mixtures of product kernels over the unit cube, one kernel for each observation and one for the prior.

n: kernels, of each mixture the last is the prior; q: columns; X (k, q): points. A number's kernel is a normal cut to [0, 1], integrated
over the value's cell if the values are discrete; a category's kernel is a table. Bergstra et al. 2011 (NeurIPS 24), §4, made
multivariate as in Falkner, Klein & Hutter 2018 (arXiv:1807.01774), §3.2; constants as in Watanabe 2023 (arXiv:2304.11127), §3.
"""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.truncated_normal import log_mass, quantile, shares_of

_SQRT_HALF = math.sqrt(0.5)
_LOG_SQRT_PI = 0.5 * math.log(math.pi)
_PRIOR = 1.0  # the weight of the prior kernel, in observations
_LEAK = 1.0  # what all kernels together give to each category that they did not observe, in observations
_FINEST = 100  # of which the reciprocal is the least bandwidth made of gaps
_EVEN = 0.15  # the standard deviation for which even bandwidths would be Scott's


Bandwidths: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64] | float]


class Cells(Protocol):
    """How the unit interval is cut into the cells of discrete values."""

    def around(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The low end, the representative and the width of the cell that holds u."""
        ...


@attrs.frozen
class EqualCells:
    """N cells of equal width, represented by their middles."""

    n: int

    def around(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The low end, the middle and the width of the cell that holds u."""
        i = np.minimum(np.floor(u * self.n), self.n - 1)
        return i / self.n, (i + 0.5) / self.n, np.full_like(i, 1.0 / self.n)


@attrs.frozen
class LogCells:
    """The integers from low to high on a log scale; cells end half-way between integers."""

    low: int
    high: int

    def around(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The low end, the integer itself and the width of the cell that holds u; near 2**53 its ends are equal, its width is not 0."""
        start = math.log(self.low - 0.5)
        width = math.log(self.high + 0.5) - start
        value = np.clip(np.round(np.exp(start + u * width)), self.low, self.high)
        return (np.log(value - 0.5) - start) / width, (np.log(value) - start) / width, np.log1p(1.0 / (value - 0.5)) / width


@attrs.frozen
class Axes:
    """What the columns of a matrix are: real, discrete and ordered, or categories (the middles of equal cells)."""

    reals: tuple[int, ...]
    steps: tuple[tuple[int, Cells], ...]
    choices: tuple[tuple[int, int], ...]  # column, number of categories

    numbers: slice | NDArray[np.int64] = attrs.field(init=False, eq=False)  # the columns with an order: the real ones, then the discrete

    @numbers.default
    def _numbers(self) -> slice | NDArray[np.int64]:
        found = [*self.reals, *(column for column, _ in self.steps)]
        first = min(found, default=0)
        adjacent = found == list(range(first, first + len(found)))
        return slice(first, first + len(found)) if adjacent else np.array(found, np.int64)  # a slice costs a fraction on small arrays

    @property
    def n_numbers(self) -> int:
        """How many columns have an order."""
        return len(self.reals) + len(self.steps)


@attrs.frozen(eq=False)
class Observed:
    """What a mixture is made of: rows U (m, q), their weights (m,), and how their bandwidths follow from their numbers (numbers, m)."""

    U: NDArray[np.float64]
    weights: NDArray[np.float64]
    bandwidths: Bandwidths


@attrs.frozen(eq=False)
class Mixtures:
    """Mixtures on the same axes, their kernels next to one another, as small arrays cost as much as large ones.

    `normals` (4, numbers, n) are mu, scaled = 1 / (sqrt(2) sigma), and the shares of the uncut normal below 0 and in [0, 1]; codes
    (choices, n), -1 for a prior; weights (n,), not normalised. `parts`: which kernels each mixture has.
    """

    axes: Axes
    parts: tuple[slice, ...]
    normals: NDArray[np.float64]
    codes: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def sizes(self) -> list[int]:
        """How many kernels each mixture has."""
        return [part.stop - part.start for part in self.parts]

    @property
    def leak(self) -> NDArray[np.float64]:
        """What each category gets beside the 1 of the observed one, (n,): one observation, shared by all kernels of the mixture."""
        return np.repeat([_LEAK / size for size in self.sizes], self.sizes)


def fit(axes: Axes, *several: Observed) -> Mixtures:
    """For each the mixture of kernels at its rows, and of a prior kernel, a wide normal, as Optuna has it."""
    parts = _parts(several)
    n = parts[-1].stop
    normals, weights, codes = np.empty((4, axes.n_numbers, n)), np.empty(n), np.empty((len(axes.choices), n), np.int64)
    mu, sigma = normals[0], normals[1]
    mu.fill(0.5)  # priors, and all else for now
    sigma.fill(1.0)
    weights.fill(_PRIOR)
    codes.fill(-1)
    for observed, part in zip(several, parts, strict=True):
        rows, U = slice(part.start, part.stop - 1), observed.U
        centres = mu[:, rows]
        centres[...] = U[:, axes.numbers].T
        sigma[:, rows] = observed.bandwidths(centres)
        weights[rows] = observed.weights
        for i, (column, size) in enumerate(axes.choices):
            codes[i, rows] = U[:, column] * size
    scaled = np.divide(_SQRT_HALF, sigma, out=sigma)
    shares_of(mu, scaled, out=normals[2:])
    return Mixtures(axes, parts, normals, codes, weights)


def _parts(several: tuple[Observed, ...]) -> tuple[slice, ...]:
    ends = [0, *itertools.accumulate(len(observed.weights) + 1 for observed in several)]
    return tuple(itertools.starmap(slice, itertools.pairwise(ends)))


def even_bandwidths(mu: NDArray[np.float64]) -> float:
    """The same sigma for all kernels and axes: 0.15 m**(-1 / (q + 4)) at mu (q, m), half of Scott's rule for a uniform density.

    The rate is that of Scott 1992, Multivariate Density Estimation, eq. 6.42. Kernels of many observations by their gaps are needles,
    which say nothing of the points between them.
    """
    q, m = mu.shape
    return float(_EVEN * max(m, 1) ** (-1.0 / (q + 4)))


def gap_bandwidths(mu: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sigma of each kernel on each axis, shape (q, m): the larger of the gaps to its neighbours (Bergstra 2011, §4.1).

    No less than 1 / min(100, m + 2), the "magic clip" of Hyperopt and Optuna; a lone observation has its distance to the far end.
    """
    q, m = mu.shape
    if m < 2:
        return np.maximum(mu, 1.0 - mu)
    places = mu.argsort(axis=1)
    places += _row_starts(q, m)
    ascending = mu.take(places)
    gaps = np.zeros((q, m + 1))  # none at the ends, where there is one neighbour
    np.subtract(ascending[:, 1:], ascending[:, :-1], out=gaps[:, 1:-1])
    larger = np.maximum(gaps[:, :-1], gaps[:, 1:])
    sigma = np.empty(q * m)
    sigma[places] = np.maximum(larger, 1.0 / min(_FINEST, m + 2), out=larger)
    return sigma.reshape(q, m)


@functools.lru_cache(maxsize=64)
def _row_starts(q: int, m: int) -> NDArray[np.int64]:
    """Where each row of a (q, m) array begins in its flat form, (q, 1), read-only."""
    starts = np.arange(0, q * m, m)[:, None]
    starts.flags.writeable = False
    return starts


def sample(mixtures: Mixtures, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the first mixture, shape (k, q), made of uniforms u (k, 1 + q): of the first the kernel, of the others the columns."""
    axes, X = mixtures.axes, np.empty((len(u), u.shape[1] - 1))
    ends = mixtures.weights[mixtures.parts[0]].cumsum()
    kernel = ends[:-1].searchsorted(u[:, 0] * ends[-1], side="right")
    X[:, axes.numbers] = quantile(u[:, 1:][:, axes.numbers].T, *mixtures.normals.take(kernel, axis=2)).T
    for column, cells in axes.steps:
        X[:, column] = cells.around(X[:, column])[1]
    for i, (column, n) in enumerate(axes.choices):
        X[:, column] = (_chosen(u[:, 1 + column], mixtures.codes[i, kernel], n, _LEAK / len(ends)) + 0.5) / n
    return X


def _chosen(u: NDArray[np.float64], code: NDArray[np.int64], n: int, leak: float) -> NDArray[np.float64]:
    """A category for each uniform: the observed one with the share 1 / (1 + n leak), else any."""
    share = np.where(code < 0, 0.0, 1.0 / (1.0 + n * leak))
    anyone = np.minimum(np.floor(np.maximum(u - share, 0.0) / (1.0 - share) * n), n - 1)
    return np.where(u < share, code, anyone)


def log_densities(mixtures: Mixtures, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of each density at each point, shape (k, parts); of discrete values the mass. Call it with one BLAS thread."""
    totals = [math.log(mixtures.weights[part].sum()) for part in mixtures.parts]
    found: NDArray[np.float64] = log_sums(mixtures, X) - totals - len(mixtures.axes.reals) * _LOG_SQRT_PI
    return found


def log_sums(mixtures: Mixtures, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same but for a constant of each density, which plays no part where points are compared. Call it with one BLAS thread.

    The terms of a sum, each at most 1, are of single precision, whose exponential takes a fifth of the time.
    """
    E, starts = _energies(mixtures, X), [part.start for part in mixtures.parts]
    least = np.minimum.reduceat(E, starts, axis=1)
    np.subtract(least.repeat(mixtures.sizes, axis=1), E, out=E)  # without the least the exponentials may overflow
    terms = E.astype(np.float32)
    sums: NDArray[np.float64] = np.log(np.add.reduceat(np.exp(terms, out=terms), starts, axis=1, dtype=np.float64))
    sums -= least
    return sums


def _energies(mixtures: Mixtures, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minus the logarithm of each kernel's part of the density at each point, shape (k, n), but for factors that all have.

    The exponents of the normals are one matrix product with what belongs to kernels alone: (x - mu)**2 = x**2 - 2 x mu + mu**2, times
    scaled**2 <= 5,000, so that what cancels is lost in the twelfth decimal.
    """
    axes, (mu, scaled, _, share), r = mixtures.axes, mixtures.normals, len(mixtures.axes.reals)
    of_points, of_kernels = np.empty((len(X), 2 * r + 1)), np.empty((2 * r + 1, len(mixtures.weights)))
    x, m, s = X[:, axes.numbers][:, :r], mu[:r], scaled[:r]
    np.multiply(x, x, out=of_points[:, :r])
    np.multiply(x, -2.0, out=of_points[:, r:-1])
    of_points[:, -1] = 1.0
    np.multiply(s, s, out=of_kernels[:r])
    np.multiply(of_kernels[:r], m, out=of_kernels[r:-1])
    at_0 = np.log(share[:r] / s)  # s / share is the density of the cut normal at its mode, times sqrt(pi)
    at_0 += of_kernels[r:-1] * m
    np.subtract(np.add.reduce(at_0, axis=0), np.log(mixtures.weights), out=of_kernels[-1])
    E: NDArray[np.float64] = of_points @ of_kernels
    for i, (column, cells) in enumerate(axes.steps, r):
        E -= _log_steps(cells, X[:, column], mu[i], _SQRT_HALF / scaled[i], share[i])
    for i, (column, n) in enumerate(axes.choices):
        E -= _log_choices(X[:, column] * n, mixtures.codes[i], n, mixtures.leak)
    return E


def _log_steps(
    cells: Cells, x: NDArray[np.float64], mu: NDArray[np.float64], sigma: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The logarithms of each kernel's mass in the cells of x, shape (k, n), each different cell once."""
    values, at = np.unique(x, return_inverse=True)
    low, _, width = cells.around(values)
    masses: NDArray[np.float64] = (log_mass(low[:, None], width[:, None], mu, sigma) - np.log(share))[at]
    return masses


def _log_choices(x: NDArray[np.float64], codes: NDArray[np.int64], n: int, leak: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms of each kernel's mass of the categories of x, shape (k, n); a prior has no code and gives all the same."""
    missed = np.where(codes < 0, -math.log(n), np.log(leak / (1.0 + n * leak)))
    hit = np.log((1.0 + leak) / (1.0 + n * leak))
    return np.where(x.astype(np.int64)[:, None] == codes, hit, missed)

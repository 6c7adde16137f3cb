"""Mixtures of product kernels over the unit cube, one kernel for each observation and one for the prior.

n: kernels, of which the last is the prior; q: columns; X (k, q): points. A number's kernel is a normal cut to [0, 1], integrated over the
value's cell if the values are discrete; a category's kernel is a table. Bergstra et al. 2011 (NeurIPS 24), §4, made
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

from askttell.numerics.truncated_normal import inside, log_mass, quantile

_LOG_SQRT_2_PI = 0.5 * math.log(2 * math.pi)
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
    """What a mixture is made of: rows U (m, q), their weights (m,), and how their bandwidths follow from them."""

    U: NDArray[np.float64]
    weights: NDArray[np.float64]
    bandwidths: Bandwidths


@attrs.frozen(eq=False)
class Mixtures:
    """Mixtures on the same axes, their kernels below one another, as small arrays cost as much as large ones.

    mu and sigma (n, numbers), codes (n, choices) with -1 for a prior, leak (n,), weights (n,), `parts`: the rows of each mixture. The
    leak is what each category gets beside the 1 of the observed one, before normalisation: one observation, shared by all kernels.
    """

    axes: Axes
    parts: tuple[slice, ...]
    mu: NDArray[np.float64]
    sigma: NDArray[np.float64]
    codes: NDArray[np.int64]
    leak: NDArray[np.float64]
    weights: NDArray[np.float64]


def fit(axes: Axes, *several: Observed) -> Mixtures:
    """For each the mixture of kernels at its rows, and of a prior kernel, a wide normal, as Optuna has it."""
    parts, n, q = _parts(several), sum(len(observed.weights) + 1 for observed in several), axes.n_numbers
    mu, sigma, shares, leak = np.empty((n, q)), np.empty((n, q)), np.empty(n), np.empty(n)
    codes = np.empty((n, len(axes.choices)), np.int64)
    for observed, part in zip(several, parts, strict=True):
        rows, prior = slice(part.start, part.stop - 1), part.stop - 1
        U = observed.U
        centres = mu[rows] = U[:, axes.numbers]
        sigma[rows] = observed.bandwidths(centres)
        mu[prior], sigma[prior], codes[prior] = 0.5, 1.0, -1
        shares[rows], shares[prior] = observed.weights, _PRIOR
        shares[part] /= shares[part].sum()
        leak[part] = _LEAK / (part.stop - part.start)
        for i, (column, size) in enumerate(axes.choices):
            codes[rows, i] = U[:, column] * size
    return Mixtures(axes, parts, mu, sigma, codes, leak, shares)


def _parts(several: tuple[Observed, ...]) -> tuple[slice, ...]:
    ends = [0, *itertools.accumulate(len(observed.weights) + 1 for observed in several)]
    return tuple(itertools.starmap(slice, itertools.pairwise(ends)))


def even_bandwidths(mu: NDArray[np.float64]) -> float:
    """The same sigma for all kernels and axes: 0.15 m**(-1 / (q + 4)) at mu (m, q), half of Scott's rule for a uniform density.

    The rate is that of Scott 1992, Multivariate Density Estimation, eq. 6.42. Kernels of many observations by their gaps are needles,
    which say nothing of the points between them.
    """
    m, q = mu.shape
    return float(_EVEN * max(m, 1) ** (-1.0 / (q + 4)))


def gap_bandwidths(mu: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sigma of each kernel on each axis, shape (m, q): the larger of the gaps to its neighbours (Bergstra 2011, §4.1), clipped.

    The least is 1 / min(100, m + 2), the "magic clip" of Hyperopt and Optuna; a lone observation has its distance to the far end.
    """
    m = len(mu)
    if m < 2:
        return np.maximum(mu, 1.0 - mu)
    columns = np.ascontiguousarray(mu.T)
    order = columns.argsort(axis=1)
    order += _row_starts(len(columns), m)  # places in the flat array
    ascending = columns.take(order)
    gaps = np.empty((len(columns), m + 1))
    np.subtract(ascending[:, 1:], ascending[:, :-1], out=gaps[:, 1:-1])
    gaps[:, 0], gaps[:, -1] = gaps[:, 1], gaps[:, -2]  # at the ends there is one neighbour
    larger = np.maximum(gaps[:, :-1], gaps[:, 1:])
    sigma = np.empty_like(columns)
    sigma.put(order, np.minimum(np.maximum(larger, 1.0 / min(_FINEST, m + 2), out=larger), 1.0, out=larger))
    return sigma.T


@functools.lru_cache(maxsize=64)
def _row_starts(q: int, m: int) -> NDArray[np.int64]:
    """Where each row of a (q, m) array begins in its flat form, (q, 1), read-only."""
    starts = np.arange(0, q * m, m)[:, None]
    starts.flags.writeable = False
    return starts


def sample(mixtures: Mixtures, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the first mixture, shape (k, q), made of uniforms u (k, 1 + q): of the first the kernel, of the others the columns."""
    axes, X = mixtures.axes, np.empty((len(u), u.shape[1] - 1))
    weights = mixtures.weights[mixtures.parts[0]]
    kernel = np.minimum(weights.cumsum().searchsorted(u[:, 0], side="right"), len(weights) - 1)
    X[:, axes.numbers] = quantile(u[:, 1:][:, axes.numbers], mixtures.mu.take(kernel, axis=0), mixtures.sigma.take(kernel, axis=0))
    for column, cells in axes.steps:
        X[:, column] = cells.around(X[:, column])[1]
    for i, (column, n) in enumerate(axes.choices):
        X[:, column] = (_chosen(u[:, 1 + column], mixtures.codes[kernel, i], n, mixtures.leak[kernel]) + 0.5) / n
    return X


def _chosen(u: NDArray[np.float64], code: NDArray[np.int64], n: int, leak: NDArray[np.float64]) -> NDArray[np.float64]:
    """A category for each uniform: the observed one with the share 1 / (1 + n leak), else any."""
    share = np.where(code < 0, 0.0, 1.0 / (1.0 + n * leak))
    anyone = np.minimum(np.floor(np.maximum(u - share, 0.0) / (1.0 - share) * n), n - 1)
    return np.where(u < share, code, anyone)


def log_densities(mixtures: Mixtures, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of each density at each point, shape (k, parts); of discrete values the mass. Call it with one BLAS thread."""
    L = _log_kernels(mixtures, X)
    starts = [part.start for part in mixtures.parts]
    top = np.maximum.reduceat(L, starts, axis=1)
    for i, part in enumerate(mixtures.parts):
        L[:, part] -= top[:, i : i + 1]  # without which the exponentials may overflow
    total: NDArray[np.float64] = np.log(np.add.reduceat(np.exp(L, out=L), starts, axis=1))
    total += top
    return total


def _log_kernels(mixtures: Mixtures, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of each kernel's share of the density at each point, shape (k, n).

    The exponents of the normals are one matrix product with what belongs to kernels alone, as (x - mu)**2 = x**2 - 2 x mu + mu**2;
    centred, as large terms would cancel.
    """
    axes, mu, sigma = mixtures.axes, mixtures.mu, mixtures.sigma
    r = len(axes.reals)
    of_points, of_kernels = np.empty((len(X), 2 * r + 1)), np.empty((len(mu), 2 * r + 1))
    x, centre, wide = X[:, axes.numbers][:, :r] - 0.5, mu[:, :r] - 0.5, sigma[:, :r]
    of_points[:, :r], of_points[:, r:-1], of_points[:, -1] = x * x, x, 1.0
    precision, scaled = of_kernels[:, :r], of_kernels[:, r:-1]
    np.divide(-0.5, wide * wide, out=precision)
    np.multiply(-2.0 * centre, precision, out=scaled)
    scale = inside(mu, sigma)
    scale[:, :r] *= wide
    exponent = np.log(scale, out=scale)
    exponent[:, :r] += 0.5 * centre * scaled
    of_kernels[:, -1] = np.log(mixtures.weights) - r * _LOG_SQRT_2_PI - exponent.sum(axis=1)
    L: NDArray[np.float64] = of_points @ of_kernels.T
    for i, (column, cells) in enumerate(axes.steps, r):
        L += _log_steps(cells, X[:, column], mu[:, i], sigma[:, i])
    for i, (column, n) in enumerate(axes.choices):
        L += _log_choices(X[:, column] * n, mixtures.codes[:, i], n, mixtures.leak)
    return L


def _log_steps(cells: Cells, x: NDArray[np.float64], mu: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms of each kernel's uncut mass in the cells of x, shape (k, n), each different cell once."""
    values, at = np.unique(x, return_inverse=True)
    low, _, width = cells.around(values)
    masses: NDArray[np.float64] = log_mass(low[:, None], width[:, None], mu, sigma)[at]
    return masses


def _log_choices(x: NDArray[np.float64], codes: NDArray[np.int64], n: int, leak: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms of each kernel's mass of the categories of x, shape (k, n); a prior has no code and gives all the same."""
    missed = np.where(codes < 0, -math.log(n), np.log(leak / (1.0 + n * leak)))
    hit = np.log((1.0 + leak) / (1.0 + n * leak))
    return np.where(x.astype(np.int64)[:, None] == codes, hit, missed)

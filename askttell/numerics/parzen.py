"""Mixtures of product kernels over the unit cube, one kernel for each observation and one for the prior.

n: kernels, of which the last is the prior; q: columns; X (k, q): points. A number's kernel is a normal cut to [0, 1], integrated over the
value's cell if the values are discrete; a category's kernel is a table. Bergstra et al. 2011 (NeurIPS 24), §4, made
multivariate as in Falkner, Klein & Hutter 2018 (arXiv:1807.01774), §3.2; constants as in Watanabe 2023 (arXiv:2304.11127), §3.
"""

import math
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.truncated_normal import log_mass, log_normaliser, quantile

_LOG_SQRT_2_PI = 0.5 * math.log(2 * math.pi)


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

    numbers: list[int] = attrs.field(init=False)  # the columns with an order: the real ones, then the discrete ones

    @numbers.default
    def _numbers(self) -> list[int]:
        return [*self.reals, *(column for column, _ in self.steps)]


@attrs.frozen(eq=False)
class Mixture:
    """Kernels and their weights: mu and sigma (n, numbers), codes (n, choices) with -1 for the prior, weights (n,)."""

    axes: Axes
    mu: NDArray[np.float64]
    sigma: NDArray[np.float64]
    codes: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def leak(self) -> float:
        """What each category gets beside 1 for the observed one, before normalisation: one observation, shared by all kernels."""
        return 1.0 / len(self.weights)


def fit(U: NDArray[np.float64], weights: NDArray[np.float64], axes: Axes) -> Mixture:
    """The mixture of kernels at the rows of U (m, q), and of a prior kernel of the weight 1 over the whole cube."""
    mu = U[:, axes.numbers]
    codes = np.column_stack([np.floor(U[:, column] * n) for column, n in axes.choices]) if axes.choices else np.empty((len(U), 0))
    prior = np.full((1, mu.shape[1]), 0.5), np.ones((1, mu.shape[1])), np.full((1, codes.shape[1]), -1, np.int64)
    shares = np.append(weights, 1.0)
    return Mixture(
        axes,
        np.concatenate([mu, prior[0]]),
        np.concatenate([bandwidths(mu), prior[1]]),
        np.concatenate([codes.astype(np.int64), prior[2]]),
        shares / shares.sum(),
    )


def bandwidths(mu: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sigma of each kernel on each axis, shape (m, q): the larger of the gaps to its neighbours (Bergstra 2011, §4.1), clipped.

    The least is 1 / min(100, m + 2), the "magic clip" of Hyperopt and Optuna; a lone observation has its distance to the far end.
    """
    m = len(mu)
    if m < 2:
        return np.maximum(mu, 1.0 - mu)
    columns = np.ascontiguousarray(mu.T)
    order = columns.argsort(axis=1)
    row = np.arange(len(columns))[:, None]
    sorted_ = columns[row, order]
    gaps = np.empty((len(columns), m + 1))
    np.subtract(sorted_[:, 1:], sorted_[:, :-1], out=gaps[:, 1:-1])
    gaps[:, 0], gaps[:, -1] = gaps[:, 1], gaps[:, -2]  # at the ends there is one neighbour
    sigma = np.empty_like(columns)
    sigma[row, order] = np.maximum(gaps[:, :-1], gaps[:, 1:])
    return np.clip(sigma, 1.0 / min(100, m + 2), 1.0, out=sigma).T


def sample(mixture: Mixture, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the mixture, shape (k, q), made of uniforms u (k, 1 + q): of the first the kernel, of the others the columns."""
    axes, X = mixture.axes, np.empty((len(u), u.shape[1] - 1))
    kernel = np.minimum(np.searchsorted(np.cumsum(mixture.weights), u[:, 0], side="right"), len(mixture.weights) - 1)
    numbers = axes.numbers
    X[:, numbers] = quantile(u[:, 1:][:, numbers], mixture.mu[kernel], mixture.sigma[kernel])
    for column, cells in axes.steps:
        X[:, column] = cells.around(X[:, column])[1]
    for i, (column, n) in enumerate(axes.choices):
        X[:, column] = (_chosen(u[:, 1 + column], mixture.codes[kernel, i], n, mixture.leak) + 0.5) / n
    return X


def _chosen(u: NDArray[np.float64], code: NDArray[np.int64], n: int, leak: float) -> NDArray[np.float64]:
    """A category for each uniform: the observed one with the share 1 / (1 + n leak), else any."""
    share = np.where(code < 0, 0.0, 1.0 / (1.0 + n * leak))
    anyone = np.minimum(np.floor(np.maximum(u - share, 0.0) / (1.0 - share) * n), n - 1)
    return np.where(u < share, code, anyone)


def log_density(mixture: Mixture, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the density at each point, shape (k,); of discrete values the mass.

    The exponents of the normals are one matrix product, as (x - mu)**2 = x**2 - 2 x mu + mu**2, so call it with one BLAS thread.
    """
    L = _log_reals(mixture, X) + _log_constants(mixture)  # (k, n)
    for i, (column, cells) in enumerate(mixture.axes.steps, len(mixture.axes.reals)):
        L += _log_steps(cells, X[:, column], mixture.mu[:, i], mixture.sigma[:, i])
    for i, (column, n) in enumerate(mixture.axes.choices):
        hit = np.floor(X[:, column] * n)[:, None] == mixture.codes[:, i]
        L += np.where(hit, math.log1p(1.0 / mixture.leak), 0.0)
    top = L.max(axis=1)
    total: NDArray[np.float64] = top + np.log(np.exp(L - top[:, None]).sum(axis=1))
    return total


def _log_constants(mixture: Mixture) -> NDArray[np.float64]:
    """What each kernel's logarithm has at every point, shape (n,)."""
    r = len(mixture.axes.reals)
    found: NDArray[np.float64] = np.log(mixture.weights) - log_normaliser(mixture.mu, mixture.sigma).sum(axis=1)
    found -= np.log(mixture.sigma[:, :r]).sum(axis=1) + r * _LOG_SQRT_2_PI
    for _, n in mixture.axes.choices:
        found[:-1] += math.log(mixture.leak / (1.0 + n * mixture.leak))
        found[-1] -= math.log(n)
    return found


def _log_reals(mixture: Mixture, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """The exponents of the normals on the real axes, shape (k, n); centred, as large terms would cancel."""
    r = len(mixture.axes.reals)
    x, mu = X[:, list(mixture.axes.reals)] - 0.5, mixture.mu[:, :r] - 0.5
    precision = mixture.sigma[:, :r] ** -2.0
    scaled = mu * precision
    left = np.concatenate([-0.5 * x * x, x], axis=1)
    right = np.concatenate([precision, scaled], axis=1)
    product: NDArray[np.float64] = left @ right.T - 0.5 * (mu * scaled).sum(axis=1)
    return product


def _log_steps(cells: Cells, x: NDArray[np.float64], mu: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms of each kernel's mass in the cells of x, shape (k, n), each different cell once."""
    values, at = np.unique(x, return_inverse=True)
    low, _, width = cells.around(values)
    masses: NDArray[np.float64] = log_mass(low[:, None], width[:, None], mu, sigma)[at]
    return masses

"""What earlier searches say of this one: trends that a Gaussian process corrects.

Each earlier search has a process of its own, made once, whose mean is a trend phi_i. The results of this search are modelled as
sum w_i phi_i(x) + f(x), with f a process with the kernel of this search and w_i from 0 (explicit basis functions, Rasmussen & Williams
2006, section 2.7; residuals of a stack of processes: Golovin et al. 2017, doi:10.1145/3097983.3098043, section 3.3.4). A search that
misleads gets no weight as soon as results contradict it. Trends are made of ranks, so that scales and units do not matter.
"""

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.axes import Axes
from askttell.numerics.kernels import squared_distances
from askttell.numerics.likelihood import Likelihood, search, unpacked
from askttell.numerics.regression import Factor, Posterior, Slopes, factorised, posterior_of
from askttell.numerics.surrogate import Recipe, prior_for, spread_subset
from askttell.numerics.transforms import NormalRanks

Array: TypeAlias = NDArray[np.float64]

_MOST = 300  # results of an earlier search that are modelled: a third the best, the others from all over
_SEARCH = 60  # iterations for its hyperparameters


@attrs.frozen(eq=False)
class Source:
    """The posterior mean of an earlier search, standardised: the least of it is about -2."""

    factor: Factor
    mean: float
    a: Array  # (n,), C^-1 (y - mean)

    def means(self, Z: Array) -> Array:
        """The means (B,) at features Z (B, p). Costs O(B n)."""
        factor = self.factor
        K = factor.kernel.correlation(squared_distances(Z, factor.X, factor.ell))
        means: Array = self.mean + factor.s2 * (K @ self.a)
        return means

    def slopes(self, Z: Array) -> tuple[Array, Array]:
        """The means (B,) and their gradients (B, p)."""
        factor = self.factor
        K, G = factor.kernel.with_slope(squared_distances(Z, factor.X, factor.ell))
        W = 2.0 * factor.s2 * G * self.a
        gradient = (Z * W.sum(axis=1)[:, None] - W @ factor.X) / factor.ell**2
        return self.mean + factor.s2 * (K @ self.a), gradient


def fitted(axes: Axes, units: Array, losses: Array, recipe: Recipe) -> Source:
    """The source of finite losses (n,) at units (n, d), NaN where inactive. Costs a search for its hyperparameters, O(n^3) a step."""
    y = NormalRanks()(losses)
    if len(y) > _MOST:
        rows = spread_subset(y, _MOST // 3, _MOST)
        units, y = units[rows], y[rows]
    X, prior = axes.features(units, ~np.isnan(units)), prior_for(axes, recipe)
    theta = search(Likelihood(recipe.kernel, prior, X, axes.group, y, recipe.noise.fixed), [prior.mean], n_iterations=_SEARCH)
    ell, s2, noise = unpacked(theta, axes.d, recipe.noise.fixed)
    factor = factorised(recipe.kernel, X, ell[axes.group], s2, noise)
    posterior = posterior_of(factor, y, np.zeros((0, 1)))
    return Source(factor, posterior.mean, posterior.A[:, 0])


@attrs.frozen(eq=False)
class Informed:
    """A posterior of the residuals of a trend, which is a weighted sum of the sources."""

    residual: Posterior
    sources: tuple[Source, ...]
    weights: Array  # (number of sources,), from 0
    best: Array  # (S,), the least mean at a row
    believed: tuple[float, ...]  # the weights of all sources, also of those that are left out because theirs is 0

    @property
    def factor(self) -> Factor:
        """The factor of this search."""
        return self.residual.factor

    def moments(self, Z: Array) -> tuple[Array, Array]:
        """Means (B, S) and deviations (B, 1) at Z (B, p)."""
        mean, sd = self.residual.moments(Z)
        return mean + _trend(self.sources, self.weights, Z)[:, None], sd

    def slopes(self, Z: Array) -> tuple[Array, Array, "InformedSlopes"]:
        """The same, and what the gradients at Z are made of."""
        mean, sd, slopes = self.residual.slopes(Z)
        trend, gradient = np.zeros(len(Z)), np.zeros_like(Z)
        for weight, of in zip(self.weights.tolist(), self.sources, strict=True):
            means, by_z = of.slopes(Z)
            trend, gradient = trend + weight * means, gradient + weight * by_z
        return mean + trend[:, None], sd, InformedSlopes(slopes, gradient)


@attrs.frozen(eq=False)
class InformedSlopes:
    """Derivatives of the moments at B points; `trend` (B, p) is the gradient of the trend."""

    residual: Slopes
    trend: Array

    def gradient(self, by_mean: Array, by_sd: Array) -> Array:
        """The gradient (B, p) of a function whose derivatives by the means are (B, S), by the deviation (B,)."""
        gradient: Array = self.residual.gradient(by_mean, by_sd) + by_mean.sum(axis=1)[:, None] * self.trend
        return gradient


def informed(factor: Factor, y: Array, normals: Array, sources: tuple[Source, ...]) -> Informed:
    """The posterior for results y (n,) at the first rows of the factor; the others are pending, as in `posterior_of`."""
    X, n = factor.X, len(y)
    Phi = np.array([of.means(X) for of in sources]).T
    weights = trend_weights(factor.R[:n, :n], Phi[:n], y)
    residual = y - Phi[:n] @ weights
    posterior = posterior_of(factor, residual, normals)
    K = factor.s2 * factor.kernel.correlation(squared_distances(X, X, factor.ell))
    means = posterior.mean + K @ posterior.A + (Phi @ weights)[:, None]
    kept = np.flatnonzero(weights)
    chosen = tuple(sources[i] for i in kept.tolist())
    return Informed(posterior, chosen, weights[kept], means.min(axis=0), tuple(weights.tolist()))


def trend_weights(R: Array, Phi: Array, y: Array) -> Array:
    """The most likely weights (k,), none negative, of trends Phi (n, k) in results y (n,) whose residuals have the precision R'R.

    They are N(1 / (2 k), 1 / k^2) beforehand. Minimises |R (y - Phi w)|^2 + k^2 |w - 1/(2 k)|^2.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - slow to import, and few searches have earlier ones

    k = Phi.shape[1]
    A = np.concatenate([R @ Phi, k * np.eye(k)])
    weights: Array = nnls(A, np.concatenate([R @ y, np.full(k, 0.5)]))[0]
    return weights


def _trend(sources: tuple[Source, ...], weights: Array, Z: Array) -> Array:
    total = np.zeros(len(Z))
    for weight, of in zip(weights.tolist(), sources, strict=True):
        total += weight * of.means(Z)
    return total


def portfolio(predicted: Array, n: int) -> list[int]:
    """Columns of predicted losses (k, c) of c candidates in k searches: n at most, each lowering the mean of the least losses most.

    It ends where none lowers it, with one search after its best: others of the kind would only be near to that, and from points close
    together a process learns length scales that are far too short. Zero-shot hyperparameter optimisation (Winkelmolen et al. 2020,
    arXiv:2007.13382).
    """
    if not predicted.size:
        return []
    chosen = [int(predicted.mean(axis=0).argmin())]
    least = predicted[:, chosen[0]]
    while len(chosen) < n:
        gains = np.maximum(least[:, None] - predicted, 0.0).sum(axis=0)
        if not gains.max() > 0.0:
            break
        chosen.append(int(gains.argmax()))
        least = np.minimum(least, predicted[:, chosen[-1]])
    return chosen

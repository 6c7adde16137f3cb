"""A process whose length scales lie along directions of its own, where results are better explained so than along the parameters.

In a narrow valley across the axes, length scales of the parameters say nothing: all are as short as the valley is narrow. Two bases are
tried at checkpoints. The principal axes of the better quarter of the results, as in the adaptation of a covariance (Hansen 2016,
arXiv:1604.00772), and those of the gradients of the posterior mean at the results, an active subspace (Constantine et al. 2014,
arXiv:1304.2070). Either counts if the results and its hyperparameters are twenty times as likely as along the parameters (see `separable`)
at the price of its angles, k (k - 1) / 2 for k directions, each of which costs ln(n) / 2 (Schwarz 1978, doi:10.1214/aos/1176344136).

T (p, p): an orthogonal map of features, which mixes those of numbers of many values that are always active, and leaves the others.
"""

import functools
import math
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.axes import Axes
from askttell.numerics.likelihood import Likelihood, search, unpacked
from askttell.numerics.regression import Factor, Posterior, Slopes, factorised, posterior_of
from askttell.numerics.surrogate import Recipe, Results, checkpoints, prior_for, searched, spread_subset

Array: TypeAlias = NDArray[np.float64]

_FIRST = 15  # results from which on bases are compared
_EVIDENCE = math.log(20.0)
_QUARTER, _FEWEST = 4, 8  # of the results and at least so many make a covariance
_SUBSET = 200  # results by which bases are compared
_LARGEST = 400  # results in the model
_ITERATIONS = 60


@attrs.frozen(eq=False)
class Basis:
    """The map T of features, and the hyperparameters theta along its directions."""

    T: Array
    theta: Array


def basis_of(results: Results, recipe: Recipe) -> Basis | None:
    """The likeliest basis at the last checkpoint, None if the parameters themselves are as good, or there are not two to mix."""
    passed = [c for c in checkpoints(results.k) if c >= _FIRST]
    if not passed or len(mixable(results.axes)) < 2:
        return None
    return _compared(results.first(passed[-1]), recipe)


def mixable(axes: Axes) -> NDArray[np.intp]:
    """The features of the smooth parameters that are always active."""
    columns: NDArray[np.intp] = axes.smooth_features[~axes.conditional[axes.smooth]]
    return columns


@functools.lru_cache(maxsize=64)
def _compared(results: Results, recipe: Recipe) -> Basis | None:
    """Costs O(n^3) for each of some dozens of steps."""
    X, y = results.features(), results.losses()
    if len(y) < _FEWEST:
        return None
    y = recipe.transform(y)
    if len(y) > _SUBSET:
        rows = spread_subset(y, _SUBSET // 2, _SUBSET)
        X, y = X[rows], y[rows]
    axes, prior, theta = results.axes, prior_for(results.axes, recipe), searched(results, recipe)
    k = len(mixable(axes))
    price = _EVIDENCE + 0.25 * k * (k - 1) * math.log(len(y))
    least = Likelihood(recipe.kernel, prior, X, axes.group, y, recipe.noise.fixed)(theta)[0] - price
    found = None
    for S in (_spread(X, y), _slopes(X, y, axes, theta, recipe)):
        T = _principal(S, mixable(axes))
        likelihood = Likelihood(recipe.kernel, prior, X @ T, axes.group, y, recipe.noise.fixed)
        theta = search(likelihood, [prior.mean], n_iterations=_ITERATIONS)
        value = likelihood(theta)[0]
        if value < least:
            least, found = value, Basis(T, theta)
    return found


def _spread(X: Array, y: Array) -> Array:
    """The covariance (p, p) of the features of the better quarter."""
    good = X[np.argsort(y, kind="stable")[: max(len(y) // _QUARTER, _FEWEST)]]
    apart = good - good.mean(axis=0)
    spread: Array = apart.T @ apart
    return spread


def _slopes(X: Array, y: Array, axes: Axes, theta: Array, recipe: Recipe) -> Array:
    """The sum (p, p) of the outer products of the gradients of the posterior mean at the results."""
    ell, s2, noise = unpacked(theta, axes.d, recipe.noise.fixed)
    posterior = posterior_of(factorised(recipe.kernel, X, ell[axes.group], s2, noise), y, np.zeros((0, 1)))
    G = posterior.slopes(X)[2].gradient(np.ones((len(X), 1)), np.zeros(len(X)))
    return G.T @ G


def _principal(S: Array, columns: NDArray[np.intp]) -> Array:
    """The map to the principal axes of S (p, p) among these columns; a map of its own."""
    T = np.eye(len(S))
    block = np.ix_(columns, columns)
    T[block] = np.linalg.eigh(S[block])[1]
    return T


MEMOS = (_compared,)


def rotated_model(results: Results, recipe: Recipe, basis: Basis) -> tuple[Factor, Array]:
    """The factor in the basis, and the transformed results that belong to its rows; beyond 400 of the best and of others in equal steps."""
    X, y = results.features(), recipe.transform(results.losses())
    if len(y) > _LARGEST:
        rows = spread_subset(y, _LARGEST // 2, _LARGEST)
        X, y = X[rows], y[rows]
    ell, s2, noise = unpacked(basis.theta, results.axes.d, recipe.noise.fixed)
    return factorised(recipe.kernel, X @ basis.T, ell[results.axes.group], s2, noise), y


def lengths(factor: Factor, basis: Basis) -> Array:
    """The typical length along each feature (p,): where the others stay, the correlation falls by the directions' shares of it."""
    length: Array = 1.0 / np.sqrt(((basis.T / factor.ell) ** 2).sum(axis=1))
    return length


@attrs.frozen(eq=False)
class Rotated:
    """A posterior in a basis, asked at features (B, p) along the parameters."""

    posterior: Posterior
    T: Array

    @property
    def factor(self) -> Factor:
        """The factor in the basis."""
        return self.posterior.factor

    @property
    def best(self) -> Array:
        """The incumbent under each fantasy, (S,)."""
        return self.posterior.best

    def moments(self, Z: Array) -> tuple[Array, Array]:
        """Means (B, S) and deviations (B, 1) at Z."""
        return self.posterior.moments(Z @ self.T)

    def slopes(self, Z: Array) -> tuple[Array, Array, "RotatedSlopes"]:
        """The same, and what the gradients at Z are made of."""
        mean, sd, slopes = self.posterior.slopes(Z @ self.T)
        return mean, sd, RotatedSlopes(slopes, self.T)


@attrs.frozen(eq=False)
class RotatedSlopes:
    """Derivatives along the parameters of a posterior in a basis."""

    slopes: Slopes
    T: Array

    def gradient(self, by_mean: Array, by_sd: Array) -> Array:
        """The gradient (B, p), as `Slopes` gives it."""
        return self.slopes.gradient(by_mean, by_sd) @ self.T.T

"""Whether a search's results are better explained by a sum of one function of each parameter than by a joint one, and where that sum leads.

Both processes are given the plain standardised results, as a transform bends a sum into none. The sum counts as the better model if
the results and its hyperparameters are twenty times as likely: strong evidence on Jeffreys' scale (Kass & Raftery 1995,
doi:10.1080/01621459.1995.10476572), here of the greatest densities instead of the integrals, each relative to its prior's mode.
"""

import functools
import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from askttell.numerics.acquisition import Acquisition
from askttell.numerics.additive import SumPosterior, fitted, likelihood_of_sum, posterior_of_sum
from askttell.numerics.coordinates import best_point
from askttell.numerics.likelihood import Likelihood, search
from askttell.numerics.surrogate import Recipe, Results, checkpoints, prior_for, spread_subset
from askttell.numerics.transforms import ZScore

Array: TypeAlias = NDArray[np.float64]

_FIRST = 20  # results from which on the two are compared
_EVIDENCE = math.log(20.0)
_SUBSET = 200  # results by which they are compared
_LARGEST = 400  # results from which a candidate is made
_ITERATIONS = 60


def theta_if_separable(results: Results, recipe: Recipe) -> Array | None:
    """The hyperparameters of the sum if at the last checkpoint it was the better model, else None.

    It is not tried on spaces with conditions, where what a parameter does depends on others by definition.
    """
    passed = [c for c in checkpoints(results.k) if c >= _FIRST]
    if not passed or results.axes.conditional.any():
        return None
    return _compared(results.first(passed[-1]), recipe)


@functools.lru_cache(maxsize=64)
def _compared(results: Results, recipe: Recipe) -> Array | None:
    """Costs O(d n^2 + n^3) for each of some dozens of steps."""
    U, y = _coordinates(results), ZScore()(results.losses())
    X, axes = results.features(), results.axes
    if len(y) > _SUBSET:
        rows = spread_subset(y, _SUBSET // 2, _SUBSET)
        U, X, y = U[rows], X[rows], y[rows]
    if len(y) < _FIRST // 2 or not y.any():
        return None
    prior = prior_for(axes, recipe)
    joint = Likelihood(recipe.kernel, prior, X, axes.group, y, recipe.noise.fixed)
    least = joint(search(joint, [prior.mean], n_iterations=_ITERATIONS))[0]
    of_sum = likelihood_of_sum(recipe.kernel, recipe.noise, U, axes.categories, y)
    theta = fitted(of_sum)
    return theta if least - of_sum(theta)[0] > _EVIDENCE else None


def _coordinates(results: Results) -> Array:
    """The coordinates (n, d) of the results that succeeded."""
    U = results.units[results.told[: results.k]]
    return results.axes.snapped(U[~np.isnan(results.values[: results.k])])


def sum_of(results: Results, recipe: Recipe, theta: Array, pending: Array) -> SumPosterior:
    """The sum given the results, with pending trials at (k, d); beyond 400 results of the best and of others in equal steps."""
    U, y = _coordinates(results), ZScore()(results.losses())
    if len(y) > _LARGEST:
        rows = spread_subset(y, _LARGEST // 2, _LARGEST)
        U, y = U[rows], y[rows]
    U = np.concatenate([U, results.axes.snapped(pending)])
    return posterior_of_sum(recipe.kernel, recipe.noise, theta, U, results.axes.categories, y)


def best_of_sum(posterior: SumPosterior, acquisition: Acquisition, results: Results, uniforms: Array) -> Array:
    """The coordinates (1, d) of the best point, climbed to from the best result and from uniforms (B, d)."""
    axes = results.axes
    best = _coordinates(results)[[int(np.argmin(results.losses()))]]
    return best_point(posterior, acquisition, axes, np.concatenate([best, axes.snapped(uniforms)]))


MEMOS = (_compared,)

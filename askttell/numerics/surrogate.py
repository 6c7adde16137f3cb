"""The model of a search after n results, as a pure function of those results, whichever asks came before.

Hyperparameters theta are searched at checkpoints, which are functions of n alone, each from the result at the one before; between them
they are polished by a few steps, or kept. Factors grow in blocks from the last checkpoint. So whoever comes cold and whoever
remembers perform the same floating-point operations, and a cache may be cleared at any moment without changing a bit.
"""

import functools
from collections.abc import Callable, Hashable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.axes import Axes
from askttell.numerics.kernels import Kernel
from askttell.numerics.likelihood import Likelihood, search, unpacked
from askttell.numerics.noise import Noise
from askttell.numerics.priors import CATEGORY, CONDITIONAL_NUMBER, NUMBER, LengthScales, Prior, prior_of
from askttell.numerics.regression import Factor, extended, factorised
from askttell.numerics.transforms import Transform

Array: TypeAlias = NDArray[np.float64]

_FIRST = 4  # results at the first checkpoint
_GROWTH = 1.2  # from one checkpoint to the next
_SEARCH, _POLISH = 60, 8  # iterations
_RESTARTED = 100  # results up to which a search also starts from the prior
_POLISHED = 200  # results up to which hyperparameters are polished between checkpoints
_SUBSET = 400  # results that a search looks at
_BLOCK = 16  # rows by which a remembered factor grows
LARGEST = 1000  # results up to which all of them enter the model
_BEST, _NEAR, _SPREAD = 300, 200, 100  # of those beyond


@attrs.frozen
class Recipe:
    """What the model is made of."""

    kernel: Kernel
    noise: Noise
    transform: Transform
    scales: LengthScales


@attrs.frozen(eq=False)
class Results:
    """The first k results in the order told; equal and hashed by the digest that belongs to k.

    `values` (t,): minimised, NaN where there is none, infinite where a trial was stopped, which counts as the worst result.
    """

    axes: Axes
    identity: Hashable  # of all that is not in the digests
    digest: Callable[[int], bytes]
    units: Array  # (number, d) by trial number, NaN where inactive
    told: NDArray[np.int64]
    values: Array
    k: int

    def first(self, k: int) -> "Results":
        """The first k of these."""
        return attrs.evolve(self, k=k)

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What two equal prefixes share."""
        return self.identity, self.k, self.digest(self.k) if self.k else b""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Results) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def features(self, start: int = 0) -> Array:
        """The features (n, p) of the results from `start` on."""
        U = self.units[self.told[start : self.k][~np.isnan(self.values[start : self.k])]]
        return self.axes.features(U, ~np.isnan(U))

    def losses(self) -> Array:
        """The results (n,), all finite."""
        y = self.values[: self.k]
        y = y[~np.isnan(y)]
        finite = np.isfinite(y)
        return np.where(finite, y, y[finite].max() if finite.any() else 0.0)


def checkpoints(n: int) -> list[int]:
    """The numbers of results up to n at which hyperparameters are searched."""
    found, c = [], _FIRST
    while c <= n:
        found.append(c)
        c = int(np.ceil(_GROWTH * c))
    return found


def theta_of(results: Results, recipe: Recipe) -> Array:
    """The hyperparameters for these results: those of the last checkpoint, polished if there are few results."""
    passed = checkpoints(results.k)
    if not passed:
        return prior_for(results.axes, recipe).mean
    if passed[-1] == results.k or results.k > _POLISHED:
        return searched(results.first(passed[-1]), recipe)
    return polished(results, recipe)


@functools.lru_cache(maxsize=256)
def searched(results: Results, recipe: Recipe) -> Array:
    """The best hyperparameters at a checkpoint, searched from those of the checkpoint before and, with few results, from the prior."""
    earlier = checkpoints(results.k - 1)
    starts = [searched(results.first(earlier[-1]), recipe)] if earlier else []
    if results.k <= _RESTARTED:
        starts.append(prior_for(results.axes, recipe).mean)
    return _search(results, recipe, starts, _SEARCH)


@functools.lru_cache(maxsize=64)
def polished(results: Results, recipe: Recipe) -> Array:
    """The hyperparameters of the last checkpoint after a few steps with all results."""
    return _search(results, recipe, [searched(results.first(checkpoints(results.k)[-1]), recipe)], _POLISH)


def prior_for(axes: Axes, recipe: Recipe) -> Prior:
    """The prior of the hyperparameters on these axes."""
    kinds = np.where(axes.categories, CATEGORY, np.where(axes.conditional, CONDITIONAL_NUMBER, NUMBER))
    return prior_of(kinds, axes.dimension, recipe.scales, recipe.noise.prior)


def _search(results: Results, recipe: Recipe, starts: list[Array], n_iterations: int) -> Array:
    X, y = results.features(), results.losses()
    if len(y) == 0:
        return starts[-1]
    y = recipe.transform(y)
    if len(y) > _SUBSET:
        rows = spread_subset(y, _SUBSET // 4, _SUBSET)
        X, y = X[rows], y[rows]
    prior = prior_for(results.axes, recipe)
    likelihood = Likelihood(recipe.kernel, prior, X, results.axes.group, y, recipe.noise.fixed)
    return search(likelihood, starts, n_iterations=n_iterations)


def spread_subset(y: Array, n_best: int, n: int) -> NDArray[np.intp]:
    """Rows of the n_best least results and of others at equal distances in the order told, n in all, ascending."""
    order = np.argsort(y, kind="stable")
    others = np.sort(order[n_best:])
    picked = others[np.linspace(0, len(others) - 1, n - n_best).astype(np.intp)]
    return np.sort(np.concatenate([order[:n_best], picked]))


def model(results: Results, recipe: Recipe) -> tuple[Factor, Array]:
    """The factor for the results, and the transformed results y (n,) that belong to its rows.

    Beyond a thousand results the model is local: the best, those nearest to the best one, and some from all over, in the order told.
    """
    theta = theta_of(results, recipe)
    y = recipe.transform(results.losses())
    if len(y) > LARGEST:
        return _local(results, recipe, theta, y)
    if results.k <= _POLISHED:
        return _fresh(results, recipe, theta), y
    c = checkpoints(results.k)[-1]
    whole = results.first(c + (results.k - c) // _BLOCK * _BLOCK)
    return extended(grown(whole, c, recipe), results.features(whole.k)), y


@functools.lru_cache(maxsize=8)
def grown(results: Results, c: int, recipe: Recipe) -> Factor:
    """The factor for results that number c, a checkpoint, and some whole blocks."""
    if results.k == c:
        return _fresh(results, recipe, searched(results, recipe))
    before = results.first(results.k - _BLOCK)
    return extended(grown(before, c, recipe), results.features(before.k))


def _fresh(results: Results, recipe: Recipe, theta: Array) -> Factor:
    ell, s2, noise = unpacked(theta, results.axes.d, recipe.noise.fixed)
    return factorised(recipe.kernel, results.features(), ell[results.axes.group], s2, noise)


def _local(results: Results, recipe: Recipe, theta: Array, y: Array) -> tuple[Factor, Array]:
    ell, s2, noise = unpacked(theta, results.axes.d, recipe.noise.fixed)
    X, ell = results.features(), ell[results.axes.group]
    order = np.argsort(y, kind="stable")
    distance = (((X - X[order[0]]) / ell) ** 2).sum(axis=1)
    distance[order[:_BEST]] = np.inf
    chosen = np.concatenate([order[:_BEST], np.argsort(distance, kind="stable")[:_NEAR]])
    others = np.setdiff1d(np.arange(len(y)), chosen)
    rows = np.sort(np.concatenate([chosen, others[np.linspace(0, len(others) - 1, _SPREAD).astype(np.intp)]]))
    return factorised(recipe.kernel, X[rows], ell, s2, noise), y[rows]


MEMOS = (searched, polished, grown)

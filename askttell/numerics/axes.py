"""A mixed and conditional search space as arrays: what a Gaussian process needs to know of it.

U (n, d): one coordinate in [0, 1] for each parameter, also for inactive ones, which then do not count. Features (n, p): a
number is itself minus 1/2, an inactive one 0; a category is one column per choice of height sqrt(1/2), and one more column where it
may be inactive, so that two different codes are at squared distance 1. A child adds no distance between branches, as its
parent's category separates them already.
"""

import functools
import math
from collections.abc import Callable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Admits: TypeAlias = Callable[[Array], Bools]  # whether a condition holds at these coordinates of the parent

_FEW = 16  # values up to which a number is searched value by value only
_HEIGHT = math.sqrt(0.5)


@attrs.frozen(eq=False)
class Axis:
    """One parameter. `levels`: ascending coordinates of its values, None if it is (nearly) continuous."""

    levels: Array | None
    category: bool
    conditions: tuple[tuple[int, Admits], ...] = ()

    @property
    def smooth(self) -> bool:
        """Whether gradients are followed: numbers with more than a few values."""
        return not self.category and (self.levels is None or len(self.levels) > _FEW)


@attrs.frozen(eq=False)
class Axes:
    """The parameters in order, parents before children."""

    axes: tuple[Axis, ...]

    @functools.cached_property
    def _widths(self) -> list[int]:
        return [_width(axis) for axis in self.axes]

    @property
    def d(self) -> int:
        """How many parameters there are."""
        return len(self.axes)

    @functools.cached_property
    def group(self) -> NDArray[np.intp]:
        """Which parameter each feature belongs to, (p,)."""
        return np.repeat(np.arange(self.d), self._widths)

    @functools.cached_property
    def categories(self) -> Bools:
        """Which parameters are categories, (d,)."""
        return np.array([axis.category for axis in self.axes])

    @functools.cached_property
    def conditional(self) -> Bools:
        """Which parameters are not always active, (d,)."""
        return np.array([bool(axis.conditions) for axis in self.axes])

    @functools.cached_property
    def smooth(self) -> NDArray[np.intp]:
        """The parameters along which gradients are followed."""
        return np.flatnonzero([axis.smooth for axis in self.axes])

    @functools.cached_property
    def discrete(self) -> NDArray[np.intp]:
        """The parameters with a list of values to move between, categories among them."""
        return np.flatnonzero([axis.levels is not None for axis in self.axes])

    @functools.cached_property
    def smooth_features(self) -> NDArray[np.intp]:
        """The features of the smooth parameters."""
        starts = np.cumsum([0, *self._widths[:-1]])
        return starts[self.smooth]

    def snapped(self, U: Array) -> Array:
        """The nearest coordinates at which there is a value."""
        U = U.copy()
        for j in self.discrete:
            levels = self.axes[j].levels
            assert levels is not None
            U[:, j] = levels[nearest(levels, U[:, j])]
        return U

    def active(self, U: Array) -> Bools:
        """Which parameters are active, (n, d)."""
        active = np.ones(U.shape, bool)
        for j, axis in enumerate(self.axes):
            for parent, admits in axis.conditions:
                active[:, j] &= active[:, parent] & admits(U[:, parent])
        return active

    def features(self, U: Array, active: Bools) -> Array:
        """The features, (n, p)."""
        if self._plain:
            return U - 0.5
        X = np.zeros((len(U), sum(self._widths)))
        at = 0
        for j, axis in enumerate(self.axes):
            on = active[:, j]
            if axis.category:
                assert axis.levels is not None
                code = np.where(on, nearest(axis.levels, np.where(on, U[:, j], 0.0)), len(axis.levels))
                X[np.arange(len(U)), at + code] = _HEIGHT
            else:
                X[:, at] = np.where(on, U[:, j] - 0.5, 0.0)
            at += self._widths[j]
        return X

    def at(self, U: Array) -> Array:
        """The features of the values nearest to U."""
        U = self.snapped(U)
        return self.features(U, self.active(U))

    @functools.cached_property
    def _plain(self) -> bool:
        return not any(axis.category or axis.conditions for axis in self.axes)

    @functools.cached_property
    def dimension(self) -> float:
        """How many parameters are active in the mean, over a lattice of points (Korobov's, with the golden section)."""
        if not any(axis.conditions for axis in self.axes):
            return float(self.d)
        steps = np.sqrt(np.arange(2, self.d + 2) + 0.1234)
        U = np.arange(1, 257)[:, None] * steps % 1.0
        return float(self.active(self.snapped(U)).sum(axis=1).mean())


def _width(axis: Axis) -> int:
    if not axis.category:
        return 1
    assert axis.levels is not None
    return len(axis.levels) + bool(axis.conditions)


def nearest(levels: Array, u: Array) -> NDArray[np.intp]:
    """The index of the nearest of ascending levels."""
    return np.searchsorted(0.5 * (levels[1:] + levels[:-1]), u)

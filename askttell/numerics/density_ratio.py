"""Candidates by the ratio of two densities, l of the better trials and g of the others (Bergstra et al. 2011, NeurIPS 24, §4).

units (n, d): one row a trial, NaN where a parameter is inactive; losses (n, m), NaN where there is no result; columns: those of the
parameters that are decided together; axes: what they are; u (k, 1 + q): uniforms, one for the kernel and one for each of the columns.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from askttell.numerics import parzen, split
from askttell.numerics.parzen import Axes, Mixtures, Observed

Array = NDArray[np.float64]


def ranked(units: Array, losses: Array, columns: tuple[int, ...], axes: Axes, u: Array) -> Iterator[list[float]]:
    """Points drawn from l, the one with the largest l / g first."""
    mixtures = _densities(units, losses, columns, axes)
    return _best_first(mixtures, parzen.sample(mixtures, u))


def ranked_widely(units: Array, losses: Array, columns: tuple[int, ...], axes: Axes, u: Array) -> list[list[float]]:
    """Such points, then uniform ones ranked likewise, each once."""
    mixtures = _densities(units, losses, columns, axes)
    points = [*_best_first(mixtures, parzen.sample(mixtures, u)), *_best_first(mixtures, _spread(axes, u[:, 1:]))]
    return [list(x) for x in dict.fromkeys(map(tuple, points))]


def _densities(units: Array, losses: Array, columns: tuple[int, ...], axes: Axes) -> Mixtures:
    """The densities l and g."""
    column = units[:, columns[0]]
    always = math.isfinite(np.add.reduce(column))  # NaN where it is inactive
    good, others = split.split(losses, None if always else np.isfinite(column))
    bad, weights = split.thinned(others)
    better = Observed(_part(units, good, columns), split.rank_weights(len(good), losses.shape[1]), parzen.gap_bandwidths)
    worse = Observed(_part(units, bad, columns), weights, parzen.even_bandwidths)
    return parzen.fit(axes, better, worse)


def _part(units: Array, rows: NDArray[np.int64], columns: tuple[int, ...]) -> Array:
    whole = units.take(rows, axis=0)
    return whole if len(columns) == units.shape[1] else whole.take(columns, axis=1)


def _best_first(mixtures: Mixtures, X: Array) -> Iterator[list[float]]:
    better, worse = parzen.log_sums(mixtures, X).T
    return (X[i].tolist() for i in (worse - better).argsort(kind="stable").tolist())


def _spread(axes: Axes, u: Array) -> Array:
    """The uniforms u (k, q) as points of the axes: discrete values and categories at the middles of their cells."""
    X = u.copy()
    for column, cells in axes.steps:
        X[:, column] = cells.around(u[:, column])[1]
    for column, n in axes.choices:
        X[:, column] = (np.minimum(np.floor(u[:, column] * n), n - 1) + 0.5) / n
    return X

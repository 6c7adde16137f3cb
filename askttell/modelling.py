"""What a Gaussian process takes from a history: results, the best and the pending trials as arrays, fantasies, and how careful to be."""

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from askttell.axes import axes_of
from askttell.history import History

if TYPE_CHECKING:
    from askttell.numerics.axes import Axes
    from askttell.numerics.surrogate import Results

Array = NDArray[np.float64]

_N_FANTASIES = 32
_N_RECENT = 20  # trials of the model by whose failures its caution is set
_N_CENTRES = 5  # best results around which candidates are made


def observed(history: History) -> "Results":
    """The results as the model takes them: of a trial that was stopped an infinite loss, of one that failed NaN."""
    from askttell.numerics.surrogate import Results  # noqa: PLC0415 - settings load without SciPy

    values = history.losses[:, 0].copy()
    for row in np.flatnonzero(np.isnan(values)).tolist():
        if history.finished[row].state == "stopped":
            values[row] = math.inf
    identity = (history.space, history.directions)
    return Results(axes_of(history.space), identity, history.told_digest, history.units, history.told, values, len(values))


def caution(history: History, values: Array, origins: Collection[str]) -> int:
    """Twice the number of failures among the last trials of these origins, up to 8: by it the model keeps away from what may fail."""
    last = zip(history.told[-4 * _N_RECENT :].tolist(), np.isnan(values[-4 * _N_RECENT :]).tolist(), strict=True)
    own = [failed for number, failed in last if history.asked(number).candidate.origin in origins]
    return int(min(2 * sum(own[-_N_RECENT:]), 8))


def fantasies(history: History, n_pending: int) -> Array:
    """Standard normals (n_pending, S) for joint fantasies, from Sobol points that are new at each ask."""
    from scipy.special import ndtri  # noqa: PLC0415 - settings load without SciPy

    from askttell.numerics import sobol  # noqa: PLC0415

    if n_pending == 0:
        return np.zeros((0, 1))
    first = history.number * _N_FANTASIES
    normals: Array = ndtri(sobol.points(history.seed, n_pending, first, first + _N_FANTASIES)).T
    return normals


def best_points(history: History) -> Array:
    """The best results' coordinates, (k, d), best first."""
    losses = history.losses[:, 0]
    order = np.argsort(losses, kind="stable")[: min(_N_CENTRES, int((~np.isnan(losses)).sum()))]
    return history.units[history.told[order]]


def pending_features(history: History, axes: "Axes") -> Array:
    """The features (k, p) of the pending trials."""
    U = history.units[history.pending_numbers]
    return axes.features(U, ~np.isnan(U))

"""Cuts through the model of a search: along one parameter, and over two."""

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.analysis.landscape import Landscape
from askttell.analysis.places import log_limits
from askttell.domains import Categorical, Float, Int, Ordinal
from askttell.history import History
from askttell.numerics import sobol
from askttell.unit import encode

Array: TypeAlias = NDArray[np.float64]

_N_ALONG = 101
_N_ACROSS = 33
_N_OTHERS = 64
_SEED = 0


@attrs.frozen(eq=False)
class Cut:
    """What the model expects along one parameter, the others as in the best trial: at `places` (n,), values of the parameter's axis."""

    name: str
    places: Array
    mean: Array
    low: Array
    high: Array


@attrs.frozen(eq=False)
class Surface:
    """What the model expects over two parameters, averaged over the others: (len(y), len(x)), NaN where one of the two is inactive."""

    x: Array
    y: Array
    mean: Array


def cut(landscape: Landscape, history: History, name: str) -> Cut:
    """The cut through the best trial, of several objectives the first of the Pareto set; NaN where the parameter is inactive there."""
    space, j = history.space, history.space.names.index(name)
    best = history.best_trials[0]
    places, coordinates = _scale(history, name, _N_ALONG)
    U = np.tile(np.nan_to_num(np.array(encode(space, best.recorded)), nan=0.5), (len(coordinates), 1))
    U[:, j] = coordinates
    mean, low, high = landscape.values(U)
    active = landscape.axes.active(landscape.axes.snapped(U))[:, j]
    return Cut(name, places, *(np.where(active, values, np.nan) for values in (mean, low, high)))


def surface(landscape: Landscape, history: History, x: str, y: str) -> Surface:
    """The mean over points of the other parameters at which both are active; LookupError if the two are never active together."""
    space = history.space
    i, j = space.names.index(x), space.names.index(y)
    x_places, x_units = _scale(history, x, _N_ACROSS)
    y_places, y_units = _scale(history, y, _N_ACROSS)
    others = sobol.points(_SEED, len(space), 0, _N_OTHERS if len(space) > 2 else 1)
    mean = np.full((len(y_units), len(x_units)), np.nan)
    for row, at_y in enumerate(y_units):
        U = np.tile(others, (len(x_units), 1))
        U[:, i], U[:, j] = np.repeat(x_units, len(others)), at_y
        active = landscape.axes.active(landscape.axes.snapped(U))[:, [i, j]].all(axis=1).reshape(len(x_units), -1)
        expected = landscape.values(U)[0].reshape(len(x_units), -1)
        n = active.sum(axis=1)
        mean[row] = np.where(n > 0, np.where(active, expected, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)
    if np.isnan(mean).all():
        raise LookupError(f"`{x}` and `{y}` are never active together; choose another pair.")
    return Surface(x_places, y_places, mean)


def _scale(history: History, name: str, n: int) -> tuple[Array, Array]:
    """Values of the parameter as its axis has them (the index of a choice), and their coordinates; at most n, all if there are fewer."""
    domain = history.space[name]
    if isinstance(domain, Categorical | Ordinal):
        indexes = np.arange(domain.size)
        return indexes.astype(float), (indexes + 0.5) / domain.size
    assert isinstance(domain, Float | Int)
    coordinates = np.linspace(0.0, 1.0, n)
    if limits := log_limits(history, name):
        among: list[Any] = np.geomspace(*limits, n).tolist()
        coordinates = np.array([domain.to_unit(round(value) if isinstance(domain, Int) else value) for value in among]).clip(0.0, 1.0)
    values: list[Any] = [domain.from_unit(u) for u in coordinates.tolist()]
    kept = np.unique(values)
    return kept.astype(float), np.array([domain.to_unit(type(values[0])(value)) for value in kept.tolist()])

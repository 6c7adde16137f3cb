"""Points from which the search for the best candidate starts: all over the space, and around the best results."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from askttell.numerics import sobol
from askttell.numerics.axes import Axes
from askttell.seed import uniforms

Array: TypeAlias = NDArray[np.float64]

N_GLOBAL = 512
N_LOCAL = 256
_DEVIATIONS = (0.1, 0.01)
_LOCAL_PATH, _PICK_PATH = 0x6B01, 0x6B02


def global_points(axes: Axes, seed: int, number: int) -> Array:
    """The next points of a scrambled Sobol sequence, of which each ask takes as many, (N_GLOBAL, d)."""
    return axes.snapped(sobol.points(seed, axes.d, number * N_GLOBAL, (number + 1) * N_GLOBAL))


def local_points(axes: Axes, centres: Array, seed: int, number: int) -> Array:
    """Perturbed copies of the centres (k, d), (N_LOCAL, d): of each some coordinates are changed, at least one.

    Numbers move by a normal distribution truncated to the unit interval, of two deviations in turn; categories and inactive
    coordinates (NaN) are drawn anew.
    """
    d = axes.d
    u, chance = uniforms(seed, number, 2 * N_LOCAL * d, _LOCAL_PATH).reshape(2, N_LOCAL, d)
    U = centres[np.arange(N_LOCAL) % len(centres)]
    share = max(0.3, min(1.0, 2.0 / d))
    changed = chance < share
    changed[np.arange(N_LOCAL), np.argmin(chance, axis=1)] = True
    sd = np.array(_DEVIATIONS)[np.arange(N_LOCAL) // len(centres) % 2][:, None]
    moved = _truncated_normal(u, np.where(np.isnan(U), 0.5, U), sd)
    moved = np.where(axes.categories | np.isnan(U), u, moved)
    return axes.snapped(np.where(changed | np.isnan(U), moved, U))


def _truncated_normal(u: Array, mean: Array, sd: Array) -> Array:
    low, high = ndtr(-mean / sd), ndtr((1.0 - mean) / sd)
    x: Array = mean + sd * ndtri(np.clip(low + u * (high - low), 1e-15, 1.0 - 1e-15))
    return np.clip(x, 0.0, 1.0)


def starts(values: Array, is_local: NDArray[np.bool_], seed: int, number: int, n: int) -> NDArray[np.intp]:
    """Which candidates to start from: the best of the global and of the local ones, others by chance, without replacement.

    Chance is proportional to the exponential of the standardised value (Gumbel's trick), as in BoTorch.
    """
    order = np.argsort(-values, kind="stable")
    n_best = (n + 2) // 3
    best = [order[~is_local[order]][:n_best], order[is_local[order]][:n_best]]
    usable = np.where(np.isfinite(values), values, np.nan)
    spread = np.nanstd(usable) if np.isfinite(values).any() else 0.0
    z = np.nan_to_num((usable - np.nanmean(usable)) / spread, nan=-1e9) if spread > 0.0 else np.zeros(len(values))
    z = np.maximum(z, -50.0)
    z = z - np.log(-np.log(np.clip(uniforms(seed, number, len(values), _PICK_PATH), 1e-15, 1.0 - 1e-15)))
    z[np.concatenate(best)] = -np.inf
    by_chance = np.argsort(-z, kind="stable")[: n - sum(map(len, best))]
    return np.concatenate([*best, by_chance])

"""Integers for an evolution strategy: coordinates in cells, each of which keeps a chance of being left.

The margin and its control of mutation rates follow Hamano et al. 2025, CatCMA with Margin, arXiv:2504.07884, which refines Hamano et al.
2022, CMA-ES with Margin, arXiv:2205.13482; the centring of integers follows Marty et al. 2024 as used there.

Everything lies in the unit cube. n: coordinates · A (n,): scales that the margin adds, samples are m + sigma A y · alpha: the least
chance of leaving a cell · p_mut (n,): the chance that the last generation had.
"""

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_EPS = 1e-8


@attrs.frozen(eq=False)
class Axes:
    """How each coordinate of the unit interval is cut.

    `n_cells` (n,): infinite if continuous. `first` (n,): the first integer if cells end half-way between integers on a log scale, else NaN.
    """

    n_cells: Array
    first: Array

    discrete: Mask = attrs.field(init=False)  # which coordinates have cells

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "discrete", np.isfinite(self.n_cells))


@attrs.frozen(eq=False)
class Cells:
    """The cells in which points lie: where they begin, their values, where they end; where they end the axis, -inf or inf."""

    low: Array
    mid: Array
    high: Array


def cells(axes: Axes, u: Array) -> Cells:
    """The cells of u, shape (…, n); those of continuous coordinates are NaN."""
    n = axes.n_cells
    with np.errstate(invalid="ignore"):
        linear = np.clip(np.floor(u * n), 0, n - 1)
        start = np.log(axes.first - 0.5)
        width = np.log(axes.first + n - 0.5) - start
        value = np.clip(np.rint(np.exp(start + np.clip(u, 0.0, 1.0) * width)), axes.first, axes.first + n - 1)
        at = np.where(np.isnan(axes.first), linear, value - axes.first)
        log_low, log_mid, log_high = ((np.log(axes.first + at + half) - start) / width for half in (-0.5, 0.0, 0.5))
        log = ~np.isnan(axes.first)
        low, mid, high = np.where(log, log_low, at / n), np.where(log, log_mid, (at + 0.5) / n), np.where(log, log_high, (at + 1) / n)
    return Cells(np.where(at == 0, -np.inf, low), mid, np.where(at == n - 1, np.inf, high))


def centred(axes: Axes, m: Array, X: Array) -> tuple[Array, Mask]:
    """Samples X (mu, n), the better half, with those that left the cell of m moved to the middle of theirs, and which coordinates any left.

    The others move towards the middles of their cells, as far as undoes the shift of the mean.
    """
    values = cells(axes, X).mid
    home = cells(axes, m).mid
    left = axes.discrete & (values != home)
    moved = np.where(left, values, X)
    bias = (moved - X).sum(axis=0)
    towards = np.where(axes.discrete & ~left, values - X, 0.0)
    helping = np.where(bias * towards < 0, towards, 0.0)
    total = helping.sum(axis=0)
    share = np.minimum(1.0, np.divide(-bias, total, out=np.zeros_like(bias), where=total != 0))
    return moved + share * helping, left.any(axis=0)


def corrected(axes: Axes, m: Array, spread: Array, A: Array, p_mut: Array, left: Mask, alpha: float) -> tuple[Array, Array, Array]:
    """The mean, the scales A and the rates p_mut such that each cell is left with probability alpha at least.

    spread (n,): sigma sqrt(C_jj). left (n,): coordinates that a good sample had left; the rate of the others does not rise.
    """
    cell = cells(axes, m)
    scale = spread * A
    below, above = ndtr((cell.low - m) / scale), ndtr((m - cell.high) / scale)
    at_end = np.isinf(cell.low) | np.isinf(cell.high)
    end = _at_the_end(cell, m, spread, A, below + above, p_mut, left, alpha)
    inner = _inside(cell, spread, below, above, p_mut, left, alpha)
    choice = [np.where(at_end, e, i) for e, i in zip(end, inner, strict=True)]
    return tuple(np.where(axes.discrete, new, old) for new, old in zip(choice, (m, A, p_mut), strict=True))  # type: ignore[return-value]


def _at_the_end(
    cell: Cells, m: Array, spread: Array, A: Array, leaving: Array, p_mut: Array, left: Mask, alpha: float
) -> tuple[Array, Array, Array]:
    """For a mean in the first or last cell, which has one neighbour: its distance from their border."""
    border = np.where(np.isinf(cell.low), cell.high, cell.low)
    p = np.maximum(leaving, alpha)
    p = np.clip(np.where(left, p, np.minimum(p, p_mut)), _EPS, 0.5 - _EPS)
    A = np.maximum(A, np.abs(cell.mid - border) / (spread * -ndtri(alpha)))
    return border + np.sign(m - border) * spread * A * -ndtri(p), A, p


def _inside(cell: Cells, spread: Array, below: Array, above: Array, p_mut: Array, left: Mask, alpha: float) -> tuple[Array, Array, Array]:
    """For a mean between two borders: mean and scale by the chances of crossing either."""
    stay = 1.0 - below - above
    stay = np.where(left, stay, np.maximum(stay, 1.0 - p_mut))
    low, high = np.maximum(below, alpha / 2), np.maximum(above, alpha / 2)
    excess = 1.0 - low - high - stay
    room = low + high + stay - alpha - np.where(left, alpha / 2, 1.0 - p_mut)
    excess = np.divide(excess, room, out=np.zeros_like(room), where=np.abs(room) > _EPS)
    low = np.clip(low + excess * (low - alpha / 2), _EPS, 0.5 - _EPS)
    high = np.clip(high + excess * (high - alpha / 2), _EPS, 0.5 - _EPS)
    z_low, z_high = -ndtri(low), -ndtri(high)
    with np.errstate(invalid="ignore"):
        m = (cell.low * z_high + cell.high * z_low) / (z_low + z_high)
        A = (cell.high - cell.low) / ((z_low + z_high) * spread)
    return m, A, low + high

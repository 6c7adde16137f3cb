"""The best point of an additive process under an acquisition function, found parameter by parameter.

The mean of a sum and the vector R k, whose square is the variance that the results explain, are sums of what each parameter contributes. So
with the other parameters held, all values of one are scored by one product with their table (k, N), and no start is thrown off by
the many local maxima along it. A sweep over the parameters is repeated until nothing changes; then each value is refined.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from askttell.numerics.acquisition import Acquisition
from askttell.numerics.additive import SumPosterior
from askttell.numerics.axes import Axes, nearest

Array: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]

_N_VALUES = 257  # of a parameter that are tried at first, at most
_SWEEPS = 6
_ZOOMS = (1 / 256, 1 / 5120)  # how far on each side the values of a finer round reach
_N_NEAR = 41


def best_point(posterior: SumPosterior, acquisition: Acquisition, axes: Axes, starts: Array) -> Array:
    """The coordinates (1, d) of the best point reached from the starts (B, d), and from where each parameter's mean is least."""
    values = [_all_over(axes, i, starts[:, i]) for i in range(axes.d)]
    tables = _Tables(posterior, acquisition, values)
    rows = [tables.least_means(), *np.array([np.searchsorted(v, u) for v, u in zip(values, starts.T, strict=True)]).T]
    point = tables.point(max((tables.climbed(row) for row in rows), key=lambda found: found[0])[1])
    for reach in _ZOOMS:
        values = [_near(axes, i, u, reach) for i, u in enumerate(point.tolist())]
        tables = _Tables(posterior, acquisition, values)
        row = np.array([np.searchsorted(v, u) for v, u in zip(values, point, strict=True)])
        point = tables.point(tables.climbed(row)[1])
    return point[None]


def _all_over(axes: Axes, i: int, also: Array) -> Array:
    """Ascending values of a parameter, at equal distances if there are many, those of the starts among them."""
    return np.unique(np.concatenate([_snapped(axes, i, np.linspace(0.0, 1.0, _N_VALUES)), also]))


def _near(axes: Axes, i: int, u: float, reach: float) -> Array:
    """Ascending values around u, which is among them; of a category or a number of few values u alone."""
    near = _snapped(axes, i, np.clip(u + np.linspace(-reach, reach, _N_NEAR), 0.0, 1.0))
    return np.unique(np.append(near, u))


def _snapped(axes: Axes, i: int, u: Array) -> Array:
    levels = axes.axes[i].levels
    return u if levels is None else levels[nearest(levels, u)]


class _Tables:
    """What each of the values (k_i,) of each parameter contributes: M to the mean, T (k_i, N) to R k, S (k_i,) to its square."""

    def __init__(self, posterior: SumPosterior, acquisition: Acquisition, values: list[Array]) -> None:
        self._posterior, self._acquisition, self._values = posterior, acquisition, values
        parts = [posterior.part(i, u) for i, u in enumerate(values)]
        self._M, self._T = [M for M, _ in parts], [T for _, T in parts]
        self._S = [(T * T).sum(axis=1) for T in self._T]

    def least_means(self) -> Ints:
        """The row of the least mean of each parameter, (d,)."""
        return np.array([np.argmin(M) for M in self._M])

    def point(self, row: Ints) -> Array:
        """The coordinates (d,)."""
        return np.array([values[k] for values, k in zip(self._values, row, strict=True)])

    def climbed(self, row: Ints) -> tuple[float, Ints]:
        """The value and the rows (d,) of the local maximum reached by changes of one parameter at a time."""
        row, best = row.copy(), -np.inf
        m = sum(float(M[k]) for M, k in zip(self._M, row, strict=True))
        t = np.sum([T[k] for T, k in zip(self._T, row, strict=True)], axis=0)
        for _ in range(_SWEEPS):
            before = best
            for i, (M, T) in enumerate(zip(self._M, self._T, strict=True)):
                m, t = m - float(M[row[i]]), t - T[row[i]]
                found = self._along(i, m, t)
                row[i] = np.argmax(found)
                best = float(found[row[i]])
                m, t = m + float(M[row[i]]), t + T[row[i]]
            if best <= before:
                break
        return best, row

    def _along(self, i: int, m: float, t: Array) -> Array:
        """The values (k_i,) of the acquisition along parameter i, where the others contribute m to the mean and t to R k."""
        sd = self._posterior.deviation(float(t @ t) + 2.0 * (self._T[i] @ t) + self._S[i])
        each, _, _ = self._acquisition((self._posterior.mean + m + self._M[i])[:, None], sd[:, None], np.array([self._posterior.best]))
        found: Array = np.nan_to_num(self._acquisition.pooled(each)[0], nan=-np.inf)
        return found

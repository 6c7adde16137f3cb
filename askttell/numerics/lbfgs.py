"""Many local maximisations on the unit cube at once, by projected L-BFGS with a separate memory for each start.

One call of the function serves all starts, yet no start influences another: a joint Hessian of the sum of the functions is what
slows batched multi-start (Irie et al. 2025, arXiv:2511.13625). Two-loop recursion: Nocedal & Wright 2006, algorithm 7.4; projection of
the step and Armijo's rule along it: Bertsekas 1982, doi:10.1137/0320018.

B starts in d coordinates: x, f, g are points, values and gradients; s, y (m, B, d) the steps and the changes of the gradient of -f in
the last m iterations, in units of a scale; rho (m, B) = 1 / s'y, 0 where there is no pair; gamma (B,) = s'y / y'y of the newest.
"""

from collections.abc import Callable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Function: TypeAlias = Callable[[Array, Rows], tuple[Array, Array]]

_MEMORY = 8
_ARMIJO = 1e-4
_BACKTRACKS = 8
_SHORTER = 0.25
_LONGEST = 0.3  # of a step in one coordinate: log EI changes by thousands within a length scale
_FIRST = 0.1  # of the scale, the first step's largest coordinate
_GAIN = 1e-6  # relative; a start that gains less has arrived
_TINY = 1e-300


@attrs.define(eq=False)
class _Memory:
    """The last pairs of each start."""

    s: Array
    y: Array
    rho: Array
    gamma: Array
    n: int = 0

    def direction(self, g: Array, rows: Rows) -> Array:
        """The ascent direction for gradients g of these rows; the gradient's own where the recursion's would not ascend."""
        q, alphas = g.copy(), []
        newest_first = [(self.n - 1 - j) % _MEMORY for j in range(min(self.n, _MEMORY))]
        pairs = [(self.s[slot, rows], self.y[slot, rows], self.rho[slot, rows]) for slot in newest_first]
        for s, y, rho in pairs:
            alphas.append(rho * (s * q).sum(axis=1))
            q -= alphas[-1][:, None] * y
        top = np.maximum(np.abs(g).max(axis=1), _TINY)
        gamma = self.gamma[rows]
        q *= np.where(gamma > 0.0, gamma, _FIRST / top)[:, None]
        for (s, y, rho), alpha in zip(pairs[::-1], alphas[::-1], strict=True):
            q += (alpha - rho * (y * q).sum(axis=1))[:, None] * s
        q[g == 0.0] = 0.0  # at a bound
        ascends = (q * g).sum(axis=1) > 1e-10 * np.sqrt((q * q).sum(axis=1) * (g * g).sum(axis=1))
        return np.where(ascends[:, None], q, (_FIRST / top)[:, None] * g)

    def remember(self, s: Array, y: Array, rows: Rows) -> None:
        """The pairs of these rows, in place of the oldest; one without positive curvature is left out."""
        slot = self.n % _MEMORY
        sy, yy = (s * y).sum(axis=1), (y * y).sum(axis=1)
        curved = sy > 1e-10 * yy
        self.s[slot, rows], self.y[slot, rows] = s, y
        self.rho[slot] = 0.0
        self.rho[slot, rows] = np.where(curved, 1.0 / np.where(curved, sy, 1.0), 0.0)
        self.gamma[rows] = np.where(curved, sy / np.maximum(yy, _TINY), self.gamma[rows])
        self.n += 1


def maximise(function: Function, x: Array, scale: Array, *, n_iterations: int, tolerance: float = 1e-3) -> tuple[Array, Array]:
    """The local maxima reached from the rows of x (B, d), and their values (B,).

    `function(points, rows)` gives values and gradients at points that belong to these rows of x. `scale` (d,), positive, is the
    typical length in each coordinate, in units of which the search runs.
    """
    x = x.copy()
    f, g = function(x, np.arange(len(x)))
    memory = _Memory(np.zeros((_MEMORY, *x.shape)), np.zeros((_MEMORY, *x.shape)), np.zeros((_MEMORY, len(x))), np.zeros(len(x)))
    live = np.flatnonzero(np.isfinite(f))
    for _ in range(n_iterations):
        free = _free(x[live], g[live], scale)
        moving = np.abs(free).max(axis=1, initial=0.0) > tolerance
        live, free = live[moving], free[moving]
        if len(live) == 0:
            break
        found, new_x, new_f, new_g = _search(function, (x, f, g), live, memory.direction(free, live) * scale)
        memory.remember((new_x - x[found]) / scale, (g[found] - new_g) * scale, found)
        gains = new_f - f[found] > _GAIN * (1.0 + np.abs(new_f))
        x[found], f[found], g[found] = new_x, new_f, new_g
        live = found[gains]
    return x, f


def _free(x: Array, g: Array, scale: Array) -> Array:
    """The gradient in units of the scale, zero where it points out of the cube."""
    out = ((x <= 0.0) & (g < 0.0)) | ((x >= 1.0) & (g > 0.0))
    return np.where(out, 0.0, g * scale)


def _search(function: Function, state: tuple[Array, Array, Array], live: Rows, p: Array) -> tuple[Rows, Array, Array, Array]:
    """The rows that found a better point along p, and point, value and gradient; each shortens its own step."""
    x, f, g = (part[live] for part in state)
    new_x, new_f, new_g = x.copy(), f.copy(), g.copy()
    step = np.minimum(1.0, _LONGEST / np.maximum(np.abs(p).max(axis=1), _TINY))
    waiting = np.arange(len(live))
    for _ in range(_BACKTRACKS):
        trial = np.clip(x[waiting] + step[waiting, None] * p[waiting], 0.0, 1.0)
        value, gradient = function(trial, live[waiting])
        rise = (g[waiting] * (trial - x[waiting])).sum(axis=1)
        enough = value >= f[waiting] + _ARMIJO * np.maximum(rise, 0.0)
        good = waiting[enough]
        new_x[good], new_f[good], new_g[good] = trial[enough], value[enough], gradient[enough]
        waiting = waiting[~enough]
        if len(waiting) == 0:
            break
        step[waiting] *= _SHORTER
    found = np.setdiff1d(np.arange(len(live)), waiting)
    return live[found], new_x[found], new_f[found], new_g[found]

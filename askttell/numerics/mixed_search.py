"""The best point of a mixed and conditional space under a score: gradients for numbers, in turn with moves for values and categories."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from askttell.numerics.axes import Axes, nearest
from askttell.numerics.lbfgs import maximise
from askttell.numerics.score import Score

Array: TypeAlias = NDArray[np.float64]

_ROUNDS = 4
_ITERATIONS, _ITERATIONS_IN_TURN = 40, 15  # of gradients: where there is nothing else, and between moves
_MOVES = 8  # per round
_MOVERS = 4  # starts that go on to moves
_ALL = 20  # values up to which a move may take any


def improved(score: Score, U: Array, scale: Array) -> tuple[Array, Array]:
    """The local maxima reached from the rows of U (B, d), best first, and their values.

    `scale` (d,) is the typical length along each parameter. Where there are parameters with few values, only the best
    starts go on after the first round of gradients.
    """
    axes = score.axes
    values = score(U)
    if len(axes.discrete) == 0:
        return _sorted(*_climbed(score, U, values, scale, _ITERATIONS))
    U, values = _sorted(*_climbed(score, U, values, scale, _ITERATIONS_IN_TURN))
    rest, U, values = (U[_MOVERS:], values[_MOVERS:]), U[:_MOVERS], values[:_MOVERS]
    for _ in range(_ROUNDS):
        U, values, changed = _moved(score, U, values)
        if not changed:
            break
        U, values = _climbed(score, U, values, scale, _ITERATIONS_IN_TURN)
    return _sorted(np.concatenate([U, rest[0]]), np.concatenate([values, rest[1]]))


def _sorted(U: Array, values: Array) -> tuple[Array, Array]:
    order = np.argsort(-values, kind="stable")
    return U[order], values[order]


def _climbed(score: Score, U: Array, values: Array, scale: Array, n_iterations: int) -> tuple[Array, Array]:
    """Gradient ascent along the smooth parameters, then rounding; a row that gains nothing by it stays."""
    axes, smooth = score.axes, score.axes.smooth
    if len(smooth) == 0:
        return U, values
    active = axes.active(U)

    def function(points: Array, rows: NDArray[np.intp]) -> tuple[Array, Array]:
        moved = U[rows]
        moved[:, smooth] = points
        return score.with_gradient(moved, active[rows])

    climbed = U.copy()
    climbed[:, smooth], _ = maximise(function, U[:, smooth], scale[smooth], n_iterations=n_iterations)
    climbed = axes.snapped(climbed)
    found = score(climbed)
    better = found > values
    return np.where(better[:, None], climbed, U), np.where(better, found, values)


def _moved(score: Score, U: Array, values: Array) -> tuple[Array, Array, bool]:
    """Steepest ascent over single changes of a value; whether anything changed."""
    U, values = U.copy(), values.copy()
    live, changed = np.arange(len(U)), False
    for _ in range(_MOVES):
        row, neighbours = _neighbours(score.axes, U[live])
        if len(row) == 0:
            break
        found = score(neighbours)
        best = np.array([_argmax(found, row, i) for i in range(len(live))])
        gains = (best >= 0) & (found[best] > values[live] + 1e-9 * (1.0 + np.abs(values[live])))
        live, best = live[gains], best[gains]
        if len(live) == 0:
            break
        U[live], values[live], changed = neighbours[best], found[best], True
    return U, values, changed


def _argmax(found: Array, row: NDArray[np.intp], i: int) -> int:
    mine = np.flatnonzero(row == i)
    return int(mine[np.argmax(found[mine])]) if len(mine) else -1


def _neighbours(axes: Axes, U: Array) -> tuple[NDArray[np.intp], Array]:
    """All points that differ in the value of one active parameter, and of which row each is a neighbour."""
    active = axes.active(U)
    rows: list[int] = []
    moved = []
    for j in axes.discrete:
        levels = axes.axes[j].levels
        assert levels is not None
        current = nearest(levels, U[:, j])
        for i in np.flatnonzero(active[:, j]):
            options = levels[_options(len(levels), int(current[i]), any_value=axes.axes[j].category)]
            copies = np.repeat(U[i][None], len(options), axis=0)
            copies[:, j] = options
            moved.append(copies)
            rows += [int(i)] * len(options)
    return np.array(rows, np.intp), np.concatenate(moved) if moved else U[:0]


def _options(n: int, current: int, *, any_value: bool) -> NDArray[np.intp]:
    """The values to try in place of the current one: all if they are few or have no order, else 1, 2, 4, … steps away."""
    if any_value or n <= _ALL:
        return np.delete(np.arange(n), current)
    steps = 2 ** np.arange(n.bit_length())
    near = np.concatenate([current - steps, current + steps])
    return near[(near >= 0) & (near < n)]

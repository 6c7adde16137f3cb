"""Grid search whose every prefix covers the space.

Cells are numbered, and visited with a constant stride modulo their number: a rank-1 lattice on the grid (Sloan & Joe 1994, Lattice Methods
for Multiple Integration, ch. 2; the stride is near the golden section, Knuth TAOCP 3, §6.4). Of several strides the one is
taken whose first cells lie furthest apart.
"""

import functools
import itertools
import math
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from askttell.cells import Cells, cells_of
from askttell.errors import Exhausted, unknown_name
from askttell.events import Candidate
from askttell.history import History
from askttell.space import Params, Space
from askttell.unit import encode

_N_STRIDES = 16
_N_FIRST = 24  # cells by which a stride is judged


def _points(points: Any) -> tuple[tuple[str, int], ...] | int | None:
    if points is None or isinstance(points, int):
        _check_count("points", 1 if points is None else points)
        return points
    pairs = tuple((str(name), n) for name, n in (points.items() if isinstance(points, Mapping) else points))
    for name, n in pairs:
        _check_count(f"points[{name!r}]", n)
    return pairs


def _check_count(what: str, n: Any) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"`{what}` must be a number of points from 1, a dict parameter → number, or None, but got {n!r}.")


@attrs.frozen
class Grid:
    """All combinations, each once; enqueued trials and those of other strategies count as tried. Exhausted at the end.

    `points`: how many on each numeric axis that has more values, or a dict parameter → number; None takes all values of every
    parameter, of which none may be continuous. Costs O(n) per ask.
    """

    points: tuple[tuple[str, int], ...] | int | None = attrs.field(default=None, converter=_points)
    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """The first cell, in the order of this grid, that no trial has."""
        if isinstance(self.points, tuple):
            for name, _ in self.points:
                if name not in history.space:
                    raise ValueError(f"`points`: {unknown_name('parameter', name, history.space.names)}")
        order = _order(history.space, self.points)
        tried = {history.asked(number).candidate.params for number in range(history.number)}
        for k in range(order.cells.count):
            if (cell := order[k]) not in tried:
                return Candidate(cell, origin="grid")
        raise Exhausted(f"All {order.cells.count} cells of the grid have been tried; add points, or go on with another strategy.")


class _Order:
    """The cells in the order of visit, remembered as far as they have been looked at."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._stride = _stride(cells)
        self._known: list[Params] = []

    def __getitem__(self, k: int) -> Params:
        for i in range(len(self._known), k + 1):
            self._known.append(_visited(self.cells, self._stride, i))
        return self._known[k]


@functools.lru_cache(maxsize=16)
def _order(space: Space, points: tuple[tuple[str, int], ...] | int | None) -> _Order:
    return _Order(cells_of(space, points))


def _visited(cells: Cells, stride: int, k: int) -> Params:
    return cells.cell(((cells.count - 1) // 2 + k * stride) % cells.count)


def _stride(cells: Cells) -> int:
    """The best of several numbers near the golden section of the count that have no divisor in common with it."""
    n = cells.count
    golden = n * int((math.sqrt(5) - 1) / 2 * 2**53) >> 53
    near = (g for offset in range(n) for g in {golden - offset, golden + offset} if math.gcd(g, n) == 1)
    return max(itertools.islice(near, _N_STRIDES), key=lambda g: _separation(cells, g))


def _separation(cells: Cells, stride: int) -> float:
    """The least distance between two of the first cells, summed over prefixes of doubling length."""
    first = np.array([encode(cells.space, _visited(cells, stride, k)) for k in range(min(_N_FIRST, cells.count))])
    apart = np.abs(first[:, None] - first[None])
    inactive = np.isnan(first)
    apart[np.isnan(apart)] = 1.0
    apart[inactive[:, None] & inactive[None]] = 0.0
    distance = apart.sum(axis=2) + np.where(np.eye(len(first), dtype=bool), np.inf, 0.0)
    sizes = [2**i for i in range(1, 6) if 2**i <= len(first)]
    return float(sum(distance[:m, :m].min() * m for m in sizes))

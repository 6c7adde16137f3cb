"""What has not been tried yet: so that no configuration is asked twice, and a finite space ends when all of it was."""

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askttell.cells import cells_of
from askttell.errors import Exhausted
from askttell.history import History
from askttell.seed import uniforms
from askttell.space import Params, Space
from askttell.unit import decode, encode

Array = NDArray[np.float64]

_SMALL = 2000  # configurations of a finite space that are listed
SAME = 1e-9  # in the unit cube; nearer points are one
_N_DRAWS = 64
_PATH = 0x6B10


def alike(
    units: Array, x: list[float], within: float, columns: Sequence[int] | None = None, rows: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Which rows of the units (n, d), or of those rows, are no farther from x in any of the columns; inactive agrees with inactive.

    Column by column, as after the first hardly any row is left.
    """
    found = rows
    for column, value in zip(range(units.shape[1]) if columns is None else columns, x, strict=True):
        there = units[:, column] if found is None else units[:, column].take(found)
        same = (np.isnan(there) if math.isnan(value) else np.abs(there - value) <= within).nonzero()[0]
        found = same if found is None else found.take(same)
        if not len(found):
            break
    assert found is not None, "there is a column"
    return found


def first_untried(history: History, points: Array) -> Params | None:
    """The first of the points (B, d) that no trial has, None if all were tried."""
    for u in points.tolist():
        params = decode(history.space, u)
        if not len(alike(history.units, encode(history.space, params), SAME)):
            return params
    return None


def any_untried(history: History, points: Array) -> Params:
    """The first of the points (B, d), or of random ones, or of all cells of a finite space, that no trial has; Exhausted without one."""
    if (params := first_untried(history, points)) is None:
        draws = uniforms(history.seed, history.number, _N_DRAWS * len(history.space), _PATH)
        params = first_untried(history, draws.reshape(_N_DRAWS, -1))
    return _first_cell(history) if params is None else params


def tried(history: History) -> set[Params]:
    """The configurations of all trials."""
    return {history.asked(number).candidate.params for number in range(history.number)}


@functools.lru_cache(maxsize=16)
def listed(space: Space) -> tuple[tuple[Params, ...], Array] | None:
    """All configurations of a small finite space with their coordinates, 1/2 where inactive; None for other spaces."""
    if any(domain.size == math.inf for domain in space.domains) or (cells := cells_of(space, None)).count > _SMALL:
        return None
    found = tuple(cells.cell(k) for k in range(cells.count))
    return found, np.nan_to_num(np.array([encode(space, params) for params in found]), nan=0.5)


def exhausted(count: int) -> Exhausted:
    """The error that says that so many configurations are all there are."""
    return Exhausted(f"All {count} configurations of the space have been tried; widen the space, or stop.")


def _first_cell(history: History) -> Params:
    """The first cell that no trial has; a continuous parameter, all of whose draws were known, has more values than there are trials."""
    space = history.space
    points = tuple((name, history.number + 2) for name, domain in zip(space.names, space.domains, strict=True) if domain.size == math.inf)
    cells, known = cells_of(space, points), tried(history)
    for k in range(cells.count):
        if (cell := cells.cell(k)) not in known:
            return cell
    raise exhausted(cells.count)

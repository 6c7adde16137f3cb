"""The survivors of a genetic algorithm as a fold over results, whoever asked for them."""

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.evolution.folds import Folds, given
from askttell.history import History
from askttell.numerics.selection import order


@attrs.frozen(eq=False)
class Pool:
    """Rows of the table of results: survivors, best first, and those told since; no survivors before the first selection."""

    survivors: tuple[int, ...] = ()
    newcomers: tuple[int, ...] = ()


_pools: Folds[Pool] = Folds()


def pool_of(history: History, population: int, n_survivors: int) -> Pool:
    """The pool after all results. When it holds `population` individuals, the best `n_survivors` are kept."""
    losses = history.losses

    def step(pool: Pool, row: int) -> Pool:
        newcomers = (*pool.newcomers, row)
        rows = (*pool.survivors, *newcomers)
        if len(rows) < population:
            return Pool(pool.survivors, newcomers)
        return Pool(tuple(rows[i] for i in order(losses[list(rows)])[:n_survivors].tolist()))

    return _pools.state(history, given(("genetic", population, n_survivors), history), Pool, step)


def ranked(history: History, pool: Pool) -> NDArray[np.int64]:
    """The parents by number, best first: the survivors; before the first selection, all that did not fail."""
    rows = np.array(pool.survivors or pool.newcomers, np.int64)
    if not pool.survivors:
        rows = rows[order(history.losses[rows])]
    alive = rows[~np.isnan(history.losses[rows]).any(axis=1)]
    return history.told[alive]

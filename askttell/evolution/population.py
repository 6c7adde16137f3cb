"""The survivors of a genetic algorithm as a fold over results, whoever asked for them."""

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.evolution.breeding import genes_of
from askttell.evolution.folds import Folds, given
from askttell.history import History
from askttell.numerics.selection import order, unlike


@attrs.frozen(eq=False)
class Pool:
    """Rows of the table of results: survivors, best first, and those told since; no survivors before the first selection."""

    survivors: tuple[int, ...] = ()
    newcomers: tuple[int, ...] = ()


_pools: Folds[Pool] = Folds()


def pool_of(history: History, population: int, n_survivors: int, niching: float) -> Pool:
    """The pool after all results. When it holds `population` individuals, `n_survivors` are kept.

    Of those that go, the share `niching` goes for being like better ones, and then the worst.
    """
    losses, n_alike = history.losses, int(niching * (population - n_survivors))

    def step(pool: Pool, row: int) -> Pool:
        newcomers = (*pool.newcomers, row)
        rows = np.array((*pool.survivors, *newcomers))
        if len(rows) < population:
            return Pool(pool.survivors, newcomers)
        best_first = rows[order(losses[rows])]
        kept = unlike(history.units[history.told[best_first]], genes_of(history.space).chosen, n_alike)
        return Pool(tuple(best_first[kept[:n_survivors]].tolist()))

    return _pools.state(history, given(("genetic", population, n_survivors, n_alike), history), Pool, step)


def ranked(history: History, pool: Pool) -> NDArray[np.int64]:
    """The parents by number, best first: the survivors; before the first selection, all that did not fail."""
    rows = np.array(pool.survivors or pool.newcomers, np.int64)
    if not pool.survivors:
        rows = rows[order(history.losses[rows])]
    alive = rows[~np.isnan(history.losses[rows]).any(axis=1)]
    return history.told[alive]

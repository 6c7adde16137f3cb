"""Who survives, with one objective or several (NSGA-II, Deb et al. 2002, doi:10.1109/4235.996017).

Y (n, m): objectives, minimised, NaN in rows that failed, which come last. Of equal rows the later is preferred, so that a flat
objective is drifted over.
"""

import numpy as np
from numpy.typing import NDArray

from askttell.numerics.pareto import ranks

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def order(Y: Array) -> Ints:
    """All rows, best first: by loss, or by rank of domination and then by crowding distance (§III.C, the crowded comparison)."""
    failed = np.isnan(Y).any(axis=1)
    later = -np.arange(len(Y))
    if Y.shape[1] == 1:
        return np.lexsort((later, np.where(failed, np.inf, Y[:, 0])))
    rank, distance = np.full(len(Y), np.inf), np.zeros(len(Y))
    there = np.flatnonzero(~failed)
    rank[there] = ranks(Y[there])
    for front in np.unique(rank[there]):
        members = np.flatnonzero(rank == front)
        distance[members] = crowding(Y[members])
    return np.lexsort((later, -distance, rank))


def crowding(Y: Array) -> Array:
    """The crowding distance of each row of a front, shape (n,) (§III.B): infinite at both ends of each objective."""
    distance = np.zeros(len(Y))
    for y in Y.T / 2:  # halves, as a difference may overflow
        by = np.argsort(y, kind="stable")
        span = y[by[-1]] - y[by[0]]
        distance[by[[0, -1]]] = np.inf
        if span > 0:
            distance[by[1:-1]] += (y[by[2:]] - y[by[:-2]]) / span
    return distance


def unlike(U: Array, categories: Bools, n: int) -> Ints:
    """Of individuals U (k, d), best first, those that are left, ascending, after n times the worse of the two most alike went, n < k.

    This is crowding (De Jong 1975; Mengshoel & Goldberg 2008, doi:10.1162/evco.2008.16.3.315) among all: what is much like a better
    one adds less to the next children than what is worse, but elsewhere.
    """
    if n == 0:
        return np.arange(len(U))
    D = squared_distances(U, categories)
    np.fill_diagonal(D, np.inf)
    there = np.ones(len(U), np.bool_)
    for _ in range(n):
        worse = max(np.unravel_index(D.argmin(), D.shape))
        there[worse], D[worse], D[:, worse] = False, np.inf, np.inf
    return np.flatnonzero(there)


def squared_distances(U: Array, categories: Bools) -> Array:
    """Between each two rows of the unit cube, (k, k): different choices are one apart, and so are active and inactive (NaN)."""
    D = np.zeros((len(U), len(U)))
    for u, is_category in zip(U.T, categories.tolist(), strict=True):
        gap = u[:, None] - u
        here = np.isnan(u)
        unlike = here[:, None] != here
        D += np.where(np.isnan(gap), unlike, gap != 0.0 if is_category else gap * gap)
    return D

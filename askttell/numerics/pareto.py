"""Domination, hypervolume and subsets, for several objectives.

Y (n, m): objectives, minimised and finite. A row dominates another if it is nowhere worse and somewhere better. The hypervolume of Y is
the volume that is dominated by some row and dominates the reference point r (m,).
"""

import heapq

import numpy as np
from numpy.typing import NDArray


def ranks(Y: NDArray[np.float64], n_wanted: int | None = None) -> NDArray[np.int64]:
    """The non-domination rank of each row, shape (n,): 0 for the front, 1 for the front of the rest, … (Goldberg 1989; Deb 2002, §III.A).

    With `n_wanted` no more fronts are peeled off once they hold so many rows; the others share the next rank. Costs O(n log n) per
    front, times the size of the front if m > 2.
    """
    left = np.arange(len(Y))
    found = np.zeros(len(Y), np.int64)
    wanted = len(Y) if n_wanted is None else n_wanted
    rank = 0
    while len(left) and len(Y) - len(left) < wanted:
        front = on_front(Y[left])
        found[left[front]] = rank
        left = left[~front]
        rank += 1
    found[left] = rank
    return found


def on_front(Y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether no other row dominates the row, shape (n,); equal rows do not dominate one another."""
    order = np.lexsort(Y.T[::-1])
    front = _front_of_pairs(Y[order]) if Y.shape[1] <= 2 else _front_of_sorted(Y[order])
    found = np.empty(len(Y), np.bool_)
    found[order] = front
    return found


def _front_of_pairs(Y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The same for one or two objectives, rows in lexicographic order: a row improves the last value, or equals the one that did."""
    last = Y[:, -1]
    best = np.minimum.accumulate(last)
    new = np.r_[True, last[1:] < best[:-1]][: len(Y)]  # a row that improves, and the rows equal to it
    leader = np.maximum.accumulate(np.where(new, np.arange(len(Y)), 0))
    same: NDArray[np.bool_] = (Y[leader] == Y).all(axis=1)
    return same


def _front_of_sorted(Y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The same for any number of objectives: the first row left is on the front, and takes away what it dominates (Kung et al. 1975)."""
    front = np.zeros(len(Y), np.bool_)
    left = np.arange(len(Y))
    while len(left):
        first = Y[left[0]]
        equal = (Y[left] == first).all(axis=1)
        front[left[equal]] = True
        left = left[(Y[left] < first).any(axis=1)]
    return front


def hypervolume(Y: NDArray[np.float64], r: NDArray[np.float64]) -> float:
    """The hypervolume of Y; rows that do not dominate r count nothing. O(n log n) for m ≤ 2, else exponential in m in the worst case.

    Exclusive volumes are summed over limited sets (While, Bradstreet & Barone 2012, WFG, doi:10.1109/TEVC.2010.2077298).
    """
    Y = Y[(r > Y).all(axis=1)]
    Y = np.unique(Y[on_front(Y)], axis=0)  # lexicographic
    if Y.shape[1] <= 2:
        return _area(Y, r)
    return sum(_exclusive(Y[i], Y[i + 1 :], r) for i in range(len(Y)))


def _area(Y: NDArray[np.float64], r: NDArray[np.float64]) -> float:
    """The hypervolume of a front of one or two objectives in lexicographic order: strips between neighbours."""
    height = r[-1] - Y[:, -1]
    width = np.diff(Y[:, 0], append=r[0]) if Y.shape[1] == 2 else np.ones(len(Y))
    return float(height @ width)


def _exclusive(y: NDArray[np.float64], others: NDArray[np.float64], r: NDArray[np.float64]) -> float:
    """The volume that y dominates and none of the others does."""
    own = float(np.prod(r - y))
    return own - hypervolume(np.maximum(others, y), r) if len(others) else own


def greedy_subset(Y: NDArray[np.float64], k: int, r: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of k rows, shape (k,), each of which adds most hypervolume to those before it; of equals the first.

    At least 1 - 1/e of the best subset's hypervolume (Guerreiro, Fonseca & Paquete 2016, doi:10.1162/EVCO_a_00188). As what a row adds
    only shrinks, a row is looked at again only when its old gain leads (Minoux 1978).
    """
    gains = [(-float(gain), i) for i, gain in enumerate(np.prod(np.maximum(r - Y, 0.0), axis=1))]
    heapq.heapify(gains)
    chosen: list[int] = []
    while len(chosen) < k:
        _, i = heapq.heappop(gains)
        gain = _exclusive(Y[i], Y[chosen], r) if (Y[i] < r).all() else 0.0
        if gains and (-gain, i) > gains[0]:
            heapq.heappush(gains, (-gain, i))
        else:
            chosen.append(i)
    return np.array(chosen, np.int64)

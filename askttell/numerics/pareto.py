"""Domination, hypervolume and subsets, for several objectives.

Y (n, m): objectives, minimised and finite. A row dominates another if it is nowhere worse and somewhere better. The hypervolume of Y is
the volume that is dominated by some row and dominates the reference point r (m,).
"""

import heapq

import numpy as np
from numpy.typing import NDArray

_N_POINTS = 2048


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
    """Indices of k rows of a front, shape (k,), each of which adds most hypervolume to those before it; of equals the first.

    At least 1 - 1/e of the best subset's hypervolume (Guerreiro, Fonseca & Paquete 2016, doi:10.1162/EVCO_a_00188). Exact for
    m ≤ 2, in O(nk); else volumes are counted at 2,048 points (Bader & Zitzler 2011, HypE, §4, doi:10.1162/EVCO_a_00009).
    """
    if k == 0:
        return np.empty(0, np.int64)
    return _greedy_rectangles(Y, k, r) if Y.shape[1] <= 2 else _greedy_counts(Y, k, r)


def _greedy_rectangles(Y: NDArray[np.float64], k: int, r: NDArray[np.float64]) -> NDArray[np.int64]:
    """On a front of one or two objectives a row adds the rectangle between its chosen neighbours."""
    x, y = Y[:, 0], Y[:, -1]
    right, top = np.full(len(Y), r[0]), np.full(len(Y), r[-1])
    chosen: list[int] = []
    for _ in range(k):
        gain = np.maximum(right - x, 0.0) * np.maximum(top - y, 0.0)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        np.minimum(right, x[best], out=right, where=x < x[best])
        np.minimum(top, y[best], out=top, where=x >= x[best])
    return np.array(chosen, np.int64)


def _greedy_counts(Y: NDArray[np.float64], k: int, r: NDArray[np.float64]) -> NDArray[np.int64]:
    """As what a row adds only shrinks, a row is looked at again only when its old gain leads (Minoux 1978)."""
    dominated = np.ones((len(Y), _N_POINTS), np.bool_)
    for y, share, bottom, top in zip(Y.T, _spread_points(Y.shape[1]).T, Y.min(axis=0), r, strict=True):
        dominated &= y[:, None] <= bottom + share * (top - bottom)
    gains = [(-int(gain), i) for i, gain in enumerate(dominated.sum(axis=1))]
    heapq.heapify(gains)
    free = np.ones(_N_POINTS, np.bool_)
    chosen: list[int] = []
    while len(chosen) < k:
        _, i = heapq.heappop(gains)
        gain = int(np.count_nonzero(dominated[i] & free))
        if gains and (-gain, i) > gains[0]:
            heapq.heappush(gains, (-gain, i))
        else:
            chosen.append(i)
            free &= ~dominated[i]
    return np.array(chosen, np.int64)


def _spread_points(m: int) -> NDArray[np.float64]:
    """Points that fill the unit cube evenly, shape (2048, m): multiples of the square roots of primes (Richtmyer 1951)."""
    primes = [p for p in range(2, 16 * m + 16) if all(p % q for q in range(2, p))][:m]
    return np.outer(np.arange(1, _N_POINTS + 1), np.sqrt(primes)) % 1.0

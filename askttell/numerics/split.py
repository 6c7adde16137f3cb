"""Which trials are the better ones, which of the others are looked at, and how much each counts.

losses (n, m): one row a trial in the order of their numbers, minimised, NaN where there is no result: failed, stopped or pending.
"""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from askttell.numerics.pareto import greedy_subset, ranks

_SHARE = 0.15
_MOST = 25
_MOST_OF_FRONTS = 100
_RECENT = 25
_MOST_WORSE = 125
_FEW = 500  # which are sorted sooner than the k-th of them is found


def split(losses: NDArray[np.float64], active: NDArray[np.bool_] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of the better trials, with one objective best first, and those of the others, ascending.

    `active` (n,): among which trials, None for all.

    The split is made among the active ones alone, so that a branch whose trials are not among the best of all still learns which of its
    own values are good.
    """
    if active is None:
        return _parted(losses)
    rows = active.nonzero()[0]
    good, others = _parted(losses.take(rows, axis=0))
    return rows[good], rows[others]


def _parted(losses: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same among all trials; of equal ones those are better that come first."""
    complete = losses[:, 0] == losses[:, 0]  # not NaN
    n, m = losses.shape
    k = n_better(int(np.count_nonzero(complete)), m)
    good = _least(losses[:, 0], k) if m == 1 else complete.nonzero()[0][_least_dominated(losses[complete], k)]
    is_other = np.ones(n, np.bool_)
    is_other[good] = False
    return good, is_other.nonzero()[0]


def _least(y: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The k least, in order, of equal ones the first; NaN is larger than all. Of many, costs O(n): only what is no larger is sorted."""
    if len(y) <= _FEW:
        return y.argsort(kind="stable")[:k]
    near = (y <= np.partition(y, k - 1)[k - 1]).nonzero()[0]
    least: NDArray[np.int64] = near.take(y.take(near).argsort(kind="stable")[:k])
    return least


def n_better(n: int, m: int) -> int:
    """How many of n complete trials are the better ones: 15 %, at most 25 (Watanabe 2023), with m > 1 objectives 100."""
    return min(math.ceil(_SHARE * n), _MOST if m == 1 else _MOST_OF_FRONTS)


def _least_dominated(Y: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The k rows of the first fronts, ascending; from the front that does not fit, those that add most hypervolume.

    As MOTPE does (Ozaki et al. 2022, doi:10.1613/jair.1.13188, §4.1). Objectives are scaled to the front, with the reference point
    a tenth beyond its worst values.
    """
    rank = ranks(Y, k)
    last = rank.max(initial=0)
    while last > 0 and np.count_nonzero(rank < last) >= k:
        last -= 1
    sure, torn = np.flatnonzero(rank < last), np.flatnonzero(rank == last)
    low, high = Y[torn].min(axis=0, initial=np.inf), Y[torn].max(axis=0, initial=-np.inf)
    spread = np.where(high > low, 0.5 * high - 0.5 * low, 1.0)  # halves, as the difference of huge losses overflows
    scaled = (0.5 * Y[torn] - 0.5 * low) / spread
    chosen = greedy_subset(scaled, k - len(sure), np.full(Y.shape[1], 1.1))
    return np.sort(np.concatenate([sure, torn[chosen]]))


@functools.lru_cache(maxsize=256)
def rank_weights(n: int, m: int) -> NDArray[np.float64]:
    """The weights of the better trials, best first, (n,), mean 1, read-only: with one objective ln(n + 1/2) - ln(rank).

    So the best count most. These are the recombination weights of CMA-ES (Hansen 2016, arXiv:1604.00772, eq. 49); like all that depends
    on ranks alone they do not change with the scale of the losses. With m > 1 objectives all count the same.
    """
    weights: NDArray[np.float64] = np.ones(n) if m > 1 else math.log(n + 0.5) - np.log(np.arange(1, n + 1))
    weights *= n / weights.sum() if n else 1.0
    weights.flags.writeable = False
    return weights


def thinned(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most 125 of the worse trials, and their weights by age: the newest 25, and of the older ones every so-many-th.

    A trial that was kept stands for those between, so the sum of the weights stays, and the density is estimated without bias.
    """
    weights = age_weights(len(rows))
    if len(rows) <= _MOST_WORSE:
        return rows, weights
    n_old, n_kept = len(rows) - _RECENT, _MOST_WORSE - _RECENT
    kept = (2 * np.arange(n_kept) + 1) * n_old // (2 * n_kept)
    weights[:n_old] *= n_old / n_kept
    at = np.concatenate([kept, np.arange(n_old, len(rows))])
    return rows[at], weights[at]


def age_weights(n: int) -> NDArray[np.float64]:
    """The weights of n trials, oldest first: 1 for the newest 25, falling linearly to 1/n (as in Hyperopt, Bergstra 2013)."""
    if n <= _RECENT:
        return np.ones(n)
    old = n - _RECENT
    weights = np.arange(n, dtype=np.float64)
    weights *= (1.0 - 1.0 / n) / max(old - 1, 1)
    weights += 1.0 / n
    weights[old:] = 1.0
    return weights

"""Comparisons of search methods: paired bootstrap intervals, their wording, and ranks.

The units are problems, each with all its seeds, as a claim is about problems of a kind; for one problem they are its seeds. The
percentile interval of the mean of n units is widened by sqrt(n / (n - 1)), as the bootstrap's variance is that of the plug-in
estimate (Davison & Hinkley 1997, Bootstrap Methods, §2.3 and §3.8 on nested data).
"""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

MARGIN = 0.02  # of normalised regret: what counts as no worse
_N_RESAMPLES = 4000


@attrs.frozen
class Interval:
    """A mean with the ends of its 95 % interval; NaN ends if one unit is all there is."""

    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What a difference of regrets, method minus reference, says of the method."""
        if self.high < 0:
            return "better"
        if self.high <= MARGIN:
            return "no worse"
        return "worse" if self.low > 0 else "undecided"


def interval(groups: Sequence[Sequence[float]]) -> Interval:
    """The mean over groups of the mean within, with its bootstrap interval: `groups` has the seeds of each problem."""
    units = np.array([np.mean(group) for group in groups] if len(groups) > 1 else groups[0], float)
    mean, n = float(units.mean()), len(units)
    if n == 1:
        return Interval(mean, float("nan"), float("nan"))
    drawn = np.random.default_rng(0).integers(n, size=(_N_RESAMPLES, n))
    deviations = (units[drawn].mean(axis=1) - mean) * np.sqrt(n / (n - 1))
    low, high = np.quantile(deviations, [0.025, 0.975]).tolist()
    return Interval(mean, mean + low, mean + high)


def average_ranks(regrets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean rank of each method, shape (m,), of regrets of shape (cells, m): 1 is best, equals share."""
    ranks: NDArray[np.float64] = rankdata(regrets, axis=1).mean(axis=0)
    return ranks

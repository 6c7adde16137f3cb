"""Comparisons of search methods: paired bootstrap intervals, their wording, and ranks.

The units are problems, each with all its seeds, as a claim is about problems of a kind. Resampling fewer than five problems says
nothing; then seeds are resampled within each, and the claim is about these problems alone. The percentile interval is
expanded by sqrt(n / (n - 1)), as the bootstrap's variance is that of the plug-in estimate, and by the ratio of Student's to the normal
quantile (Hesterberg 2015, doi:10.1080/00031305.2015.1089789, on expanded percentile intervals; Davison & Hinkley 1997, Bootstrap
Methods, §3.8 on nested data). Without that, of 60 comparisons of a method with itself on 8 problems, 7 came out as different.
"""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit
from scipy.stats import rankdata

MARGIN = 0.02  # of normalised regret: what counts as no worse
_N_RESAMPLES = 4000
_FEWEST_PROBLEMS = 5
_FEWEST_ALIKE = 8  # problems: of fewer that all differ by the same, a rare large difference may well be missing
_SAME = 1e-12


@attrs.frozen
class Interval:
    """A mean with the ends of its 95 % interval; NaN ends if a problem has one seed and there are few problems."""

    mean: float
    low: float
    high: float
    telling: bool = True  # False if it has no width for want of data

    @property
    def verdict(self) -> str:
        """What a difference of regrets, method minus reference, says of the method."""
        if not self.telling:
            return "undecided"
        if self.high < 0:
            return "better"
        if self.high <= MARGIN:
            return "no worse"
        return "worse" if self.low > 0 else "undecided"


def interval(groups: Sequence[Sequence[float]]) -> Interval:
    """The mean over groups of the mean within, with its bootstrap interval: `groups` has the seeds of each problem.

    It is not telling if there are fewer than eight groups without any spread.
    """
    generator, means = np.random.default_rng(0), [float(np.mean(group)) for group in groups]
    within = [means] if len(groups) >= _FEWEST_PROBLEMS else groups
    deviations = np.mean([_deviations(np.array(units, float), generator) for units in within], axis=0)
    freedom = sum(len(units) - 1 for units in within)
    low, high = (np.quantile(deviations, [0.025, 0.975]) * stdtrit(freedom, 0.975) / ndtri(0.975)).tolist()
    mean = float(np.mean(means))
    spread = max(float(np.ptp(units)) for units in within)
    return Interval(mean, mean + low, mean + high, telling=len(groups) >= _FEWEST_ALIKE or spread > _SAME)


def _deviations(units: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """By how much means of resampled units differ from their mean; NaN for a single unit."""
    n = len(units)
    if n == 1:
        return np.full(_N_RESAMPLES, np.nan)
    resampled = units[generator.integers(n, size=(_N_RESAMPLES, n))].mean(axis=1)
    deviations: NDArray[np.float64] = (resampled - units.mean()) * np.sqrt(n / (n - 1))
    return deviations


def average_ranks(regrets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean rank of each method, shape (m,), of regrets of shape (cells, m): 1 is best, equals share."""
    ranks: NDArray[np.float64] = rankdata(regrets, axis=1).mean(axis=0)
    return ranks

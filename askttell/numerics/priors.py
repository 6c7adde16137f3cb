"""Normal priors on the logarithms of a Gaussian process's hyperparameters.

theta = (ln ell of each parameter, ln of the signal's variance, ln of the noise's variance if it is learned).
Length scales that are independent under a wide prior switch off half of the dimensions when there are few results. So those of numbers
share an unknown common centre: ln ell_i = c + delta_i, c ~ N(ln(median sqrt(d)), spread^2), delta_i ~ N(0, 1/4). They grow with the
root of the dimension, as distances do (Hvarfner et al. 2024, arXiv:2402.02229). Categories, whose distances are 0 or 1, share
another centre, c ~ N(0, 1). So do numbers that are not always active, c ~ N(ln(sqrt(d)/2), 1): expected to be long, one result would
decide for a whole branch.
"""

import math
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

NUMBER, CONDITIONAL_NUMBER, CATEGORY = range(3)
_OWN_VARIANCE = 0.25
_SIGNAL_VARIANCE = 0.25  # of ln s2 around 0: results are standardised
LOWEST, HIGHEST = math.log(5e-3), math.log(1e3)  # of ln ell
_LOWEST_SIGNAL, _HIGHEST_SIGNAL = math.log(0.05), math.log(20.0)


def _positive(_: object, field: "attrs.Attribute[float]", value: float) -> None:
    if not 0.0 < value < math.inf:
        raise ValueError(f"`{field.name}` must be a number greater than 0, but got {value!r}.")


@attrs.frozen
class LengthScales:
    """Where the common centre of the length scales is expected: its median, in units of sqrt(d), and the deviation of its logarithm."""

    median: float = attrs.field(default=0.5, converter=float, validator=_positive)
    spread: float = attrs.field(default=1.0, converter=float, validator=_positive)


@attrs.frozen(eq=False)
class Prior:
    """N(mean, precision^-1) on theta (q,), within bounds `low` and `high` (q,)."""

    mean: Array
    precision: Array  # (q, q)
    low: Array
    high: Array

    def penalty(self, theta: Array) -> tuple[float, Array]:
        """Minus the log density up to a constant, and its gradient."""
        away = theta - self.mean
        pull = self.precision @ away
        return 0.5 * float(away @ pull), pull


def prior_of(kinds: NDArray[np.intp], dimension: float, scales: LengthScales, noise: tuple[float, float] | None) -> Prior:
    """The prior for parameters of these kinds (q,): NUMBER, CONDITIONAL_NUMBER or CATEGORY.

    `dimension`: how many are active at a time, in the mean. `scales`: for numbers. `noise`: mean and deviation of the logarithm of the
    noise's variance, None where it is fixed.
    """
    d = len(kinds)
    extra = 1 if noise is None else 2
    mean, precision = np.zeros(d + extra), np.zeros((d + extra, d + extra))
    root = 0.5 * math.log(dimension)
    for kind, own in ((NUMBER, scales), (CONDITIONAL_NUMBER, LengthScales()), (CATEGORY, LengthScales(1.0))):
        group = np.flatnonzero(kinds == kind)
        mean[group] = math.log(own.median) + (0.0 if kind == CATEGORY else root)
        precision[np.ix_(group, group)] = _shrunk(len(group), own.spread**2)
    precision[d, d] = 1.0 / _SIGNAL_VARIANCE
    low = np.full(d + extra, LOWEST)
    high = np.full(d + extra, HIGHEST)
    low[d], high[d] = _LOWEST_SIGNAL, _HIGHEST_SIGNAL
    if noise is not None:
        mean[d + 1], precision[d + 1, d + 1] = noise[0], noise[1] ** -2
        low[d + 1], high[d + 1] = math.log(1e-8), 0.0
    return Prior(mean, precision, low, high)


def _shrunk(n: int, variance: float) -> Array:
    """The inverse of own I + variance 11', shape (n, n), by the formula of Sherman and Morrison."""
    shared = variance / (_OWN_VARIANCE + n * variance)
    precision: Array = (np.eye(n) - shared) / _OWN_VARIANCE
    return precision

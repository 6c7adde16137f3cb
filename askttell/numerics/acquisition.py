"""Acquisition functions of a normal posterior, minimising, with their derivatives.

mean (B, S), sd (B, 1): posterior at B points, under each of S fantasies about pending trials, which share the deviation.
best (S,): the incumbent. z = (best - mean) / sd; h(z) = phi(z) + z Phi(z), so that EI = sd h(z).
Log EI after Ament et al. 2023 (arXiv:2310.20708), with asymptotics of our own, see `log_h`.
"""

import math
from typing import Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

_LN_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
_FAR = -1e3  # below, 1 - t in log_h is lost to rounding, and its asymptotic series is exact in three terms


class Acquisition(Protocol):
    """What a candidate is worth; larger is better."""

    def __call__(self, mean: Array, sd: Array, best: Array) -> tuple[Array, Array, Array]:
        """The value (B, S) and its derivatives by mean and sd (B, S)."""
        ...

    def pooled(self, values: Array) -> tuple[Array, Array]:
        """One value per point (B,) over the fantasies, and its derivative by each (B, S)."""
        ...

    def weighed(self, values: Array, log_p: Array) -> tuple[Array, Array, Array]:
        """The values (B,) when a trial succeeds with probability p, and their derivatives by value and by log p."""
        ...


def _nonnegative(_: object, field: "attrs.Attribute[float]", value: float) -> None:
    if not 0.0 <= value < math.inf:
        raise ValueError(f"`{field.name}` must be a number from 0, but got {value!r}.")


@attrs.frozen
class LogEI:
    """The logarithm of expected improvement: the same maximum as EI, with gradients also where EI underflows."""

    def __call__(self, mean: Array, sd: Array, best: Array) -> tuple[Array, Array, Array]:
        """Log EI and its derivatives, -(Phi/h)/sd by mean and (phi/h)/sd by sd, as 1 - z Phi/h = phi/h."""
        value, cdf, pdf = log_h((best - mean) / sd)
        return np.log(sd) + value, -cdf / sd, pdf / sd

    def pooled(self, values: Array) -> tuple[Array, Array]:
        """The logarithm of the mean EI."""
        return log_mean_exp(values)

    def weighed(self, values: Array, log_p: Array) -> tuple[Array, Array, Array]:
        """The logarithm of EI times p."""
        return values + log_p, np.ones_like(values), np.ones_like(values)


@attrs.frozen
class EI:
    """Expected improvement (Mockus 1978; Jones et al. 1998, doi:10.1023/A:1008306431147)."""

    def __call__(self, mean: Array, sd: Array, best: Array) -> tuple[Array, Array, Array]:
        """EI = sd h(z) and its derivatives, -Phi by mean and phi by sd."""
        z = (best - mean) / sd
        cdf, pdf = _normal(z)
        return sd * (pdf + z * cdf), -cdf, pdf

    def pooled(self, values: Array) -> tuple[Array, Array]:
        """The mean EI."""
        return _mean(values)

    def weighed(self, values: Array, log_p: Array) -> tuple[Array, Array, Array]:
        """EI times p."""
        p = np.exp(log_p)
        return values * p, p, values * p


@attrs.frozen
class PI:
    """The logarithm of the probability of improving by more than epsilon (Kushner 1964, doi:10.1115/1.3653121).

    `epsilon` is in standard deviations of the transformed results, which have mean 0 and deviation 1.
    """

    epsilon: float = attrs.field(default=0.01, converter=float, validator=_nonnegative)

    def __call__(self, mean: Array, sd: Array, best: Array) -> tuple[Array, Array, Array]:
        """Log Phi(z - epsilon/sd) and its derivatives, with phi/Phi taken from logarithms."""
        from scipy.special import log_ndtr  # noqa: PLC0415 - settings load without SciPy

        z = (best - self.epsilon - mean) / sd
        value = log_ndtr(z)
        ratio = np.exp(np.minimum(-0.5 * z * z - _LN_SQRT_2PI - value, 700.0))
        return value, -ratio / sd, -ratio * z / sd

    def pooled(self, values: Array) -> tuple[Array, Array]:
        """The logarithm of the mean probability."""
        return log_mean_exp(values)

    def weighed(self, values: Array, log_p: Array) -> tuple[Array, Array, Array]:
        """The logarithm of the probability to succeed and to improve."""
        return values + log_p, np.ones_like(values), np.ones_like(values)


@attrs.frozen
class UCB:
    """The confidence bound, kappa sd - mean (Srinivas et al. 2010, arXiv:0912.3995); upper, as for a maximised objective."""

    kappa: float = attrs.field(default=1.8, converter=float, validator=_nonnegative)

    def __call__(self, mean: Array, sd: Array, best: Array) -> tuple[Array, Array, Array]:
        """Kappa sd - mean, and its derivatives; the incumbent does not matter."""
        del best
        return self.kappa * sd - mean, -np.ones_like(mean), np.full_like(mean, self.kappa)

    def pooled(self, values: Array) -> tuple[Array, Array]:
        """The mean bound."""
        return _mean(values)

    def weighed(self, values: Array, log_p: Array) -> tuple[Array, Array, Array]:
        """The bound plus log p: a bound has no sign, so it cannot be multiplied."""
        return values + log_p, np.ones_like(values), np.ones_like(values)


def log_h(z: Array) -> tuple[Array, Array, Array]:
    """Log h(z), Phi/h and phi/h for any finite z.

    Above -1 directly. Below, with t = |z| sqrt(pi/2) erfcx(|z|/sqrt 2) in (0, 1): log h = log phi + log(1 - t), Phi/h = t/|z|/(1 - t),
    phi/h = 1/(1 - t). Far below, 1 - t = 1/z^2 - 3/z^4 + 15/z^6 - … (Abramowitz & Stegun 1964, 7.1.23).
    """
    from scipy.special import erfcx  # noqa: PLC0415 - settings load without SciPy

    near = np.maximum(z, -1.0)
    cdf, pdf = _normal(near)
    h = pdf + near * cdf
    far = np.minimum(z, -1.0)
    a = -far
    t = a * math.sqrt(0.5 * math.pi) * erfcx(a * math.sqrt(0.5))
    w = 1.0 / (a * a)
    rest = np.where(far > _FAR, 1.0 - t, w * (1.0 - w * (3.0 - 15.0 * w)))
    tail = z < -1.0
    value = np.where(tail, np.log(rest) - 0.5 * far * far - _LN_SQRT_2PI, np.log(h))
    return value, np.where(tail, t / a / rest, cdf / h), np.where(tail, 1.0 / rest, pdf / h)


def log_mean_exp(values: Array) -> tuple[Array, Array]:
    """The logarithm of the mean of exp(values) over the last axis, (B,), and its derivative by each value, (B, S)."""
    if values.shape[1] == 1:
        return values[:, 0], np.ones_like(values)
    top = values.max(axis=1, keepdims=True)
    E = np.exp(values - top)
    total = E.sum(axis=1, keepdims=True)
    return (top + np.log(total / values.shape[1]))[:, 0], E / total


def _mean(values: Array) -> tuple[Array, Array]:
    return values.mean(axis=1), np.full_like(values, 1.0 / values.shape[1])


def _normal(z: Array) -> tuple[Array, Array]:
    """Phi(z) and phi(z)."""
    from scipy.special import ndtr  # noqa: PLC0415 - settings load without SciPy

    return ndtr(z), np.exp(-0.5 * z * z - _LN_SQRT_2PI)

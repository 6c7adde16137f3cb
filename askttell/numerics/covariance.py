"""Covariance matrix adaptation: a normal distribution that learns from the ranks of its samples.

Equations are those of Hansen 2016, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772, with active (negative) weights. Of equal
losses each gets the mean of the weights of their ranks, and the paths use the variance-effective size of the weights so given, so
that a flat objective changes the distribution in no direction on average.

n: dimensions · lam: samples in a generation · m (n,): mean · sigma: step size · C (n, n): covariance, C = B diag(D)^2 B' ·
p_sigma, p_c (n,): evolution paths · Y (lam, n): steps, x = m + sigma y · w (lam,): weights by rank, best first.
"""

import functools
import math

import attrs
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_TINY = 1e-300


@attrs.frozen(eq=False)
class Rates:
    """The parameters that depend on n and lam alone (eqs 49-58, Table 1)."""

    positive: Array  # (lam,) weights of the better half, summing to one, else zero
    negative: Array  # (lam,) weights of the worse half, else zero
    c_sigma: float
    d_sigma: float
    c_c: float
    c_1: float
    c_mu: float
    chi: float  # E||N(0, I)||
    lag: int  # generations between two eigendecompositions (B.2)


@functools.lru_cache(maxsize=256)
def rates(n: int, lam: int) -> Rates:
    """The default strategy parameters for n dimensions and lam samples."""
    raw = math.log((lam + 1) / 2) - np.log(np.arange(1, lam + 1))  # eq. 49
    better, worse = np.maximum(raw, 0.0), np.maximum(-raw, 0.0)
    mu_eff, mu_eff_minus = better.sum() ** 2 / (better**2).sum(), worse.sum() ** 2 / (worse**2).sum()
    c_1 = 2.0 / ((n + 1.3) ** 2 + mu_eff)  # eq. 57
    c_mu = min(1.0 - c_1, 2.0 * (0.25 + mu_eff + 1.0 / mu_eff - 2.0) / ((n + 2) ** 2 + mu_eff))  # eq. 58
    alpha = min(1.0 + c_1 / c_mu, 1.0 + 2.0 * mu_eff_minus / (mu_eff + 2.0), (1.0 - c_1 - c_mu) / (n * c_mu))  # eqs 50-52
    c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0)  # eq. 55
    return Rates(
        positive=better / better.sum(),  # eq. 53
        negative=-alpha * worse / worse.sum(),
        c_sigma=c_sigma,
        d_sigma=1.0 + 2.0 * max(0.0, math.sqrt((mu_eff - 1.0) / (n + 1.0)) - 1.0) + c_sigma,  # eq. 55
        c_c=(4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n),  # eq. 56
        c_1=c_1,
        c_mu=c_mu,
        chi=math.sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n)),
        lag=max(1, int(1.0 / (10.0 * n * (c_1 + c_mu)))),
    )


@attrs.frozen(eq=False)
class Normal:
    """The distribution and its memory; `age` counts its generations."""

    m: Array
    sigma: float
    C: Array
    B: Array
    D: Array
    p_sigma: Array
    p_c: Array
    age: int = 0


def normal(m: Array, sigma: float, C: Array) -> Normal:
    """A distribution without a past."""
    B, D = _eigen(C)
    return Normal(m, sigma, C, B, D, np.zeros(len(m)), np.zeros(len(m)))


def shared_weights(weights: Array, losses: Array) -> Array:
    """For each sample the weight of its rank, shape (lam,); equal losses share theirs evenly."""
    order = np.argsort(losses, kind="stable")
    _, group = np.unique(losses, return_inverse=True)
    given = np.empty(len(losses))
    given[order] = weights
    shared: Array = (np.bincount(group, given) / np.bincount(group))[group]
    return shared


def updated(normal: Normal, Y: Array, losses: Array) -> Normal:
    """The distribution after one more generation: steps Y that were taken from it, with their losses, in any order."""
    lam, n = Y.shape
    r = rates(n, lam)
    positive, negative = shared_weights(r.positive, losses), shared_weights(r.negative, losses)
    mu_eff = 1.0 / (positive @ positive)
    y = positive @ Y  # eq. 41
    whitened = ((Y @ normal.B) / normal.D) @ normal.B.T  # C^(-1/2) y for each, (lam, n)
    p_sigma = (1.0 - r.c_sigma) * normal.p_sigma + math.sqrt(r.c_sigma * (2.0 - r.c_sigma) * mu_eff) * (positive @ whitened)  # eq. 43
    length = math.sqrt(p_sigma @ p_sigma)
    sigma = normal.sigma * math.exp(min(1.0, r.c_sigma / r.d_sigma * (length / r.chi - 1.0)))  # eq. 44
    steady = length / math.sqrt(1.0 - (1.0 - r.c_sigma) ** (2 * (normal.age + 1))) < (1.4 + 2.0 / (n + 1.0)) * r.chi
    p_c = (1.0 - r.c_c) * normal.p_c + steady * math.sqrt(r.c_c * (2.0 - r.c_c) * mu_eff) * y  # eq. 45
    short = n / np.maximum((whitened * whitened).sum(axis=1), _TINY)
    w = positive + negative * short  # eq. 46
    kept = 1.0 + r.c_1 * (not steady) * r.c_c * (2.0 - r.c_c) - r.c_1 - r.c_mu * (positive.sum() + negative.sum())
    C = kept * normal.C + r.c_1 * np.outer(p_c, p_c) + r.c_mu * (Y.T * w) @ Y  # eq. 47
    C = (C + C.T) / 2.0
    age = normal.age + 1
    B, D = _eigen(C) if age % r.lag == 0 else (normal.B, normal.D)
    return Normal(normal.m + normal.sigma * y, sigma, C, B, D, p_sigma, p_c, age)  # eq. 42


def shortened(normal: Normal, y: Array) -> Array:
    """The step, cut to the length that a foreign solution may have (Hansen 2011, arXiv:1110.4181, eq. 4)."""
    n = len(y)
    length = math.sqrt((((y @ normal.B) / normal.D) ** 2).sum())
    return y * min(1.0, (math.sqrt(n) + 2.0 * n / (n + 2.0)) / max(length, _TINY))


def _eigen(C: Array) -> tuple[Array, Array]:
    values, B = np.linalg.eigh(C)
    return B, np.sqrt(np.maximum(values, values.max(initial=_TINY) * 1e-20))

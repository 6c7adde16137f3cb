"""The penalised marginal likelihood of a Gaussian process, and its maximum (Rasmussen & Williams 2006, eq. 2.30 and 5.9).

X (n, p) features, y (n,) standardised results, group (p,): which parameter each feature belongs to.
C = s2 K + noise I. The mean m ~ N(0, 1) is profiled out: m = 1'C^-1 y / (1'C^-1 1 + 1). a = C^-1 (y - m).
"""

import math
from typing import Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.optimize import minimize

from askttell.numerics.kernels import Kernel, contracted, squared_distances_within
from askttell.numerics.priors import Prior

Array: TypeAlias = NDArray[np.float64]

HOPELESS = 1e25  # what a matrix that is not positive definite costs; finite, so that a line search steps back


@attrs.frozen(eq=False)
class Likelihood:
    """Minus the log posterior density of theta, given results; `noise` is None if it is the last entry of theta."""

    kernel: Kernel
    prior: Prior
    X: Array
    group: NDArray[np.intp]
    y: Array
    noise: float | None

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The value up to a constant, and its gradient (q,). Costs O(n^3), without an (n, n, p) array."""
        d = int(self.group[-1]) + 1
        ell, s2, noise = unpacked(theta, d, self.noise)
        K, G = self.kernel.with_slope(squared_distances_within(self.X, ell[self.group]))
        K *= s2
        C = K.copy()
        C.flat[:: len(C) + 1] += noise
        penalty, gradient = self.prior.penalty(theta)
        if (found := surprise(C, self.y)) is None:
            return HOPELESS, gradient
        value, M = found
        value += penalty
        gradient[d] -= 0.5 * float((M * K).sum())
        if self.noise is None:
            gradient[d + 1] -= 0.5 * noise * float(np.trace(M))
        M *= G
        by_feature = contracted(M, self.X) / ell[self.group] ** 2  # dD / d ln ell = -2 (x - x')^2 / ell^2
        gradient[:d] += s2 * np.bincount(self.group, by_feature, minlength=d)
        return value, gradient


def surprise(C: Array, y: Array) -> tuple[float, Array] | None:
    """Minus log p(y) under the covariance C (n, n), up to a constant, and M = a a' - C^-1: d log p = tr(M dC) / 2 (eq. 5.9).

    None if C is not positive definite. C is overwritten.
    """
    L, info = dpotrf(C.T, lower=1, clean=1, overwrite_a=1)
    if info != 0 or not np.isfinite(L[-1, -1]):
        return None
    M = symmetric(dpotri(L, lower=1)[0])  # C^-1 for now
    ones = M.sum(axis=1)
    m = float(ones @ y) / (float(ones.sum()) + 1.0)
    a = M @ (y - m)
    value = 0.5 * float((y - m) @ a) + float(np.log(np.diag(L)).sum()) + 0.5 * m * m
    M *= -1.0
    M += a[:, None] * a[None]
    return value, M


def unpacked(theta: Array, d: int, noise: float | None) -> tuple[Array, float, float]:
    """Length scales (d,), the signal's and the noise's variance."""
    return np.exp(theta[:d]), math.exp(theta[d]), math.exp(theta[d + 1]) if noise is None else noise


def symmetric(lower: Array) -> Array:
    """The matrix of which this is the lower triangle."""
    full: Array = lower + lower.T
    full.flat[:: len(full) + 1] *= 0.5
    return full


class Density(Protocol):
    """Minus the logarithm of a density of theta, and its gradient, with the prior that bounds it."""

    @property
    def prior(self) -> Prior:
        """The prior."""
        ...

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The value and its gradient."""
        ...


def search(function: Density, starts: list[Array], *, n_iterations: int) -> Array:
    """The best of the local minima reached from the starts, theta (q,), by L-BFGS-B.

    The tolerance is loose, as a tighter one follows rounding errors (Optuna 5.0 uses the same).
    """
    best, found = math.inf, starts[0]
    bounds = list(zip(function.prior.low, function.prior.high, strict=True))
    for start in starts:
        options = {"maxiter": n_iterations, "gtol": 1e-2, "ftol": 1e-7}
        result = minimize(function, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        if result.fun < best:
            best, found = float(result.fun), result.x
    return found

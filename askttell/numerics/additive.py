"""A process that is a sum of one function of each parameter: an additive Gaussian process.

Duvenaud et al. 2011, arXiv:1112.4394; Kandasamy et al. 2015, arXiv:1503.01673.

y = m + sum_i f_i(u_i) + noise. Each f_i is itself a sum of a long trend and a short ripple, with covariances v K(D / ell^2), where D is the
squared distance along one parameter, 1 between two categories. What one result says of u_i holds wherever the other parameters are, so
that functions with many local minima are learned from as many results as one parameter needs, and not from a power of it.

U (n, d): coordinates that are values, of parameters that are always active · theta = (ln ell (2, d), ln v (2, d), ln noise if it is
learned) · y (n,): standardised. The mean m ~ N(0, 1) is profiled out, as in `likelihood`. C = K + noise I; a = C^-1 (y - m).
"""

import math
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.axes import Bools
from askttell.numerics.kernels import Kernel
from askttell.numerics.likelihood import HOPELESS, search, surprise
from askttell.numerics.noise import Noise
from askttell.numerics.priors import HIGHEST, LOWEST, Prior
from askttell.numerics.regression import LEAST_VARIANCE, regularised

Array: TypeAlias = NDArray[np.float64]

_N = 2  # a trend and a ripple for each parameter
_LENGTHS, _LENGTH_SPREAD = (0.7, 0.08), 0.7  # medians in units of the range, and the deviation of the logarithm
_VARIANCES, _VARIANCE_SPREAD = (1.0, 0.3), 1.5  # medians of the sum over the parameters
_LOWEST_VARIANCE, _HIGHEST_VARIANCE = math.log(1e-6), math.log(50.0)
_ITERATIONS = 25


def prior_for_sum(d: int, noise: tuple[float, float] | None) -> Prior:
    """The prior of theta for d parameters, all independent. `noise`: mean and deviation of ln variance if it is learned."""
    mean = [np.repeat(np.log(_LENGTHS), d), np.repeat(np.log(np.array(_VARIANCES) / d), d)]
    spread = [np.full(_N * d, _LENGTH_SPREAD), np.full(_N * d, _VARIANCE_SPREAD)]
    low = [np.full(_N * d, LOWEST), np.full(_N * d, _LOWEST_VARIANCE)]
    high = [np.full(_N * d, HIGHEST), np.full(_N * d, _HIGHEST_VARIANCE)]
    if noise is not None:
        for parts, value in ((mean, noise[0]), (spread, noise[1]), (low, math.log(1e-8)), (high, 0.0)):
            parts.append(np.array([value]))
    precision = np.diag(np.concatenate(spread) ** -2.0)
    return Prior(np.concatenate(mean), precision, np.concatenate(low), np.concatenate(high))


@attrs.frozen(eq=False)
class SumLikelihood:
    """Minus the log posterior density of theta up to a constant, which is that of `Likelihood`, so that the two compare.

    D (d, n (n - 1) / 2): the squared distances along each parameter between the pairs of results, row by row of the upper triangle.
    """

    kernel: Kernel
    prior: Prior
    D: Array
    y: Array
    noise: float | None

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The value, and its gradient (q,). Costs O(d n^2 + n^3)."""
        ell, v, noise = unpacked(theta, len(self.D), self.noise)
        K, slope = self._parts(ell.ravel())
        n, pairs = len(self.y), np.triu_indices(len(self.y), 1)
        C = np.zeros((n, n))
        C[pairs] = v.ravel() @ K
        C.flat[:: n + 1] = v.sum() + noise
        penalty, gradient = self.prior.penalty(theta)
        if (found := surprise(C, self.y)) is None:
            return HOPELESS, gradient
        value, M = found
        value += penalty
        trace, W = float(np.trace(M)), M[pairs]  # each pair counts twice
        k = v.size
        gradient[:k] += 2.0 * v.ravel() * (slope @ W)  # dD / d ln ell = -2 D
        gradient[k : 2 * k] -= v.ravel() * (K @ W + 0.5 * trace)
        if self.noise is None:
            gradient[-1] -= 0.5 * noise * trace
        return value, gradient

    def _parts(self, ell: Array) -> tuple[Array, Array]:
        """K and D dK/dD of each function, (2 d, pairs), one at a time, as one fits into the cache."""
        K, slope = np.empty((len(ell), self.D.shape[1])), np.empty((len(ell), self.D.shape[1]))
        for part, length in enumerate(ell.tolist()):
            scaled = self.D[part % len(self.D)] / length**2
            K[part], slope[part] = self.kernel.with_slope(scaled)
            slope[part] *= scaled
        return K, slope


def unpacked(theta: Array, d: int, noise: float | None) -> tuple[Array, Array, float]:
    """Length scales (2, d), variances (2, d), and the noise's variance."""
    ell, v = np.exp(theta[: 2 * _N * d]).reshape(2, _N, d)
    return ell, v, math.exp(theta[-1]) if noise is None else noise


def likelihood_of_sum(kernel: Kernel, noise: Noise, U: Array, categories: Bools, y: Array) -> SumLikelihood:
    """The likelihood of results y at U."""
    i, j = np.triu_indices(len(U), 1)
    D = np.array([_squared(U[i, k], U[j, k], category=bool(categories[k])) for k in range(U.shape[1])])
    return SumLikelihood(kernel, prior_for_sum(U.shape[1], noise.prior), D, y, noise.fixed)


def fitted(likelihood: SumLikelihood) -> Array:
    """The most likely theta reached from the mean of the prior."""
    return search(likelihood, [likelihood.prior.mean], n_iterations=_ITERATIONS)


def _squared(u: Array, w: Array, *, category: bool) -> Array:
    return (u != w).astype(float) if category else (u - w) ** 2


@attrs.frozen(eq=False)
class SumPosterior:
    """The sum given results at the rows of U (N, d). R (N, N): the inverse Cholesky factor of their covariance; A (N,) = C^-1 (y - m)."""

    kernel: Kernel
    categories: Bools
    ell: Array
    v: Array
    U: Array
    R: Array
    A: Array
    mean: float
    best: float  # the least posterior mean at a result

    @property
    def variance(self) -> float:
        """The prior variance of the sum."""
        return float(self.v.sum())

    def part(self, i: int, u: Array) -> tuple[Array, Array]:
        """What values u (k,) of parameter i contribute: to the mean, (k,), and to R times the covariance with the results, (k, N)."""
        K = _covariance(self.kernel, self.ell[:, i], self.v[:, i], u, self.U[:, i], category=bool(self.categories[i]))
        return K @ self.A, K @ self.R.T

    def deviation(self, explained: Array) -> Array:
        """The deviation, given the variance that the results explain, of the same shape."""
        deviation: Array = np.sqrt(np.maximum(self.variance - explained, LEAST_VARIANCE * self.variance))
        return deviation


def posterior_of_sum(kernel: Kernel, noise: Noise, theta: Array, U: Array, categories: Bools, y: Array) -> SumPosterior:
    """The posterior given y (n,) at the first rows of U (N, d); the others are pending, and expected at their posterior mean."""
    N, n, d = len(U), len(y), U.shape[1]
    ell, v, variance = unpacked(theta, d, noise.fixed)
    K = np.zeros((N, N))
    for i in range(d):
        K += _covariance(kernel, ell[:, i], v[:, i], U[:, i], U[:, i], category=bool(categories[i]))
    R, variance = regularised(K, float(v.sum()), variance)
    ones = R[:n, :n].sum(axis=1)
    w = R[:n, :n] @ y
    m = float(ones @ w) / (float(ones @ ones) + 1.0)
    A = R.T @ np.concatenate([w - m * ones, np.zeros(N - n)])
    return SumPosterior(kernel, categories, ell, v, U, R, A, m, float((y - variance * A[:n]).min()))


def _covariance(kernel: Kernel, ell: Array, v: Array, u: Array, w: Array, *, category: bool) -> Array:
    """The covariance (k, N) of one parameter's function at u (k,) and at w (N,)."""
    D = _squared(u[:, None], w[None], category=category)
    K: Array = v[0] * kernel.correlation(D / ell[0] ** 2)
    for component in range(1, _N):
        K += v[component] * kernel.correlation(D / ell[component] ** 2)
    return K

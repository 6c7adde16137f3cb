"""Exact Gaussian-process regression (Rasmussen & Williams 2006, algorithm 2.1), by the inverse of a Cholesky factor.

X (n, p) features; C = s2 K + noise I = L L'; R = L^-1, lower triangular. A factor can be extended by further rows
at O(k n^2): the factor of [C B'; B E] is [L 0; M N] with M = B R', N N' = E - M M'; its inverse is [R 0; -N^-1 M R, N^-1].
"""

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dtrtri

from askttell.numerics.kernels import Kernel, squared_distances, squared_distances_within

Array: TypeAlias = NDArray[np.float64]

_JITTERS = (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)  # times s2, added to the noise
LEAST_VARIANCE = 1e-12  # times s2


class NotPositiveDefinite(ArithmeticError):  # noqa: N818 - reads as the sentence it is
    """A covariance has no Cholesky factor, even with the largest jitter."""


@attrs.frozen(eq=False)
class Factor:
    """The inverse Cholesky factor R of the covariance of results at X, and the hyperparameters that it belongs to."""

    kernel: Kernel
    ell: Array  # (p,), one for each feature
    s2: float
    noise: float  # with the jitter that was needed
    X: Array
    R: Array


def factorised(kernel: Kernel, X: Array, ell: Array, s2: float, noise: float) -> Factor:
    """The factor for results at X (n, p), with the least jitter of a ladder that makes the covariance positive definite."""
    K = kernel.correlation(squared_distances_within(X, ell))
    K *= s2
    R, noise = regularised(K, s2, noise)
    return Factor(kernel, ell, s2, noise, X, R)


def regularised(K: Array, s2: float, noise: float) -> tuple[Array, float]:
    """The inverse Cholesky factor of K (n, n) with the noise and the least jitter that is needed, and the noise with that jitter."""
    for jitter in _JITTERS:
        C = K.copy()
        C.flat[:: len(C) + 1] += noise + jitter * s2
        R = _inverse_factor(C)
        if R is not None:
            return R, noise + jitter * s2
    raise NotPositiveDefinite(f"{len(K)} results with variance {s2!r} and noise {noise!r}")


def extended(factor: Factor, X: Array) -> Factor:
    """The factor with the rows X (k, p) added; made anew where rounding has left it not positive definite."""
    if len(X) == 0:
        return factor
    B = factor.s2 * factor.kernel.correlation(squared_distances(X, factor.X, factor.ell))
    E = factor.s2 * factor.kernel.correlation(squared_distances_within(X, factor.ell))
    E.flat[:: len(E) + 1] += factor.noise
    M = B @ factor.R.T
    N = _inverse_factor(E - M @ M.T)
    both = np.concatenate([factor.X, X])
    if N is None:
        return factorised(factor.kernel, both, factor.ell, factor.s2, factor.noise)
    n = len(factor.X)
    R = np.zeros((len(both), len(both)))
    R[:n, :n] = factor.R
    R[n:, :n] = -(N @ M) @ factor.R
    R[n:, n:] = N
    return Factor(factor.kernel, factor.ell, factor.s2, factor.noise, both, R)


def _inverse_factor(C: Array) -> Array | None:
    """L^-1 of a covariance (n, n), which is overwritten; None if it is not positive definite."""
    L, info = dpotrf(C.T, lower=1, clean=1, overwrite_a=1)
    if info != 0 or not np.isfinite(L).all():
        return None
    R, info = dtrtri(L, lower=1, overwrite_c=1)
    return np.ascontiguousarray(R) if info == 0 else None


@attrs.frozen(eq=False)
class Posterior:
    """The process given its results: N rows of which the first are results and the rest pending, under S fantasies about those."""

    factor: Factor
    mean: float
    A: Array  # (N, S), C^-1 (y - mean)
    best: Array  # (S,), the least posterior mean at a row, which is the least result where there is no noise

    def moments(self, Z: Array) -> tuple[Array, Array]:
        """Means (B, S) and deviations (B, 1) of the function, without noise, at Z (B, p)."""
        factor = self.factor
        K = factor.s2 * factor.kernel.correlation(squared_distances(Z, factor.X, factor.ell))
        V = K @ factor.R.T
        return self.mean + K @ self.A, self._deviation(V)

    def slopes(self, Z: Array) -> tuple[Array, Array, "Slopes"]:
        """The same, and what the gradients at Z are made of."""
        factor = self.factor
        K, G = factor.kernel.with_slope(squared_distances(Z, factor.X, factor.ell))
        K *= factor.s2
        G *= factor.s2
        V = K @ factor.R.T
        sd = self._deviation(V)
        return self.mean + K @ self.A, sd, Slopes(self, Z, G, V @ factor.R, sd)

    def _deviation(self, V: Array) -> Array:
        variance = self.factor.s2 - (V * V).sum(axis=1)
        deviation: Array = np.sqrt(np.maximum(variance, LEAST_VARIANCE * self.factor.s2))
        return deviation[:, None]


@attrs.frozen(eq=False)
class Slopes:
    """Derivatives of the moments at Z (B, p), contracted before they are formed. G (B, N) = s2 dK/dD, U (B, N) = k C^-1."""

    posterior: Posterior
    Z: Array
    G: Array
    U: Array
    sd: Array

    def gradient(self, by_mean: Array, by_sd: Array) -> Array:
        """The gradient (B, p) of a function whose derivatives by the means are (B, S), by the deviation (B,).

        dk/dz = 2 G (z - x) / ell^2, and d var = -2 U dk, so d sd = -(U dk) / sd.
        """
        factor = self.posterior.factor
        W = self.G * (by_mean @ self.posterior.A.T - (by_sd / self.sd[:, 0])[:, None] * self.U)
        gradient: Array = 2.0 * (self.Z * W.sum(axis=1)[:, None] - W @ factor.X) / factor.ell**2
        return gradient


def posterior_of(factor: Factor, y: Array, normals: Array) -> Posterior:
    """The posterior given y (n,) at the first rows of the factor; the others are pending.

    `normals` (N - n, S): independent standard normals, from which joint fantasies f = mean + N z of the pending results are made; as
    L^-1 (f - mean) is z itself, they need no sample of f. All fantasies share the deviation (a Rao-Blackwellised qLogEI).
    """
    n, R = len(y), factor.R
    ones = R[:n, :n].sum(axis=1)
    w = R[:n, :n] @ y
    m = float(ones @ w) / (float(ones @ ones) + 1.0)
    w -= m * ones
    n_fantasies = max(normals.shape[1], 1)
    T = np.concatenate([np.repeat(w[:, None], n_fantasies, axis=1), normals.reshape(-1, n_fantasies)])
    A = R.T @ T
    best = (y[:, None] - factor.noise * A[:n]).min(axis=0)
    if len(R) > n:
        K = factor.s2 * factor.kernel.correlation(squared_distances(factor.X[n:], factor.X, factor.ell))
        best = np.minimum(best, (m + K @ A).min(axis=0))
    return Posterior(factor, m, A, best)

"""Stationary correlation functions of a squared distance D that is weighted by length scales (Rasmussen & Williams 2006, ch. 4.2).

X (n, p): features; ell (p,): length scale of each; D (n, m) = sum_i (x_i - z_i)^2 / ell_i^2, in Gram form, so that no (n, m, p) array is
made. A category with K choices is K columns of one choice each, of height sqrt(1/2): two different choices are at squared distance 1,
which is the Hamming distance, and the sum stays Euclidean, so that every kernel stays positive definite.
"""

from typing import Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


class Kernel(Protocol):
    """A correlation as a function of squared distance, 1 at 0."""

    def correlation(self, D: Array) -> Array:
        """K(D), a new array of the shape of D."""
        ...

    def with_slope(self, D: Array) -> tuple[Array, Array]:
        """K(D) and dK/dD, new arrays of the shape of D; the slope at 0 is that from the right and finite."""
        ...


@attrs.frozen
class Matern52:
    """Twice differentiable functions: K = (1 + r + r^2/3) exp(-r), r = sqrt(5 D)."""

    def correlation(self, D: Array) -> Array:
        """K(D)."""
        r = np.sqrt(5.0 * D)
        E = np.exp(-r)
        K = r * (1.0 / 3.0)
        K += 1.0
        K *= r
        K += 1.0
        K *= E
        return K

    def with_slope(self, D: Array) -> tuple[Array, Array]:
        """K(D) and dK/dD = -5/6 (1 + r) exp(-r)."""
        r = np.sqrt(5.0 * D)
        E = np.exp(-r)
        G = r + 1.0
        K = r * r
        K *= 1.0 / 3.0
        K += G
        K *= E
        G *= E
        G *= -5.0 / 6.0
        return K, G


@attrs.frozen
class Matern32:
    """Once differentiable functions: K = (1 + r) exp(-r), r = sqrt(3 D)."""

    def correlation(self, D: Array) -> Array:
        """K(D)."""
        r = np.sqrt(3.0 * D)
        return (1.0 + r) * np.exp(-r)

    def with_slope(self, D: Array) -> tuple[Array, Array]:
        """K(D) and dK/dD = -3/2 exp(-r)."""
        r = np.sqrt(3.0 * D)
        E = np.exp(-r)
        return (1.0 + r) * E, -1.5 * E


@attrs.frozen
class RBF:
    """Infinitely smooth functions: K = exp(-D/2), also called squared exponential."""

    def correlation(self, D: Array) -> Array:
        """K(D)."""
        return np.exp(-0.5 * D)

    def with_slope(self, D: Array) -> tuple[Array, Array]:
        """K(D) and dK/dD = -K/2."""
        K = np.exp(-0.5 * D)
        return K, -0.5 * K


def squared_distances(X: Array, Z: Array, ell: Array) -> Array:
    """D (n, m) between the rows of X (n, p) and Z (m, p), never negative."""
    Xw, Zw = X / ell, Z / ell
    D = Xw @ Zw.T
    D *= -2.0
    D += (Xw * Xw).sum(axis=1)[:, None]
    D += (Zw * Zw).sum(axis=1)[None]
    return np.maximum(D, 0.0, out=D)


def squared_distances_within(X: Array, ell: Array) -> Array:
    """D (n, n) among the rows of X (n, p), with an exact zero diagonal."""
    D = squared_distances(X, X, ell)
    D.flat[:: len(D) + 1] = 0.0
    return D


def contracted(W: Array, X: Array) -> Array:
    """The sum over j, k of W_jk (x_ji - x_ki)^2 for each column i, shape (p,), for a symmetric W (n, n), by one product W X."""
    total: Array = 2.0 * (W.sum(axis=1) @ (X * X) - (X * (W @ X)).sum(axis=0))
    return total

"""Kernels against the formulas of the book, and distances without an (n, m, p) array against those with one."""

import numpy as np
import pytest
from scipy.special import gamma, kv

from askttell.numerics.kernels import RBF, Matern32, Matern52, contracted, squared_distances, squared_distances_within

KERNELS = [Matern52(), Matern32(), RBF()]
kernels = pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: type(k).__name__)
rng = np.random.default_rng(0)


def naive(X, Z, ell):
    return (((X[:, None] - Z[None]) / ell) ** 2).sum(axis=2)


@pytest.mark.parametrize(("kernel", "nu"), [(Matern52(), 2.5), (Matern32(), 1.5)])
def test_the_matern_kernels_are_those_with_the_bessel_function(kernel, nu):
    """Rasmussen & Williams 2006, eq. 4.14."""
    r = np.linspace(0.01, 5.0, 50)
    s = np.sqrt(2 * nu) * r
    assert np.allclose(kernel.correlation(r**2), 2 ** (1 - nu) / gamma(nu) * s**nu * kv(nu, s), rtol=1e-10)


@kernels
def test_a_kernel_is_one_at_zero_and_falls_to_zero(kernel):
    K = kernel.correlation(np.array([0.0, 0.5, 1.0, 1e8]))
    assert K[0] == 1.0
    assert np.all(np.diff(K) < 0.0)
    assert K[-1] == pytest.approx(0.0, abs=1e-100)


@kernels
def test_slopes_are_those_of_finite_differences(kernel):
    D = np.linspace(0.01, 9.0, 40)
    K, G = kernel.with_slope(D)
    assert np.allclose(K, kernel.correlation(D), rtol=1e-14)
    assert np.allclose(G, (kernel.correlation(D + 1e-6) - kernel.correlation(D - 1e-6)) / 2e-6, rtol=1e-6)
    assert np.isfinite(kernel.with_slope(np.zeros(1))[1]).all()


def test_distances_are_those_of_the_naive_formula():
    rng = np.random.default_rng(5)
    X, Z, ell = rng.random((20, 5)), rng.random((7, 5)), rng.random(5) + 0.1
    assert np.allclose(squared_distances(X, Z, ell), naive(X, Z, ell), rtol=1e-9, atol=1e-12)


def test_distances_among_duplicates_are_zero_and_never_negative():
    rng = np.random.default_rng(5)
    X = np.repeat(rng.random((5, 4)), 3, axis=0)
    D = squared_distances_within(X, np.full(4, 1e-2))
    assert np.all(np.diag(D) == 0.0)
    assert D.min() >= 0.0
    assert D[0, 1] < 1e-10


def test_contraction_is_the_sum_over_all_pairs():
    rng = np.random.default_rng(5)
    X, W = rng.random((12, 4)), rng.random((12, 12))
    W = W + W.T
    expected = (W[:, :, None] * (X[:, None] - X[None]) ** 2).sum(axis=(0, 1))
    assert np.allclose(contracted(W, X), expected, rtol=1e-12)

"""Regression against dense formulas: moments, gradients, extension row by row, fantasies, leave-one-out."""

import numpy as np
import pytest
from differences import central
from test_kernels import kernels, naive

from askttell.numerics import regression
from askttell.numerics.kernels import Matern52
from askttell.numerics.regression import NotPositiveDefinite, extended, factorised, posterior_of

pytestmark = pytest.mark.usefixtures("one_thread")

rng = np.random.default_rng(2)
X = rng.random((30, 3)) - 0.5
Y = np.sin(4 * X[:, 0]) - X[:, 1]
ELL = np.array([0.5, 0.8, 1.5])
Z = rng.random((6, 3)) - 0.5
S2, NOISE = 1.3, 1e-4
NONE = np.zeros((0, 1))


def dense(kernel, X, y, Z):
    """Mean and deviation with the mean m ~ N(0, 1) profiled out, by the textbook."""
    C = S2 * kernel.correlation(naive(X, X, ELL)) + NOISE * np.eye(len(X))
    k = S2 * kernel.correlation(naive(Z, X, ELL))
    one = np.ones(len(X))
    m = one @ np.linalg.solve(C, y) / (one @ np.linalg.solve(C, one) + 1.0)
    variance = S2 - (k * np.linalg.solve(C, k.T).T).sum(axis=1)
    return m + k @ np.linalg.solve(C, y - m), np.sqrt(variance)


@kernels
def test_moments_are_those_of_the_textbook(kernel):
    posterior = posterior_of(factorised(kernel, X, ELL, S2, NOISE), Y, NONE)
    mean, sd = posterior.moments(Z)
    expected = dense(kernel, X, Y, Z)
    assert np.allclose(mean[:, 0], expected[0], rtol=1e-6, atol=1e-8)
    assert np.allclose(sd[:, 0], expected[1], rtol=1e-5)
    again = posterior.slopes(Z)
    assert np.allclose(again[0], mean, rtol=1e-12)
    assert np.allclose(again[1], sd, rtol=1e-9)


@kernels
def test_gradients_of_the_moments_are_those_of_finite_differences(kernel):
    rng = np.random.default_rng(5)
    pending = extended(factorised(kernel, X, ELL, S2, NOISE), rng.random((2, 3)) - 0.5)
    posterior = posterior_of(pending, Y, rng.standard_normal((2, 4)))
    weight = rng.random(4)
    _, _, slopes = posterior.slopes(Z)
    gradient = slopes.gradient(np.tile(weight, (6, 1)), np.full(6, 0.7))

    def value(z):
        mean, sd = posterior.moments(z[None])
        return float((mean[0] * weight).sum() + 0.7 * sd[0, 0])

    for i, z in enumerate(Z):
        assert np.allclose(gradient[i], central(value, z, step=1e-4), rtol=1e-6, atol=1e-8)


def test_a_factor_extended_in_blocks_is_that_of_all_rows():
    whole = factorised(Matern52(), X, ELL, S2, NOISE)
    grown = extended(extended(factorised(Matern52(), X[:10], ELL, S2, NOISE), X[10:17]), X[17:])
    assert np.allclose(grown.R, whole.R, rtol=1e-6, atol=1e-8)
    assert extended(whole, X[:0]) is whole


def test_an_extension_without_a_factor_is_made_anew():
    """Because duplicates under hardly any noise leave nothing of the Schur complement but rounding."""
    factor = factorised(Matern52(), X[:20], ELL, S2, 1e-17)
    grown = extended(factor, np.repeat(X[:3], 4, axis=0))
    assert len(grown.R) == 32
    assert np.isfinite(grown.R).all()


def test_duplicates_without_noise_get_the_least_jitter_that_helps():
    factor = factorised(Matern52(), np.repeat(X, 3, axis=0), ELL, S2, 0.0)
    assert 0.0 < factor.noise <= 1e-4 * S2


def test_what_no_jitter_helps_is_an_error():
    with pytest.raises(NotPositiveDefinite):
        factorised(Matern52(), np.full((3, 3), np.nan), ELL, S2, NOISE)


def test_fantasies_share_the_deviation_and_have_the_joint_posterior_as_distribution():
    rng = np.random.default_rng(5)
    P = np.array([[0.1, 0.2, 0.3], [0.12, 0.2, 0.3]])
    normals = rng.standard_normal((2, 20_000))
    alone = posterior_of(factorised(Matern52(), X, ELL, S2, NOISE), Y, NONE)
    posterior = posterior_of(extended(alone.factor, P), Y, normals)
    means, sd = posterior.moments(P)
    expected, deviation = alone.moments(P)
    assert np.allclose(means.mean(axis=1), expected[:, 0], atol=4 * deviation.max() / np.sqrt(20_000))
    assert np.allclose(means.std(axis=1), deviation[:, 0], rtol=0.05)
    assert np.corrcoef(means)[0, 1] > 0.9
    assert np.all(sd < 0.2 * deviation)
    assert np.all(posterior.best <= alone.best + 1e-3)


def test_the_incumbent_is_the_least_result_where_there_is_no_noise():
    posterior = posterior_of(factorised(Matern52(), X, ELL, S2, 1e-8), Y, NONE)
    assert posterior.best[0] == pytest.approx(Y.min(), abs=1e-5)


def test_a_deviation_is_never_zero():
    posterior = posterior_of(factorised(Matern52(), X, ELL, S2, 1e-9), Y, NONE)
    assert posterior.moments(X)[1].min() >= np.sqrt(regression.LEAST_VARIANCE * S2)

"""The sum of one function of each parameter: its likelihood and posterior against dense formulas, its gradient against differences."""

import math

import numpy as np
import pytest
from differences import central
from test_kernels import kernels

from askttell.numerics.additive import fitted, likelihood_of_sum, posterior_of_sum, prior_for_sum, unpacked
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import FixedNoise, LearnedNoise

pytestmark = pytest.mark.usefixtures("one_thread")

rng = np.random.default_rng(2)
U = rng.random((24, 3))
U[:, 2] = (rng.integers(0, 3, 24) + 0.5) / 3
CATEGORIES = np.array([False, False, True])
Y = np.sin(9 * U[:, 0]) + (U[:, 1] - 0.4) ** 2 + (U[:, 2] > 0.4) + 0.05 * rng.standard_normal(24)
Y = (Y - Y.mean()) / Y.std()
NOISE = FixedNoise(0.01)
THETA = prior_for_sum(3, None).mean + 0.2 * rng.standard_normal(12)


def dense(kernel, theta, W, Z):
    """The covariance, element by element."""
    ell, v, _ = unpacked(theta, 3, 0.0)
    found = np.zeros((len(W), len(Z)))
    for a, w in enumerate(W):
        for b, z in enumerate(Z):
            for i in range(3):
                D = float(w[i] != z[i]) if CATEGORIES[i] else (w[i] - z[i]) ** 2
                found[a, b] += sum(v[c, i] * float(kernel.correlation(np.array([D / ell[c, i] ** 2]))[0]) for c in range(2))
    return found


def test_the_value_is_that_of_the_normal_density_with_the_mean_marginalised():
    function = likelihood_of_sum(Matern52(), NOISE, U, CATEGORIES, Y)
    C = dense(Matern52(), THETA, U, U) + 0.01 * np.eye(24)
    exponent = 0.5 * Y @ np.linalg.solve(C + np.ones((24, 24)), Y)
    expected = exponent + 0.5 * np.linalg.slogdet(C)[1] + function.prior.penalty(THETA)[0]
    assert function(THETA)[0] == pytest.approx(expected, rel=1e-9)


@kernels
@pytest.mark.parametrize("noise", [NOISE, LearnedNoise()])
def test_the_gradient_is_that_of_finite_differences(kernel, noise):
    function = likelihood_of_sum(kernel, noise, U, CATEGORIES, Y)
    theta = THETA if noise.prior is None else np.append(THETA, -3.0)
    assert np.allclose(function(theta)[1], central(lambda t: function(t)[0], theta), rtol=1e-6, atol=1e-6)


def test_a_covariance_without_a_factor_costs_so_much_that_the_search_steps_back():
    function = likelihood_of_sum(Matern52(), FixedNoise(1e-300), np.zeros((24, 3)), CATEGORIES, np.zeros(24))
    assert function(THETA)[0] == 1e25
    assert np.isfinite(fitted(function)).all()


def test_the_fit_is_likelier_than_the_mean_of_the_prior():
    function = likelihood_of_sum(Matern52(), LearnedNoise(), U, CATEGORIES, Y)
    assert function(fitted(function))[0] < function(function.prior.mean)[0] - 1.0


def test_the_posterior_is_the_sum_of_the_parts_and_that_of_dense_formulas():
    posterior = posterior_of_sum(Matern52(), NOISE, THETA, U, CATEGORIES, Y)
    Z = np.concatenate([rng.random((6, 2)), U[:6, 2:]], axis=1)
    parts = [posterior.part(i, Z[:, i]) for i in range(3)]
    mean = posterior.mean + sum(M for M, _ in parts)
    explained = (sum(T for _, T in parts) ** 2).sum(axis=1)

    C, k = dense(Matern52(), THETA, U, U) + 0.01 * np.eye(24), dense(Matern52(), THETA, Z, U)
    m = np.ones(24) @ np.linalg.solve(C, Y) / (np.ones(24) @ np.linalg.solve(C, np.ones(24)) + 1.0)
    assert np.allclose(mean, m + k @ np.linalg.solve(C, Y - m))
    variance = posterior.variance - (k * np.linalg.solve(C, k.T).T).sum(axis=1)
    assert np.allclose(posterior.deviation(explained), np.sqrt(variance))
    assert posterior.best == pytest.approx((Y - 0.01 * np.linalg.solve(C, Y - m)).min())


def test_a_pending_trial_leaves_the_mean_and_takes_the_deviation():
    alone = posterior_of_sum(Matern52(), NOISE, THETA, U, CATEGORIES, Y)
    at = np.array([[0.9, 0.1, 0.5]])
    both = posterior_of_sum(Matern52(), NOISE, THETA, np.concatenate([U, at]), CATEGORIES, Y)

    def moments(posterior):
        parts = [posterior.part(i, at[:, i]) for i in range(3)]
        return posterior.mean + sum(float(M[0]) for M, _ in parts), posterior.deviation((sum(T for _, T in parts) ** 2).sum(axis=1))[0]

    assert moments(both)[0] == pytest.approx(moments(alone)[0])
    assert moments(both)[1] < 0.5 * moments(alone)[1]
    assert both.best == pytest.approx(alone.best)


def test_variances_of_the_prior_are_shared_by_the_parameters():
    few, many = prior_for_sum(2, None), prior_for_sum(20, (math.log(1e-4), 3.0))
    assert np.exp(few.mean[4:]).sum() == pytest.approx(np.exp(many.mean[40:80]).sum()) == pytest.approx(1.3)
    assert len(many.mean) == 81

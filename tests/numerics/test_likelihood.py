"""The penalised marginal likelihood: its value against a dense formula, its gradient against finite differences."""

import math

import numpy as np
import pytest
from differences import central
from test_kernels import kernels, naive

from askttell.numerics.kernels import Matern52
from askttell.numerics.likelihood import Likelihood, search
from askttell.numerics.priors import CATEGORY, CONDITIONAL_NUMBER, NUMBER, LengthScales, prior_of

pytestmark = pytest.mark.usefixtures("one_thread")

rng = np.random.default_rng(1)
X = rng.random((25, 4)) - 0.5
Y = np.sin(5 * X[:, 0]) + X[:, 1] ** 2 + 0.1 * rng.standard_normal(25)
Y = (Y - Y.mean()) / Y.std()
GROUP = np.array([0, 1, 2, 2])  # the third parameter has two features
KINDS = np.array([NUMBER, NUMBER, CATEGORY])
PRIOR = prior_of(KINDS, 3.0, LengthScales(), None)
NOISY_PRIOR = prior_of(KINDS, 3.0, LengthScales(), (-4.0, 1.0))
THETA = np.array([-0.3, 0.2, 0.1, 0.3])


def test_the_value_is_that_of_the_normal_density_with_the_mean_marginalised():
    """Because the profiled mean with a prior N(0, 1) is the exponent of the density with 11' added to the covariance."""
    function = Likelihood(Matern52(), PRIOR, X, GROUP, Y, 0.01)
    ell = np.exp(THETA[:3])[GROUP]
    C = math.exp(THETA[3]) * Matern52().correlation(naive(X, X, ell)) + 0.01 * np.eye(25)
    exponent = 0.5 * Y @ np.linalg.solve(C + np.ones((25, 25)), Y)
    expected = exponent + 0.5 * np.linalg.slogdet(C)[1] + PRIOR.penalty(THETA)[0]
    assert function(THETA)[0] == pytest.approx(expected, rel=1e-9)


@kernels
def test_the_gradient_with_fixed_noise_is_that_of_finite_differences(kernel):
    function = Likelihood(kernel, PRIOR, X, GROUP, Y, 1e-3)
    assert np.allclose(function(THETA)[1], central(lambda t: function(t)[0], THETA), rtol=1e-6, atol=1e-6)


@kernels
def test_the_gradient_with_learned_noise_is_that_of_finite_differences(kernel):
    function = Likelihood(kernel, NOISY_PRIOR, X, GROUP, Y, None)
    theta = np.append(THETA, -3.0)
    assert np.allclose(function(theta)[1], central(lambda t: function(t)[0], theta), rtol=1e-6, atol=1e-6)


def test_the_search_ends_where_the_gradient_vanishes():
    function = Likelihood(Matern52(), NOISY_PRIOR, X, GROUP, Y, None)
    theta = search(function, [NOISY_PRIOR.mean, NOISY_PRIOR.mean - 1.0], n_iterations=100)
    assert np.abs(function(theta)[1]).max() < 0.05
    assert function(theta)[0] < function(NOISY_PRIOR.mean)[0]


def test_a_covariance_without_a_factor_costs_so_much_that_the_search_steps_back():
    function = Likelihood(Matern52(), PRIOR, np.zeros((40, 4)), GROUP, np.zeros(40), 1e-300)
    value, gradient = function(THETA)
    assert value == 1e25
    assert np.isfinite(gradient).all()
    assert np.isfinite(search(function, [THETA], n_iterations=5)).all()


@pytest.mark.parametrize("kinds", [[0, 0, 0], [2, 2], [0, 1, 2, 1, 0, 2]])
def test_the_prior_is_that_of_a_common_centre_for_each_kind_and_own_deviations(kinds):
    kinds = np.array(kinds)
    prior = prior_of(kinds, 5.0, LengthScales(0.7, 0.8), None)
    spread = np.select([kinds == NUMBER, kinds == CONDITIONAL_NUMBER], [0.8, 1.0], 1.0)
    median = np.select([kinds == NUMBER, kinds == CONDITIONAL_NUMBER], [0.7 * math.sqrt(5.0), 0.5 * math.sqrt(5.0)], 1.0)
    d = len(kinds)

    expected = 0.25 * np.eye(d) + spread**2 * (kinds[:, None] == kinds[None])
    assert np.allclose(np.linalg.inv(prior.precision)[:d, :d], expected)
    assert np.allclose(prior.mean[:d], np.log(median))


def test_the_prior_is_proper_in_its_gradient():
    theta = np.append(THETA, -3.0)
    assert np.allclose(NOISY_PRIOR.penalty(theta)[1], central(lambda t: NOISY_PRIOR.penalty(t)[0], theta), rtol=1e-6)

"""Acquisition functions against numerical integration, their derivatives against finite differences, far into both tails."""

import numpy as np
import pytest
from differences import central
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import norm

from askttell.numerics.acquisition import EI, PI, UCB, LogEI, log_h, log_mean_exp

ALL = [LogEI(), EI(), PI(), PI(epsilon=0.1), UCB(), UCB(kappa=0.5)]
acquisitions = pytest.mark.parametrize("acquisition", ALL, ids=repr)
BEST = np.array([0.3])


def test_expected_improvement_is_an_integral():
    value, _, _ = EI()(np.array([[0.5]]), np.array([[0.8]]), BEST)
    integral = quad(lambda y: max(0.3 - y, 0.0) * norm.pdf(y, 0.5, 0.8), -10.0, 0.3)[0]
    assert value[0, 0] == pytest.approx(integral, rel=1e-8)
    assert np.exp(LogEI()(np.array([[0.5]]), np.array([[0.8]]), BEST)[0][0, 0]) == pytest.approx(integral, rel=1e-8)


def test_probability_of_improvement_is_that_of_a_gain_above_epsilon():
    value, _, _ = PI(epsilon=0.05)(np.array([[0.5]]), np.array([[0.8]]), BEST)
    assert np.exp(value[0, 0]) == pytest.approx(ndtr((0.3 - 0.05 - 0.5) / 0.8))


@acquisitions
@pytest.mark.parametrize("mean", [-3.0, 0.0, 0.29, 0.31, 2.0, 6.0])
def test_derivatives_are_those_of_finite_differences(acquisition, mean):
    mean, sd = np.array([[mean]]), np.array([[0.7]])
    _, by_mean, by_sd = acquisition(mean, sd, BEST)
    step = 1e-6
    numeric_mean = (acquisition(mean + step, sd, BEST)[0] - acquisition(mean - step, sd, BEST)[0]) / (2 * step)
    numeric_sd = (acquisition(mean, sd + step, BEST)[0] - acquisition(mean, sd - step, BEST)[0]) / (2 * step)
    assert np.allclose(by_mean, numeric_mean, rtol=1e-6, atol=1e-9)
    assert np.allclose(by_sd, numeric_sd, rtol=1e-6, atol=1e-9)


def test_log_h_is_smooth_from_far_below_to_far_above():
    z = np.concatenate([-np.geomspace(1e8, 1e-3, 400), np.geomspace(1e-3, 30.0, 100)])
    value, cdf, pdf = log_h(z)
    assert np.isfinite([value, cdf, pdf]).all()
    assert np.all(np.diff(value) > 0.0)
    step = 1e-6 * np.maximum(np.abs(z), 1.0)
    near = np.abs(z) < 1e6
    numeric = ((log_h(z + step)[0] - log_h(z - step)[0]) / (2 * step))[near]
    assert np.allclose(cdf[near], numeric, rtol=1e-6)
    assert np.allclose(pdf[near], (1.0 - z * cdf)[near], rtol=1e-3, atol=1e-3 * (z[near] ** 2).max() * 1e-8)


def test_log_h_of_the_middle_is_the_logarithm_of_h():
    z = np.linspace(-8.0, 8.0, 200)
    assert np.allclose(log_h(z)[0], np.log(norm.pdf(z) + z * ndtr(z)), rtol=1e-6)


@acquisitions
def test_more_uncertainty_and_a_lower_mean_are_worth_more(acquisition):
    sds = np.array([[0.1], [0.5], [1.0]])
    assert np.all(np.diff(acquisition(np.full((3, 1), 0.6), sds, BEST)[0][:, 0]) > 0.0)
    means = np.array([[1.0], [0.5], [0.0]])
    assert np.all(np.diff(acquisition(means, np.full((3, 1), 0.5), BEST)[0][:, 0]) > 0.0)


def test_the_logarithm_of_a_mean_survives_extremes_and_has_the_softmax_as_derivative():
    values = np.array([[-1e4, -1e4 - 1.0], [3.0, 2.0]])
    pooled, weight = log_mean_exp(values)
    assert np.allclose(pooled, np.array([-1e4, 3.0]) + np.log((1 + np.exp(-1)) / 2))
    assert np.allclose(weight.sum(axis=1), 1.0)


@acquisitions
def test_pooling_and_weighing_have_the_derivatives_they_claim(acquisition):
    values = np.array([0.4, -0.2, 0.1])
    _, weight = acquisition.pooled(values[None])
    assert np.allclose(weight[0], central(lambda v: float(acquisition.pooled(v[None])[0][0]), values), rtol=1e-6)
    at = np.array([0.4, -0.7])
    _, by_value, by_log_p = acquisition.weighed(at[:1], at[1:])
    numeric = central(lambda v: float(acquisition.weighed(v[:1], v[1:])[0][0]), at)
    assert np.allclose([by_value[0], by_log_p[0]], numeric, rtol=1e-6)


@pytest.mark.parametrize("make", [lambda: PI(epsilon=-1.0), lambda: UCB(kappa=float("nan")), lambda: UCB(kappa=float("inf"))])
def test_settings_are_checked(make):
    with pytest.raises(ValueError, match="must be a number from 0"):
        make()

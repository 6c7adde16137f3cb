"""The cut normal against scipy.stats and against quadrature."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from askttell.numerics.truncated_normal import log_mass, quantile, shares_of

modes = st.floats(0.0, 1.0)
sigmas = st.floats(0.01, 1.0)


def shares(mu, sigma):
    """1 / (sqrt(2) sigma), and the shares below 0 and inside."""
    scaled, out = np.array([math.sqrt(0.5) / sigma]), np.empty((2, 1))
    shares_of(np.array([mu]), scaled, out=out)
    return scaled, *out


def cut(mu, sigma):
    return stats.truncnorm(-mu / sigma, (1 - mu) / sigma, loc=mu, scale=sigma)


@given(modes, sigmas)
def test_the_shares_below_and_inside_are_integrals(mu, sigma):
    breaks = sorted({min(max(mu + k * sigma, 0.0), 1.0) for k in range(-8, 9)})
    integral = sum(integrate.quad(stats.norm(mu, sigma).pdf, a, b)[0] for a, b in itertools.pairwise(breaks) if b - a > 1e-12)

    _, below, inside = shares(mu, sigma)
    assert pytest.approx(integral, abs=1e-9) == float(inside[0])
    assert pytest.approx(stats.norm(mu, sigma).cdf(0.0), abs=1e-15) == float(below[0])


@given(modes, sigmas, st.floats(0.0, 1.0, exclude_max=True))
def test_quantiles_are_those_of_scipy(mu, sigma, p):
    found = float(quantile(np.array([p]), np.array([mu]), *shares(mu, sigma))[0])

    assert 0.0 <= found <= 1.0
    assert pytest.approx(p, abs=1e-9) == cut(mu, sigma).cdf(found)


@given(modes, sigmas, st.floats(0.0, 1.0), st.floats(1e-6, 1.0))
def test_masses_are_those_of_scipy_in_cells_wide_and_narrow(mu, sigma, low, width):
    high = min(low + width, 1.0)
    if high - low < 1e-7 or max(abs(low - mu), abs(high - mu)) > 30 * sigma:
        return
    expected = cut(mu, sigma).cdf([low, high])
    if low > mu:
        expected = -cut(mu, sigma).sf([low, high])  # there the other tail is precise
    exact = math.log((expected[1] - expected[0]) or 1e-300) + math.log(float(shares(mu, sigma)[2][0]))

    assert pytest.approx(exact, abs=2e-3 if exact < -30 else 2e-5) == float(log_mass(*map(np.array, (low, high - low, mu, sigma))))


def test_the_midpoint_rule_takes_over_without_a_step():
    """Because at 1/1000 of sigma a difference of Φ is still exact, and so is the midpoint."""
    low, sigma = np.array([0.5]), np.array([0.1])
    for distance in (0.0, 0.3, 0.5):
        mu = low - distance
        below, above = (log_mass(low, np.array([w]), mu, sigma) - math.log(w) for w in (0.99999e-4, 1.00001e-4))
        assert float(below[0]) == pytest.approx(float(above[0]), abs=1e-3 * 1e-3 * 5 * 10)


def test_a_mass_too_small_for_floats_is_finite():
    assert pytest.approx(math.log(1e-300)) == float(log_mass(*map(np.array, (0.9, 0.1, 0.0, 0.01))))
    assert float(log_mass(*map(np.array, (1.0, 1e-17, 0.0, 0.01)))) < -5000

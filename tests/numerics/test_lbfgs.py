"""Batched projected L-BFGS: maxima inside and on the boundary, and starts that do not influence one another."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from askttell.numerics.lbfgs import maximise

rng = np.random.default_rng(3)
A = rng.standard_normal((4, 4))
A = A @ A.T + 0.1 * np.eye(4)


def quadratic(centre):
    def function(x, rows):
        away = x - centre
        return -0.5 * (away @ A * away).sum(axis=1), -away @ A

    return function


def test_the_maximum_of_a_quadratic_is_found_from_every_start():
    rng = np.random.default_rng(5)
    centre = np.array([0.3, 0.6, 0.2, 0.7])
    x, f = maximise(quadratic(centre), rng.random((7, 4)), np.ones(4), n_iterations=100, tolerance=1e-8)
    assert np.abs(x - centre).max() < 0.05
    assert f.min() > -1e-4


def test_a_maximum_outside_the_cube_is_met_at_its_boundary():
    rng = np.random.default_rng(5)
    centre = np.array([1.4, 0.5, -0.3, 0.5])
    x, f = maximise(quadratic(centre), rng.random((5, 4)), np.full(4, 0.3), n_iterations=200, tolerance=1e-8)
    best = minimize(lambda u: 0.5 * (u - centre) @ A @ (u - centre), np.full(4, 0.5), bounds=[(0, 1)] * 4)
    assert np.allclose(f, -best.fun, atol=1e-4)
    assert x.min() >= 0.0
    assert x.max() <= 1.0


def test_a_curved_valley_is_followed():
    rng = np.random.default_rng(5)

    def function(x, rows):
        return -np.array([rosen(4 * row - 2) for row in x]), -4 * np.array([rosen_der(4 * row - 2) for row in x])

    _, f = maximise(function, rng.random((6, 3)), np.full(3, 0.2), n_iterations=300, tolerance=1e-6)
    assert np.median(f) > -0.1


def test_starts_do_not_influence_one_another():
    rng = np.random.default_rng(5)

    def function(x, rows):
        return -np.array([rosen(4 * row - 2) for row in x]), -4 * np.array([rosen_der(4 * row - 2) for row in x])

    starts = rng.random((6, 3))
    together = maximise(function, starts, np.ones(3), n_iterations=30)
    for i in range(6):
        alone = maximise(function, starts[i : i + 1], np.ones(3), n_iterations=30)
        assert np.array_equal(alone[0][0], together[0][i])


def test_a_start_that_is_not_finite_stays_where_it_is():
    def function(x, rows):
        value = -((x - 0.5) ** 2).sum(axis=1)
        return np.where(x[:, 0] < 0.1, -np.inf, value), -2 * (x - 0.5)

    x, f = maximise(function, np.array([[0.05, 0.5], [0.8, 0.2]]), np.ones(2), n_iterations=50)
    assert x[0].tolist() == [0.05, 0.5]
    assert f[1] == pytest.approx(0.0, abs=1e-4)


def test_a_function_that_lies_about_its_gradient_ends_the_search():
    x, f = maximise(lambda x, rows: (-x.sum(axis=1), np.ones_like(x)), np.full((2, 2), 0.5), np.ones(2), n_iterations=10)
    assert np.allclose(x, 0.5)
    assert np.allclose(f, -1.0)

"""Scores: gradients against finite differences, also with pending and failed trials and in a mixed space."""

import numpy as np
import pytest
from differences import central

from askttell.numerics.acquisition import EI, PI, UCB, LogEI
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.regression import extended, factorised, posterior_of
from askttell.numerics.score import Score

pytestmark = pytest.mark.usefixtures("one_thread")

LEVELS = (np.arange(3) + 0.5) / 3
AXES = Axes((Axis(None, category=False), Axis(LEVELS, category=True), Axis(None, category=False, conditions=((1, lambda u: u < 0.5),))))
rng = np.random.default_rng(4)
U = AXES.snapped(rng.random((25, 3)))
ELL = np.array([0.4, 1.0, 0.6])[AXES.group]
Y = np.sin(4 * U[:, 0]) + U[:, 1]
POINTS = AXES.snapped(np.random.default_rng(5).random((12, 3)))


def score(acquisition, *, caution=0, failures=True, pending=True):
    factor = factorised(Matern52(), AXES.at(U), ELL, 1.2, 1e-4)
    labels = posterior_of(factor, np.where(U[:, 0] < 0.6, 1.0, -1.0), np.zeros((0, 1)))
    if pending:
        factor = extended(factor, AXES.at(POINTS[:2] + 0.01))
    normals = np.random.default_rng(6).standard_normal((2, 5)) if pending else np.zeros((0, 1))
    return Score(AXES, acquisition, posterior_of(factor, Y, normals), labels if failures else None, caution)


@pytest.mark.parametrize("acquisition", [LogEI(), EI(), PI(), UCB()], ids=repr)
@pytest.mark.parametrize("caution", [0, 3])
def test_the_gradient_is_that_of_finite_differences(acquisition, caution):
    s = score(acquisition, caution=caution)
    values, gradient = s.with_gradient(POINTS, AXES.active(POINTS))
    assert np.allclose(values, s(POINTS), rtol=1e-9)
    for i, point in enumerate(POINTS):

        def value(x, point=point):
            moved = point.copy()
            moved[AXES.smooth] = x
            return float(s(moved[None])[0])

        numeric = central(value, point[AXES.smooth], step=1e-4)
        assert np.allclose(gradient[i], numeric, rtol=1e-6, atol=1e-6)


def test_the_gradient_by_an_inactive_parameter_is_zero():
    _, gradient = score(LogEI()).with_gradient(POINTS, AXES.active(POINTS))
    inactive = ~AXES.active(POINTS)[:, 2]
    assert inactive.any()
    assert np.all(gradient[inactive, 1] == 0.0)


def test_points_near_failures_are_worth_less():
    at = np.array([[0.3, LEVELS[2], 0.5], [0.9, LEVELS[2], 0.5]])
    p = np.exp(score(LogEI()).log_p(AXES.at(at)))
    assert p[0] > 0.9
    assert p[1] < 0.5
    assert score(LogEI(), failures=False).log_p(AXES.at(at)).tolist() == [0.0, 0.0]
    fall = score(LogEI(), failures=False)(at) - score(LogEI())(at)
    assert fall[1] > fall[0] + 1.0


def test_large_batches_are_scored_in_chunks():
    many = AXES.snapped(np.random.default_rng(7).random((1100, 3)))
    s = score(UCB(), pending=False, failures=False)
    assert np.allclose(s(many)[1000:], s(many[1000:]), rtol=1e-9)
    assert s(many[:0]).shape == (0,)

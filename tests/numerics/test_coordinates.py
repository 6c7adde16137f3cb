"""The search along one parameter after another, against all points of a lattice."""

import itertools

import numpy as np
import pytest

from askttell.numerics import coordinates
from askttell.numerics.acquisition import EI, LogEI
from askttell.numerics.additive import posterior_of_sum, prior_for_sum
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.coordinates import best_point
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import FixedNoise

pytestmark = pytest.mark.usefixtures("one_thread")

LEVELS = np.linspace(0.05, 0.95, 10)
CHOICES = (np.arange(3) + 0.5) / 3
LISTED = Axes((Axis(LEVELS, category=False), Axis(CHOICES, category=True)))


def posterior(U, categories, y):
    theta = prior_for_sum(U.shape[1], None).mean
    return posterior_of_sum(Matern52(), FixedNoise(), theta, U, np.array(categories), (y - y.mean()) / y.std())


def value(of, point):
    parts = [of.part(i, point[i : i + 1]) for i in range(len(point))]
    mean = of.mean + sum(float(M[0]) for M, _ in parts)
    sd = of.deviation(float((sum(T[0] for _, T in parts) ** 2).sum()))
    return float(EI()(np.array([[mean]]), np.array([[sd]]), np.array([of.best]))[0][0, 0])


def test_it_finds_the_best_of_all_points_of_a_finite_space():
    dice = np.random.default_rng(0)
    for _ in range(5):
        U = np.stack([dice.choice(LEVELS, 12), dice.choice(CHOICES, 12)], axis=1)
        of = posterior(U, [False, True], dice.standard_normal(12))
        found = best_point(of, EI(), LISTED, U[:4])
        values = [value(of, np.array(point)) for point in itertools.product(LEVELS, CHOICES)]

        assert found[0, 0] in LEVELS
        assert found[0, 1] in CHOICES
        assert value(of, found[0]) == pytest.approx(max(values))


def test_it_finds_the_bottom_of_waves_more_closely_than_its_first_values():
    axes = Axes((Axis(None, category=False),) * 3)
    dice = np.random.default_rng(1)
    U = dice.random((160, 3))
    bottom = np.array([0.30123, 0.61987, 0.45311])
    y = ((U - bottom) ** 2 - 0.1 * np.cos(40 * (U - bottom))).sum(axis=1)

    found = best_point(posterior(U, [False] * 3, y), LogEI(), axes, U[[0]])
    assert found.shape == (1, 3)
    assert np.abs(found[0] - bottom).max() < 0.01


def test_a_single_parameter_is_searched_too():
    U = np.linspace(0.0, 1.0, 15)[:, None]
    found = best_point(posterior(U, [False], (U[:, 0] - 0.4) ** 2), LogEI(), Axes((Axis(None, category=False),)), U[[3]])
    assert abs(found[0, 0] - 0.4) < 0.05


def test_it_stays_within_the_bounds():
    U = np.random.default_rng(2).random((30, 2))
    found = best_point(posterior(U, [False, False], U.sum(axis=1)), LogEI(), Axes((Axis(None, category=False),) * 2), U[[0]])
    assert found.min() >= 0.0
    assert found.max() < 0.2


def test_sweeps_end_where_they_still_gain(monkeypatch):
    monkeypatch.setattr(coordinates, "_SWEEPS", 1)
    U = np.random.default_rng(4).random((30, 2))
    found = best_point(posterior(U, [False, False], U.sum(axis=1)), LogEI(), Axes((Axis(None, category=False),) * 2), U[[0]])
    assert found.shape == (1, 2)

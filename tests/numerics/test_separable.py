"""Whether a sum explains the results better, and what is asked then."""

import numpy as np
import pytest

from askttell.numerics import separable
from askttell.numerics.acquisition import LogEI
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import LearnedNoise
from askttell.numerics.priors import LengthScales
from askttell.numerics.separable import best_of_sum, sum_of, theta_if_separable
from askttell.numerics.surrogate import Recipe, Results
from askttell.numerics.transforms import HalfRank

pytestmark = pytest.mark.usefixtures("one_thread")

RECIPE = Recipe(Matern52(), LearnedNoise(), HalfRank(), LengthScales())
FLOATS = Axes((Axis(None, category=False),) * 3)
NONE = np.zeros((0, 3))


def waves(U):
    return (10 * (U - 0.4) ** 2 - np.cos(25 * (U - 0.4))).sum(axis=1)


def valley(U):
    return (U[:, 0] - U[:, 1]) ** 2 + (U[:, 1] * U[:, 2] - 0.2) ** 2 + U[:, 0] * U[:, 2]


def results(function, n, axes=FLOATS, seed=0):
    U = np.random.default_rng(seed).random((n, 3))
    return Results(
        axes, (function.__name__, seed, len(axes.axes), n), lambda k: bytes([k % 256, k // 256]), U, np.arange(n), function(U), n
    )


def test_a_sum_is_told_from_what_is_none():
    assert theta_if_separable(results(waves, 60), RECIPE) is not None
    assert theta_if_separable(results(valley, 60), RECIPE) is None


def test_it_is_not_asked_of_few_results_of_none_or_of_equal_ones():
    assert theta_if_separable(results(waves, 19), RECIPE) is None

    def failed(U):
        return np.where(np.arange(len(U)) < 55, np.nan, 1.0)

    def constant(U):
        return np.ones(len(U))

    assert theta_if_separable(results(failed, 60), RECIPE) is None
    assert theta_if_separable(results(constant, 60), RECIPE) is None


def test_it_is_not_asked_where_there_are_conditions():
    axes = Axes((Axis(None, category=False), Axis(None, category=False), Axis(None, category=False, conditions=((0, lambda u: u < 2.0),))))
    assert theta_if_separable(results(waves, 60, axes), RECIPE) is None


def test_between_checkpoints_the_hyperparameters_stay():
    found = results(waves, 60)
    assert np.array_equal(theta_if_separable(found.first(48), RECIPE), theta_if_separable(found.first(57), RECIPE))


def test_the_best_point_is_better_than_all_results_but_few_are_needed():
    found = results(waves, 100)
    point = best_of_sum(sum_of(found, RECIPE, theta_if_separable(found, RECIPE), NONE), LogEI(), found, np.full((2, 3), 0.9))
    assert waves(point)[0] < found.values.min() - 0.5


def test_of_many_results_a_subset_is_compared_and_another_makes_the_candidate(monkeypatch):
    monkeypatch.setattr(separable, "_SUBSET", 60)
    monkeypatch.setattr(separable, "_LARGEST", 80)
    found = results(waves, 120, seed=1)
    theta = theta_if_separable(found, RECIPE)
    posterior = sum_of(found, RECIPE, theta, np.array([[0.1, 0.2, 0.3]]))

    assert len(posterior.U) == 81
    assert posterior.U[-1].tolist() == [0.1, 0.2, 0.3]

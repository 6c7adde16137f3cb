"""Length scales along other directions: when they are taken, and that derivatives come back along the parameters."""

import numpy as np
import pytest
from differences import central

from askttell.numerics import rotation
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import FixedNoise, LearnedNoise
from askttell.numerics.priors import LengthScales
from askttell.numerics.regression import posterior_of
from askttell.numerics.rotation import Rotated, basis_of, lengths, mixable, rotated_model
from askttell.numerics.surrogate import Recipe, Results
from askttell.numerics.transforms import HalfRank

pytestmark = pytest.mark.usefixtures("one_thread")

RECIPE = Recipe(Matern52(), LearnedNoise(), HalfRank(), LengthScales())
NUMBER = Axis(None, category=False)
FLOATS = Axes((NUMBER,) * 3)
CHOICE = Axis((np.arange(3) + 0.5) / 3, category=True)
CHILD = Axis(None, category=False, conditions=((0, lambda u: u < 2.0),))
VALLEY = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]


def valley(U):
    return (((U - 0.45) @ VALLEY) ** 2 * [1.0, 30.0, 1000.0]).sum(axis=1)


def bowl(U):
    return (((U - 0.45) * [1.0, 5.0, 30.0]) ** 2).sum(axis=1)


def results(function, n, axes=FLOATS, seed=0):
    U = np.random.default_rng(seed).random((n, 3))
    return Results(axes, (function.__name__, id(axes), n), lambda k: bytes([k]), U, np.arange(n), function(U), n)


def test_directions_are_told_from_parameters():
    basis = basis_of(results(valley, 80), RECIPE)
    assert np.allclose(basis.T.T @ basis.T, np.eye(3))
    steepest = basis.T[:, np.argmin(basis.theta[:3])]
    assert abs(steepest @ VALLEY[:, 2]) > 0.9
    assert basis_of(results(bowl, 80), RECIPE) is None


def test_it_is_not_asked_of_few_results_nor_where_there_are_not_two_numbers_to_mix():
    assert basis_of(results(valley, 14), RECIPE) is None
    assert basis_of(results(valley, 80, Axes((NUMBER, CHOICE, CHILD))), RECIPE) is None

    def failed(U):
        return np.where(np.arange(len(U)) < 75, np.nan, 1.0)

    assert basis_of(results(failed, 80), RECIPE) is None


def test_categories_and_conditional_numbers_are_left_out():
    assert mixable(Axes((NUMBER, CHOICE, NUMBER, CHILD))).tolist() == [0, 4]


def test_between_checkpoints_the_basis_stays():
    found = results(valley, 80)
    assert basis_of(found.first(70), RECIPE) is basis_of(found.first(80), RECIPE)


def test_the_model_predicts_better_along_its_directions():
    found, new = results(valley, 80), results(valley, 40, seed=5)
    basis = basis_of(found, RECIPE)
    factor, y = rotated_model(found, RECIPE, basis)
    mean, _ = Rotated(posterior_of(factor, y, np.zeros((0, 1))), basis.T).moments(new.features())
    assert np.corrcoef(np.argsort(np.argsort(mean[:, 0])), np.argsort(np.argsort(new.values)))[0, 1] > 0.97
    assert lengths(factor, basis).shape == (3,)


def test_of_many_results_a_subset_is_compared_and_another_makes_the_model(monkeypatch):
    monkeypatch.setattr(rotation, "_SUBSET", 60)
    monkeypatch.setattr(rotation, "_LARGEST", 70)
    found = results(valley, 90)
    factor, y = rotated_model(found, RECIPE, basis_of(found, RECIPE))
    assert len(factor.R) == len(y) == 70
    assert len({round(value, 9) for value in y}) > 30


def test_moments_and_slopes_are_those_along_the_parameters():
    recipe = Recipe(Matern52(), FixedNoise(1e-4), HalfRank(), LengthScales())
    found = results(valley, 60, seed=2)
    basis = basis_of(found, recipe)
    factor, y = rotated_model(found, recipe, basis)
    posterior = Rotated(posterior_of(factor, y, np.zeros((0, 1))), basis.T)
    z = np.array([0.1, -0.2, 0.3])
    mean, sd, slopes = posterior.slopes(z[None])

    assert posterior.factor is factor
    assert posterior.best.shape == (1,)
    assert np.allclose(mean, posterior.moments(z[None])[0])
    expected = central(lambda x: float(posterior.moments(x[None])[0][0, 0]) + 2.0 * float(posterior.moments(x[None])[1][0, 0]), z)
    assert np.allclose(slopes.gradient(np.ones((1, 1)), np.full(1, 2.0))[0], expected, rtol=1e-5, atol=1e-6)
    assert sd.shape == (1, 1)

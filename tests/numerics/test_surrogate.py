"""The model after n results: checkpoints, subsets, and factors that grow."""

import numpy as np
import pytest

from askttell.numerics import surrogate
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import FixedNoise
from askttell.numerics.priors import LengthScales
from askttell.numerics.regression import factorised
from askttell.numerics.surrogate import Recipe, Results, checkpoints, model, spread_subset
from askttell.numerics.transforms import HalfRank

pytestmark = pytest.mark.usefixtures("one_thread")

RECIPE = Recipe(Matern52(), FixedNoise(), HalfRank(), LengthScales())


def results(n, seed=0):
    dice = np.random.default_rng(seed)
    units = dice.random((n, 2))
    values = np.sin(5 * units[:, 0]) + units[:, 1]
    values[3] = np.nan
    values[5] = np.inf
    axes = Axes((Axis(None, category=False), Axis(None, category=False)))
    return Results(axes, ("test", seed), lambda k: bytes([k % 256, k // 256]), units, np.arange(n), values, n)


def test_checkpoints_grow_geometrically_and_do_not_depend_on_the_end():
    assert checkpoints(3) == []
    assert checkpoints(30) == [4, 5, 6, 8, 10, 12, 15, 18, 22, 27]
    assert checkpoints(1000)[:10] == checkpoints(30)


def test_failed_results_are_left_out_and_stopped_ones_are_the_worst():
    found = results(10)
    assert len(found.losses()) == 9
    assert len(found.features()) == 9
    assert found.losses()[4] == found.losses().max()
    only_stopped = Results(found.axes, "x", found.digest, found.units, found.told, np.full(10, np.inf), 10)
    assert only_stopped.losses().tolist() == [0.0] * 10


def test_prefixes_are_equal_by_digest():
    assert results(30).first(8) == results(40).first(8)
    assert results(30) != results(40)
    assert results(30) != results(30, seed=1)
    assert results(30) != 1
    assert results(30).first(0) == results(40).first(0)


@pytest.mark.parametrize("n", [203, 230])
def test_a_grown_factor_is_that_of_all_rows(n):
    found = results(n)
    factor, y = model(found, RECIPE)
    fresh = factorised(factor.kernel, found.features(), factor.ell, factor.s2, factor.noise)
    assert len(y) == n - 1
    assert np.allclose(factor.R @ np.ones(n - 1), fresh.R @ np.ones(n - 1), rtol=1e-4, atol=1e-3)


def test_a_subset_holds_the_best_and_spreads_over_the_rest():
    y = np.random.default_rng(0).standard_normal(500)
    rows = spread_subset(y, 25, 100)
    assert len(set(rows.tolist())) == 100
    assert set(np.argsort(y)[:25].tolist()) <= set(rows.tolist())
    assert np.diff(rows).max() < 30


def test_many_results_make_a_local_model(monkeypatch):
    """With fewer results than the thousand for which it is meant, as those take seconds."""
    for name, n in (("LARGEST", 60), ("_SUBSET", 40), ("_BEST", 20), ("_NEAR", 15), ("_SPREAD", 10)):
        monkeypatch.setattr(surrogate, name, n)
    factor, y = model(results(90, seed=2), RECIPE)
    assert len(factor.R) == len(y) == 45
    assert y.min() == RECIPE.transform(results(90, seed=2).losses()).min()


def test_without_results_hyperparameters_are_those_of_the_prior():
    found = results(10)
    nothing = Results(found.axes, "nothing", found.digest, found.units, found.told, np.full(10, np.nan), 10)
    assert np.array_equal(surrogate.theta_of(nothing, RECIPE), surrogate.theta_of(nothing.first(3), RECIPE))

"""Transforms of results: increasing, indifferent to scale, and finite whatever comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.transforms import HalfRank, NormalRanks, Unchanged, ZScore, inverse

transforms = pytest.mark.parametrize("transform", [HalfRank(), NormalRanks(), ZScore()], ids=repr)
results = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20).map(np.array)


@transforms
@given(y=results)
def test_any_results_become_finite_and_keep_their_order(transform, y):
    with np.errstate(all="ignore"):
        z = transform(y)
    assert np.isfinite(z).all()
    assert np.abs(z).max() < 1e3
    assert np.all(np.diff(z[np.argsort(y, kind="stable")]) >= 0.0)


@transforms
def test_the_transformed_results_have_mean_zero_and_deviation_one(transform):
    z = transform(np.random.default_rng(0).lognormal(size=50))
    assert z.mean() == pytest.approx(0.0, abs=1e-12)
    assert z.std() == pytest.approx(1.0)


@transforms
@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_scale_and_shift_change_nothing(transform, scale):
    y = np.random.default_rng(1).standard_normal(30)
    assert np.allclose(transform(scale * y), transform(y), rtol=1e-9, atol=1e-12)
    assert np.allclose(transform(5.0 * y + 3.0), transform(y), rtol=1e-9, atol=1e-9)


@transforms
@pytest.mark.parametrize("y", [[3.0], [2.0, 2.0, 2.0], [0.0, 0.0]])
def test_equal_results_are_all_zero(transform, y):
    assert transform(np.array(y)).tolist() == [0.0] * len(y)


def test_half_rank_keeps_the_better_half_and_looks_at_the_ranks_of_the_worse():
    y = np.array([1.0, 2.0, 4.0, 5.0, 100.0])
    z, z_of_worse_outlier = HalfRank()(y), HalfRank()(np.array([1.0, 2.0, 4.0, 5.0, 1e9]))
    assert np.allclose(z, z_of_worse_outlier)
    assert (z[1] - z[0]) / (z[2] - z[0]) == pytest.approx(1 / 3)


def test_half_rank_spreads_the_worse_half_like_a_normal_distribution():
    z = HalfRank()(np.random.default_rng(2).standard_normal(2001))
    assert np.quantile(z, 0.841) == pytest.approx(1.0, abs=0.1)


def test_half_rank_of_a_good_half_of_ties_still_orders_the_rest():
    z = HalfRank()(np.array([0.0, 0.0, 0.0, 1.0, 2.0]))
    assert z[0] == z[2] < z[3] < z[4]


def test_unchanged_is_unchanged():
    assert Unchanged()(np.array([1.0, -1.0])).tolist() == [1.0, -1.0]


@given(y=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20, unique=True).map(np.array))
def test_the_inverse_gives_the_results_back(y):
    with np.errstate(all="ignore"):
        z = HalfRank()(y)
    if len(np.unique(z)) == len(z):
        assert np.allclose(inverse(z, y, z), y, rtol=1e-9, atol=1e-9)


def test_the_inverse_goes_on_beyond_the_results_and_is_flat_if_there_is_one():
    z = np.array([-1.0, 0.0, 1.0])
    assert inverse(z, np.array([10.0, 20.0, 40.0]), np.array([-2.0, 2.0])).tolist() == [0.0, 60.0]
    assert inverse(np.zeros(2), np.full(2, 7.0), np.array([-1.0, 1.0])).tolist() == [7.0, 7.0]


def test_normal_ranks_look_at_nothing_but_the_order():
    assert np.array_equal(NormalRanks()(np.array([3.0, 1.0, 2.0])), NormalRanks()(np.array([1e9, 0.0, 1.0])))
    low, tied, again, high = NormalRanks()(np.array([0.0, 1.0, 1.0, 2.0]))
    assert low < tied == again < high

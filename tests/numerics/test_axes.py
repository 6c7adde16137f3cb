"""A mixed and conditional space as arrays, against the space itself."""

import numpy as np
import pytest

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.axes import axes_of
from askttell.numerics.axes import nearest
from askttell.numerics.candidates import global_points, local_points, starts
from askttell.numerics.kernels import squared_distances
from askttell.unit import decode, encode

pytestmark = pytest.mark.usefixtures("one_thread")

SPACE = Space(
    kind=Categorical(["a", "b", "c"]),
    x=Float(0.0, 1.0, when={"kind": "a"}),
    n=Int(1, 100, log=True, when={"kind": ["a", "b"]}),
    deep=Categorical([1, 2], when={"n": range(10, 101)}),
    size=Ordinal([16, 32, 64]),
    many=Int(0, 10**9),
)
AXES = axes_of(SPACE)
U = np.random.default_rng(0).random((200, 6))


def test_snapped_points_are_values_and_active_as_the_space_says():
    snapped = AXES.snapped(U)
    active = AXES.active(snapped)
    for u, on in zip(snapped, active, strict=True):
        encoded = np.array(encode(SPACE, decode(SPACE, u.tolist())))
        assert np.array_equal(~np.isnan(encoded), on)
        assert np.allclose(encoded[on], u[on], atol=1e-9)


def test_distances_of_features_are_hamming_for_categories_and_nothing_where_both_are_inactive():
    points = AXES.snapped(np.array([[0.1, 0.2, 0.9, 0.1, 0.5, 0.5], [0.5, 0.7, 0.9, 0.9, 0.5, 0.5], [0.9, 0.1, 0.3, 0.9, 0.5, 0.5]]))
    X = AXES.features(points, AXES.active(points))
    D = squared_distances(X, X, np.ones(X.shape[1]))
    assert D[0, 1] == pytest.approx(1.0 + 0.3**2 + 1.0)  # kind, x in the middle, deep
    assert D[1, 2] == pytest.approx(1.0 + (points[1, 2] - 0.5) ** 2 + 1.0)  # kind, n in the middle, deep inactive


def test_what_is_smooth_and_what_is_discrete():
    assert AXES.smooth.tolist() == [1, 2, 5]
    assert AXES.discrete.tolist() == [0, 2, 3, 4]
    assert AXES.group[AXES.smooth_features].tolist() == [1, 2, 5]
    assert AXES.categories.tolist() == [True, False, False, True, False, False]


def test_the_dimension_is_the_mean_number_of_active_parameters():
    active = AXES.active(AXES.snapped(np.random.default_rng(1).random((20_000, 6)))).sum(axis=1).mean()
    assert AXES.dimension == pytest.approx(active, abs=0.1)
    assert axes_of(Space(x=Float(0, 1), y=Float(0, 1))).dimension == 2.0


def test_the_nearest_of_one_level_is_that_level():
    assert nearest(np.array([0.5]), np.array([0.1, 0.9])).tolist() == [0, 0]


def test_candidates_are_inside_and_new_at_each_ask():
    here, there = (global_points(AXES, 3, number) for number in (0, 1))
    assert here.min() >= 0.0
    assert here.max() <= 1.0
    assert len(np.unique(np.concatenate([here, there])[:, 5])) == 1024


def test_local_candidates_differ_from_their_centre_in_some_coordinates_but_not_in_all():
    centre = AXES.snapped(U[:1])
    centre[0, 3] = np.nan
    points = local_points(AXES, centre, 3, 0)
    assert np.isfinite(points).all()
    same = points[:, [0, 1, 2, 4, 5]] == centre[:, [0, 1, 2, 4, 5]]
    assert 0.3 < same.mean() < 0.9
    assert np.median(np.abs(points[:, 1] - centre[0, 1])[points[:, 1] != centre[0, 1]]) < 0.15


@pytest.mark.parametrize("values", [np.arange(100.0), np.zeros(100), np.full(100, -np.inf)])
def test_starts_are_distinct_and_hold_the_best_of_both_kinds(values):
    is_local = np.arange(100) >= 60
    chosen = starts(values, is_local, 0, 0, 10)
    assert len(set(chosen.tolist())) == 10
    if values[0] < values[1]:
        assert {99, 98, 59, 58} <= set(chosen.tolist())

"""Domination and hypervolume against their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from askttell.numerics.pareto import greedy_subset, hypervolume, on_front, ranks

shapes = st.integers(1, 4).flatmap(lambda m: st.tuples(st.integers(0, 9), st.just(m)))
objectives = shapes.flatmap(lambda shape: arrays(float, shape, elements=st.integers(0, 4).map(float)))


def dominates(a, b):
    return (a <= b).all() and (a < b).any()


@given(objectives)
def test_the_front_is_what_no_row_dominates(Y):
    expected = [not any(dominates(other, row) for other in Y) for row in Y]

    assert expected == on_front(Y).tolist()


@given(objectives)
def test_a_rank_is_one_more_than_the_worst_rank_that_dominates_it(Y):
    found = ranks(Y)

    for row, rank in zip(Y, found, strict=True):
        above = [other for y, other in zip(Y, found, strict=True) if dominates(y, row)]
        assert rank == (max(above) + 1 if above else 0)


@given(objectives, st.integers(0, 9))
def test_ranks_stop_once_enough_rows_have_one(Y, wanted):
    full, short = ranks(Y), ranks(Y, wanted)
    last = short.max(initial=0)

    assert short.tolist() == np.minimum(full, last).tolist()
    assert len(Y) == 0 or (short < last).sum() >= wanted or last == full.max()


def counted(Y, r):
    """The hypervolume of integer points, cell by cell."""
    cells = itertools.product(*(range(int(top)) for top in r))
    return sum(any((y <= cell).all() for y in Y) for cell in cells)


@given(objectives)
def test_the_hypervolume_of_integer_points_is_the_number_of_dominated_cells(Y):
    r = np.full(Y.shape[1], 4.0)

    assert pytest.approx(counted(Y, r)) == hypervolume(Y, r)


@given(objectives, st.integers(0, 9))
def test_the_greedy_subset_adds_the_most_volume_each_time(Y, k):
    Y = Y[on_front(Y)]
    r, chosen, k = np.full(Y.shape[1], 4.0), [], min(k, len(Y))
    exact = Y.shape[1] <= 2
    for found in greedy_subset(Y, k, r).tolist():
        volumes = {i: counted(Y[[*chosen, i]], r) for i in range(len(Y)) if i not in chosen}
        most = max(volumes.values())
        assert volumes[found] >= most if exact else volumes[found] >= most - 0.02 * 4 ** Y.shape[1]
        assert not exact or found == min(i for i, volume in volumes.items() if volume == most)
        chosen.append(found)

    assert len(chosen) == k


def test_known_hypervolumes_come_out():
    assert pytest.approx(0.75) == hypervolume(np.array([[0.0, 0.5], [0.5, 0.0]]), np.ones(2))
    assert pytest.approx(0.5) == hypervolume(np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]), np.ones(3))


def test_of_two_near_one_another_and_one_far_away_the_far_one_comes_second():
    Y = np.array([[0.1, 0.1, 0.5], [0.1, 0.12, 0.49], [0.5, 0.5, 0.0]])

    assert greedy_subset(Y, 2, np.full(3, 1.1)).tolist() == [0, 2]

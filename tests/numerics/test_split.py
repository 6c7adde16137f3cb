"""The split into better and worse trials against sorting, and weights against their definitions."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.pareto import hypervolume, ranks
from askttell.numerics.split import age_weights, n_better, rank_weights, split, thinned

some = st.one_of(st.none(), st.integers(0, 5).map(float), st.floats(-1e308, 1e308))


@given(st.lists(some, max_size=60))
def test_the_better_are_the_first_when_sorted_by_loss_and_number(y):
    losses = np.array([[math.nan if v is None else v] for v in y], float).reshape(-1, 1)
    complete = [i for i, v in enumerate(y) if v is not None]
    expected = sorted(complete, key=lambda i: (y[i], i))[: n_better(len(complete), 1)]

    good, others = split(losses)
    assert expected == good.tolist()
    assert sorted(set(range(len(y))) - set(expected)) == others.tolist()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40))
def test_with_several_objectives_no_front_is_skipped(pairs):
    Y = np.array(pairs, float).reshape(-1, 2)
    found, others = split(Y)
    rank = ranks(Y)
    k = n_better(len(Y), 2)

    assert len(set(found.tolist())) == k
    assert sorted([*found.tolist(), *others.tolist()]) == list(range(len(Y)))
    assert sorted(rank[found].tolist()) == sorted(rank.tolist())[:k]


def test_of_a_front_that_does_not_fit_the_spread_ones_are_taken():
    """Of nine points on a line the greedy choice for two is the middle, then one of the sides, whatever the scale."""
    t = np.arange(9.0)
    Y = np.column_stack([t, 8 - t])
    losses = Y * [1e3, 1e-3] + [5.0, -7.0]
    padded = np.concatenate([losses, np.full((4, 2), 1e9)])

    found, _ = split(padded)

    scaled = Y / 8
    best = max(itertools.combinations(range(9), 2), key=lambda pair: hypervolume(scaled[list(pair)], np.full(2, 1.1)))
    assert len(found) == 2
    assert 4 in found
    assert hypervolume(scaled[found], np.full(2, 1.1)) >= 0.9 * hypervolume(scaled[list(best)], np.full(2, 1.1))


def test_huge_and_constant_objectives_make_no_nan():
    Y = np.array([[1.7e308, 0.0], [-1.7e308, 0.0], [0.0, 0.0], [-1.7e308, 0.0]])

    assert split(Y)[0].tolist() == [1]


def test_without_a_result_none_is_better():
    for none in (np.full((3, 1), np.nan), np.full((3, 2), np.nan), np.empty((0, 1))):
        assert [rows.tolist() for rows in split(none)] == [[], list(range(len(none)))]


def test_the_split_is_made_among_the_active_trials():
    """Because a branch that is not among the best of all must still learn which of its values are good."""
    losses = np.array([[3.0], [0.0], [2.0], [np.nan], [1.0]])
    active = np.array([True, True, False, True, True])

    good, bad = split(losses, active)

    assert good.tolist() == [1]
    assert bad.tolist() == [0, 3, 4]
    assert [part.tolist() for part in split(losses, ~active)] == [[2], []]
    assert [part.tolist() for part in split(losses, np.zeros(5, bool))] == [[], []]


@pytest.mark.parametrize("n", [0, 10, 125, 126, 777, 10_000])
def test_of_the_worse_ones_125_stand_for_all(n):
    rows = np.arange(7, 7 + n)
    kept, weights = thinned(rows)
    everything = age_weights(n)

    assert len(set(kept.tolist())) == min(n, 125)
    assert kept[-25:].tolist() == rows[-25:].tolist()
    assert weights[-25:].tolist() == [1.0] * len(rows[-25:])
    assert pytest.approx(everything.sum(), rel=1e-3) == weights.sum()
    assert n > 125 or weights.tolist() == everything.tolist()


def test_15_in_100_are_better_and_no_more_than_25_of_one_objective():
    assert [n_better(n, 1) for n in (0, 1, 10, 20, 21, 10_000)] == [0, 1, 2, 3, 4, 25]
    assert [n_better(n, 3) for n in (0, 21, 10_000)] == [0, 4, 100]


@pytest.mark.parametrize("n", [1, 2, 7, 25])
def test_rank_weights_fall_with_the_logarithm_of_the_rank(n):
    raw = [math.log(n + 0.5) - math.log(rank) for rank in range(1, n + 1)]

    assert pytest.approx([w * n / sum(raw) for w in raw]) == rank_weights(n, 1).tolist()


def test_without_ranks_the_better_count_the_same():
    assert rank_weights(3, 2).tolist() == [1.0, 1.0, 1.0]
    assert rank_weights(0, 1).tolist() == rank_weights(0, 2).tolist() == []


def test_the_newest_25_count_fully_and_the_oldest_least():
    assert age_weights(0).tolist() == []
    assert age_weights(25).tolist() == [1.0] * 25
    assert pytest.approx([1 / 28, 0.5 * (1 + 1 / 28), 1.0, *[1.0] * 25]) == age_weights(28).tolist()

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.selection import crowding, order, squared_distances, unlike


def slow_crowding(Y):
    """NSGA-II's assignment in loops; objectives have no ties."""
    n = len(Y)
    distance = [0.0] * n
    for m in range(len(Y[0])):
        by = sorted(range(n), key=lambda i: Y[i][m])
        distance[by[0]] = distance[by[-1]] = math.inf
        for before, i, after in zip(by, by[1:], by[2:], strict=False):
            distance[i] += (Y[after][m] - Y[before][m]) / (Y[by[-1]][m] - Y[by[0]][m])
    return distance


@pytest.mark.parametrize(("n", "m"), [(1, 2), (2, 2), (9, 2), (20, 3)])
def test_crowding_is_that_of_nsga_2(n, m):
    Y = np.random.default_rng(n).random((n, m))

    assert crowding(Y) == pytest.approx(slow_crowding(Y.tolist()))


def test_a_flat_front_is_crowded_everywhere_but_at_its_ends():
    assert crowding(np.ones((4, 2))).tolist() == [np.inf, 0.0, 0.0, np.inf]


@given(losses=st.lists(st.one_of(st.just(math.nan), st.integers(0, 3)), min_size=1, max_size=8))
def test_one_objective_is_sorted_with_failures_last_and_later_ones_first_among_equals(losses):
    found = order(np.array(losses, float)[:, None]).tolist()

    assert sorted(found) == list(range(len(losses)))
    for i, j in itertools.pairwise(found):
        a, b = losses[i], losses[j]
        assert (a < b) or (a == b and i > j) or (math.isnan(b) and (not math.isnan(a) or i > j))


def test_fronts_come_first_and_in_a_front_those_with_room():
    Y = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [0.45, 0.55], [0.9, 0.9], [np.nan, np.nan], [0.1, 0.9]])

    assert order(Y).tolist()[:2] == [1, 0]
    assert order(Y).tolist()[-2:] == [4, 5]
    assert set(order(Y).tolist()[2:5]) == {2, 3, 6}


def test_extreme_objectives_do_not_overflow():
    Y = np.array([[-1.7e308, 1.7e308], [0.0, 0.0], [1.7e308, -1.7e308]])

    assert crowding(Y) == pytest.approx([np.inf, 2.0, np.inf])


coordinate = st.one_of(st.just(math.nan), st.integers(0, 4).map(lambda i: i / 4))


def slow_distance(a, b, categories):
    total = 0.0
    for x, y, category in zip(a, b, categories, strict=True):
        if math.isnan(x) or math.isnan(y):
            total += math.isnan(x) != math.isnan(y)
        else:
            total += x != y if category else (x - y) ** 2
    return total


@given(st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=7))
def test_distances_are_those_of_numbers_of_choices_and_of_what_is_inactive(rows):
    categories = [False, True, False]

    found = squared_distances(np.array(rows), np.array(categories))

    assert found.tolist() == [[slow_distance(a, b, categories) for b in rows] for a in rows]


@given(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=7), st.data())
def test_the_worse_of_the_most_alike_go_one_by_one(rows, data):
    n = data.draw(st.integers(0, len(rows) - 1))
    left = list(range(len(rows)))
    for _ in range(n):
        pairs = [(slow_distance(rows[i], rows[j], (False, False)), i, j) for i, j in itertools.combinations(left, 2)]
        left.remove(min(pairs)[2])

    assert unlike(np.array(rows), np.zeros(2, bool), n).tolist() == left

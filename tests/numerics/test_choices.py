import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.choices import _root, choices, counted, drawn, uniform, updated

SIZES = np.array([2, 5, 3])


def one_hot(K, q):
    return np.where(K[:, :, None] < 0, q, K[:, :, None] == np.arange(q.shape[1]))


def test_choices_are_drawn_as_often_as_they_are_likely():
    q = np.array([[0.25, 0.75, 0.0], [0.2, 0.3, 0.5]])
    found = drawn(choices(q, np.array([2, 3])), np.array([0.2499, 0.5]))

    assert found.tolist() == [0, 2]
    assert drawn(choices(q, np.array([2, 3])), np.array([1 - 2**-53, 1 - 2**-53])).tolist() == [1, 2]


@given(seed=st.integers(0, 10**6))
def test_probabilities_stay_probabilities_with_a_margin(seed):
    dice, alpha = np.random.default_rng(seed), 0.1
    state = choices(uniform(SIZES), SIZES)
    weights = np.array([0.5, 0.3, 0.2, 0.0, 0.0])
    for _ in range(40):
        K = dice.integers(0, SIZES, (5, 3))
        K[0, 1] = -1
        state = updated(state, one_hot(K, state.q), weights, alpha)
        assert state.q.sum(axis=1) == pytest.approx(np.ones(3))
        for row, size in zip(state.q, SIZES, strict=True):
            assert (row[:size] >= alpha / (size - 1) - 1e-9).all()
            assert (row[size:] == 0).all()


@given(seed=st.integers(0, 10**6))
def test_the_length_of_a_step_is_that_of_the_fisher_metric(seed):
    """Because |F^(1/2) g|^2 = g' F g, where F = diag(1/q) + 11'/q_K for one distribution of K choices."""
    dice = np.random.default_rng(seed)
    q = dice.dirichlet(np.ones(4))
    g = dice.standard_normal(4)
    g -= g.mean()
    F = np.diag(1 / q[:3]) + 1 / q[3]
    root = _root(choices(q[None], np.array([4])), g[None])

    assert root @ root == pytest.approx(g[:3] @ F @ g[:3])


def test_the_first_step_is_of_length_one_towards_what_the_better_half_chose():
    state = choices(uniform(np.array([3])), np.array([3]))
    after = updated(state, one_hot(np.array([[2], [2], [0], [1]]), state.q), np.array([0.6, 0.4, 0.0, 0.0]), 1e-9)
    direction = np.array([-1, -1, 2]) / 3
    length = math.sqrt(sum(direction**2 / state.q[0]))

    assert after.q[0] == pytest.approx(
        np.maximum(state.q[0] + direction / length, 0) / np.maximum(state.q[0] + direction / length, 0).sum(), abs=1e-6
    )
    assert after.trust != 1.0


def test_without_a_direction_nothing_changes():
    state = choices(uniform(SIZES), SIZES)

    assert updated(state, one_hot(np.full((2, 3), -1), state.q), np.array([0.5, 0.5]), 0.1) is state


def test_counts_leave_nothing_impossible():
    q = counted(np.array([[0, 1], [0, -1]]), np.array([2, 3]))

    assert q.tolist() == [[0.75, 0.25, 0.0], [0.25, 0.5, 0.25]]

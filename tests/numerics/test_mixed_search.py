"""The search of a mixed space against listing all of it."""

import numpy as np
import pytest

from askttell.numerics import mixed_search
from askttell.numerics.acquisition import LogEI
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.mixed_search import improved
from askttell.numerics.regression import factorised, posterior_of
from askttell.numerics.score import Score

pytestmark = pytest.mark.usefixtures("one_thread")


def levels(n):
    return (np.arange(n) + 0.5) / n


def score(axes, n=12, seed=0):
    U = axes.snapped(np.random.default_rng(seed).random((n, axes.d)))
    factor = factorised(Matern52(), axes.at(U), np.full(len(axes.group), 0.5), 1.0, 1e-4)
    return Score(axes, LogEI(), posterior_of(factor, np.sin(7 * U.sum(axis=1)), np.zeros((0, 1))), None)


@pytest.mark.parametrize("seed", range(3))
def test_a_finite_space_is_searched_to_its_best_point(seed):
    axes = Axes((Axis(levels(4), category=True), Axis(levels(30), category=False), Axis(levels(5), category=False)))
    s = score(axes, seed=seed)
    grid = np.stack(np.meshgrid(levels(4), levels(30), levels(5), indexing="ij"), axis=-1).reshape(-1, 3)
    start = axes.snapped(np.random.default_rng(seed).random((10, 3)))
    U, values = improved(s, start, np.full(3, 0.5))

    assert values[0] == pytest.approx(s(grid).max(), abs=1e-9)
    assert np.allclose(s(U), values)
    assert np.all(np.diff(values) <= 0.0)


def test_numbers_are_followed_by_gradients_and_no_start_gets_worse():
    axes = Axes(tuple(Axis(None, category=False) for _ in range(3)))
    s = score(axes)
    start = np.random.default_rng(1).random((8, 3))
    _, values = improved(s, start, np.full(3, 0.5))

    assert np.all(values >= np.sort(s(start))[::-1] - 1e-12)
    assert values[0] >= s(np.random.default_rng(2).random((4000, 3))).max() - 1e-3


def test_one_value_is_no_choice():
    axes = Axes((Axis(levels(1), category=True),))
    U, _ = improved(score(axes), np.full((2, 1), 0.5), np.ones(1))
    assert U.tolist() == [[0.5], [0.5]]


def test_moves_along_many_values_double_their_steps():
    assert mixed_search._options(100, 50, any_value=False).tolist() == [49, 48, 46, 42, 34, 18, 51, 52, 54, 58, 66, 82]
    assert mixed_search._options(5, 2, any_value=False).tolist() == [0, 1, 3, 4]
    assert len(mixed_search._options(100, 50, any_value=True)) == 99


def test_rounds_and_moves_end_by_their_number(monkeypatch):
    monkeypatch.setattr(mixed_search, "_ROUNDS", 1)
    monkeypatch.setattr(mixed_search, "_MOVES", 1)
    axes = Axes((Axis(levels(40), category=False), Axis(levels(6), category=True), Axis(None, category=False)))
    s = score(axes)
    start = axes.snapped(np.random.default_rng(3).random((8, 3)))
    assert improved(s, start, np.full(3, 0.5))[1][0] >= s(start).max()

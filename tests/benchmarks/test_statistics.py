"""Intervals cover what they say, verdicts read as defined, ranks share."""

import math

import numpy as np
import pytest

pytest.importorskip("scipy")
from benchmarks.statistics import Interval, average_ranks, interval


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.3, -0.1, "better"), (-0.1, 0.02, "no worse"), (0.001, 0.02, "no worse"), (-0.1, 0.021, "undecided"), (0.01, 0.3, "worse")],
)
def test_the_words_are_those_of_the_design(low, high, verdict):
    assert Interval(0.0, low, high).verdict == verdict


def test_one_seed_of_few_problems_decides_nothing():
    found = interval([[0.3], [0.5]])

    assert found.mean == pytest.approx(0.4)
    assert math.isnan(found.low)
    assert found.verdict == "undecided"


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        ([[-0.1]] * 7, "undecided"),
        ([[-0.1]] * 8, "better"),
        ([[0.0, 0.0, 0.0]] * 5, "undecided"),
        ([[0.0, 0.0, 0.0]] * 8, "no worse"),
        ([[-0.1, -0.1], [-0.2, -0.2], [-0.3, -0.3]], "undecided"),
        ([[-0.1, -0.1], [-0.2, -0.2], [-0.3, -0.31]], "better"),
        ([[-0.1], [-0.1], [-0.1], [-0.1], [-0.2]], "better"),
    ],
)
def test_a_small_sample_without_spread_decides_nothing(groups, verdict):
    """Because a rare large difference is then more likely missing than absent."""
    assert interval(groups).verdict == verdict


def test_problems_count_alike_whatever_their_seeds():
    assert interval([[0.0] * 9, [1.0], [1.0], [1.0], [1.0]]).mean == pytest.approx(0.8)


@pytest.mark.parametrize(("n_problems", "n_seeds", "spread"), [(12, 3, 0.3), (8, 5, 0.0), (3, 10, 0.0)])
def test_nominal_intervals_cover_nearly_as_often_as_they_say(n_problems, n_seeds, spread):
    """Because 400 tries at 91 % or more would come below 88 % with probability 0.02 at most; three problems are taken as they are."""
    generator, hits, tries = np.random.default_rng(5), 0, 400
    for _ in range(tries):
        places = generator.normal(0.1, spread, (n_problems, 1))
        found = interval((places + generator.normal(0.0, 0.3, (n_problems, n_seeds))).tolist())
        hits += found.low <= 0.1 <= found.high

    assert 0.88 <= hits / tries <= 0.99


def test_equals_share_their_ranks():
    assert average_ranks(np.array([[0.1, 0.1, 0.5], [3.0, 2.0, 1.0]])).tolist() == [2.25, 1.75, 2.0]

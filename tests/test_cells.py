"""Cells of a grid against a slow listing of them."""

import itertools

import pytest

from askttell import Categorical, Float, History, Int, Space, ask, cells, tell
from askttell.cells import Cells, cells_of
from askttell.strategies import CMAES, GP, TPE, DifferentialEvolution, Genetic, Grid, Random

HUGE = Space(n=Int(0, 2**50), x=Int(0, 3, when={"n": range(2**40)}))
PIECES = [
    Space(n=Int(0, 29), x=Int(0, 3, when={"n": range(5, 20)}), y=Categorical(["a", "b"], when={"n": range(25, 2, -2)})),
    Space(n=Int(-9, 51, step=3), x=Int(0, 2, when={"n": range(-9, 30, 6)}), y=Int(0, 1, when={"n": range(0, 52, 9)})),
    Space(a=Int(0, 1), n=Int(0, 20, when={"a": 1}), x=Int(0, 2, when={"n": [3, 4, 9]}), y=Int(0, 1, when={"x": 2, "n": range(2, 5)})),
    Space(n=Float(0.0, 2.0, step=0.1), x=Int(0, 2, when={"n": [0.1, 0.3, 2.0]})),
]


@pytest.mark.parametrize("space", PIECES)
@pytest.mark.parametrize("points", [1, 1000])
def test_a_large_parent_has_the_cells_that_looking_at_each_value_gives(monkeypatch, space, points):
    slow = Cells(space, (None,) * len(space))
    monkeypatch.setattr(cells, "_MANY", 12)
    monkeypatch.setattr(cells, "_POINTS", points)
    fast = Cells(space, (None,) * len(space))

    assert fast.count == slow.count
    listed = [fast.cell(k) for k in range(fast.count)]
    assert len(set(listed)) == fast.count
    assert set(listed) == {slow.cell(k) for k in range(slow.count)}


def test_the_cells_of_a_huge_parent_are_counted_at_once():
    assert cells_of(HUGE, None).count == 4 * 2**40 + 2**50 + 1 - 2**40


def test_a_parent_of_more_values_than_a_range_counts_is_split():
    space = Space(x=Float(0.0, 1e20, step=1.0), y=Int(1, 2, when={"x": [0.0, 1e20]}))
    assert cells_of(space, None).count == 10**20 + 3
    assert cells_of(space, None).cell(10**20 + 2) == {"x": 1e20, "y": 2}


def test_conditions_that_recur_too_seldom_are_refused():
    space = Space(n=Int(0, 2**50), x=Int(0, 3, when={"n": range(0, 2**50, 2**30 + 1)}))
    with pytest.raises(ValueError, match="conditions on `n` recur only every 1073741825 values; give `when` ranges without steps"):
        cells_of(space, None)


@pytest.mark.parametrize("strategy", [Random(), Grid(), CMAES(), Genetic(), DifferentialEvolution(), TPE(), GP()], ids=repr)
def test_a_strategy_searches_below_a_huge_parent(strategy):
    history = History.start(HUGE, seed=1)
    for number in range(14):
        history, trial = ask(history, strategy)
        history = tell(history, number, float(trial.params["n"]))

    assert all(a.recorded != b.recorded for a, b in itertools.combinations(history.trials, 2))

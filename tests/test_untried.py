"""No configuration comes twice, and the last one of a finite space is found."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from askttell import Categorical, Exhausted, Float, History, Int, Space, add
from askttell.untried import alike, any_untried, first_untried, listed, tried

SPACE = Space(a=Int(1, 100), b=Categorical(["u", "v", "w"]))


def all_but(space, left):
    """A history in which every cell was tried except those."""
    history = History.start(space, seed=0)
    for a in range(1, 101):
        for b in "uvw":
            if (a, b) not in left:
                history = add(history, {"a": a, "b": b}, 0.0)
    return history


UNITS = arrays(float, st.tuples(st.integers(0, 12), st.just(3)), elements=st.sampled_from([0.0, 0.1, 0.2, math.nan]))


@given(UNITS, st.lists(st.sampled_from([0.0, 0.1, 0.15, math.nan]), min_size=3, max_size=3), st.sampled_from([0.0, 0.06]))
def test_alike_is_what_agrees_in_each_column(units, x, within):
    def agree(a, b):
        return (math.isnan(a) and math.isnan(b)) or abs(a - b) <= within

    expected = [i for i, row in enumerate(units.tolist()) if all(map(agree, row, x))]
    last = [i for i, row in enumerate(units.tolist()) if i % 2 and agree(row[2], x[2])]

    assert alike(units, x, within).tolist() == expected
    assert alike(units, x[2:], within, (2,), np.arange(1, len(units), 2)).tolist() == last


def test_the_first_point_that_was_not_tried_is_taken():
    history = add(History.start(SPACE, seed=0), {"a": 1, "b": "u"}, 0.0)
    points = np.array([[0.0, 0.0], [0.005, 0.1], [0.5, 0.5]])

    assert first_untried(history, points) == {"a": 51, "b": "v"}
    assert first_untried(history, points[:2]) is None


def test_the_last_cells_are_found_and_then_the_space_is_exhausted():
    """Because 64 random draws need not meet one cell of three hundred."""
    nothing = np.zeros((0, 2))
    history, left = all_but(SPACE, {(77, "w"), (78, "w")}), {77, 78}
    while left:
        params = any_untried(history, nothing)
        left.remove(params["a"])
        history = add(history, params, 0.0)
    with pytest.raises(Exhausted, match="All 300"):
        any_untried(history, nothing)


def test_small_finite_spaces_are_listed():
    cells, U = listed(Space(a=Int(1, 2), b=Float(0, 1, step=0.5, when={"a": 2})))

    assert [cell.plain() for cell in cells] == [{"a": 1}, {"a": 2, "b": 0.0}, {"a": 2, "b": 0.5}, {"a": 2, "b": 1.0}]
    assert U.tolist() == [[0.25, 0.5], [0.75, 0.5 / 3], [0.75, 0.5], [0.75, 2.5 / 3]]
    assert listed(Space(x=Float(0, 1))) is None
    assert listed(Space(a=Int(1, 10_000))) is None
    assert len(tried(all_but(SPACE, set()))) == 300

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell import Categorical, Float, Int, Space
from askttell.evolution.breeding import child, genes_of
from askttell.unit import decode, encode

SPACE = Space(
    kind=Categorical(["a", "b", "c"]),
    x=Float(0.0, 1.0),
    n=Int(1, 9, when={"kind": "a"}),
    sub=Categorical(["u", "v"], when={"kind": "b"}),
    w=Float(0.0, 1.0, when={"sub": "v"}),
)
GENES = genes_of(SPACE)
QUIET = 0.99  # a uniform at which nothing happens


def units(**params):
    return np.array(encode(SPACE, SPACE.check(params)))


def draws(**rows):
    """Uniforms at which nothing happens, but in some of the rows met, paired, spread, struck and new."""
    U = np.full((5, 5), QUIET)
    for name, values in rows.items():
        U[["met", "paired", "spread", "struck", "new"].index(name)] = values
    return U


A = units(kind="a", x=0.2, n=3)
B = units(kind="b", x=0.6, sub="v", w=0.75)


def born(a, b, U):
    return decode(SPACE, child(GENES, a, b, U).tolist()).plain()


def test_nothing_happens_to_a_child_that_is_neither_crossed_nor_struck():
    assert born(A, B, draws()) == {"kind": "a", "x": 0.2, "n": 3}


def test_a_branch_comes_whole_from_the_parent_that_has_it():
    assert born(A, B, draws(met=[0.1, QUIET, QUIET, QUIET, QUIET], paired=0.0)) == {"kind": "b", "x": 0.2, "sub": "v", "w": 0.75}


def test_a_branch_that_neither_has_is_drawn_anew():
    other = units(kind="c", x=0.5)
    U = draws(struck=[0.0, QUIET, QUIET, QUIET, QUIET], new=[0.0, 0.3, 0.05, 0.9, 0.4])

    assert born(other, other, U) == {"kind": "a", "x": 0.5, "n": 1}
    U = draws(struck=[0.0, QUIET, QUIET, QUIET, QUIET], new=[0.99, 0.3, 0.05, 0.9, 0.4])
    assert born(other, other, U) == {"kind": "b", "x": 0.5, "sub": "v", "w": 0.4}


def test_numbers_lie_near_the_one_parent_or_swapped_near_the_other():
    near, swapped = (born(A, B, draws(met=[QUIET, met, QUIET, QUIET, QUIET], paired=0.0, spread=0.5))["x"] for met in (0.4, 0.1))

    assert near == pytest.approx(0.2, abs=0.05)
    assert swapped == pytest.approx(0.6, abs=0.05)


def test_a_pair_that_is_not_crossed_has_children_like_the_one():
    assert born(A, B, draws(met=0.1, paired=[0.95, 0, 0, 0, 0])) == {"kind": "a", "x": 0.2, "n": 3}


@given(a=st.integers(0, 2), new=st.floats(0.0, 1.0, exclude_max=True))
def test_a_choice_mutates_to_any_other(a, new):
    kinds = ["a", "b", "c"]
    parent = np.array([(a + 0.5) / 3, 0.5, 0.5, 0.25, 0.5])
    U = draws(struck=[0.0, QUIET, QUIET, QUIET, QUIET], new=new)
    came = decode(SPACE, child(GENES, parent, parent, U).tolist())["kind"]

    assert came == kinds[(a + 1 + int(new * 2)) % 3]


@given(seed=st.integers(0, 10**6))
def test_every_child_lies_in_the_space(seed):
    dice = np.random.default_rng(seed)
    a, b = (np.array(encode(SPACE, decode(SPACE, dice.random(5).tolist()))) for _ in range(2))
    made = child(GENES, a, b, dice.random((5, 5)))

    assert ((made >= 0) & (made <= 1)).all()
    assert SPACE.check(decode(SPACE, made.tolist()))

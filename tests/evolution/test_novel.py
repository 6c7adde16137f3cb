import pytest

from askttell import Categorical, Exhausted, Float, History, Int, Space, add
from askttell.evolution.novel import fresh, is_new, repeats

BRANCHES = Space(kind=Categorical(["a", "b"]), x=Float(0.0, 1.0, when={"kind": "a"}), n=Int(1, 2, when={"kind": "b"}))


def test_a_branch_without_continuous_parameters_is_looked_up():
    history = add(add(History.start(BRANCHES, seed=0), {"kind": "b", "n": 1}, 0.0), {"kind": "a", "x": 0.5}, 0.0)

    assert not is_new(history, BRANCHES.check({"kind": "b", "n": 1}))
    assert is_new(history, BRANCHES.check({"kind": "b", "n": 2}))
    assert is_new(history, BRANCHES.check({"kind": "a", "x": 0.5}))


def test_what_was_inherited_may_repeat_a_trial_though_it_is_continuous():
    history = add(History.start(BRANCHES, seed=0), {"kind": "a", "x": 0.5}, 0.0)

    assert repeats(history, BRANCHES.check({"kind": "a", "x": 0.5}))
    assert not repeats(history, BRANCHES.check({"kind": "a", "x": 0.25}))


def test_every_configuration_of_a_finite_space_comes_once():
    space = Space(kind=Categorical(["a", "b"]), n=Int(1, 5, when={"kind": "b"}), m=Int(0, 1))
    history, seen = History.start(space, seed=0), []
    with pytest.raises(Exhausted, match="All 12 configurations"):
        while True:
            seen.append(fresh(history))
            history = add(history, seen[-1], 0.0)

    assert len(set(map(repr, seen))) == 12


def test_on_an_infinite_space_it_is_new_if_any_of_many_draws_is():
    rare = Space({f"c{i}": Categorical(["a", "b"]) for i in range(20)} | {"x": Float(0.0, 1.0, when={f"c{i}": "a" for i in range(20)})})
    constant = Space(c=Categorical(["a"]), d=Categorical(["a"]), x=Float(0.0, 1.0))
    history = add(History.start(rare, seed=0), {f"c{i}": "b" for i in range(20)}, 0.0)

    assert is_new(history, fresh(history))
    assert is_new(History.start(constant, seed=0), fresh(History.start(constant, seed=0)))

"""When a run ends, as functions of the history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import askttell
from askttell import Float, History, Space, Study, add, ask, fail, no_improvement, target
from askttell.running.until import holding
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))
RESULTS = st.lists(st.none() | st.integers(0, 5).map(float), max_size=12)


def told(results, **settings):
    """A history of these results; None for a failure."""
    history = History.start(X, seed=0, **settings)
    for value in results:
        if value is None:
            history, trial = ask(history, Random())
            history = fail(history, trial, "because")
        else:
            history = add(history, {"x": 0.5}, value)
    return history


@given(RESULTS, st.integers(1, 5), st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from(["minimize", "maximize"]))
def test_no_improvement_says_what_its_definition_says(results, n, by, direction):
    sign = 1.0 if direction == "minimize" else -1.0
    losses = [float("inf") if value is None else sign * value for value in results]
    before, last = losses[:-n], losses[-n:]
    improved = len(losses) <= n or any(loss < min(before) - by for loss in last)

    assert no_improvement(n, by=by)(told(results, direction=direction)) == (not improved)


@given(RESULTS, st.sampled_from(["minimize", "maximize"]))
def test_a_target_lies_in_the_user_s_direction(results, direction):
    reached = [value for value in results if value is not None and (value <= 2 if direction == "minimize" else value >= 2)]

    assert target(2)(told(results, direction=direction)) == bool(reached)


def test_conditions_combine_with_one_another_and_with_functions_of_one_s_own():
    def many(history):
        return history.n_finished >= 3

    both, either, mirrored, alike = target(1.0) & many, target(1.0) | many, many | target(1.0), many & no_improvement(1)
    two, three = told([2.0, 0.0]), told([3.0, 2.0, 2.0])

    assert [condition(two) for condition in (both, either, mirrored, alike)] == [False, True, True, False]
    assert [condition(three) for condition in (both, either, mirrored, alike)] == [False, True, True, True]
    assert both(told([0.0, 0.0, 0.0]))
    assert repr(no_improvement(30) & target(0.01) | many) == "((no_improvement(30) & target(0.01)) | many)"
    assert repr(no_improvement(3, by=0.1) & (lambda h: True)) == "(no_improvement(3, by=0.1) & <lambda>)"


def test_of_conditions_of_which_one_is_enough_it_is_known_which_hold():
    def many(history):
        return history.n_finished >= 3

    until = target(1.0) & many | (many | no_improvement(9))

    assert holding(until, told([0.0])) == []
    assert holding(until, told([2.0, 2.0, 2.0])) == ["many"]
    assert holding(until, told([2.0, 2.0, 1.0])) == ["(target(1.0) & many)", "many"]


def test_where_one_side_holds_the_other_may_fail():
    def best_is_small(history):
        return history.best.value < 0.1

    with pytest.raises(LookupError, match="none is best"):
        holding(no_improvement(1) | best_is_small, History.start(X, seed=0))
    assert holding(no_improvement(1) | (lambda history: 1 / 0), told([1.0, 2.0])) == ["no_improvement(1)"]


def test_a_run_that_a_condition_ended_ends_at_once_when_it_is_made_again():
    study = Study(X, seed=0, strategy=Random())
    study.run(lambda x: x, until=target(0.05) | no_improvement(40))
    n = study.n_finished
    study.run(lambda x: x, until=target(0.05) | no_improvement(40))

    assert 0 < n == study.n_finished
    assert target(0.05)(study.history) or no_improvement(40)(study.history)


def test_what_is_exported_lazily_is_listed_and_nothing_else_is_there():
    assert {"no_improvement", "target"} <= set(askttell.__all__)
    with pytest.raises(AttributeError, match="no attribute 'no_improvment'"):
        askttell.no_improvment  # noqa: B018 - looking is the test

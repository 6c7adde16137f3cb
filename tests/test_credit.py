"""Credit: successes are new incumbents, old ones count less, and who has earned more is chosen more often."""

import math

import pytest

from askttell import Candidate, Float, History, Space, fail, tell
from askttell.credit import Credit, credit_of
from askttell.events import Asked

ARMS = ("one", "two")


def told(*results):
    """A history of trials by (origin, loss), None for a failure."""
    history = History.start(Space(x=Float(0.0, 1.0)), seed=0)
    for origin, loss in results:
        number = history.number
        history = history.then(Asked(number, Candidate({"x": 0.5}, origin), None, history.n_events))
        history = fail(history, number, "bad") if loss is None else tell(history, number, loss)
    return history


def test_a_new_incumbent_is_a_success_and_all_else_is_not():
    credit = credit_of(told(("one", 3.0), ("two", None), ("one", 3.0), ("other", 2.0), ("two:first", 1.0)), ARMS)
    d = 0.98
    assert credit.least == 1.0
    assert credit.successes == pytest.approx((d * (d * 1.5 + 1), d * d * 1.5 + 1))
    assert credit.tries == pytest.approx((d * (d * 5 + 1) + 1, d * (d * 5 + 1) + 1))


def test_nothing_is_known_beforehand():
    credit = credit_of(told(), ARMS)
    assert credit.least == math.inf
    assert credit.shares == (0.5, 0.5)


def test_the_arm_that_finds_incumbents_is_chosen_more_often_but_never_alone():
    results = [result for i in range(60) for result in (("one", -float(i)), ("two", 1.0))]
    first, second = credit_of(told(*results), ARMS).shares
    assert first + second == pytest.approx(1.0)
    assert first > 0.8
    assert second > 0.1


def test_an_arm_that_was_good_once_is_forgotten():
    results = [("one", -float(i)) for i in range(30)] + [("one", 1.0)] * 300 + [("two", 1.0)] * 5
    first, second = credit_of(told(*results), ARMS).shares
    assert first < second


def test_a_uniform_chooses_each_arm_with_its_share():
    credit = Credit(0.0, (3.0, 1.0, 1.0), (5.0, 5.0, 5.0))
    assert credit.shares == pytest.approx((0.2 / 3 + 0.48, 0.2 / 3 + 0.16, 0.2 / 3 + 0.16))
    assert [credit.chosen(u) for u in (0.0, 0.54, 0.55, 0.77, 0.78, 1.0 - 2**-53)] == [0, 0, 1, 1, 2, 2]


def test_arms_that_win_nothing_for_long_are_still_chosen_among():
    assert Credit(0.0, (1.2e-322, 0.0), (50.0, 50.0)).shares == pytest.approx((0.5, 0.5))

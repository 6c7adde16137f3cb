"""What the plots of one or several searches show, as numbers."""

import numpy as np
import pytest

from askttell import Float, Space, Study
from askttell.analysis import curves
from askttell.strategies import Random

SPACE = Space(x=Float(0.0, 1.0))


def told(values, **settings):
    """A search with these results; None is a failure."""
    study = Study(SPACE, seed=0, strategy=Random(), **settings)
    for value in values:
        trial = study.ask()
        study.fail(trial, "because") if value is None else study.tell(trial, value)
    return study


def test_the_best_so_far_skips_failures_and_follows_the_direction():
    assert np.array_equal(curves.best_so_far(told([None, 3, None, 1, 2]).history), [np.nan, 3, 3, 1, 1], equal_nan=True)
    assert curves.best_so_far(told([1, 3, 2], direction="maximize").history).tolist() == [1, 3, 3]


def test_a_band_begins_where_all_have_a_result_and_ends_with_the_shortest():
    found = curves.band([told([None, 4, 2, 2, 0]).history, told([3, 3, 1]).history, told([8, 8, 0, 0]).history])

    assert found.first == 2
    assert found.median.tolist() == [4, 1]
    assert found.low.tolist() == [3.5, 0.5]
    assert found.high.tolist() == [6, 1.5]
    assert found.n_searches == 3


def test_a_distribution_is_of_all_searches_of_a_group():
    values, shares = curves.distribution([told([3, None, 1]).history, told([2, 2]).history])

    assert values.tolist() == [1, 2, 2, 3]
    assert shares.tolist() == [0.25, 0.5, 0.75, 1.0]


def test_searches_are_given_alone_in_lists_or_by_name():
    one, two = told([1]), told([2])

    assert curves.groups_of(one) == {"": [one.history]}
    assert curves.groups_of([one, two.history]) == {"": [one.history, two.history]}
    assert curves.groups_of({"a": one, "b": [two]}) == {"a": [one.history], "b": [two.history]}


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="but these have .*'maximize'"):
        curves.groups_of([told([1]), told([1], direction="maximize")])
    with pytest.raises(ValueError, match="Each group needs at least one search"):
        curves.groups_of({"a": []})
    with pytest.raises(LookupError, match="has no complete trial among its first 1 finished ones"):
        curves.band([told([1, 2]).history, told([None]).history])


def test_evaluations_at_one_time_lie_in_lanes_of_their_own():
    study = Study(SPACE, seed=0, strategy=Random())
    first, second = study.ask(), study.ask()
    study.tell(first, 1.0)
    third = study.ask()
    study.tell(second, 1.0)
    found = curves.timeline(study)

    assert [bar.trial.number for bar in found.bars] == [0, 1, 2]
    for one in found.bars:
        assert 0.0 <= one.begun <= one.ended <= found.seconds
        for other in found.bars:
            assert one is other or one.lane != other.lane or one.ended <= other.begun or other.ended <= one.begun
    assert found.bars[2].ended == found.seconds
    assert third.number == found.bars[2].trial.number
    assert set(found.workers) == {study.trials[0].worker}
    with pytest.raises(LookupError, match="as a History knows none"):
        curves.timeline(study.history)

"""What comes back from a worker."""

import pickle

import numpy as np
import objectives
import pytest

from askttell.running.evaluation import Raised, Returned, evaluate


def travelled(objective, catch=(), **params):
    """What arrives of an evaluation in another process."""
    return pickle.loads(pickle.dumps(evaluate(objective, params=params, n_objectives=1, catch=catch, call=("run", 0))))


def test_values_travel_as_plain_floats():
    outcome = travelled(np.float32)

    assert outcome == Returned((0.0,))
    assert type(outcome.values[0]) is float


def test_an_error_keeps_its_class_and_tells_where_it_was_raised():
    outcome = travelled(objectives.failing, catch=OSError, x=3)

    assert isinstance(outcome.error, FileNotFoundError)
    assert outcome.caught
    assert outcome.reason == "FileNotFoundError: [Errno 2] no file for 3"
    assert "in failing" in outcome.error.__notes__[0]


@pytest.mark.parametrize(
    "objective", [objectives.failing_strangely, lambda x: (_ for _ in ()).throw(type("Local", (OSError,), {})("all wrong"))]
)
def test_an_error_that_cannot_travel_arrives_by_its_words(objective):
    outcome = travelled(objective, catch=(OSError, objectives.UnsendableError), x=3)

    assert type(outcome.error) is RuntimeError
    assert outcome.caught
    assert str(outcome.error) == outcome.reason
    assert outcome.reason.endswith(": all wrong")


def test_an_error_that_stays_in_its_process_is_the_one_that_was_raised():
    outcome = evaluate(objectives.failing, params={"x": 3}, n_objectives=1, catch=ValueError, call=("run", 0))

    assert isinstance(outcome, Raised)
    assert not outcome.caught
    assert not hasattr(outcome.error, "__notes__")
    assert outcome.error.__traceback__ is not None


def test_what_is_no_number_is_an_error_of_the_objective():
    outcome = travelled(lambda: None)

    assert "must be a number" in outcome.reason

"""What a model takes from a history."""

import math

import numpy as np

from askttell import Float, History, Space, add, ask, enqueue, fail, report, stop, tell
from askttell.modelling import best_points, caution, fantasies, observed, pending_features
from askttell.strategies import Random

SQUARE = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0))


def five():
    history = History.start(SQUARE, seed=0)
    for x, loss in ((0.2, 3.0), (0.4, 1.0), (0.6, 2.0)):
        history = add(history, {"x": x, "y": 0.5}, loss)
    history = fail(*ask(history, Random()), "no")
    history, trial = ask(history, Random())
    return stop(report(history, trial, 9.0, step=1), trial)


def test_a_failed_trial_has_no_result_and_a_stopped_one_an_infinite_loss():
    values = observed(five()).values
    assert values[:3].tolist() == [3.0, 1.0, 2.0]
    assert math.isnan(values[3])
    assert values[4] == math.inf


def test_best_points_are_sorted_and_have_results():
    assert best_points(five())[:, 0].tolist() == [0.4, 0.6, 0.2]


def test_caution_counts_failures_of_the_given_origins():
    history = History.start(SQUARE, seed=0)
    for k in range(6):
        history, trial = ask(history, Random())
        history = fail(history, trial, "no") if k % 2 else tell(history, trial, 1.0)
    values = observed(history).values
    assert caution(history, values, (history.trials[0].origin,)) == 6
    assert caution(history, values, ("another",)) == 0


def test_pending_trials_have_features_and_fantasies():
    history, _ = ask(enqueue(five(), {"x": 0.75, "y": 0.25}), Random())
    assert pending_features(history, observed(history).axes).tolist() == [[0.25, -0.25]]
    assert fantasies(history, 1).shape == (1, 32)
    assert fantasies(history, 0).shape == (0, 1)
    assert np.array_equal(fantasies(history, 1), fantasies(history, 1))

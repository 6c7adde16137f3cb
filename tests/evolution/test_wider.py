"""A look around, for a model that searches in one spot."""

import numpy as np
import pytest

from askttell import Categorical, Float, History, Space, add
from askttell.events import Asked, Candidate
from askttell.evolution.wider import in_one_spot, wider
from askttell.results import tell

SQUARE = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0))
BRANCHES = Space(kind=Categorical(["a", "b"]), x=Float(0.0, 1.0, when={"kind": "a"}), y=Float(0.0, 1.0))


def asked(history, params, *, origin="model", loss=None):
    candidate = Candidate(history.space.params(params), origin=origin)
    history = history.then(Asked(history.number, candidate, None, history.n_events))
    return history if loss is None else tell(history, history.number - 1, loss)


def started(space, params):
    return add(History.start(space, seed=0), params, 0.0)


@pytest.mark.parametrize(("x", "spot"), [(0.5, True), (0.63, True), (0.65, False)])
def test_a_spot_is_a_tenth_of_the_range_around_the_best_result(x, spot):
    """In the root mean square over two parameters, so that one may differ by .14."""
    history = started(SQUARE, {"x": 0.5, "y": 0.5})
    history = asked(asked(history, {"x": 0.5, "y": 0.51}, loss=1.0), {"x": x, "y": 0.5})

    assert in_one_spot(history, ("model",)) is spot


def test_the_spot_moves_with_the_best_result():
    history = started(SQUARE, {"x": 0.1, "y": 0.1})
    history = asked(asked(history, {"x": 0.9, "y": 0.9}, loss=-1.0), {"x": 0.9, "y": 0.91})

    assert in_one_spot(history, ("model",))

    moved = asked(history, {"x": 0.5, "y": 0.5}, loss=-2.0)
    assert not in_one_spot(asked(moved, {"x": 0.9, "y": 0.92}), ("model",))


def test_only_asks_of_the_model_itself_count():
    history = asked(started(SQUARE, {"x": 0.5, "y": 0.5}), {"x": 0.5, "y": 0.51})

    assert not in_one_spot(history, ("model",))
    assert not in_one_spot(asked(history, {"x": 0.5, "y": 0.52}, origin="another"), ("model",))
    assert not in_one_spot(started(SQUARE, {"x": 0.5, "y": 0.5}), ("model",))


@pytest.mark.parametrize(
    ("params", "spot"),
    [({"kind": "a", "x": 0.55, "y": 0.5}, True), ({"kind": "a", "x": 0.5, "y": 0.5}, True), ({"kind": "b", "y": 0.5}, False)],
    ids=["near", "same", "other branch"],
)
def test_another_branch_is_another_spot(params, spot):
    history = asked(asked(started(BRANCHES, {"kind": "a", "x": 0.5, "y": 0.5}), params), params)

    assert in_one_spot(history, ("model",)) is spot


def test_an_inactive_parameter_is_no_distance():
    history = asked(asked(started(BRANCHES, {"kind": "b", "y": 0.5}), {"kind": "b", "y": 0.51}), {"kind": "b", "y": 0.52})

    assert in_one_spot(history, ("model",))


def test_the_look_is_wide_however_close_together_the_better_results_lie():
    history = History.start(SQUARE, seed=3)
    for k in range(20):
        history = add(history, {"x": 0.3 + 1e-6 * k, "y": 0.7}, float(k))
    points = []
    for _ in range(60):
        points.append(wider(history)[0])
        history = asked(history, {"x": 0.3, "y": 0.7})

    assert np.mean(points, axis=0) == pytest.approx([0.3, 0.7], abs=0.05)
    assert np.std(points, axis=0) == pytest.approx([0.1, 0.1], abs=0.03)


def test_a_look_has_several_samples_of_every_kind_of_parameter():
    (first, *others) = wider(started(BRANCHES, {"kind": "b", "y": 0.5}))

    assert len(first) == 3
    assert all((other != first).any() for other in others)

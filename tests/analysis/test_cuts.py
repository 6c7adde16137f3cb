"""Cuts through the model against the function that it was made of."""

import numpy as np
import pytest

from askttell import Categorical, Float, Int, Space, Study
from askttell.analysis.cuts import cut, surface
from askttell.analysis.landscape import landscape_of
from askttell.strategies import Sobol

SPACE = Space(
    x=Float(1e-2, 1.0, log=True),
    k=Int(1, 3),
    c=Categorical(["a", "b"]),
    s=Float(0.0, 1.0, when={"c": "b"}),
    t=Float(0.0, 1.0, when={"c": "a"}),
)


def loss(params):
    return np.log10(params["x"]) + 0.5 * params["k"] + (1.0 + params["s"] if "s" in params else 0.0)


@pytest.fixture(scope="module", params=["minimize", "maximize"])
def searched(request):
    sign = 1.0 if request.param == "minimize" else -1.0
    study = Study(SPACE, seed=0, strategy=Sobol(), direction=request.param)
    for _ in range(60):
        trial = study.ask()
        study.tell(trial, sign * loss(trial.params))
    return sign, study.history, landscape_of(study.history)


def test_a_cut_goes_through_the_best_trial(searched):
    sign, history, landscape = searched
    best = history.best.recorded.plain()
    for name in ("x", "k", "c"):
        found = cut(landscape, history, name)
        values = [SPACE["c"].at(int(place)) for place in found.places] if name == "c" else found.places.tolist()
        expected = [sign * loss({**best, name: value, **({"s": 0.5} if value == "b" else {})}) for value in values]

        assert found.mean == pytest.approx(expected, abs=0.15)
        assert (found.low <= found.mean).all()
        assert (found.mean <= found.high).all()


def test_a_parameter_that_is_inactive_in_the_best_trial_has_no_cut(searched):
    _, history, landscape = searched

    assert history.best.recorded["c"] == "a"
    assert np.isnan(cut(landscape, history, "s").mean).all()
    assert not np.isnan(cut(landscape, history, "t").mean).any()


def test_a_surface_is_a_mean_over_the_other_parameters(searched):
    sign, history, landscape = searched
    found = surface(landscape, history, "x", "k")
    expected = np.log10(found.x)[None, :] + 0.5 * found.y[:, None] + 0.75

    assert found.y.tolist() == [1, 2, 3]
    assert found.mean == pytest.approx(sign * expected, abs=0.15)


def test_a_surface_has_holes_where_a_parameter_is_inactive(searched):
    sign, history, landscape = searched
    found = surface(landscape, history, "c", "s")

    assert np.isnan(found.mean[:, 0]).all()
    assert found.mean[:, 1] == pytest.approx(sign * (2.0 + found.y - 1.0), abs=0.25)
    with pytest.raises(LookupError, match="`s` and `t` are never active together; choose another pair"):
        surface(landscape, history, "s", "t")

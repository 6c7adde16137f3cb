"""What GP makes of earlier searches, and what it does not."""

import numpy as np
import pytest

from askttell import Categorical, Float, History, Space, add, ask, earlier, tell
from askttell.events import Prior
from askttell.numerics import surrogate
from askttell.strategies import GP, TPE, Random

SPACE = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0), kind=Categorical(["a", "b"]))


def loss(params, centre=0.3):
    return (params["x"] - centre) ** 2 + (params["y"] - 0.6) ** 2 + 0.2 * (params["kind"] == "a")


def searched(strategy, n, *, centre=0.3, prior=(), seed=0, space=SPACE):
    history = History.start(space, seed=seed, prior=prior)
    for _ in range(n):
        history, trial = ask(history, strategy)
        history = tell(history, trial, loss(trial.params, centre))
    return history


def test_the_first_trial_is_what_did_well_before():
    known = [searched(TPE(), 40, seed=k) for k in range(1, 4)]
    history, trial = ask(History.start(SPACE, seed=0, prior=known), GP())
    assert trial.origin == "gp:prior"
    assert loss(trial.params) < 0.02


def test_known_defaults_come_before_what_did_well_elsewhere():
    space = Space(x=Float(0.0, 1.0, default=0.9), y=Float(0.0, 1.0), kind=Categorical(["a", "b"]))
    history = searched(GP(), 3, prior=[searched(Random(), 30)], space=space)
    assert history.trial(0).params["x"] == 0.9
    assert [trial.origin for trial in history.trials] == ["gp:design", "gp:design", "gp:prior"]


def test_related_searches_help():
    known = [searched(TPE(), 40, seed=k, centre=0.3 + 0.02 * k) for k in range(1, 4)]
    with_them = [searched(GP(), 8, prior=known, seed=seed).best.value for seed in range(5, 9)]
    without = [searched(GP(), 8, seed=seed).best.value for seed in range(5, 9)]
    assert np.mean(with_them) < 0.3 * np.mean(without)


def test_results_that_do_not_fit_are_left_out_and_too_few_are_not_modelled():
    other = Space(x=Float(0.0, 9.0), y=Float(0.0, 1.0), kind=Categorical(["a", "b", "c"]))
    history = History.start(other, seed=0)
    for x, kind in ((0.5, "a"), (5.0, "a"), (0.5, "c"), (0.2, "b")):
        history = add(history, {"x": x, "y": 0.5, "kind": kind}, x)
    here = History.start(SPACE, seed=0, prior=[history])
    units, losses = earlier.results_of(SPACE, here.prior[0])
    assert units.shape == (2, 3)
    assert losses[:, 0].tolist() == [0.5, 0.2]
    assert ask(here, GP())[1].origin == "gp:design"
    assert searched(GP(), 8, prior=[history]).number == 8


def test_what_is_new_takes_its_default_or_the_middle_and_what_is_gone_is_dropped():
    old = Space(x=Float(0.0, 1.0), gone=Float(0.0, 1.0))
    new = Space(x=Float(0.0, 1.0), new=Float(0.0, 8.0, default=2.0), newer=Float(0.0, 1.0))
    history = add(History.start(old, seed=0), {"x": 0.25, "gone": 0.5}, 1.0)
    units, _ = earlier.results_of(new, History.start(old, seed=0, prior=[history]).prior[0])
    assert units.tolist() == [[0.25, 0.25, 0.5]]


FOREIGN = add(History.start(Space(z=Float(0.0, 1.0)), seed=0), {"z": 0.25}, 1.0)
LARGE = add(History.start(Space(x=Categorical([10**400, 1])), seed=0), {"x": 10**400}, 1.0)
SWITCHED = add(History.start(Space(kind=Categorical(["b"]), depth=Float(0.0, 1.0)), seed=0), {"kind": "b", "depth": 0.5}, 1.0)


@pytest.mark.parametrize("earlier_one", [FOREIGN, LARGE, History.start(SPACE, seed=3), []])
def test_an_earlier_search_that_says_nothing_is_refused(earlier_one):
    with pytest.raises(ValueError, match=r"`prior\[1\]` must"):
        History.start(SPACE, seed=0, prior=[searched(Random(), 3), earlier_one])


def test_a_search_whose_shared_parameter_is_inactive_there_is_refused():
    space = Space(kind=Categorical(["a", "b"], default="a"), depth=Float(0.0, 1.0, when={"kind": "b"}))
    alone = add(History.start(Space(depth=Float(0.0, 1.0)), seed=0), {"depth": 0.5}, 1.0)
    with pytest.raises(ValueError, match="none of its 1 does; the first: none of `depth` is active here"):
        History.start(space, seed=0, prior=[alone])
    assert len(earlier.results_of(space, History.start(space, seed=0, prior=[SWITCHED]).prior[0])[0]) == 1


def test_an_earlier_search_that_was_recorded_is_taken_as_it_is():
    recorded = (Prior(FOREIGN.space, (), ()), Prior(FOREIGN.space, ({"z": 0.25},), ((1.0,),)))
    assert History.start(SPACE, seed=0, prior=recorded).prior == recorded


@pytest.mark.parametrize("prior", [["old.db"], [3], [[1.0]], 3, "old.db"])
def test_what_is_no_search_is_refused(prior):
    with pytest.raises(TypeError, match="prior.*must be"):
        History.start(SPACE, seed=0, prior=prior)


def test_a_search_with_other_objectives_is_refused():
    two = History.start(SPACE, seed=0, directions=("minimize", "minimize"))
    with pytest.raises(ValueError, match="1 objectives, as this search, but an earlier one has 2"):
        History.start(SPACE, seed=0, prior=[two])


def test_an_earlier_search_without_results_that_was_recorded_says_nothing():
    empty = Prior(SPACE, (), ())
    with_it, without = searched(GP(), 7, prior=[empty]), searched(GP(), 7)
    assert [t.params for t in with_it.trials] == [t.params for t in without.trials]


def test_suggestions_with_earlier_searches_do_not_depend_on_what_is_remembered():
    history = searched(GP(), 9, prior=[searched(TPE(), 20, seed=1), searched(Random(), 10, seed=2)])
    for memo in (*surrogate.MEMOS, earlier._source, earlier._portfolio):
        memo.cache_clear()
    for number in range(history.number):
        assert ask(history.view_of(number), GP())[1].params == history.trial(number).params


def test_what_was_tried_is_not_tried_again():
    best = searched(TPE(), 30, seed=1)
    history = searched(GP(), 12, prior=[best, best])
    tried = [tuple(trial.params.values()) for trial in history.trials]
    assert len(set(tried)) == len(tried)


def test_gp_explains_a_trial_that_earlier_searches_shaped():
    history = searched(GP(), 9, prior=[searched(TPE(), 20, seed=1), searched(Random(), 20, seed=2, centre=0.9)])
    assert GP().explain(history, 0)["why"] == "it did well in earlier searches"
    weights = GP().explain(history, 8)["weights_of_earlier_searches"]
    assert len(weights) == 2
    assert weights[0] > weights[1]
    assert "weights_of_earlier_searches" not in GP().explain(searched(GP(), 9), 8)

import math

import numpy as np
import pytest

from askttell import Categorical, Exhausted, Float, History, Int, Space, add, ask, ask_many, enqueue, fail, stop, tell
from askttell.evolution import distribution
from askttell.evolution.distribution import ORIGIN, _states
from askttell.evolution.folds import given
from askttell.strategies import CMAES, Random

CUBE = Space({f"x{i}": Float(-1.0, 1.0) for i in range(4)})
MIXED = Space(x=Float(-1.0, 1.0), y=Float(1e-3, 1e3, log=True), n=Int(0, 20), kind=Categorical(["a", "b", "c"]))


def sphere(params):
    return sum((x - 0.3) ** 2 for x in params.values())


def curved(params):
    return (params["x"] - 0.3) ** 2 + math.log10(params["y"]) ** 2 + (params["n"] - 13) ** 2 / 50 + (params["kind"] != "b")


def search(space, loss, n, strategy=None, seed=0, **start):
    history = History.start(space, seed=seed, **start)
    for _ in range(n):
        history, trial = ask(history, strategy or CMAES())
        history = tell(history, trial, loss(trial.params))
    return history


def state_of(history, lam=8, sigma=1 / 6):
    """The state after all results, as the last ask derived it."""
    CMAES().ask(history)
    return _states._known[given((ORIGIN, lam, sigma), history), history.n_finished, history.told_digest()]


def test_it_finds_the_optimum_of_a_sphere_and_of_a_mixed_space():
    assert search(CUBE, sphere, 400).best.value < 1e-6
    best = search(MIXED, curved, 500).best

    assert (best.params["n"], best.params["kind"]) == (13, "b")
    assert best.value < 1e-3


def test_it_maximises_what_is_to_be_maximised():
    history = search(CUBE, lambda params: 5.0 - sphere(params), 300, direction="maximize")

    assert history.best.value > 5.0 - 1e-4


def test_with_forgotten_state_the_same_trial_is_asked():
    history = search(MIXED, curved, 60)
    warm = CMAES().ask(history)
    for cache in (distribution._states, distribution._openings, distribution._sampled):
        cache.cache_clear()

    assert warm == CMAES().ask(history)
    for number in (5, 17, 58, 33):
        assert CMAES().ask(history.view_of(number)) == history.asked(number).candidate


def test_equal_distances_of_losses_do_not_matter():
    """Because only ranks are used: a y + b makes the same trials for a > 0."""
    plain = search(CUBE, sphere, 80)
    other = search(CUBE, lambda params: 1e3 * sphere(params) - 7.0, 80)

    assert [trial.params for trial in plain.trials] == [trial.params for trial in other.trials]


def test_a_straggler_does_not_stop_the_generations():
    history, (slow, *rest) = ask_many(History.start(CUBE, seed=0), CMAES(), 9)
    for trial in rest:
        history = tell(history, trial, sphere(trial.params))

    assert state_of(history).mixed.normal.age == 1
    late = tell(history, slow, 0.0)
    assert state_of(late).rows == (8,)


def test_with_eight_workers_and_results_in_any_order_it_still_converges():
    dice = np.random.default_rng(0)
    history, waiting = ask_many(History.start(CUBE, seed=0), CMAES(), 8)
    for _ in range(500):
        trial = waiting.pop(dice.integers(8))
        history = fail(history, trial, "dice") if dice.random() < 0.3 else tell(history, trial, sphere(trial.params))
        history, trial = ask(history, CMAES())
        waiting.append(trial)

    assert history.best.value < 1e-3


def test_failed_and_stopped_trials_are_the_worst():
    """Because a generation in which they come last moves as if their losses were infinite."""
    history, trials = ask_many(History.start(CUBE, seed=0), CMAES(), 8)
    finite, lost = history, history
    for trial in trials:
        x = trial.params["x0"]
        finite = tell(finite, trial, x if x < 0 else 1e9)
        lost = tell(lost, trial, x) if x < 0 else (fail(lost, trial, "x") if trial.number % 2 else stop(lost, trial))

    assert 0 < sum(trial.params["x0"] >= 0 for trial in trials) < 8
    assert state_of(finite).mixed.normal.m.tolist() == state_of(lost).mixed.normal.m.tolist()


def test_a_converged_run_starts_again_elsewhere_with_more():
    history = search(Space(x=Float(-1.0, 1.0), y=Float(-1.0, 1.0)), sphere, 700)
    state = state_of(history, lam=6)

    assert state.n_runs >= 1
    assert state.run.doublings >= 1
    parents = [trial.parent for trial in history.trials]
    assert parents[0] is None
    assert parents == sorted(parents, key=lambda parent: -1 if parent is None else parent)


def test_results_of_an_earlier_run_do_not_reach_the_next():
    flat = History.start(Space(x=Float(0.0, 1.0)), seed=0)
    flat, (slow, *_) = ask_many(flat, CMAES(), 1)
    runs = 0
    while runs == 0:
        flat, trial = ask(flat, CMAES())
        flat = tell(flat, trial, 1.0)
        runs = state_of(flat, lam=4).n_runs

    assert state_of(tell(flat, slow, 0.0), lam=4).rows == ()


def test_a_better_result_of_others_takes_the_place_of_the_worst():
    alone = search(CUBE, sphere, 6)
    guided = add(add(alone, dict.fromkeys(CUBE.names, 0.9), 5.0), dict.fromkeys(CUBE.names, 0.31), -1.0)
    for _ in range(2):
        alone, trial = ask(alone, CMAES())
        alone = tell(alone, trial, sphere(trial.params))
        guided, trial = ask(guided, CMAES())
        guided = tell(guided, trial, sphere(trial.params))
    target = np.full(4, 0.655)

    assert np.linalg.norm(state_of(guided).mixed.normal.m - target) < np.linalg.norm(state_of(alone).mixed.normal.m - target)


def test_it_starts_at_the_better_part_of_what_is_known():
    known = search(CUBE, sphere, 100, Random())
    histories = [History.start(CUBE, seed=5), known, History.start(CUBE, seed=5, prior=[known])]
    middle, *warm = (np.mean([sphere(trial.params) for trial in ask_many(history, CMAES(), 20)[1][-20:]]) for history in histories)

    assert max(warm) < middle


def test_earlier_results_that_are_few_or_do_not_fit_are_no_start():
    few = [(dict.fromkeys(CUBE.names, 0.5), 1.0)] * 3
    other = search(Space(z=Float(0.0, 1.0)), lambda params: params["z"], 40, Random())
    (foreign,) = History.start(other.space, seed=0, prior=[other]).prior
    plain = CMAES().ask(History.start(CUBE, seed=5)).params

    assert plain == CMAES().ask(History.start(CUBE, seed=5, prior=[few, foreign])).params


def test_choices_start_at_what_was_good():
    known = search(MIXED, curved, 200, Random())
    _, trials = ask_many(History.start(MIXED, seed=0, prior=[known]), CMAES(), 30)

    assert sum(trial.params["kind"] == "b" for trial in trials) > 12


def test_a_finite_space_is_tried_in_full_and_then_exhausted():
    space = Space(a=Int(1, 5), b=Categorical(["u", "v", "w"]))
    history = enqueue(History.start(space, seed=0), {"a": 1, "b": "u"})
    with pytest.raises(Exhausted, match="All 15"):
        while True:
            history, trial = ask(history, CMAES())
            history = tell(history, trial, trial.params["a"])

    assert len({repr(trial.params) for trial in history.trials}) == 15


def test_inactive_parameters_are_moved_by_chance_only():
    """Because their samples are told apart by nothing, and choices that were not made pull nowhere."""
    space = Space(kind=Categorical(["a", "b"]), x=Float(0.0, 1.0), z=Categorical([1, 2, 3], when={"kind": "b"}))
    history = search(space, lambda params: (params["kind"] == "b") + params["x"] ** 2, 60)
    rare = [trial.params["z"] for trial in history.trials if "z" in trial.params]
    state = state_of(history, lam=7)

    assert len(rare) < 30
    assert state.mixed.choices.q[1].min() > 0.05


def test_several_objectives_are_refused_with_a_way_out():
    with pytest.raises(ValueError, match="CMAES minimises one objective, but the search has 2; use Genetic"):
        CMAES().ask(History.start(CUBE, seed=0, directions=("minimize", "maximize")))


@pytest.mark.parametrize("settings", [{"population": 3}, {"sigma": 0.0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be"):
        CMAES(**settings)


def test_the_population_is_as_wished():
    history = search(CUBE, sphere, 20, CMAES(population=20))

    assert ask(history, CMAES(population=20))[1].parent == 19

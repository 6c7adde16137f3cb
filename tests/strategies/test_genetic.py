import numpy as np
import pytest

from askttell import Categorical, Exhausted, Float, History, Int, Space, add, ask, ask_many, fail, stop, tell
from askttell.events import Prior
from askttell.evolution import population
from askttell.evolution.earlier import first
from askttell.evolution.population import pool_of, ranked
from askttell.numerics.pareto import hypervolume
from askttell.strategies import Genetic, Random

CUBE = Space({f"x{i}": Float(-1.0, 1.0) for i in range(3)})
CASES = Space(kind=Categorical(["a", "b"]), n=Int(0, 20, when={"kind": "b"}), x=Float(0.0, 1.0))


def sphere(params):
    return sum((x - 0.3) ** 2 for x in params.values())


def search(space, loss, n, strategy=None, seed=0, **start):
    history = History.start(space, seed=seed, **start)
    for _ in range(n):
        history, trial = ask(history, strategy or Genetic())
        history = tell(history, trial, loss(trial.params))
    return history


def test_it_finds_the_optimum_of_a_sphere_and_of_a_conditional_space():
    assert search(CUBE, sphere, 400).best.value < 0.01
    best = search(CASES, lambda p: (p["kind"] == "a") * 2 + abs(p.get("n", 0) - 17) / 10 + p["x"], 300).best

    assert (best.params["kind"], best.params["n"]) == ("b", 17)


def test_the_classical_setting_keeps_the_better_half_and_adds_as_many_children():
    strategy = Genetic(population=10, survivors=5, niching=0)
    history = search(CUBE, sphere, 10, strategy)
    losses = history.losses[:, 0]
    pool = pool_of(history, 10, 5, 0.0)

    assert list(pool.survivors) == np.argsort(losses)[:5].tolist()
    history, children = ask_many(history, strategy, 5)
    for trial in children[:4]:
        history = tell(history, trial, -1.0)
    assert pool_of(history, 10, 5, 0.0).newcomers == (10, 11, 12, 13)
    history = tell(history, children[4], 100.0)
    assert pool_of(history, 10, 5, 0.0).survivors == (13, 12, 11, 10, int(np.argmin(losses)))


def test_half_of_those_that_go_are_most_like_a_better_one():
    """Of eight on a line with two places for each of the four lowest, the better of each pair stays, though a worse one goes for it."""
    places = [0.0, 0.01, 0.3, 0.33, 0.6, 0.8, 0.9, 1.0]
    history = History.start(Space(x=Float(0.0, 1.0)), seed=0)
    for loss, x in enumerate(places):
        history = add(history, {"x": x}, loss)

    assert pool_of(history, 8, 4, 0.5).survivors == (0, 2, 4, 5)
    assert pool_of(history, 8, 4, 0.0).survivors == (0, 1, 2, 3)
    assert Genetic(8).ask(history) == Genetic(8, niching=0.5).ask(history) != Genetic(8, niching=0).ask(history)


def test_a_straggler_does_not_stop_the_generations():
    history, trials = ask_many(History.start(CUBE, seed=0), Genetic(10), 12)
    for trial in trials[1:11]:
        history = tell(history, trial, sphere(trial.params))

    assert len(pool_of(history, 10, 5, 0.0).survivors) == 5


def test_without_a_first_selection_those_asked_later_are_bred_from_what_is_known():
    history, trials = ask_many(History.start(CUBE, seed=0), Genetic(10), 10)
    lone = tell(history, trials[0], 1.0)
    pair = tell(lone, trials[1], 2.0)

    assert ranked(pair, pool_of(pair, 10, 5, 0.0)).tolist() == [0, 1]
    assert Genetic(10).ask(lone).params != Genetic(10).ask(pair).params


def test_failed_and_stopped_trials_are_no_parents():
    history, trials = ask_many(History.start(CUBE, seed=0), Genetic(10), 10)
    for trial in trials:
        history = (
            tell(history, trial, 1.0) if trial.number in (3, 4) else fail(history, trial, "x") if trial.number % 2 else stop(history, trial)
        )
    pool = pool_of(history, 10, 5, 0.0)

    assert len(pool.survivors) == 5
    assert sorted(ranked(history, pool).tolist()) == [3, 4]


def test_with_forgotten_state_the_same_trial_is_asked():
    history = search(CASES, lambda p: p["x"], 70)
    warm = Genetic().ask(history)
    population._pools.cache_clear()

    assert warm == Genetic().ask(history)
    assert all(Genetic().ask(history.view_of(number)) == history.asked(number).candidate for number in (3, 25, 44, 69))


def test_no_trial_is_repeated_and_a_finite_space_is_tried_in_full():
    space = Space(a=Int(1, 5), b=Categorical(["u", "v", "w"]))
    history = History.start(space, seed=0)
    with pytest.raises(Exhausted, match="All 15"):
        while True:
            history, trial = ask(history, Genetic(4))
            history = tell(history, trial, trial.params["a"])

    assert len({repr(trial.params) for trial in history.trials}) == 15


def test_results_of_others_are_individuals():
    history = search(CUBE, sphere, 30, Random())

    assert len(pool_of(history, 20, 10, 0.0).survivors) == 10
    assert ranked(history, pool_of(history, 20, 10, 0.0))[0] in np.argsort(history.losses[:, 0])[:10]


def recorded(history):
    """An earlier search as a study of another space has recorded it."""
    return History.start(history.space, seed=0, prior=[history]).prior


def test_the_best_of_earlier_searches_are_tried_first():
    known, other = search(CUBE, sphere, 40, Random()), search(Space(z=Float(0.0, 1.0)), sphere, 10, Random())
    pairs = [(dict.fromkeys(CUBE.names, 0.5), 3.0)]
    history = History.start(CUBE, seed=0, prior=[known, *recorded(other), pairs])
    asked = []
    for _ in range(6):
        asked.append(first(history, "genetic", 10))
        history, _ = ask(history, Genetic(10))

    best = [trial.params for trial in sorted(known.finished, key=lambda trial: trial.value)]
    assert [params.plain() for params in asked[:3]] == [best[0], pairs[0][0], best[1]]
    assert len(history.trials) == 6
    plain, _ = ask(History.start(CUBE, seed=0), Genetic(10))
    assert asked[5] == plain.asked(0).candidate.params


def test_a_prior_without_results_is_no_prior():
    history = History.start(CUBE, seed=0, prior=[Prior(CUBE, (), ())])

    assert Genetic().ask(history) == Genetic().ask(History.start(CUBE, seed=0))


def test_several_objectives_are_traded_off():
    def two(params):
        x = params["x0"] + 1
        return x, 1 + sum(abs(v) for v in params.values()) - abs(params["x0"]) + (2 - x) ** 2

    found = {type(s).__name__: search(CUBE, two, 300, s, directions=("minimize", "minimize")) for s in (Genetic(20), Random())}
    volume = {name: hypervolume(history.losses, np.array([2.0, 5.0])) for name, history in found.items()}

    assert volume["Genetic"] > volume["Random"] * 1.02
    assert len(found["Genetic"].best_trials) > 10


def test_an_added_result_may_be_a_parent():
    history = History.start(CUBE, seed=0)
    for i in range(20):
        history = add(history, dict.fromkeys(CUBE.names, i / 20), i)
    asked = Genetic().ask(history).params

    assert all(abs(asked[name]) <= 1.0 for name in CUBE.names)
    assert len(pool_of(history, 20, 10, 0.0).survivors) == 10


@pytest.mark.parametrize(
    "settings", [{"population": 3}, {"survivors": 1}, {"population": 10, "survivors": 10}, {"niching": 1.1}, {"niching": -0.1}]
)
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must"):
        Genetic(**settings)


def test_survivors_alone_are_half_of_the_population():
    assert Genetic(survivors=30)._sizes(1) == (60, 30)
    assert Genetic(population=30)._sizes(2) == (30, 15)
    assert Genetic(population=100, survivors=20)._sizes(1) == (100, 20)


def test_no_child_repeats_a_pending_trial_whose_continuous_value_it_inherited():
    space = Space(a=Categorical(["u", "v"]), b=Int(1, 3), x=Float(0.0, 1.0, when={"a": "u"}), z=Float(0.0, 1.0))
    for seed in range(5):
        history, _ = ask_many(History.start(space, seed=seed), Genetic(population=4), 8)
        history = tell(tell(history, 0, 0.0), 1, 0.0)
        _, trials = ask_many(history, Genetic(population=4), 16)

        assert len({repr(trial.params) for trial in trials}) == 16

"""Auto asks a model where that is worth its time, then whichever arm has earned it, and says which."""

import pytest

from askttell import Categorical, Float, History, Int, Space, add, ask, fail, tell
from askttell.strategies import CMAES, GP, TPE, Auto, DifferentialEvolution, Genetic, auto

X = Space(x=Float(0.0, 1.0))


def grown(n, **settings):
    history = History.start(X, seed=0, **settings)
    for i in range(n):
        history = add(history, {"x": (i + 0.5) / n}, [float(i)] * history.n_objectives)
    return history


@pytest.mark.parametrize(("n", "settings", "strategy"), [(3, {}, GP()), (12, {"directions": ("minimize", "maximize")}, TPE())])
def test_it_asks_the_strategy_that_suits(n, settings, strategy):
    history = grown(n, **settings)

    assert Auto().ask(history) == strategy.ask(history)


def test_beyond_many_results_it_asks_other_arms(monkeypatch):
    monkeypatch.setattr(auto, "_MANY", 12)
    two = {"directions": ("minimize", "minimize")}
    assert Auto().ask(grown(11)) == GP().ask(grown(11))
    assert Auto().ask(grown(12)) in (CMAES().ask(grown(12)), DifferentialEvolution().ask(grown(12)))
    assert Auto().ask(grown(11, **two)) == TPE().ask(grown(11, **two))
    assert Auto().ask(grown(12, **two)) == Genetic().ask(grown(12, **two))


def searched(n, strategy, start=None):
    history = start or History.start(Space(x=Float(0.0, 1.0), n=Int(1, 9)), seed=1)
    for _ in range(n):
        history, trial = ask(history, strategy)
        bad = trial.number % 7 == 3
        history = fail(history, trial, "bad") if bad else tell(history, trial, (trial.params["x"] - 0.3) ** 2 + trial.params["n"])
    return history


def test_all_arms_have_their_turn():
    history = searched(70, Auto(max_ask_seconds=0.0662))
    assert {trial.origin.partition(":")[0] for trial in history.trials} == {"gp", "cmaes", "de", "tpe"}
    assert sum(trial.origin.startswith("gp") for trial in history.trials) == 20
    assert history.best.value < 1.01


def test_time_is_a_number_of_results_and_no_clock():
    sizes = [Auto(seconds).n_modelled(X) for seconds in (1e-9, 0.05, 0.1, 0.2, 1.0, 1e9)]
    assert sizes == [0, 15, 42, 94, 500, 500]


def test_parameters_of_few_values_cost_time():
    few = Space(a=Categorical(range(30)), n=Int(1, 1000), m=Int(0, 4), x=Float(0.0, 1.0))  # 29 + 20 + 4
    assert [Auto(seconds).n_modelled(few) for seconds in (0.05, 0.1, 0.2, 1.0)] == [0, 17, 63, 433]
    assert searched(12, Auto(max_ask_seconds=0.05), History.start(few, seed=0)).count_of("gp") == 0


def test_the_defaults_come_first_where_there_is_no_time_for_a_model():
    space = Space({f"n{i}": Int(0, 20, default=3) for i in range(70)})
    history = searched_in(space, 14, "n0")
    assert Auto().n_modelled(space) == 0
    assert set(history.trials[0].params.values()) == {3}
    assert {trial.origin for trial in history.trials[:12]} == {"gp:design"}
    assert history.trials[12].origin != "gp:design"


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="max_ask_seconds"):
        Auto(max_ask_seconds=seconds)


def test_it_explains_what_the_chosen_one_explains():
    history, trial = ask(grown(8), Auto())
    history = tell(history, trial, 0.0)
    told = Auto().explain(history, trial.number)

    assert told.pop("strategy") == "GP"
    assert told == GP().explain(history, trial.number)
    several, _ = ask(grown(12, directions=("minimize", "minimize")), Auto())
    assert Auto().explain(several, 12) == {"strategy": "TPE"}


def test_it_explains_what_each_arm_has_earned():
    history = searched(30, Auto(max_ask_seconds=0.01))
    told = Auto(max_ask_seconds=0.01).explain(history, 29)
    assert told["strategy"] in ("CMAES", "DifferentialEvolution", "TPE")
    assert set(told["share"]) == {"cmaes", "de", "tpe"}
    assert sum(told["share"].values()) == pytest.approx(1.0)


def test_among_many_parameters_tpe_stands_beside_gp_and_the_credit_is_told():
    space = Space({f"x{i}": Float(0.0, 1.0) for i in range(31)})
    history = searched_in(space, 40)
    origins = [trial.origin.partition(":")[0] for trial in history.trials]
    assert set(origins[:20]) == {"gp"}
    assert set(origins[20:]) == {"gp", "tpe"}
    number = origins.index("tpe")
    told = Auto().explain(history, number)
    assert told["strategy"] == "TPE"
    assert sum(told["share"].values()) == pytest.approx(1.0)
    assert "share" not in Auto().explain(history, 19)
    fewer = Space({f"x{i}": Float(0.0, 1.0) for i in range(30)})
    assert {trial.origin.partition(":")[0] for trial in searched_in(fewer, 30).trials} == {"gp"}


def searched_in(space, n, name="x3"):
    history = History.start(space, seed=1)
    for _ in range(n):
        history, trial = ask(history, Auto())
        history = tell(history, trial, (trial.params[name] - 0.3) ** 2)
    return history

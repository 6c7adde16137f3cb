"""Auto asks GP where a model is worth its time, else TPE, and says which."""

import pytest

from askttell import Float, History, Space, add, ask, tell
from askttell.strategies import GP, TPE, Auto, DifferentialEvolution, Genetic, auto

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


def test_beyond_many_results_it_asks_another(monkeypatch):
    monkeypatch.setattr(auto, "_N_MODELLED", 12)
    two = {"directions": ("minimize", "minimize")}
    assert Auto().ask(grown(11)) == GP().ask(grown(11))
    assert Auto().ask(grown(12)) == DifferentialEvolution().ask(grown(12))
    assert Auto().ask(grown(11, **two)) == TPE().ask(grown(11, **two))
    assert Auto().ask(grown(12, **two)) == Genetic().ask(grown(12, **two))


def test_it_explains_what_the_chosen_one_explains():
    history, trial = ask(grown(8), Auto())
    history = tell(history, trial, 0.0)
    told = Auto().explain(history, trial.number)

    assert told.pop("strategy") == "GP"
    assert told == GP().explain(history, trial.number)
    several, _ = ask(grown(12, directions=("minimize", "minimize")), Auto())
    assert Auto().explain(several, 12) == {"strategy": "TPE"}

"""Why a trial was suggested."""

import attrs
import pytest
from canary import SPACE, Canary

from askttell import Float, History, Space, add, ask, enqueue, tell
from askttell.events import Candidate
from askttell.explanation import why
from askttell.strategies import GP, Grid, Random

X = Space(x=Float(0.0, 1.0))


@attrs.frozen
class Eloquent:
    """Halves the interval, knows which trial it began from, and says so."""

    inner: object = Random()

    def ask(self, history):
        return Candidate({"x": 0.5 ** (history.number + 1)}, origin="halving", parent=history.number - 1, fidelity=0.5)

    def explain(self, history, number):
        return {"halved": number + 1, "finished_then": history.view_of(number).n_finished, "finished_now": history.n_finished}


def test_it_names_the_strategy_with_its_settings_and_what_had_been_seen():
    history = History.start(X, seed=0)
    history, first = ask(history, Random())
    history = tell(history, first, 1.0)
    history, _ = ask(history, Random())
    history, third = ask(history, Grid(points=3))

    assert why(history, third.number) == {
        "number": 2,
        "params": third.params,
        "from": "Grid(points=3)",
        "origin": "grid",
        "seen": {"events": 5, "finished": 1, "pending": 1},
        "recomputed": "same",
    }


def test_it_tells_what_the_strategy_itself_can_tell():
    history = tell(*ask(History.start(X, seed=0), Eloquent()), 1.0)
    history, trial = ask(history, Eloquent())
    history = tell(history, trial, 2.0)
    account = why(history, 1, strategies=[Eloquent])

    assert account["from"] == "Eloquent(inner=Random())"
    assert (account["parent"], account["fidelity"]) == (0, 0.5)
    assert account["facts"] == {"halved": 2, "finished_then": 1, "finished_now": 2}


def test_it_names_what_came_by_hand():
    history = add(enqueue(History.start(X, seed=0), {"x": 0.25}), {"x": 0.5}, 1.0)
    history, _ = ask(history, Random())

    assert why(history, 0)["from"] == "a result made elsewhere, added by hand"
    assert why(history, 1)["from"] == "the queue: its parameters were enqueued by hand"
    assert [why(history, number)["recomputed"] for number in (0, 1)] == ["same", "same"]


def test_it_says_that_a_strategy_is_not_installed_and_that_a_suggestion_differs():
    history, _ = ask(History.start(SPACE, seed=0), Canary())
    opened, using, asked = history.events
    changed = attrs.evolve(asked, candidate=Candidate({**asked.candidate.params, "x": 0.125}))
    other = History.replay([opened, using, changed])

    assert why(history, 0)["recomputed"] == "not comparable"
    assert "'Canary' is not installed" in why(history, 0)["why"]
    assert why(other, 0, strategies=[Canary])["recomputed"] == "different"
    assert "`x` is 0.125 as recorded" in why(other, 0, strategies=[Canary])["why"]


def test_a_trial_that_was_never_asked_is_named():
    with pytest.raises(LookupError, match="There is no trial 3; none has been asked yet"):
        why(History.start(X, seed=0), 3)


def test_weights_of_earlier_searches_come_with_their_meaning():
    def searched(n, prior=()):
        history = History.start(X, seed=n, prior=prior)
        for _ in range(n):
            history, trial = ask(history, GP())
            history = tell(history, trial, trial.params["x"])
        return history

    assert "weights_of_earlier_searches" not in why(searched(6), 5)["facts"]
    both = list(why(searched(6, [searched(5), searched(8)]), 5)["facts"].items())
    place = [name for name, _ in both].index("weights_of_earlier_searches")
    assert both[place + 1] == (
        "meaning_of_weights",
        "1: expects what that one saw; above 1: the same, but larger differences; 0: not used, contradicted here or said by others",
    )
    short = why(searched(6, [searched(3), searched(8)]), 5)["facts"]
    assert len(short["weights_of_earlier_searches"]) == 1
    assert short["meaning_of_weights"].endswith("; none for number 1, which had too few results that fit")

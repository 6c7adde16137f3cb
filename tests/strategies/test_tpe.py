"""TPE against a slow version of itself, and where it must and must not go."""

import itertools
import math
import random

import numpy as np
import pytest

import storage_backends
from askttell import (
    Categorical,
    Exhausted,
    Float,
    History,
    Int,
    Ordinal,
    Space,
    Study,
    add,
    ask,
    ask_many,
    enqueue,
    fail,
    report,
    stop,
    tell,
    verify,
)
from askttell.cells import first_untried
from askttell.numerics import parzen, split
from askttell.seed import uniforms
from askttell.strategies import TPE, Random, Sobol

MIXED = Space(
    x=Float(0.0, 1.0),
    n=Int(1, 50, log=True),
    kind=Categorical(["a", "b", "c"]),
    y=Float(-1.0, 1.0, when={"kind": "b"}),
    size=Ordinal([16, 32, 64], when={"kind": ["b", "c"]}),
    deep=Float(0.0, 1.0, step=0.25, when={"size": 64, "kind": "c"}),
)
FINITE = Space(a=Categorical(["p", "q"]), b=Int(1, 3), c=Int(1, 2, when={"a": "q"}))


def loss(params):
    """A smooth loss with its least value 0 at kind c."""
    value = (params["x"] - 0.7) ** 2 + math.log(params["n"] / 10) ** 2 / 10 + {"a": 0.3, "b": 0.2, "c": 0.0}[params["kind"]]
    return value + abs(params.get("deep", 0.0)) / 10


def searched(strategy, n, seed=0, space=MIXED, loss=loss):
    history = History.start(space, seed=seed)
    for _ in range(n):
        history, trial = ask(history, strategy)
        history = tell(history, trial, loss(trial.params))
    return history


def log_ratio(axes, better, worse, x):
    """The logarithm of l / g at one point, each density fitted alone."""
    return float(parzen.log_densities(parzen.fit(axes, better), x)[0, 0] - parzen.log_densities(parzen.fit(axes, worse), x)[0, 0])


def test_the_candidate_is_the_best_of_those_drawn():
    """One group of real, ordered and categorical columns, written out."""
    space = Space(x=Float(0.0, 1.0), n=Int(1, 5), kind=Categorical(["a", "b"]))
    history = searched(Random(), 30, space=space, loss=lambda p: p["x"] + p["n"])
    axes = parzen.Axes((0,), ((1, parzen.EqualCells(5)),), ((2, 2),))
    losses = history.losses[:, 0]
    good = np.argsort(losses)[:5]
    bad = np.setdiff1d(np.arange(30), good)
    better = parzen.Observed(history.units[good], split.rank_weights(5, 1), parzen.gap_bandwidths)
    worse = parzen.Observed(history.units[bad], split.age_weights(25), parzen.even_bandwidths)
    X = parzen.sample(parzen.fit(axes, better), uniforms(0, 30, 24 * 4, 0).reshape(24, 4))
    best = max(X, key=lambda x: log_ratio(axes, better, worse, x[None]))

    history, trial = ask(history, TPE())

    assert pytest.approx(best.tolist()) == history.units[30].tolist()
    assert trial.origin == "tpe"


def test_the_first_trials_are_those_of_sobol():
    history = searched(TPE(n_startup=6), 6)
    expected = searched(Sobol(), 6)

    assert [t.params for t in history.trials] == [t.params for t in expected.trials]
    assert {t.origin for t in history.trials} == {"tpe-startup"}
    assert ask(history, TPE(n_startup=6))[1].origin == "tpe"


def test_failed_and_stopped_trials_count_as_finished_and_as_worse():
    """Because a region that fails must lose its attraction: l stays, g rises there."""
    history = searched(Random(), 30)
    best = history.best.params
    before, _ = _scores(history, best)
    for end in (lambda h, t: fail(h, t, "broke"), stop):
        after = history
        for _ in range(5):
            after, trial = ask(enqueue(after, best), TPE())
            after = end(after, trial)
        assert _scores(after, best)[0] < before
    early = History.start(MIXED, seed=0)
    for _ in range(10):
        early, trial = ask(early, TPE())
        early = fail(early, trial, "broke")
    assert ask(early, TPE())[1].origin == "tpe"


def _scores(history, params):
    """The logarithm of l / g of the first group at a configuration, and how many trials are in g."""
    losses = np.full((history.number, 1), np.nan)
    losses[history.told] = history.losses
    good, bad = split.split(losses, np.ones(history.number, bool))
    axes = parzen.Axes((0,), ((1, parzen.LogCells(1, 50)),), ((2, 3),))
    x = np.array([[MIXED["x"].to_unit(params["x"]), MIXED["n"].to_unit(params["n"]), MIXED["kind"].to_unit(params["kind"])]])
    better = parzen.Observed(history.units[good, :3], split.rank_weights(len(good), 1), parzen.gap_bandwidths)
    worse = parzen.Observed(history.units[bad, :3], split.age_weights(len(bad)), parzen.even_bandwidths)
    return log_ratio(axes, better, worse, x), len(bad)


def test_pending_trials_push_others_away():
    history = searched(Random(), 30)
    waiting, trial = ask(history, TPE())

    assert _scores(waiting, trial.params)[0] < _scores(history, trial.params)[0]
    assert _scores(waiting, trial.params)[1] == _scores(history, trial.params)[1] + 1


def test_the_order_of_results_plays_no_part():
    history, trials = ask_many(History.start(MIXED, seed=3), Random(), 40)
    forwards, backwards = history, history
    for trial in trials:
        forwards = tell(forwards, trial, round(loss(trial.params), 1))
    for trial in reversed(trials):
        backwards = tell(backwards, trial, round(loss(trial.params), 1))

    assert [t.params for t in ask_many(forwards, TPE(), 5)[1]] == [t.params for t in ask_many(backwards, TPE(), 5)[1]]


@pytest.mark.parametrize("change", [lambda y: 8.0 * y + 3.0, lambda y: 1e-3 * y, lambda y: math.exp(5 * y)])
def test_only_the_order_of_losses_counts(change):
    history = searched(Random(), 40)
    changed = History.start(MIXED, seed=0)
    for trial in history.trials:
        changed = add(changed, trial.params, change(trial.value))

    assert ask(changed, TPE())[1].params == ask(history, TPE())[1].params


def test_names_play_no_part():
    new = {"x": "zz", "n": "yy", "kind": "xx", "y": "ww", "size": "vv", "deep": "uu"}
    renamed = Space(
        zz=Float(0.0, 1.0),
        yy=Int(1, 50, log=True),
        xx=Categorical(["a", "b", "c"]),
        ww=Float(-1.0, 1.0, when={"xx": "b"}),
        vv=Ordinal([16, 32, 64], when={"xx": ["b", "c"]}),
        uu=Float(0.0, 1.0, step=0.25, when={"vv": 64, "xx": "c"}),
    )
    one = searched(TPE(), 30)
    two = searched(TPE(), 30, space=renamed, loss=lambda p: loss({k: p[v] for k, v in new.items() if v in p}))

    assert [{new[k]: v for k, v in t.params.items()} for t in one.trials] == [t.params for t in two.trials]


def test_a_finite_space_is_tried_without_repeats_and_then_exhausted():
    for n_candidates in (1, 24):  # one is hardly ever new, so that at the end points are looked for one by one
        strategy = TPE(n_startup=3, n_candidates=n_candidates)
        history = searched(strategy, 9, space=FINITE, loss=lambda p: p["b"] + (p["a"] == "q"))
        assert len({repr(t.params) for t in history.trials}) == 9
    with pytest.raises(Exhausted, match="All configurations"):
        ask(history, TPE(n_startup=3))
    with pytest.raises(Exhausted):
        ask(history, TPE(n_startup=100))


def test_an_untried_point_of_a_huge_space_is_found_at_once():
    space = Space({f"x{i}": Int(1, 1000) for i in range(150)})
    tried = {first_untried(space, (), 0.5)}

    assert first_untried(space, tried, 0.5) not in tried
    assert first_untried(Space(only=Categorical(["a"])), [{"only": "a"}], 0.999) is None


def test_a_space_of_one_point_is_exhausted_after_it():
    history, trial = ask(History.start(Space(only=Categorical(["a"])), seed=0), TPE())

    assert trial.params == {"only": "a"}
    with pytest.raises(Exhausted):
        ask(history, TPE())


def test_a_branch_without_anything_left_is_left_on_an_infinite_space():
    """Because the best branch here has one configuration, and trying it again tells nothing."""
    space = Space(kind=Categorical(["one", "many"]), x=Float(0.0, 1.0, when={"kind": "many"}))
    history = searched(TPE(n_startup=2), 30, space=space, loss=lambda p: p.get("x", -1.0))

    assert sum(t.params["kind"] == "one" for t in history.trials) <= 4


def test_if_every_candidate_was_tried_a_random_point_is():
    """Here l is nearly all at `one`, and one candidate a round is drawn."""
    space = Space(kind=Categorical(["one", "many"]), x=Float(0.0, 1.0, when={"kind": "many"}))
    history = History.start(space, seed=0)
    for _ in range(200):
        history = add(history, {"kind": "one"}, 0.0)

    assert ask(history, TPE(n_candidates=1))[1].origin == "tpe-random"


def test_more_than_one_objective_is_driven_to_the_front():
    """The front is x = 0.5; 60 trials lie nearer to it than random ones do."""
    space = Space(t=Float(0.0, 1.0), x=Float(0.0, 1.0), n=Int(1, 4))
    distances = {}
    for strategy in (TPE(), Random()):
        history = History.start(space, directions=("minimize", "maximize"), seed=1)
        for _ in range(60):
            history, trial = ask(history, strategy)
            p = trial.params
            history = tell(history, trial, (p["t"] + abs(p["x"] - 0.5), p["t"] - abs(p["x"] - 0.5)))
        distances[type(strategy).__name__] = np.median([abs(t.params["x"] - 0.5) for t in list(history.trials)[20:]])

    assert distances["TPE"] < 0.5 * distances["Random"]


def test_it_finds_more_than_random_search_does():
    """Paired seeds on a conditional space, by a wide margin."""
    pairs = [[searched(strategy, 50, seed=seed).best.value for seed in range(5)] for strategy in (TPE(), Random())]

    assert np.mean(pairs[0]) < 0.5 * np.mean(pairs[1])


@pytest.mark.parametrize("value", [0.0, 1e300])
def test_constant_losses_and_wide_spaces_are_survived(value):
    space = Space({f"x{i}": Float(0.0, 1.0) for i in range(200)})
    history = searched(TPE(n_startup=2), 6, space=space, loss=lambda p: value)

    assert len({repr(t.params) for t in history.trials}) == 6


def test_reports_and_stops_do_no_harm():
    history = History.start(MIXED, seed=0)
    for end, _ in itertools.product(["tell", "stop", "fail", "pend"], range(5)):
        history, trial = ask(history, TPE(n_startup=4))
        history = report(history, trial, 1.0, step=0)
        if end == "tell":
            history = tell(history, trial, loss(trial.params))
        elif end == "stop":
            history = stop(history, trial)
        elif end == "fail":
            history = fail(history, trial, "no")

    assert len({repr(t.params) for t in history.trials}) == 20


@pytest.mark.parametrize("seed", range(3))
def test_every_suggestion_can_be_recomputed_with_8_pending_failures_and_results_in_any_order(seed):
    dice = random.Random(seed)
    log = storage_backends.InMemory()
    study = Study(MIXED, storage=log, strategy=TPE(n_startup=4), seed=seed)
    waiting = []
    for _ in range(60):
        waiting.append(study.ask())
        if len(waiting) > 8:
            trial = waiting.pop(dice.randrange(len(waiting)))
            if dice.random() < 0.3:
                study.fail(trial, "broke")
            else:
                study.tell(trial, loss(trial.params))

    audit = verify(log)

    assert {verdict.outcome for verdict in audit.verdicts} == {"same"}
    assert len({repr(t.params) for t in study.trials}) == 60


@pytest.mark.parametrize("settings", [{"n_startup": 0}, {"n_candidates": -1}, {"n_startup": True}, {"n_candidates": 2.0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be an integer from 1"):
        TPE(**settings)


def test_where_good_branches_are_tried_in_full_nothing_is_asked_twice():
    space = Space(
        model=Categorical(["tree", "linear", "knn", "svm"]), c=Float(0, 1, when={"model": "svm"}), k=Int(1, 5, when={"model": "knn"})
    )
    history = History.start(space, seed=0)
    for _ in range(60):
        history, trial = ask(history, TPE())
        history = tell(history, trial, ["tree", "linear", "knn", "svm"].index(trial.params["model"]))

    assert len({trial.recorded for trial in history.trials}) == 60


@pytest.mark.parametrize("seed", range(3))
def test_it_goes_on_modelling_where_the_good_branches_are_exhausted(seed):
    """Because the candidates that the density of the better trials gives are then all exhausted, and only chance would be left."""
    space = Space(
        model=Categorical(["tree", "linear", "knn", "svm"]), c=Float(0.0, 1.0, when={"model": "svm"}), k=Int(1, 5, when={"model": "knn"})
    )
    history = History.start(space, seed=seed)
    for number in range(60):
        history, trial = ask(history, TPE())
        best = {"tree": 0.0, "linear": 0.5, "knn": 0.2}.get(trial.params["model"])
        history = tell(history, number, 1.0 + abs(trial.params["c"] - 0.3) if best is None else best)
    tried = [trial.params for trial in history.trials]

    assert len(set(map(repr, tried))) == 60
    assert history.count_of("tpe-random") <= 3
    late = [params["c"] for params in tried[40:]]
    assert sum(abs(c - 0.3) < 0.15 for c in late) > 10

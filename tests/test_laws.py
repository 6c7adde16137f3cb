"""Laws that every strategy keeps, tried on histories of many shapes."""

import math

import numpy as np
import pytest
from canary import Canary, rows
from hypothesis import given
from hypothesis import strategies as st

from askttell import Categorical, Exhausted, Float, History, Int, Ordinal, Space, add, ask, ask_many, enqueue, fail, report, tell, wrappers
from askttell import strategies as names
from askttell.cells import cells_of
from askttell.numerics import sobol
from askttell.strategies import CMAES, GP, TPE, Auto, DifferentialEvolution, Genetic, Grid, Random, Sobol
from askttell.testing import check_strategy
from askttell.wrappers import Lagged

EVOLUTION = [CMAES(), Genetic(population=6), DifferentialEvolution(population=4)]
COMMUTING = [Random(), Sobol(), Grid(points=6), TPE(n_startup=2)]
STRATEGIES = [*COMMUTING, *EVOLUTION, GP(), Auto(), Canary()]
SPACES = {
    "conditional": Space(
        kind=Categorical(["a", "b", None]),
        x=Float(1e-3, 1e3, log=True, when={"kind": "a"}),
        n=Int(1, 100, log=True, when={"kind": ["a", "b"]}),
        step=Float(0.0, 1.0, step=0.1),
        size=Ordinal([16, 32, 64], when={"n": range(10, 101)}),
    ),
    "fifty": Space({f"x{i}": Float(0.0, 1.0) for i in range(50)}),
}
strategies = pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda s: type(s).__name__)
LAGGED = [Lagged(TPE(n_startup=2), 3), Lagged(CMAES(population=4), 4), Lagged(GP(), 2)]
CLAIMS = {
    "commutes": {Random, Sobol, Grid, TPE},
    "finite": {Grid, TPE, CMAES, Genetic, DifferentialEvolution, GP, Auto},
    "several": {Random, Sobol, Grid, TPE, Genetic, Auto, Canary},
}


def claimed(strategy):
    """What a strategy promises beside what all must keep."""
    return {claim for claim, classes in CLAIMS.items() if type(strategy) in classes}


def test_every_strategy_is_in_the_table():
    assert {*names.__all__} <= {type(strategy).__name__ for strategy in STRATEGIES}
    assert {*wrappers.__all__} == {type(strategy).__name__ for strategy in LAGGED}


@pytest.mark.parametrize("strategy", [*STRATEGIES, *LAGGED], ids=repr)
def test_a_strategy_keeps_the_laws(strategy):
    check_strategy(strategy, claims=claimed(strategy), examples=4, n_lines=8)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", [*STRATEGIES, *LAGGED, Auto(), TPE(), CMAES(), Genetic(), DifferentialEvolution()], ids=repr)
def test_a_strategy_keeps_the_laws_in_many_and_long_histories(strategy):
    check_strategy(strategy, claims=claimed(strategy), examples=60, n_lines=40)


def story(space, strategy, actions, seed=0):
    """A history with finished, failed and pending trials, as far as the strategy goes."""
    history = History.start(space, seed=seed)
    for action in actions:
        history, trial = ask(history, strategy)
        if action == "fail":
            history = fail(history, trial, "because")
        elif action != "pend":
            history = tell(report(history, trial, 1.0, step=0), trial, action)
    return history


actions = st.lists(st.one_of(st.sampled_from(["fail", "pend", 0.0]), st.floats(-1e300, 1e300)), max_size=12)


@strategies
@given(actions=actions)
def test_what_an_ask_saw_can_be_shown_again(strategy, actions):
    history = story(SPACES["conditional"], strategy, actions)
    for number in range(history.number):
        assert strategy.ask(history.view_of(number)) == history.asked(number).candidate


@strategies
def test_another_seed_gives_other_trials_unless_the_strategy_draws_nothing(strategy):
    one, two = (ask_many(History.start(SPACES["fifty"], seed=seed), strategy, 3)[1] for seed in (0, 1))

    assert (rows(one) == rows(two)) == isinstance(strategy, Grid)


@strategies
def test_a_strategy_goes_on_in_the_history_of_another(strategy):
    history = story(SPACES["conditional"], Random(), [1.0, "fail", "pend", 2.0])
    history = add(enqueue(history, {"kind": None, "step": 0.3}), {"kind": None, "step": 0.4}, 5.0)
    history, queued = ask(history, strategy)
    history, own = ask(history, strategy)

    assert queued.params == {"kind": None, "step": 0.3}
    assert own.number == 6


def test_sobol_takes_its_points_in_turn_whatever_lies_between():
    space = SPACES["fifty"]
    plain = [trial.params for trial in ask_many(History.start(space, seed=1), Sobol(), 4)[1]]
    history = History.start(space, seed=1)
    mixed = []
    for _ in range(4):
        history = add(history, plain[0], 1.0)
        history, _ = ask(history, Random())
        history, trial = ask(history, Sobol())
        mixed.append(trial.params)

    assert plain == mixed


@pytest.mark.parametrize("d", [1, 2, 7, 50])
def test_sobol_without_scrambling_is_that_of_scipy(d):
    from scipy.stats import qmc

    V = sobol.directions(d)
    gray = [i ^ (i >> 1) for i in range(64)]
    points = [np.bitwise_xor.reduce(V[:, [b for b in range(32) if g >> b & 1]], axis=1) * 2.0**-32 for g in gray]

    assert np.array_equal(qmc.Sobol(d, scramble=False, bits=32).random(64), points)


def test_scrambled_sobol_points_are_a_net():
    """Because scrambling keeps one point in each of 2**k intervals on each axis."""
    points = np.array([sobol.point(5, 6, i) for i in range(256)])

    for axis in points.T:
        assert list(range(256)) == sorted((axis * 256).astype(int).tolist())


def test_sobol_refuses_what_it_has_no_points_for():
    with pytest.raises(ValueError, match="at most 21201 dimensions"):
        sobol.directions(21202)
    with pytest.raises(ValueError, match="2\\*\\*32 points"):
        sobol.point(0, 1, 2**32)
    with pytest.raises(ValueError, match="2\\*\\*32 points"):
        sobol.points(0, 1, 5, 4)


def test_several_sobol_points_are_those_of_their_indexes():
    assert np.array_equal(sobol.points(3, 5, 7, 40), [sobol.point(3, 5, i) for i in range(7, 40)])


def brute_force(space, axes):
    """All cells, by listing every combination and leaving out what is inactive."""
    import itertools

    found = set()
    for values in itertools.product(*axes):
        known = {}
        for name, conditions, value in zip(space.names, space.conditions, values, strict=True):
            if all(c.parent in known and c.admits(known[c.parent]) for c in conditions):
                known[name] = value
        found.add(repr(known))
    return found


def test_grid_gives_every_cell_once_and_a_branch_once():
    space = Space(
        kind=Categorical(["svc", "tree", "none"]),
        kernel=Categorical(["rbf", "linear"], when={"kind": "svc"}),
        gamma=Ordinal([0.1, 1.0, 10.0], when={"kernel": "rbf"}),
        depth=Int(1, 4, when={"kind": "tree"}),
        leaf=Int(1, 2, when={"depth": range(2, 5)}),
    )
    expected = brute_force(space, [["svc", "tree", "none"], ["rbf", "linear"], [0.1, 1.0, 10.0], [1, 2, 3, 4], [1, 2]])
    history, seen = History.start(space, seed=0), []
    with pytest.raises(Exhausted, match="All 12 cells"):
        while True:
            history, trial = ask(history, Grid())
            seen.append(repr(trial.params))

    assert expected == set(seen)
    assert len(seen) == 12


def test_every_prefix_of_a_grid_covers_each_axis():
    """Because after 25 of 15,625 cells a sweep in lexicographic order has seen one value on four of six axes."""
    space = Space({f"x{i}": Int(1, 5) for i in range(6)})
    _, trials = ask_many(History.start(space, seed=0), Grid(), 25)

    for name in space.names:
        counts = [sum(trial.params[name] == value for trial in trials) for value in range(1, 6)]
        assert min(counts) >= 2
        assert max(counts) <= 9


def test_grid_skips_what_was_tried_and_goes_on_after_another_strategy():
    space = Space(a=Categorical([1, 1.0, True]), b=Int(1, 3))
    history = add(History.start(space, seed=0), {"a": True, "b": 2}, 0.0)
    history, _ = ask(enqueue(history, {"a": 1, "b": 1}), Grid())
    history, trials = ask_many(history, Grid(), 7)

    assert len({repr(trial.params) for trial in history.trials}) == 9
    with pytest.raises(Exhausted):
        ask(history, Grid())


def test_huge_grids_are_not_listed():
    space = Space({f"x{i}": Int(1, 1000) for i in range(10)})

    assert cells_of(space, None).count == 10**30
    assert len(ask_many(History.start(space, seed=0), Grid(), 3)[1]) == 3


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (None, "`x` is continuous"),
        (0, "number of points from 1"),
        (True, "number of points"),
        ({"y": 3}, "no parameter `y`"),
        ({"x": 0}, "x"),
    ],
)
def test_grid_says_what_is_wrong_with_its_points(points, message):
    with pytest.raises(ValueError, match=message):
        Grid(points=points).ask(History.start(Space(x=Float(0, 1)), seed=0))


def test_grid_points_lie_at_equal_distances_with_both_ends():
    space = Space(x=Float(1.0, 100.0, log=True))
    _, trials = ask_many(History.start(space, seed=0), Grid(points=3), 3)

    assert pytest.approx(sorted(trial.params["x"] for trial in trials)) == [1.0, 10.0, 100.0]


def test_random_covers_the_space_evenly():
    """Kolmogorov's distance at 400 points exceeds 1.95 / sqrt(n) with probability 0.001; the seed is fixed."""
    _, trials = ask_many(History.start(Space(x=Float(0.0, 1.0)), seed=0), Random(), 400)
    x = np.sort([trial.params["x"] for trial in trials])

    assert np.abs(x - (np.arange(400) + 0.5) / 400).max() < 1.95 / math.sqrt(400)


def test_a_grid_of_more_cells_than_a_float_can_count_begins():
    space = Space({f"x{i}": Int(0, 99) for i in range(200)})
    _, trials = ask_many(History.start(space, seed=0), Grid(), 3)

    assert len({trial.recorded for trial in trials}) == 3

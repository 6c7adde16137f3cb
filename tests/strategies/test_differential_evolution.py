import numpy as np
import pytest

from askttell import Categorical, Exhausted, Float, History, Int, Space, add, ask, ask_many, fail, tell
from askttell.evolution import success_history
from askttell.evolution.breeding import genes_of
from askttell.evolution.success_history import State, _donor, _Fold, _states, current
from askttell.seed import uniforms
from askttell.strategies import DifferentialEvolution, Random

CUBE = Space({f"x{i}": Float(-1.0, 1.0) for i in range(3)})
CASES = Space(kind=Categorical(["a", "b"]), n=Int(0, 20, when={"kind": "b"}), x=Float(0.0, 1.0))


def sphere(params):
    return sum((x - 0.3) ** 2 for x in params.values())


def cases(params):
    return (params["kind"] == "a") * 2 + abs(params.get("n", 0) - 17) / 10 + params["x"]


def search(space, loss, n, strategy=None, seed=0, **start):
    history = History.start(space, seed=seed, **start)
    for _ in range(n):
        history, trial = ask(history, strategy or DifferentialEvolution())
        history = tell(history, trial, loss(trial.params))
    return history


def test_it_finds_the_optimum_of_a_sphere_and_of_a_conditional_space():
    assert search(CUBE, sphere, 500).best.value < 1e-4
    best = search(CASES, cases, 300).best

    assert (best.params["kind"], best.params["n"]) == ("b", 17)


def test_a_trial_that_is_better_takes_its_slot_and_one_that_is_worse_does_not():
    history = search(CUBE, sphere, 5, DifferentialEvolution(5))
    first = current(history, 5, None)
    history, trials = ask_many(history, DifferentialEvolution(5), 5)
    better = {trial.number for trial in trials[:2]}
    for trial in trials:
        history = tell(history, trial, -1.0 if trial.number in better else 1e9)
    second = current(history, 5, None)

    slots = [number % 5 for number in better]
    assert second.losses[slots].tolist() == [-1.0, -1.0]
    assert (second.units[slots] == history.units[sorted(better)]).all()
    others = [slot for slot in range(5) if slot not in slots]
    assert (second.units[others] == first.units[others]).all()
    assert sorted(map(tuple, second.archive)) == sorted(map(tuple, first.units[slots]))
    assert second.memory.k == 1
    assert second.closed_by == 9


def test_equal_losses_replace_but_teach_nothing():
    history = search(CUBE, lambda params: 1.0, 10, DifferentialEvolution(5))
    generation = current(history, 5, None)

    assert (np.sort(generation.units, axis=0) == np.sort(history.units[5:], axis=0)).all()
    assert generation.memory.k == 0
    assert len(generation.archive) == 0


def test_a_straggler_stops_nothing_and_competes_as_it_was_meant_to():
    strategy = DifferentialEvolution(5)
    history = search(CUBE, sphere, 5, strategy)
    history, (slow, *rest) = ask_many(history, strategy, 6)
    for trial in rest:
        history = tell(history, trial, 1e9)
    assert current(history, 5, None).closed_by == rest[-1].number
    history = tell(history, slow, -5.0)
    history, more = ask_many(history, strategy, 4)
    for trial in more:
        history = tell(history, trial, 1e9)

    assert current(history, 5, None).losses[slow.number % 5] == -5.0
    assert current(history, 5, None).memory.k == 1


def test_a_result_of_others_competes_with_the_worst():
    strategy = DifferentialEvolution(5)
    history = search(CUBE, sphere, 5, strategy)
    worst = int(current(history, 5, None).losses.argmax())
    history, foreign = ask(history, Random())
    history = tell(history, foreign, -7.0)
    history, trials = ask_many(history, strategy, 5)
    for trial in trials:
        history = tell(history, trial, 1e9)

    assert current(history, 5, None).losses[worst] == -7.0


def test_failures_are_replaced_and_never_replace():
    strategy = DifferentialEvolution(5)
    history, trials = ask_many(History.start(CUBE, seed=0), strategy, 5)
    for trial in trials:
        history = fail(history, trial, "x") if trial.number else tell(history, trial, 1.0)
    history, trials = ask_many(history, strategy, 5)
    for trial in trials:
        history = tell(history, trial, 2.0) if trial.number % 2 else fail(history, trial, "x")
    generation = current(history, 5, None)

    assert sorted(generation.losses.tolist()) == [1.0, 2.0, 2.0, np.inf, np.inf]
    assert generation.memory.k == 1


def test_with_a_known_budget_the_population_shrinks_to_four():
    history = search(CUBE, sphere, 200, DifferentialEvolution(20, budget=200))

    sizes = [len(current(history.at(k), 20, 200).losses) for k in (60, 200, 399)]
    assert sizes[0] > sizes[1] > sizes[2] >= 4
    assert len(current(history, 20, 200).archive) <= 4 + 1
    assert len(current(search(CUBE, sphere, 100, DifferentialEvolution(20)), 20, None).losses) == 20


def test_with_forgotten_state_the_same_trial_is_asked():
    history = search(CASES, cases, 70)
    warm = DifferentialEvolution().ask(history)
    for cache in (success_history._states, success_history.made):
        cache.cache_clear()

    assert warm == DifferentialEvolution().ask(history)
    assert all(DifferentialEvolution().ask(history.view_of(number)) == history.asked(number).candidate for number in (3, 25, 44, 69))


def test_a_finite_space_is_tried_in_full_and_then_exhausted():
    space = Space(a=Int(1, 5), b=Categorical(["u", "v", "w"]))
    history = History.start(space, seed=0)
    with pytest.raises(Exhausted, match="All 15"):
        while True:
            history, trial = ask(history, DifferentialEvolution(4))
            history = tell(history, trial, trial.params["a"])

    assert len({repr(trial.params) for trial in history.trials}) == 15


def test_results_that_came_too_late_compete_with_the_worst():
    strategy = DifferentialEvolution(4)
    history = search(CUBE, sphere, 4, strategy)
    history, slow = ask(history, strategy)
    for _ in range(4 * 10):
        history, trial = ask(history, strategy)
        history = tell(history, trial, sphere(trial.params))
    before = current(history, 4, None)
    history = tell(history, slow, -9.0)
    for _ in range(3):
        history, trial = ask(history, strategy)
        history = tell(history, trial, 1e9)

    assert current(history, 4, None).losses[before.losses.argmax()] == -9.0


def test_a_choice_moves_as_a_number_would_and_inactive_parameters_make_no_difference():
    genes, nan = genes_of(CASES), np.nan
    x, best, one, two = np.array([[0.25, nan, 0.5], [0.75, 0.4, 0.5], [0.25, nan, 0.9], [0.75, 0.8, 0.1]])
    quiet = np.array([[0.0] * 3, [0.3] * 3, [0.99] * 3])

    assert _donor(genes, x, best, one, two, 0.5, quiet) == pytest.approx([0.25, 0.35, 0.9])
    assert _donor(genes, x, best, one, one, 0.5, quiet) == pytest.approx([0.75, 0.35, 0.5])
    assert _donor(genes, x, x, one, one, 0.5, np.array([[0.6] * 3, [0.3] * 3, [0.99] * 3])) == pytest.approx([0.25, 0.3, 0.5])
    assert _donor(genes, x, x, best, one, 0.5, quiet) == pytest.approx([0.75, 0.35, 0.3])


def test_a_choice_that_no_individual_has_may_come_back():
    genes, x = genes_of(CASES), np.array([0.25, np.nan, 0.5])

    assert _donor(genes, x, x, x, x, 0.5, np.array([[0.9] * 3, [0.75] * 3, [0.3] * 3]))[0] == 0.75


def test_several_objectives_are_refused_with_a_way_out():
    with pytest.raises(ValueError, match="use Genetic"):
        DifferentialEvolution().ask(History.start(CUBE, seed=0, directions=("minimize", "maximize")))


@pytest.mark.parametrize("settings", [{"population": 3}, {"budget": 0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be"):
        DifferentialEvolution(**settings)


def test_extreme_losses_do_not_overflow():
    history, trials = ask_many(History.start(CUBE, seed=0), DifferentialEvolution(4), 4)
    for trial in trials:
        history = tell(history, trial, 1.7e308)
    history, trials = ask_many(history, DifferentialEvolution(4), 4)
    for trial in trials:
        history = tell(history, trial, -1.7e308)

    assert np.isfinite(current(history, 4, None).memory.M_F).all()
    assert current(history, 4, None).memory.k == 1


def _kept(fold, state, generation, row):
    """The state after a result of others, none of which is left out."""
    return State(generation, state.recent, (*state.rows, row), state.n_own)


@pytest.mark.parametrize("seed", range(8))
def test_results_of_others_that_can_take_nobodys_place_make_no_difference(seed, monkeypatch):
    """Ties, failures, and own results between them, some of which are told late."""
    history, dice, waiting = History.start(CUBE, seed=seed), np.random.default_rng(seed), []
    for _ in range(400):
        if dice.random() < 0.7:
            params = dict(zip(CUBE.names, dice.uniform(-1.0, 1.0, 3).tolist(), strict=True))
            history = add(history, params, round(sphere(params), 1)) if dice.random() < 0.9 else history
        else:
            history, trial = ask(history, DifferentialEvolution(6))
            waiting.append(trial)
        if len(waiting) > dice.integers(1, 20):
            trial = waiting.pop(int(dice.integers(len(waiting))))
            history = tell(history, trial, round(sphere(trial.params), 1)) if dice.random() < 0.8 else fail(history, trial, "no")
    generation = current(history, 6, None)
    monkeypatch.setattr(_Fold, "_after_foreign", _kept)
    _states.cache_clear()
    expected = current(history, 6, None)
    _states.cache_clear()

    assert generation.closed_by == expected.closed_by > 100
    for name in ("units", "losses", "archive"):
        assert getattr(generation, name).tobytes() == getattr(expected, name).tobytes()
    assert generation.memory.M_F.tobytes() == expected.memory.M_F.tobytes()


def test_of_many_results_of_others_few_are_kept():
    """Because a state of all of them, after each of them, would make the first ask cost the square of their number."""
    history, rows = History.start(CUBE, seed=0), uniforms(0, 0, 9000).reshape(-1, 3)
    for row in rows.tolist():
        history = add(history, dict(zip(CUBE.names, row, strict=True)), sum(row))
    fold = _Fold(history, 20, None, history.units, history.losses[:, 0], history.told)
    state = State()
    for row in range(history.n_finished):
        state = fold.step(state, row)

    assert len(state.rows) < 300
    assert state.bounds == tuple(sorted(rows.sum(axis=1))[:20])

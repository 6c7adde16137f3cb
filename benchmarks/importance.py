"""`python -m benchmarks.importance`: shares of variance after a search, beside Optuna's evaluators, on functions whose shares are known.

The error is the largest difference of a parameter's share, made to add up to one as Optuna has it, from the truth; the mean over seeds.
PED-ANOVA answers another question, what it takes to be among the best tenth, and is shown because it is what dashboards show.
"""

import argparse
import math
import warnings

import numpy as np
import optuna

from askttell import Categorical, Float, Int, Space, Study
from askttell.analysis.importance import importance
from askttell.numerics.sensitivity import indices
from askttell.strategies import Auto, Random
from askttell.unit import decode

UNIT = Space({f"x{i}": Float(0.0, 1.0) for i in range(6)})
MIXED = Space(
    choice=Categorical(["a", "b", "c"]),
    lr=Float(1e-5, 1e-1, log=True),
    layers=Int(1, 8),
    junk=Categorical(["x", "y", "z"]),
    width=Int(1, 100, log=True),
)


def additive(p):
    return 0.8 * p["x0"] + 0.5 * p["x1"] - 0.33 * p["x2"]


def bowl(p):
    return (p["x0"] - 0.3) ** 2 + 0.5 * (p["x1"] - 0.6) ** 2 + 0.25 * (p["x2"] - 0.5) ** 2


def ishigami(p):
    x, y, z = (2 * math.pi * p[name] - math.pi for name in ("x0", "x1", "x2"))
    return math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)


def cliff(p):
    return 10 ** (4 * p["x0"]) if p["x0"] > 0.7 else abs(p["x1"] - 0.3) + 0.2 * p["x0"]


def mixed(p):
    return {"a": 0.0, "b": 1.0, "c": 0.3}[p["choice"]] + 0.25 * math.log10(p["lr"]) + 0.1 * p["layers"]


PROBLEMS = {
    "additive": (UNIT, additive),
    "bowl": (UNIT, bowl),
    "ishigami": (UNIT, ishigami),
    "cliff": (UNIT, cliff),
    "mixed": (MIXED, mixed),
}


def truth(space, function):
    """The shares of the function itself, which add up to one."""
    alone, _ = indices(lambda U: np.array([function(decode(space, u).plain()) for u in U]), len(space))
    return alone / alone.sum()


def ours(study):
    """The shares that we find."""
    shares = {share.name: share.alone for share in importance(study).shares}
    found = np.array([shares[name] for name in study.space.names])
    return found / max(found.sum(), 1e-12)


def optunas(study, evaluator):
    """The shares that an evaluator of Optuna finds in the same trials."""
    space = {name: distribution(optuna.distributions, domain) for name, domain in zip(study.space.names, study.space.domains, strict=True)}
    theirs = optuna.create_study()
    for trial in study.trials:
        theirs.add_trial(optuna.trial.create_trial(params=trial.params, distributions=space, value=trial.value))
    found = optuna.importance.get_param_importances(theirs, evaluator=evaluator)
    return np.array([found[name] for name in study.space.names])


def distribution(kinds, domain):
    """The same domain for Optuna."""
    if isinstance(domain, Categorical):
        return kinds.CategoricalDistribution(domain.choices)
    kind = kinds.IntDistribution if isinstance(domain, Int) else kinds.FloatDistribution
    return kind(domain.low, domain.high, log=domain.log)


def main():
    """Nothing; the table is printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    methods = {
        "askttell": ours,
        "Optuna fANOVA": lambda study: optunas(study, optuna.importance.FanovaImportanceEvaluator(seed=0)),
        "Optuna PED-ANOVA": lambda study: optunas(study, optuna.importance.PedAnovaImportanceEvaluator()),
    }
    print(f"{'':<28}" + "".join(f"{name:>18}" for name in methods))
    for strategy in (Random(), Auto()):
        for n in (30, 100):
            errors = []
            for name, (space, function) in PROBLEMS.items():
                right = truth(space, function)
                rows = []
                for seed in range(seeds):
                    study = Study(space, seed=seed, strategy=strategy)
                    for _ in range(n):
                        trial = study.ask()
                        study.tell(trial, function(trial.params))
                    rows.append([np.abs(method(study) - right).max() for method in methods.values()])
                errors.append(np.mean(rows, axis=0))
                print(f"{type(strategy).__name__:<8}{n:>4}  {name:<14}" + "".join(f"{error:18.3f}" for error in errors[-1]), flush=True)
            print(f"{type(strategy).__name__:<8}{n:>4}  {'mean':<14}" + "".join(f"{error:18.3f}" for error in np.mean(errors, axis=0)))


if __name__ == "__main__":
    main()

"""Named sets of methods, problems and seeds."""

from pathlib import Path

import attrs


@attrs.frozen
class Preset:
    """What to run where the command line says nothing."""

    opts: list[str]
    problems: list[str]
    seeds: list[int]
    budget: int
    out: Path


_FUNCTIONS = ["branin2", "hartmann6", "ackley10", "rosenbrock5", "levy8", "bbob_f6_d5_i1", "bbob_f17_d10_i1", "bbob_f21_d5_i1"]
_OTHERS = ["table_cash_digits", "table_mlp_digits", "mixed_levy4_2", "conditional_nested"]
_LIGHT = ["random", "Sobol", "Auto", "optuna-tpe", "rustuna", "hyperopt", "ngopt", "cmaes"]
_QUICK = ["random", "Sobol", "Auto", "optuna-tpe", "rustuna", "ngopt", "cmaes"]
_FAMILIES = ["continuous", "bbob", "mixed", "conditional", "tables", "noisy", "failing", "flat"]
_COMPARED = ["continuous", "bbob", "mixed", "conditional", "tables", "noisy", "failing"]
_EVOLUTION = ["Genetic", "pymoo-ga", "DifferentialEvolution", "pymoo-de"]

PRESETS = {
    "quick": Preset(_QUICK, [*_FUNCTIONS, *_OTHERS], [0, 1, 2], 100, Path("quick.jsonl")),
    "screen": Preset(["random", "Auto"], _FUNCTIONS, [0, 1, 2], 100, Path("screen.jsonl")),
    "tpe": Preset(["TPE", "optuna-tpe", "rustuna"], _COMPARED, list(range(10)), 100, Path("tpe.jsonl")),
    "cmaes": Preset(["CMAES", "cmaes", "optuna-cmaes"], ["continuous"], list(range(10)), 100, Path("cmaes.jsonl")),
    "cmaes-long": Preset(["CMAES", "cmaes", "optuna-cmaes"], ["continuous"], list(range(10)), 2000, Path("cmaes-long.jsonl")),
    "evolution": Preset(_EVOLUTION, _COMPARED, list(range(10)), 1000, Path("evolution.jsonl")),
    "high": Preset(["random", "Sobol", "TPE", "CMAES", "Auto"], ["high"], [0, 1], 200, Path("high.jsonl")),
    "full": Preset([*_LIGHT, "optuna-gp"], _FAMILIES, [0, 1, 2, 3, 4], 100, Path("full.jsonl")),
}

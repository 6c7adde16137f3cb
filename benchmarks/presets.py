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


_SMALL = ["branin2", "hartmann6", "ackley10", "rosenbrock5", "bbob_f17_d5_i1", "bbob_f21_d5_i1", "table_cash_digits", "table_mlp_digits"]

PRESETS = {
    "quick": Preset(["random", "Sobol", "Auto", "optuna-tpe", "rustuna"], _SMALL, [0, 1, 2], 100, Path("quick.jsonl")),
}

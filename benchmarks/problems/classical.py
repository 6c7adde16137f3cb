"""The functions on which other optimisers were recorded, neither rotated nor shifted anew, so that recorded runs compare.

`data/classical.json` defines them. Some have their optimum near the centre, which favours optimisers that begin there.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from askttell import Float, Space
from benchmarks.problems.bbob import bbob, minimum
from benchmarks.problems.functions import Function, function
from benchmarks.problems.problem import Evaluate, Problem

_FORMULAS = {
    "branin": "branin",
    "hartmann6": "hartmann",
    "ackley": "ackley",
    "levy": "levy",
    "rosen": "rosenbrock",
    "rastrigin": "rastrigin",
}
_DEFINED = Path(__file__).with_name("data") / "classical.json"


def problems() -> Iterator[Problem]:
    """All of them, under the names of the recorded runs."""
    return map(_problem, json.loads(_DEFINED.read_text(encoding="utf-8")))


def _problem(defined: dict[str, Any]) -> Problem:
    name, low, high = defined["name"], defined["low"], defined["high"]
    space = Space({parameter: Float(low, high) for parameter in defined["parameters"]})
    kind = name.removeprefix("functions:")
    if kind.startswith("bbob_"):
        f, instance, d = map(int, kind.split("_")[1:])
        return Problem(name, "classical", space, lambda: bbob(f, d, instance), lambda: minimum(f, d, instance), tags=("recorded",))
    return Problem(
        name, "classical", space, lambda: _shifted(kind, defined), lambda: _function(kind, len(space)).minimum, tags=("recorded",)
    )


def _function(kind: str, d: int) -> Function:
    return function(_FORMULAS.get(kind) or _FORMULAS[kind.rstrip("0123456789")], d)


def _shifted(kind: str, defined: dict[str, Any]) -> Evaluate:
    f = _function(kind, len(defined["parameters"]))
    shift = np.array(defined["shift"] or 0.0)
    scale, offset = (15.0, np.array([-5.0, 0.0])) if kind == "branin" else (1.0, 0.0)

    def evaluate(params: Mapping[str, Any]) -> float:
        return f.formula(scale * np.array(list(params.values())) + offset - shift)

    return evaluate

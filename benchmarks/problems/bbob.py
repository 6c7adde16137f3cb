"""The 24 noiseless BBOB functions (Hansen et al. 2021, arXiv:1603.08785), through `ioh` (de Nobel et al. 2024, arXiv:2111.04077)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from askttell import Float, Space
from benchmarks.problems.problem import Evaluate, Problem

_NAME = re.compile(r"bbob_f(\d+)_d(\d+)_i(\d+)")


def problems() -> Iterator[Problem]:
    """All 24 in five dimensions, first instance, and every third in ten and twenty."""
    for d, functions in ((5, range(1, 25)), (10, range(1, 25, 3)), (20, range(2, 25, 3))):
        for f in functions:
            yield _problem(f, d, 1)


def named(name: str) -> Problem | None:
    """Any function, dimension and instance: `bbob_f17_d40_i3`."""
    match = _NAME.fullmatch(name)
    return _problem(*map(int, match.groups())) if match else None


def bbob(f: int, d: int, instance: int) -> Evaluate:
    """The function of d parameters in their order."""
    known = _load(f, d, instance)

    def evaluate(params: Mapping[str, Any]) -> float:
        return float(known(list(params.values())))

    return evaluate


def minimum(f: int, d: int, instance: int) -> float:
    """The least value, which ioh knows."""
    return float(_load(f, d, instance).optimum.y)


def _problem(f: int, d: int, instance: int) -> Problem:
    space = Space({f"x{i}": Float(-5.0, 5.0) for i in range(d)})
    name = f"bbob_f{f}_d{d}_i{instance}"
    return Problem(name, "bbob", space, lambda: bbob(f, d, instance), lambda: minimum(f, d, instance), tags=("bbob",))


def _load(f: int, d: int, instance: int) -> Any:
    import ioh  # noqa: PLC0415 - without it all other problems are there

    return ioh.get_problem(f, instance, d, ioh.ProblemClass.BBOB)

"""The problems, by name: each file of this folder that defines `problems()` adds its own, and nothing else has to be changed."""

import functools
import importlib
import itertools
import pkgutil
from collections.abc import Iterable
from fnmatch import fnmatchcase
from types import ModuleType

from benchmarks.problems.problem import Problem

__all__ = ["Problem", "families", "find", "select"]


@functools.cache
def find(name: str) -> Problem:
    """The problem of that name, with what it has loaded; LookupError if there is none."""
    for module in _modules():
        for problem in module.problems():
            if problem.name == name:
                return problem
    for module in _modules():  # instances beyond the listed ones, as bbob_f3_d40_i9
        named = getattr(module, "named", lambda _: None)(name)
        if named is not None:
            return named
    raise LookupError(f"There is no problem {name!r}; `python -m benchmarks.problems` lists them.")


@functools.cache
def families() -> dict[str, list[Problem]]:
    """The listed problems by family."""
    every = [problem for module in _modules() for problem in module.problems()]
    ordered = sorted(every, key=lambda problem: problem.family)
    return {family: list(group) for family, group in itertools.groupby(ordered, key=lambda problem: problem.family)}


def select(patterns: Iterable[str]) -> list[Problem]:
    """The problems that a family's name, a problem's name or a glob chooses, each once, in the order of the patterns."""
    known = families()
    chosen: dict[str, Problem] = {}
    for pattern in patterns:
        every = (problem for group in known.values() for problem in group)
        hits = known.get(pattern) or [problem for problem in every if fnmatchcase(problem.name, pattern)] or [find(pattern)]
        chosen |= {problem.name: problem for problem in hits}
    return list(chosen.values())


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return [module for module in modules if hasattr(module, "problems")]

"""The strategies, each a frozen value with one method, `ask(history) -> Candidate`; and the parts that some are made of.

Each is imported when it is first named, as few are used in one search.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askttell.numerics.acquisition import EI, PI, UCB, LogEI
    from askttell.numerics.kernels import RBF, Matern32, Matern52
    from askttell.numerics.noise import FixedNoise, LearnedNoise
    from askttell.numerics.priors import LengthScales
    from askttell.numerics.transforms import HalfRank, ZScore
    from askttell.strategies.auto import Auto
    from askttell.strategies.cmaes import CMAES
    from askttell.strategies.differential_evolution import DifferentialEvolution
    from askttell.strategies.genetic import Genetic
    from askttell.strategies.gp import GP
    from askttell.strategies.grid import Grid
    from askttell.strategies.random import Random
    from askttell.strategies.sobol import Sobol
    from askttell.strategies.tpe import TPE

__all__ = ["CMAES", "GP", "TPE", "Auto", "DifferentialEvolution", "Genetic", "Grid", "Random", "Sobol"]

PARTS = ("EI", "PI", "RBF", "UCB", "FixedNoise", "HalfRank", "LearnedNoise", "LengthScales", "LogEI", "Matern32", "Matern52", "ZScore")

_MODULES = {
    "strategies.auto": ("Auto",),
    "strategies.cmaes": ("CMAES",),
    "strategies.differential_evolution": ("DifferentialEvolution",),
    "strategies.genetic": ("Genetic",),
    "strategies.gp": ("GP",),
    "strategies.grid": ("Grid",),
    "strategies.random": ("Random",),
    "strategies.sobol": ("Sobol",),
    "strategies.tpe": ("TPE",),
    "numerics.acquisition": ("EI", "PI", "UCB", "LogEI"),
    "numerics.kernels": ("RBF", "Matern32", "Matern52"),
    "numerics.noise": ("FixedNoise", "LearnedNoise"),
    "numerics.priors": ("LengthScales",),
    "numerics.transforms": ("HalfRank", "ZScore"),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'askttell.strategies' has no attribute {name!r}")
    return getattr(importlib.import_module(f"askttell.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, *PARTS]

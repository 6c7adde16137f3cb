"""The strategies, each a frozen value with one method, `ask(history) -> Candidate`."""

from askttell.strategies.auto import Auto
from askttell.strategies.cmaes import CMAES
from askttell.strategies.differential_evolution import DifferentialEvolution
from askttell.strategies.genetic import Genetic
from askttell.strategies.grid import Grid
from askttell.strategies.random import Random
from askttell.strategies.sobol import Sobol
from askttell.strategies.tpe import TPE

__all__ = ["CMAES", "TPE", "Auto", "DifferentialEvolution", "Genetic", "Grid", "Random", "Sobol"]

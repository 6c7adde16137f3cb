"""The strategies, each a frozen value with one method, `ask(history) -> Candidate`."""

from askttell.strategies.auto import Auto
from askttell.strategies.grid import Grid
from askttell.strategies.random import Random
from askttell.strategies.sobol import Sobol
from askttell.strategies.tpe import TPE

__all__ = ["TPE", "Auto", "Grid", "Random", "Sobol"]

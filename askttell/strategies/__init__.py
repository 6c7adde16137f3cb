"""The strategies, each a frozen value with one method, `ask(history) -> Candidate`, and the parts that some are made of."""

from askttell.numerics.acquisition import EI, PI, UCB, LogEI
from askttell.numerics.kernels import RBF, Matern32, Matern52
from askttell.numerics.noise import FixedNoise, LearnedNoise
from askttell.numerics.priors import LengthScales
from askttell.numerics.transforms import HalfRank, ZScore
from askttell.strategies.auto import Auto
from askttell.strategies.gp import GP
from askttell.strategies.grid import Grid
from askttell.strategies.random import Random
from askttell.strategies.sobol import Sobol

__all__ = [
    "EI",
    "GP",
    "PI",
    "RBF",
    "UCB",
    "Auto",
    "FixedNoise",
    "Grid",
    "HalfRank",
    "LearnedNoise",
    "LengthScales",
    "LogEI",
    "Matern32",
    "Matern52",
    "Random",
    "Sobol",
    "ZScore",
]

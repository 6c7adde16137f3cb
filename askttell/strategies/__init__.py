"""The strategies, each a frozen value with one method, `ask(history) -> Candidate`; and the parts that some are made of."""

from askttell.numerics.acquisition import EI as EI
from askttell.numerics.acquisition import PI as PI
from askttell.numerics.acquisition import UCB as UCB
from askttell.numerics.acquisition import LogEI as LogEI
from askttell.numerics.kernels import RBF as RBF
from askttell.numerics.kernels import Matern32 as Matern32
from askttell.numerics.kernels import Matern52 as Matern52
from askttell.numerics.noise import FixedNoise as FixedNoise
from askttell.numerics.noise import LearnedNoise as LearnedNoise
from askttell.numerics.priors import LengthScales as LengthScales
from askttell.numerics.transforms import HalfRank as HalfRank
from askttell.numerics.transforms import ZScore as ZScore
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

PARTS = (EI, PI, RBF, UCB, FixedNoise, HalfRank, LearnedNoise, LengthScales, LogEI, Matern32, Matern52, ZScore)

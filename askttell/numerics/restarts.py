"""When an evolution strategy has converged, and with what it starts again: BIPOP (Hansen 2009, doi:10.1145/1570256.1570333).

Runs with a population that doubles each time alternate with small ones, so that both regimes spend the same number of evaluations. The
tests of convergence are those of Hansen 2016, arXiv:1604.00772, B.3; ranges of losses are judged relative to the loss, so that
they do not depend on the units of the objective.
"""

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.numerics.mixed import Mixed

_TOL_X = 1e-8  # of the unit interval: no parameter needs to be known better
_TOL_CONDITION = 1e7  # of axis lengths, 1e14 of the covariance
_TOL_FUN = 1e-12  # of the loss


@attrs.frozen
class Run:
    """One run: its population, its initial step size, its budget of evaluations, and how many both regimes had spent before it."""

    lam: int
    sigma: float
    limit: float = math.inf
    small: bool = False
    doublings: int = 0
    spent_large: int = 0
    spent_small: int = 0


def following(run: Run, spent: int, lam: int, sigma: float, u: NDArray[np.float64]) -> Run:
    """The run after one that spent so many evaluations; lam and sigma are the defaults, u (2,) are uniforms."""
    large = run.spent_large + (0 if run.small else spent)
    small = run.spent_small + (spent if run.small else 0)
    largest = lam * 2**run.doublings
    if small < large and run.doublings:
        share = (0.5 * largest / lam) ** (u[0] ** 2)
        sigma, limit = sigma * 10.0 ** (-2.0 * u[1]), max(large / 2, lam)
        return Run(int(lam * share), sigma, limit, small=True, doublings=run.doublings, spent_large=large, spent_small=small)
    return Run(2 * largest, sigma, doublings=run.doublings + 1, spent_large=large, spent_small=small)


def window(n: int, lam: int) -> int:
    """Over how many generations the best losses are compared."""
    return 10 + math.ceil(30 * n / lam)


def ended(run: Run, mixed: Mixed, best: tuple[float, ...], spent: int) -> bool:
    """Whether a run should end, by the best losses of its last generations, oldest first, and the evaluations that it has spent."""
    n = len(mixed.normal.m) + len(mixed.choices.sizes)
    flat = len(best) >= window(n, run.lam) and max(best) - min(best) <= _TOL_FUN * abs(min(best))
    longest = (100 + 50 * (n + 3) ** 2 / math.sqrt(run.lam)) * run.lam
    return flat or spent >= min(run.limit, longest) or _degenerate(mixed)


def _degenerate(mixed: Mixed) -> bool:
    """Whether the continuous coordinates have shrunk to a point, or the distribution to a line."""
    continuous = ~mixed.axes.discrete
    D = mixed.normal.D
    shrunk = continuous.any() and bool((mixed.spread[continuous] < _TOL_X).all())
    return shrunk or (len(D) > 0 and bool(D.max() > _TOL_CONDITION * D.min()))

"""Continuous functions, each shifted and rotated by a seed, so that no optimum sits at the centre and no axis is special.

The value at x is f(z* + R (x - x*)) with z* a minimiser of f, R a random rotation (QR of a Gaussian matrix with the signs of R's
diagonal, Mezzadri 2007, arXiv:math-ph/0609050) and x* uniform in the box, each coordinate at least 5 % of the width from its ends and
from the centre. Functions that mean nothing outside their box are evaluated at the nearest point inside.
"""

import re
from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from askttell import Float, Space
from askttell.seed import uniforms
from benchmarks.problems.functions import Function, exists, function
from benchmarks.problems.problem import Evaluate, Problem

_LISTED = [
    *("branin2", "hartmann3", "hartmann6", "ackley5", "ackley10", "ackley20", "levy4", "levy8", "levy20", "rastrigin4", "rastrigin10"),
    *("rosenbrock5", "rosenbrock10", "griewank6", "styblinski_tang5", "styblinski_tang10", "michalewicz5", "michalewicz10"),
]
_NAME = re.compile(r"([a-z_]+?)(\d+)(?:_i(\d+))?")


def problems() -> Iterator[Problem]:
    """The listed ones, instance 1 of each."""
    return (made for name in _LISTED if (made := named(name)))


def named(name: str) -> Problem | None:
    """A function with its dimension and, if given, its instance: `ackley10`, `levy8_i3`."""
    parts = parsed(name)
    if parts is None:
        return None
    f = function(parts.base, parts.d)
    space = Space({f"x{i}": Float(low, high) for i, (low, high) in enumerate(zip(f.low.tolist(), f.high.tolist(), strict=True))})
    return Problem(name, "continuous", space, lambda: moved(f, parts.instance), f.minimum, tags=("rotated",))


class Name(NamedTuple):
    """A name taken apart."""

    base: str
    d: int
    instance: int


def parsed(name: str) -> Name | None:
    """The parts of a name, None if it is not one of these functions."""
    match = _NAME.fullmatch(name)
    if match is None or not exists(match[1], int(match[2])):
        return None
    return Name(match[1], int(match[2]), int(match[3] or 1))


def moved(f: Function, instance: int) -> Evaluate:
    """The function with its optimum elsewhere and its axes turned, as a function of parameters in their order."""
    d = len(f.low)
    place, R = optimum_in_box(f, instance), rotation(d, instance)
    formula, low, high, goal = f.formula, f.low, f.high, f.minimiser

    def evaluate(params: Mapping[str, Any]) -> float:
        z = goal + R @ (np.array(list(params.values())) - place)
        return formula(np.clip(z, low, high) if f.inside else z)

    return evaluate


def optimum_in_box(f: Function, instance: int) -> NDArray[np.float64]:
    """Where instance `instance` has its optimum, shape (d,)."""
    u = uniforms(instance, 0, len(f.low))
    unit = np.where(u < 0.5, 0.05 + 0.8 * u, 0.15 + 0.8 * u)
    place: NDArray[np.float64] = f.low + unit * (f.high - f.low)
    return place


def rotation(d: int, instance: int) -> NDArray[np.float64]:
    """A uniformly random orthogonal matrix, shape (d, d)."""
    u = uniforms(instance, 1, d * d).tolist()
    normal = np.array([NormalDist().inv_cdf(min(max(x, 1e-12), 1 - 1e-12)) for x in u]).reshape(d, d)
    Q, R = np.linalg.qr(normal)
    turned: NDArray[np.float64] = Q * np.sign(np.diag(R))
    return turned

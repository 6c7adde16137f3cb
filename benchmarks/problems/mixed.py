"""Mixed functions with known optimum: floats with and without log scale, integers, ordinals and categories in one space.

A random configuration is the optimum. The numeric part is a test function of the rotated distance from it in the unit cube; each
category costs a random amount unless it is the optimal one, and moves the place of the numeric optimum, so that neither part can be
solved alone. As integers and ordinals have middles of cells, the optimum is reached exactly.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.seed import uniforms
from askttell.space import Domain
from askttell.unit import decode, encode
from benchmarks.problems.continuous import rotation
from benchmarks.problems.functions import function
from benchmarks.problems.problem import Evaluate, Problem

_NUMERIC = [
    Float(1e-5, 1e-1, log=True),
    Float(0.0, 1.0),
    Int(1, 8),
    Ordinal([16, 32, 64, 128, 256]),
    Float(-2.0, 5.0),
    Int(8, 512, log=True),
    Float(0.0, 0.9, step=0.1),
    Float(1.0, 1e4, log=True),
]
_CATEGORIES = [
    Categorical(["adam", "sgd", "rmsprop", "lion"]),
    Categorical([True, False]),
    Categorical(["relu", "tanh", "gelu"]),
    Categorical([None, "l1", "l2", "elastic", "dropout", "noise"]),
]
_SCALES = {"sphere": 5.0, "ackley": 15.0, "rastrigin": 4.0, "levy": 10.0}  # half the width of the usual domain, or of its middle


def problems() -> Iterator[Problem]:
    """Smooth and rugged, from four to twelve parameters."""
    for base, n_numeric, n_categories in (
        ("sphere", 3, 1),
        ("levy", 4, 2),
        ("ackley", 6, 2),
        ("rastrigin", 3, 3),
        ("sphere", 8, 4),
        ("levy", 8, 1),
    ):
        space = mixed_space(n_numeric, n_categories)
        name = f"mixed_{base}{n_numeric}_{n_categories}"
        yield Problem(name, "mixed", space, lambda base=base, space=space: mixed(base, space, seed=len(space)), 0.0, tags=("mixed",))


def mixed_space(n_numeric: int, n_categories: int) -> Space:
    """So many numeric and categorical parameters."""
    numeric: dict[str, Domain] = {f"x{i}": domain for i, domain in enumerate(_NUMERIC[:n_numeric])}
    return Space(numeric | {f"c{i}": domain for i, domain in enumerate(_CATEGORIES[:n_categories])})


def mixed(base: str, space: Space, seed: int) -> Evaluate:
    """The function, 0 at its optimum and positive elsewhere."""
    f = function(base, sum(not isinstance(domain, Categorical) for domain in space.domains))
    goal = decode(space, 0.1 + 0.8 * uniforms(seed, 0, len(space)))
    is_numeric = np.array([not isinstance(domain, Categorical) for domain in space.domains])
    center = np.array(encode(space, goal))[is_numeric]
    R = _SCALES[base] * rotation(len(center), seed)
    scale = f.formula(f.minimiser + R @ np.full(len(center), 0.3)) - f.minimum
    costs = {
        (name, choice): _effect(seed, place, index, len(center))
        for place, (name, domain) in enumerate(zip(space.names, space.domains, strict=True))
        if isinstance(domain, Categorical)
        for index, choice in enumerate(domain.choices)
        if choice is not goal[name]
    }

    def evaluate(params: Mapping[str, Any]) -> float:
        u = np.array([domain.to_unit(params[name]) for name, domain in zip(space.names, space.domains, strict=True)])[is_numeric]
        away, cost = u - center, 0.0
        for pair in params.items():
            if pair in costs:
                extra, move = costs[pair]
                away, cost = away + move, cost + extra
        return cost + (f.formula(f.minimiser + R @ away) - f.minimum) / scale

    return evaluate


def _effect(seed: int, place: int, index: int, d: int) -> tuple[float, Any]:
    """What a wrong category costs, and by how much it moves the optimum."""
    u = uniforms(seed, 1 + place, 1 + d, index)
    return 0.05 + 0.5 * float(u[0]), 0.3 * (u[1:] - 0.5)

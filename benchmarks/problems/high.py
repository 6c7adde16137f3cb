"""Many parameters: 40 and 100, all of which matter, or few of them, as in tuning (Bergstra & Bengio 2012, JMLR 13, 281).

`bbob_…` and the moved functions are those of the other families with more parameters. `few_…` hides a moved function of few
parameters among ones without any effect. `fading_…` is a mixed space: each parameter costs by its distance from the best value, the
next important one two thirds of the one before, and neighbours in this order interact.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from askttell import Categorical, Float, Space
from askttell.seed import uniforms
from askttell.unit import decode
from benchmarks.problems import bbob, continuous, mixed
from benchmarks.problems.functions import Function, function
from benchmarks.problems.problem import Evaluate, Problem

_BBOB = [(2, 40), (6, 100), (8, 40), (15, 100), (17, 40), (20, 100), (21, 40), (24, 40)]
_MOVED = ["levy40_i2", "ackley100_i3", "rastrigin40_i4", "styblinski_tang100_i5"]
_FEW = [("branin", 2, 40), ("hartmann", 6, 40), ("hartmann", 6, 100), ("levy", 8, 100), ("ackley", 5, 40), ("rosenbrock", 5, 100)]
_FADING = [40, 100]
_NEXT = 2 / 3  # of the importance of the one before
_NAME = re.compile(r"few_([a-z_]+?)(\d+)_d(\d+)_i(\d+)|fading_d(\d+)_i(\d+)")


def problems() -> Iterator[Problem]:
    """Twenty of them, ten of each size."""
    for f, d in _BBOB:
        yield _renamed(bbob.named(f"bbob_f{f}_d{d}_i1"))
    yield from map(_renamed, map(continuous.named, _MOVED))
    for instance, (base, k, d) in enumerate(_FEW, 1):
        yield _few(base, k, d, instance)
    yield from (_fading(d, 1) for d in _FADING)


def named(name: str) -> Problem | None:
    """Any instance: `few_hartmann6_d100_i2`, `fading_d40_i3`."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return _fading(int(match[5]), int(match[6])) if match[5] else _few(match[1], int(match[2]), int(match[3]), int(match[4]))


def _renamed(problem: Problem | None) -> Problem:
    assert problem is not None
    return attrs.evolve(problem, family="high")


def _few(base: str, k: int, d: int, instance: int) -> Problem:
    f = function(base, k)
    space = Space({f"x{i}": Float(0.0, 1.0) for i in range(d)})
    name = f"few_{base}{k}_d{d}_i{instance}"
    return Problem(name, "high", space, lambda: hidden(f, d, instance), f.minimum, tags=("few",))


def hidden(f: Function, d: int, instance: int) -> Evaluate:
    """The moved function of some of d parameters, scaled to [0, 1]."""
    k = len(f.low)
    names = [f"x{i}" for i in np.argsort(uniforms(instance, 2, d))[:k].tolist()]
    moved = continuous.moved(f, instance)

    def evaluate(params: Mapping[str, Any]) -> float:
        u = np.array([params[name] for name in names])
        return moved(dict(zip(names, (f.low + u * (f.high - f.low)).tolist(), strict=True)))

    return evaluate


def _fading(d: int, instance: int) -> Problem:
    pattern = mixed.mixed_space(8, 4).domains
    space = Space({f"p{i}": pattern[i % len(pattern)] for i in range(d)})
    return Problem(f"fading_d{d}_i{instance}", "high", space, lambda: fading(space, instance), 0.0, tags=("mixed", "few"))


def fading(space: Space, instance: int) -> Evaluate:
    """0 at the best configuration, positive elsewhere."""
    d = len(space)
    goal = decode(space, 0.1 + 0.8 * uniforms(instance, 3, d))
    order = np.argsort(uniforms(instance, 4, d))
    weights = _NEXT ** np.arange(d)

    def apart(params: Mapping[str, Any]) -> list[float]:
        return [_apart(domain, params[name], goal[name]) for name, domain in zip(space.names, space.domains, strict=True)]

    def evaluate(params: Mapping[str, Any]) -> float:
        a = np.array(apart(params))[order]
        return float(weights @ (a * a) + weights[1:] @ np.abs(a[1:] * a[:-1]))

    return evaluate


def _apart(domain: Any, value: Any, goal: Any) -> float:
    """The distance of a value from the best one, as a share of the range; 0.5 for another category."""
    if isinstance(domain, Categorical):
        return 0.0 if value == goal else 0.5
    return float(domain.to_unit(value) - domain.to_unit(goal))

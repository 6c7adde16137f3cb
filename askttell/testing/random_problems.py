"""Random spaces, and random functions on them whose least loss, 0, is at a known configuration.

All is made by a function `choose`, where `choose(n)` gives an integer in [0, n): Hypothesis chooses where a counterexample is to be
made small, and a stream of uniforms where draws must be independent.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from askttell.choices import Scalar
from askttell.domains import Domain
from askttell.seed import uniforms
from askttell.space import Categorical, Float, Int, Ordinal, Params, Space
from askttell.unit import decode

Choose: TypeAlias = Callable[[int], int]
Loss: TypeAlias = Callable[[Mapping[str, Any]], float]

_FINE = 2**20


def choosing(seed: int, number: int) -> Choose:
    """A stream of independent choices."""
    place = iter(range(2**32))
    return lambda n: int(uniforms(seed, number, 1, next(place))[0] * n)


def any_space(choose: Choose) -> Space:
    """One to five parameters of all kinds, every fourth under a condition where one can be."""
    domains: dict[str, Domain] = {}
    for i in range(1 + choose(5)):
        domains[f"p{i}"] = _domain(choose, _condition(choose, domains))
    return Space(domains)


def floats(choose: Choose) -> Space:
    """Two floats with random bounds."""
    return Space({f"x{i}": _float(choose, None) for i in range(2)})


def finite_space(choose: Choose) -> Space:
    """One or two finite parameters, with at most thirty cells."""
    return Space({f"p{i}": _finite(choose, None) for i in range(1 + choose(2))})


def distance(space: Space, choose: Choose) -> Loss:
    """A weighted distance from a random configuration, of a power from 1 to 2; a wrong choice or branch costs from 0.5 to 1.

    Losses are multiples of 2**-20, so that a·loss + b is exact for the a and b that are tried.
    """
    goal = decode(space, [choose(_FINE) / _FINE for _ in space.names])
    weights = [(1 + choose(8)) / 8 for _ in space.names]
    power = 1 + choose(2)
    terms = [(name, domain, weight) for name, domain, weight in zip(space.names, space.domains, weights, strict=True)]

    def loss(params: Mapping[str, Any]) -> float:
        total = sum(weight * _miss(domain, params, goal, name, power) for name, domain, weight in terms)
        return math.ceil(total * _FINE) / _FINE

    return loss


def _miss(domain: Domain, params: Mapping[str, Any], goal: Params, name: str, power: int) -> float:
    if name not in params and name not in goal:
        return 0.0
    if name not in params or name not in goal:
        return 0.5
    if isinstance(domain, Categorical):
        return 0.0 if domain.index(params[name]) == domain.index(goal[name]) else 1.0
    return float(abs(domain.to_unit(params[name]) - domain.to_unit(goal[name])) ** power)


def _domain(choose: Choose, when: Mapping[str, list[Scalar]] | None) -> Domain:
    return (_float, _finite)[choose(2)](choose, when)


def _float(choose: Choose, when: Mapping[str, list[Scalar]] | None) -> Domain:
    low = (0.0, -5.0, 1e-4, 3.0)[choose(4)]
    return Float(low, low + (1.0, 1e3)[choose(2)], log=low > 0 and choose(2) == 1, when=when)


def _finite(choose: Choose, when: Mapping[str, list[Scalar]] | None) -> Domain:
    n = 1 + choose(5)
    return (
        lambda: Categorical(["a", True, 1, 1.0, None][:n], when=when),
        lambda: Ordinal([1, 10, 100, 1000, 10000][:n], when=when),
        lambda: Int(1, 1 + n, log=choose(2) == 1, when=when),
        lambda: Float(0.0, n / 10, step=0.1, when=when),
    )[choose(4)]()


def _condition(choose: Choose, earlier: Mapping[str, Domain]) -> dict[str, list[Scalar]] | None:
    parents = [name for name, domain in earlier.items() if 1 < domain.size < math.inf]
    if not parents or choose(4):
        return None
    parent = parents[choose(len(parents))]
    n_values = 1 + choose(int(earlier[parent].size) - 1)
    return {parent: [earlier[parent].at(k) for k in range(n_values)]}

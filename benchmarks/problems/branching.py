"""Random conditional functions with known optimum: `branching_7` grows its space and its losses from the number 7.

A space is a tree: common parameters, choices of which each option has parameters of its own, switches, and counts of like parts, as of
layers; options may hold choices again. Parameters with the same conditions share a function of their distance from a random place,
rotated or along the axes; options but the best cost a random amount. So the optimum, 0, is known by construction. Even numbers
are for trying a change on, odd ones for confirming it.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.seed import uniforms
from askttell.space import Domain, holds
from benchmarks.problems.continuous import rotation
from benchmarks.problems.functions import Function, Vector, function
from benchmarks.problems.problem import Evaluate, Problem

N_LISTED = 40
_SHAPES = {"sphere": 5.0, "ackley": 15.0, "rastrigin": 3.0, "levy": 10.0}  # half the width of the usual domain, or of its middle
_DEEPEST = 2  # choices within choices
_MOST = 24  # parameters, after which only those on which others depend are added

Draw = Callable[[], float]


def problems() -> Iterator[Problem]:
    """The listed numbers."""
    for number in range(N_LISTED):
        space = grown(number)
        name = f"branching_{number}"
        yield Problem(name, "branching", space, lambda space=space, number=number: branching(space, number), 0.0, tags=("conditional",))


def grown(number: int) -> Space:
    """The space of that number, 3 to 28 parameters."""
    draw = iter(uniforms(number, 0, 4000).tolist()).__next__
    domains: dict[str, Domain] = {}
    for _ in range(1 + int(3 * draw())):
        _branch(draw, domains, None, 1)
    _leaves(draw, domains, None, 1 + int(4 * draw()))
    return Space(domains)


def _branch(draw: Draw, domains: dict[str, Domain], when: dict[str, Any] | None, depth: int) -> None:
    """Add a choice, a switch or a count, and what depends on it."""
    name = f"b{len(domains)}"
    kind = draw()
    if kind < 0.5:
        options = list("abcdef"[: 2 + int(4 * draw())])
        domains[name] = Categorical(options, when=when)
        held: list[Any] = [{name: option} for option in options]
    elif kind < 0.75:
        domains[name] = Categorical([False, True], when=when)
        held = [{name: True}]
    else:
        most = 2 + int(4 * draw())
        domains[name] = Int(1, most, when=when)
        held = [{name: range(count, most + 1)} for count in range(1, most + 1)]
    for condition in held:
        if depth < _DEEPEST and draw() < 0.2:
            _branch(draw, domains, condition, depth + 1)
        _leaves(draw, domains, condition, 1 + int(4 * draw()) if kind < 0.75 else 1 + int(2 * draw()))


def _leaves(draw: Draw, domains: dict[str, Domain], when: dict[str, Any] | None, n: int) -> None:
    """Add n parameters on which no others depend, as far as there is room."""
    for _ in range(min(n, _MOST - len(domains))):
        domains[f"x{len(domains)}"] = _leaf(draw, when)


def _leaf(draw: Draw, when: dict[str, Any] | None) -> Domain:
    kind = draw()
    if kind < 0.4:
        return Float(-1.0, 1.0, when=when)
    if kind < 0.6:
        return Float(1e-5, 1.0, log=True, when=when)
    if kind < 0.75:
        return Int(1, 4 + int(60 * draw()), log=draw() < 0.5, when=when)
    if kind < 0.85:
        return Ordinal([2**k for k in range(3 + int(5 * draw()))], when=when)
    return Categorical([f"c{k}" for k in range(2 + int(4 * draw()))], when=when)


@attrs.frozen
class _Group:
    """Parameters with the same conditions: numbers with their place and function, and what each choice costs."""

    conditions: Any
    numbers: list[tuple[str, Domain]]
    place: Vector
    f: Function | None
    R: Vector
    scale: float
    costs: dict[tuple[str, Any], float]

    def loss(self, params: Mapping[str, Any]) -> float:
        """The share of this group, 0 or more."""
        total = sum(self.costs.get((name, params[name]), 0.0) for name in {name for name, _ in self.costs})
        if self.f is None:
            return total
        away = np.array([domain.to_unit(params[name]) for name, domain in self.numbers]) - self.place
        return total + (self.f.formula(self.f.minimiser + self.R @ away) - self.f.minimum) * self.scale


def branching(space: Space, number: int) -> Evaluate:
    """The function of that number, 0 at its optimum."""
    draw = iter(uniforms(number, 1, 4000).tolist()).__next__
    by_conditions = itertools.groupby(sorted(range(len(space)), key=lambda i: repr(space.conditions[i])), lambda i: space.conditions[i])
    groups = [_group(draw, space, list(columns), number) for _, columns in by_conditions]

    def evaluate(params: Mapping[str, Any]) -> float:
        return sum(group.loss(params) for group in groups if holds(group.conditions, params))

    return evaluate


def _group(draw: Draw, space: Space, columns: list[int], number: int) -> _Group:
    numbers, costs = [], {}
    for column in columns:
        name, domain = space.names[column], space.domains[column]
        if isinstance(domain, Categorical):
            costs |= _costs(draw, name, domain)
        elif name.startswith("b"):
            costs |= _count_costs(draw, name, domain)
        else:
            numbers.append((name, domain))
    d = len(numbers)
    place = np.array([domain.to_unit(domain.from_unit(0.1 + 0.8 * draw())) for _, domain in numbers])
    base = list(_SHAPES)[int(len(_SHAPES) * draw())]
    R = _SHAPES[base] * (rotation(d, number) if d and draw() < 0.5 else np.eye(d))
    f = function(base, d) if d else None
    weight = 0.1 + 0.5 * draw()
    scale = weight / (f.formula(f.minimiser + R @ np.full(d, 0.3)) - f.minimum) if f else 0.0
    return _Group(space.conditions[columns[0]], numbers, place, f, R, scale, costs)


def _costs(draw: Draw, name: str, domain: Categorical) -> dict[tuple[str, Any], float]:
    """What the choices cost: one nothing."""
    best = int(domain.size * draw())
    return {(name, choice): 0.0 if i == best else 0.05 + 0.4 * draw() for i, choice in enumerate(domain.choices)}


def _count_costs(draw: Draw, name: str, domain: Domain) -> dict[tuple[str, Any], float]:
    """What a count costs: more, the farther from the best."""
    size = int(domain.size)
    best, slope = int(size * draw()), 0.05 + 0.2 * draw()
    return {(name, 1 + i): slope * abs(i - best) for i in range(size)}

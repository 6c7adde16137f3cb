"""Problems made of others: noisy ones, ones that fail on a part of the space, plateaus and constants."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from askttell import Float, Space
from askttell.seed import uniforms
from benchmarks.problems import conditional, continuous, mixed
from benchmarks.problems.functions import Vector, function
from benchmarks.problems.problem import Evaluate, Problem


def problems() -> Iterator[Problem]:
    """All of them."""
    yield from noisy()
    yield from failing()
    yield from flat()


def noisy() -> Iterator[Problem]:
    """Gaussian noise of a few per cent of the function's range; scored by the noise-free loss of what looked best."""
    others = {problem.name: problem for module in (mixed, conditional) for problem in module.problems()}
    for name, noise in (
        ("branin2", 5.0),
        ("hartmann6", 0.2),
        ("ackley5", 1.0),
        ("levy4", 3.0),
        ("mixed_levy4_2", 0.1),
        ("conditional_nested", 0.05),
        ("styblinski_tang5", 20.0),
        ("rastrigin4", 10.0),
        ("griewank6", 20.0),
        ("mixed_sphere8_4", 0.2),
        ("conditional_layers", 0.08),
    ):
        base = others.get(name) or continuous.named(name)
        assert base is not None
        yield attrs.evolve(base, name=f"noisy_{name}", family="noisy", noise=noise, tags=(*base.tags, "noisy"))


def failing() -> Iterator[Problem]:
    """Evaluations fail in about half of the space, with the optimum on the edge, or nearly everywhere."""
    for name, instance, what in (
        ("hartmann6", 1, "half"),
        ("levy4", 1, "edge"),
        ("ackley5", 2, "edge"),
        ("branin2", 2, "narrow"),
        ("rosenbrock5", 1, "half"),
        ("ackley10", 3, "half"),
        ("styblinski_tang5", 1, "half"),
        ("griewank6", 1, "edge"),
        ("rastrigin4", 3, "edge"),
        ("hartmann3", 2, "narrow"),
    ):
        base = continuous.named(f"{name}_i{instance}")
        assert base is not None
        build = {"half": _half, "edge": _edge, "narrow": _narrow}[what]
        yield attrs.evolve(
            base, name=f"failing_{what}_{name}", family="failing", build=lambda base=base, build=build: build(base), tags=("failing", what)
        )


def flat() -> Iterator[Problem]:
    """A constant, staircases, and a plain with one hole."""
    unit = Space({f"x{i}": Float(0.0, 1.0) for i in range(5)})
    yield Problem("flat_constant", "flat", unit, lambda: lambda _: 1.0, 1.0, tags=("constant",))
    yield Problem("flat_hole", "flat", Space(x0=Float(0.0, 1.0), x1=Float(0.0, 1.0)), lambda: _hole, 0.0, tags=("plateau",))
    for name, step in (("levy4", 20.0), ("ackley5", 2.0)):
        base = continuous.named(name)
        assert base is not None
        yield attrs.evolve(
            base,
            name=f"flat_stairs_{name}",
            family="flat",
            least=0.0,
            build=lambda base=base, step=step: _stairs(base, step),
            tags=("plateau",),
        )


def _half(base: Problem) -> Evaluate:
    """Fails beyond a plane half-way between the optimum and the middle of the box."""
    return _beyond(base, 0.5)


def _edge(base: Problem) -> Evaluate:
    """Fails beyond a plane through the optimum, so that half of every neighbourhood of it fails; it itself does not."""
    return _beyond(base, 0.0)


def _beyond(base: Problem, share: float) -> Evaluate:
    """Fails beyond a plane of random direction, on the side of the middle of the box, `share` of the way from the optimum to there."""
    place, middle, width = _optimum(base)
    normal = (uniforms(len(place), 2, len(place)) - 0.5) / width
    inwards = float(normal @ (middle - place))
    evaluate, normal, limit = base.build(), normal * np.sign(inwards), share * abs(inwards)

    def guarded(params: Mapping[str, Any]) -> float:
        along = float(normal @ (np.array(list(params.values())) - place))
        return math.nan if along > limit else evaluate(params)

    return guarded


def _narrow(base: Problem) -> Evaluate:
    """Succeeds only in a box around the optimum whose sides are at most 45 % of the widths."""
    place, _, width = _optimum(base)
    evaluate = base.build()

    def guarded(params: Mapping[str, Any]) -> float:
        away = np.abs(np.array(list(params.values())) - place) / width
        return evaluate(params) if away.max() < 0.225 else math.nan

    return guarded


def _optimum(base: Problem) -> tuple[Vector, Vector, Vector]:
    """Where a continuous problem has its optimum, the middle of its box, and the widths of the box."""
    parts = continuous.parsed(base.name)
    assert parts is not None
    f = function(parts.base, parts.d)
    return continuous.optimum_in_box(f, parts.instance), (f.low + f.high) / 2, f.high - f.low


def _stairs(base: Problem, step: float) -> Evaluate:
    evaluate = base.build()
    return lambda params: math.floor(evaluate(params) / step) * step


def _hole(params: Mapping[str, Any]) -> float:
    return 1.0 if max(abs(params["x0"] - 0.83), abs(params["x1"] - 0.27)) > 0.1 else 0.0

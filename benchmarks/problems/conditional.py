"""Conditional functions with known optimum: which parameters exist depends on others.

Every part is a distance in the unit cube from a random place, so the optimum, 0, is known by construction.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askttell import Categorical, Float, Int, Space
from askttell.seed import uniforms
from askttell.space import Domain
from benchmarks.problems.functions import ackley, rastrigin, sphere
from benchmarks.problems.problem import Evaluate, Problem

Vector = NDArray[np.float64]
_SHAPES: list[Callable[[Vector], float]] = [sphere, lambda z: ackley(8 * z) / 20, lambda z: rastrigin(2 * z) / 20, sphere]


def problems() -> Iterator[Problem]:
    """A choice of branches, a stack of layers, a nested choice, and two independent stages."""
    for name, space, build in (
        ("branches", branches_space(), lambda: branches(branches_space())),
        ("layers", layers_space(), layers),
        ("nested", nested_space(), nested),
        ("stages", stages_space(), stages),
    ):
        yield Problem(f"conditional_{name}", "conditional", space, build, 0.0, tags=("conditional",))


def branches_space() -> Space:
    """Four branches with one to four floats each."""
    domains: dict[str, Domain] = {"branch": Categorical(["a", "b", "c", "d"])}
    for size, branch in enumerate("abcd", start=1):
        domains |= {f"{branch}{i}": Float(0.0, 1.0, when={"branch": branch}) for i in range(size)}
    return Space(domains)


def branches(space: Space) -> Evaluate:
    """The branch with three floats is the best, but its landscape is rugged; the others end at 0.1, 0.15 and 0.05."""
    floors = {"a": 0.1, "b": 0.15, "c": 0.0, "d": 0.05}
    places = {branch: _place(3, at, at + 1) for at, branch in enumerate("abcd")}
    shapes = dict(zip("abcd", _SHAPES, strict=True))
    del space

    def evaluate(params: Mapping[str, Any]) -> float:
        branch, *x = params.values()
        return floors[branch] + shapes[branch](np.array(x) - places[branch])

    return evaluate


def layers_space() -> Space:
    """One to six layers, each with a width, and a rate for all."""
    widths = {f"width{i}": Int(4, 256, log=True, when={"n_layers": range(i + 1, 7)} if i else None) for i in range(6)}
    return Space({"n_layers": Int(1, 6), "rate": Float(1e-5, 1.0, log=True)} | widths)


def layers() -> Evaluate:
    """Best with four layers; each has its own best width, a whole number, and the rate is best at a power of ten."""
    goal = [8, 100, 33, 64, 20, 12]

    def evaluate(params: Mapping[str, Any]) -> float:
        n, rate, *widths = params.values()
        misses = [np.log(width / best) ** 2 for width, best in zip(widths, goal, strict=False)]
        return 0.1 * abs(n - 4) + float(np.mean(misses)) / 4 + (np.log10(rate) + 3) ** 2 / 20

    return evaluate


def nested_space() -> Space:
    """A kernel inside a method, and shape parameters inside a kernel."""
    return Space(
        method=Categorical(["svm", "tree", "linear"]),
        C=Float(1e-4, 1e4, log=True, when={"method": ["svm", "linear"]}),
        kernel=Categorical(["rbf", "poly", "linear"], when={"method": "svm"}),
        gamma=Float(1e-5, 1e1, log=True, when={"kernel": ["rbf", "poly"]}),
        degree=Int(2, 6, when={"kernel": "poly"}),
        coef=Float(0.0, 1.0, when={"kernel": "poly"}),
        depth=Int(1, 30, when={"method": "tree"}),
        leaf=Int(1, 50, log=True, when={"method": "tree"}),
        l1=Float(0.0, 1.0, when={"method": "linear"}),
    )


def nested() -> Evaluate:
    """The deepest branch is the best; C and gamma interact as they do in a support vector machine."""

    def evaluate(params: Mapping[str, Any]) -> float:
        match params:
            case {"method": "tree", "depth": depth, "leaf": leaf}:
                return 0.25 + ((depth - 12) / 30) ** 2 + np.log(leaf / 4) ** 2 / 30
            case {"method": "linear", "C": C, "l1": l1}:
                return 0.3 + (np.log10(C) - 1) ** 2 / 40 + (l1 - 0.2) ** 2
            case {"kernel": "linear", "C": C}:
                return 0.2 + (np.log10(C) + 1) ** 2 / 40
            case {"kernel": "rbf", "C": C, "gamma": gamma}:
                return 0.08 + (np.log10(C) + np.log10(gamma)) ** 2 / 30 + (np.log10(gamma) + 2) ** 2 / 30
        C, gamma, degree, coef = (params[name] for name in ("C", "gamma", "degree", "coef"))
        ridge = (np.log10(C) + degree * np.log10(gamma) + 2) ** 2 / 40
        return ridge + (np.log10(gamma) + 1) ** 2 / 20 + 0.03 * abs(degree - 3) + (coef - 0.7) ** 2 / 2

    return evaluate


def stages_space() -> Space:
    """Two stages, each optional, with parameters of their own."""
    return Space(
        scale=Categorical(["none", "power", "quantile"]),
        power=Float(-2.0, 2.0, when={"scale": "power"}),
        quantiles=Int(2, 100, log=True, when={"scale": "quantile"}),
        reduce=Categorical([False, True]),
        components=Int(1, 50, when={"reduce": True}),
        whiten=Categorical([False, True], when={"reduce": True}),
        alpha=Float(1e-6, 1e2, log=True),
        mix=Float(0.0, 1.0),
    )


def stages() -> Evaluate:
    """Both stages are needed for the optimum, and what alpha is best depends on the second."""

    def evaluate(params: Mapping[str, Any]) -> float:
        first = {"none": 0.3, "power": 0.0, "quantile": 0.12}[params["scale"]]
        first += abs(params.get("power", 0.5) - 0.5) / 5 + np.log(params.get("quantiles", 20) / 20) ** 2 / 30
        second, best = 0.2, -2.0
        if params["reduce"]:
            second, best = abs(params["components"] - 17) / 60 + 0.05 * (not params["whiten"]), 0.0
        return first + second + (np.log10(params["alpha"]) - best) ** 2 / 30 + (params["mix"] - 0.35) ** 2

    return evaluate


def _place(seed: int, number: int, d: int) -> Vector:
    return 0.1 + 0.8 * uniforms(seed, number, d)

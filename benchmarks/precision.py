"""`python -m benchmarks.precision`: how many evaluations CMAES needs to reach 1e-8 in 10 dimensions, beside Hansen's own `cma`.

Sphere, Rosenbrock and an ellipsoid of condition 1e6 in [-5, 5]^10 (Hansen et al. 2009, RR-6829), their optimum moved at random within
[-2, 2]^10 and the ellipsoid rotated at random, anew for each seed. Both start in the middle with a sixth of the width.
"""

import argparse
import math
from collections.abc import Callable
from statistics import median

import numpy as np
from numpy.typing import NDArray

from askttell import Float, History, Space, ask, tell
from askttell.strategies import CMAES
from benchmarks.tables import Table

Vector = NDArray[np.float64]

D = 10
TARGET = 1e-8
_BUDGET = 20_000


def sphere(x: Vector) -> float:
    """The squared distance from the origin."""
    return float(x @ x)


def ellipsoid(x: Vector) -> float:
    """A quadratic whose axes have lengths from 1 to 1,000."""
    return float(10.0 ** (6.0 * np.arange(D) / (D - 1)) @ (x * x))


def rosenbrock(x: Vector) -> float:
    """A curved valley, with its optimum at the origin."""
    z = x + 1.0
    return float((100.0 * (z[1:] - z[:-1] ** 2) ** 2 + (1.0 - z[:-1]) ** 2).sum())


def instance(function: Callable[[Vector], float], seed: int) -> Callable[[Vector], float]:
    """The function on the unit cube, moved and, if it is the ellipsoid, rotated."""
    generator = np.random.default_rng(seed)
    shift = generator.uniform(-2.0, 2.0, D)
    rotation = np.linalg.qr(generator.standard_normal((D, D)))[0] if function is ellipsoid else np.eye(D)
    return lambda u: function(rotation @ (10.0 * u - 5.0 - shift))


def ours(f: Callable[[Vector], float], seed: int) -> float:
    """How many evaluations CMAES needs; infinity if the budget is not enough."""
    history = History.start(Space({f"x{i}": Float(0.0, 1.0) for i in range(D)}), seed=seed)
    for n in range(1, _BUDGET + 1):
        history, trial = ask(history, CMAES())
        value = f(np.array(list(trial.params.values())))
        if value <= TARGET:
            return n
        history = tell(history, trial, value)
    return math.inf


def hansen(f: Callable[[Vector], float], seed: int) -> float:
    """How many evaluations the package `cma` needs, with its defaults."""
    import cma  # noqa: PLC0415 - a peer, not needed by ours

    method = cma.CMAEvolutionStrategy([0.5] * D, 1 / 6, {"bounds": [0, 1], "seed": seed + 1, "verbose": -9})
    n = 0
    while not method.stop() and n < _BUDGET:
        points = method.ask()
        values = [f(np.asarray(point)) for point in points]
        reached = next((i for i, value in enumerate(values, 1) if value <= TARGET), None)
        if reached is not None:
            return n + reached
        n += len(points)
        method.tell(points, values)
    return math.inf


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=15)
    n_seeds = parser.parse_args().seeds
    rows = []
    for function in (sphere, rosenbrock, ellipsoid):
        instances = [instance(function, seed) for seed in range(n_seeds)]
        own, other = (median(run(f, seed) for seed, f in enumerate(instances)) for run in (ours, hansen))
        rows.append([function.__name__, f"{own:.0f}", f"{other:.0f}", f"{own / other:.2f}"])
    print(Table(f"evaluations to {TARGET:g}, median of {n_seeds}", ["function", "CMAES", "cma", "ratio"], rows).text())


if __name__ == "__main__":
    main()

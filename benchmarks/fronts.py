"""`python -m benchmarks.fronts`: the hypervolume that Genetic reaches with two objectives, beside pymoo's NSGA-II.

ZDT1, ZDT2 and ZDT3 in 30 dimensions (Zitzler, Deb & Thiele 2000, doi:10.1162/106365600568202). Of both methods all points evaluated
count; the reference point is (1.1, 1.1).
"""

import argparse
from collections.abc import Callable
from statistics import median

import numpy as np
from numpy.typing import NDArray

from askttell import Float, History, Space, ask, tell
from askttell.numerics.pareto import hypervolume
from askttell.strategies import Genetic
from benchmarks.tables import Table

Vector = NDArray[np.float64]

D = 30
REFERENCE = np.array([1.1, 1.1])


def zdt1(x: Vector) -> Vector:
    """A convex front."""
    g = 1.0 + 9.0 * x[1:].mean()
    return np.array([x[0], g * (1.0 - np.sqrt(x[0] / g))])


def zdt2(x: Vector) -> Vector:
    """A concave front."""
    g = 1.0 + 9.0 * x[1:].mean()
    return np.array([x[0], g * (1.0 - (x[0] / g) ** 2)])


def zdt3(x: Vector) -> Vector:
    """A front in five pieces."""
    g = 1.0 + 9.0 * x[1:].mean()
    return np.array([x[0], g * (1.0 - np.sqrt(x[0] / g) - x[0] / g * np.sin(10.0 * np.pi * x[0]))])


def ours(f: Callable[[Vector], Vector], seed: int, budget: int) -> Vector:
    """The objectives of all that Genetic tried."""
    history = History.start(Space({f"x{i}": Float(0.0, 1.0) for i in range(D)}), directions=("minimize", "minimize"), seed=seed)
    for _ in range(budget):
        history, trial = ask(history, Genetic())
        history = tell(history, trial, f(np.array(list(trial.params.values()))).tolist())
    return history.losses


def pymoo(f: Callable[[Vector], Vector], seed: int, budget: int) -> Vector:
    """The objectives of all that pymoo's NSGA-II tried, with its defaults."""
    from pymoo.algorithms.moo.nsga2 import NSGA2  # noqa: PLC0415 - a peer, not needed by ours
    from pymoo.core.problem import ElementwiseProblem  # noqa: PLC0415
    from pymoo.optimize import minimize  # noqa: PLC0415

    found: list[Vector] = []

    class Problem(ElementwiseProblem):  # type: ignore[misc]
        def _evaluate(self, x: Vector, out: dict[str, Vector], *_: object, **__: object) -> None:
            out["F"] = f(x)
            found.append(out["F"])

    minimize(Problem(n_var=D, n_obj=2, xl=0.0, xu=1.0), NSGA2(), ("n_eval", budget), seed=seed, verbose=False)
    return np.array(found[:budget])


def reached(Y: Vector) -> float:
    """The hypervolume of the points."""
    return float(hypervolume(Y, REFERENCE))


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", type=int, default=5000)
    given = parser.parse_args()
    rows = []
    for f in (zdt1, zdt2, zdt3):
        own, other = (median(reached(run(f, seed, given.budget)) for seed in range(given.seeds)) for run in (ours, pymoo))
        rows.append([f.__name__, f"{own:.4f}", f"{other:.4f}", f"{own / other:.3f}"])
    title = f"hypervolume after {given.budget} evaluations, median of {given.seeds}"
    print(Table(title, ["problem", "Genetic", "pymoo NSGA-II", "ratio"], rows).text())


if __name__ == "__main__":
    main()

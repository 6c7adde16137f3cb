"""Scores: what runs achieved, on a scale on which every problem counts alike.

A score is (best so far - best known) / (random search's median best after as many evaluations - best known), clipped to [0, 1]: 0 is
the optimum, 1 is what random search gives half of the time, or less.
"""

from collections.abc import Iterable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from benchmarks import problems
from benchmarks.baselines import Baseline, baseline
from benchmarks.runs import Run

Cell: TypeAlias = tuple[str, int]  # problem and seed
TARGETS = 10.0 ** np.arange(0.0, -4.01, -0.25)


@attrs.frozen
class Scores:
    """The runs by method and cell; `order` has the methods as they came."""

    runs: dict[str, dict[Cell, Run]]
    families: dict[str, str]

    @property
    def methods(self) -> list[str]:
        """The names of the methods."""
        return list(self.runs)

    def regrets(self, method: str, n: int, family: str | None = None) -> dict[Cell, float]:
        """Normalised regrets after n evaluations, not clipped, of the runs that are as long, in one family or in all."""
        return {
            cell: relative(run, n)
            for cell, run in self.runs[method].items()
            if run.budget >= n and family in (None, self.families[cell[0]])
        }

    def problem_names(self) -> list[str]:
        """The problems that any method ran, by family."""
        names = dict.fromkeys(problem for cells in self.runs.values() for problem, _ in cells)
        return sorted(names, key=lambda name: (self.families[name], list(names).index(name)))

    def seconds(self, method: str) -> tuple[float, float]:
        """Median and greatest seconds of an ask with its tell."""
        ts = np.concatenate([run.ts for run in self.runs[method].values() if run.ts] or [[np.nan]])
        return float(np.median(ts)), float(ts.max())


def scored(runs: Iterable[Run]) -> Scores:
    """The runs in order; of several budgets of one method, problem and seed the greatest."""
    runs = list(runs)
    table: dict[str, dict[Cell, Run]] = {run.opt: {} for run in runs}
    for run in sorted(runs, key=lambda run: run.budget):
        table[run.opt][run.problem, run.seed] = run
    names = {problem for cells in table.values() for problem, _ in cells}
    return Scores(table, {name: problems.find(name).family for name in names})


def relative(run: Run, n: int) -> float:
    """The regret after n evaluations as a share of random search's, not clipped."""
    known = baseline(problems.find(run.problem))
    return share(run.best()[n - 1], known.median(n), known)


def share(loss: float, median: float, known: Baseline) -> float:
    """Where a loss lies between the best known, 0, and a median, 1; on a constant function all is best."""
    if median <= known.best:
        return 0.0 if loss <= known.best else 1.0
    return max(float((loss - known.best) / (median - known.best)), 0.0)


def clipped(regrets: dict[Cell, float]) -> dict[Cell, float]:
    """The scores of regrets."""
    return {cell: min(regret, 1.0) for cell, regret in regrets.items()}


def by_problem(values: dict[Cell, float]) -> list[list[float]]:
    """The values in groups, one per problem."""
    groups: dict[str, list[float]] = {}
    for (problem, _), value in values.items():
        groups.setdefault(problem, []).append(value)
    return list(groups.values())


def reached(run: Run) -> NDArray[np.float64]:
    """The share of targets reached after each evaluation, shape (budget,).

    The targets are regrets of 1 to 1e-4 of the median of a single random draw, four per decade (after Hansen et al. 2021, COCO, §4.2,
    arXiv:1603.08785).
    """
    known = baseline(problems.find(run.problem))
    scale = known.median(1) - known.best
    regrets = np.maximum(run.best() - known.best, 0.0)
    hit: NDArray[np.float64] = (regrets[:, None] <= np.maximum(scale, 0.0) * TARGETS * (1 + 1e-9)).mean(axis=1)
    return hit

"""`python -m benchmarks.transfer`: what five earlier studies are worth, when they are related to this one and when they are not.

A function's related studies search it elsewhere: each with its own shift, 0.05 of the range in the root mean square and reflected at the
border, and with its own scale. A tuning table's related studies search the same model on other data, as many as are recorded, five at most.
Unrelated studies search the function with its parameters turned by half of the range and in another order. Earlier studies are of TPE,
50 evaluations each. All regrets are normalised as in `benchmarks.report`; differences are paired, with 95 % intervals.
"""

import argparse
import itertools
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import mean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from askttell import History, ask, tell
from askttell.events import Prior
from askttell.history import check_prior
from askttell.strategies import TPE
from askttell.strategy import Strategy
from askttell.unit import decode, encode
from benchmarks import problems
from benchmarks.baselines import baseline
from benchmarks.peers.ours import strategy
from benchmarks.problems import Problem
from benchmarks.regret import own_seed
from benchmarks.scores import share
from benchmarks.statistics import interval
from benchmarks.tables import Table

_FUNCTIONS = ["branin2", "hartmann3", "hartmann6", "ackley5", "levy4", "rosenbrock5", "griewank6", "styblinski_tang5", "mixed_levy4_2"]
_TABLES = ["hpobench_*", "hpolib_*", "nasbench201_*"]
_N_STUDIES, _N_EARLIER, _SHIFT = 5, 50, 0.05
KINDS = ("none", "related", "unrelated")

Array = NDArray[np.float64]
Loss = Callable[[Array], float]


class Task(NamedTuple):
    """One search: the problem, which earlier studies it is given, and its seed."""

    opt: str
    problem: str
    kind: str
    seed: int
    budget: int


def regrets(task: Task) -> list[float]:
    """The normalised regret after each evaluation."""
    problem = problems.find(task.problem)
    known, seed = baseline(problem), own_seed(task.problem, task.seed)
    history = History.start(problem.space, seed=seed, prior=earlier(problem, task.kind, seed))
    method: Strategy = strategy(task.opt)
    best, found = np.inf, []
    for n in range(1, task.budget + 1):
        history, trial = ask(history, method)
        loss = problem.evaluate(trial.params)
        history = tell(history, trial, loss)
        best = min(best, loss)
        found.append(min(share(best, known.median(n), known), 1.0))
    return found


def earlier(problem: Problem, kind: str, seed: int) -> tuple[Prior, ...]:
    """The earlier studies of that kind."""
    if kind == "none":
        return ()
    generator = np.random.default_rng(seed)
    losses = related(problem, generator) if kind == "related" else unrelated(problem, generator)
    return tuple(study(problem, loss, seed + k) for k, loss in enumerate(losses, 1))


def study(problem: Problem, loss: Loss, seed: int) -> Prior:
    """A search by TPE."""
    history = History.start(problem.space, seed=seed)
    for _ in range(_N_EARLIER):
        history, trial = ask(history, TPE())
        history = tell(history, trial, loss(np.array(encode(problem.space, trial.recorded))))
    (prior,) = check_prior(problem.space, ("minimize",), [history])
    return prior


def related(problem: Problem, generator: np.random.Generator) -> list[Loss]:
    """The same model on other data, else the same function with other shifts and scales."""
    if problem.family == "tables":
        stem = problem.name.split("_")[0]
        others = [other for other in problems.select([f"{stem}_*"]) if other.name != problem.name and other.space == problem.space]
        return [at(other) for other in others[:_N_STUDIES]]
    shifts, scales = generator.normal(0.0, _SHIFT, (_N_STUDIES, len(problem.space))), np.exp(generator.normal(0.0, 1.0, _N_STUDIES))
    return [lambda u, b=b, a=a: a * at(problem)(1.0 - abs(1.0 - abs(u + b))) for b, a in zip(shifts, scales.tolist(), strict=True)]


def unrelated(problem: Problem, generator: np.random.Generator) -> list[Loss]:
    """The function with its parameters half a range away, reordered where all are alike."""
    d = len(problem.space)
    turns = [(generator.permutation(d), generator.uniform(0.3, 0.7, d)) for _ in range(_N_STUDIES)]
    return [lambda u, order=order, b=b: at(problem)((u[order] + b) % 1.0) for order, b in turns]


def at(problem: Problem) -> Loss:
    """The loss at a point of the unit cube, inactive coordinates standing for 1/2."""
    return lambda u: problem.evaluate(decode(problem.space, np.nan_to_num(u, nan=0.5).tolist()).plain())


def table(found: dict[Task, list[float]], opt: str, names: Sequence[str], seeds: Sequence[int], budget: int) -> Table:
    """Mean regrets by the kind of the earlier studies, and the differences to none."""
    rows = []
    marks = [n for n in (5, 10, 20, 50) if n <= budget]
    for kind in KINDS:
        cells = [f"{mean(found[Task(opt, p, kind, s, budget)][n - 1] for p in names for s in seeds):.3f}" for n in marks]
        for n in marks if kind != "none" else ():
            pairs = [
                [found[Task(opt, p, kind, s, budget)][n - 1] - found[Task(opt, p, "none", s, budget)][n - 1] for s in seeds] for p in names
            ]
            of = interval(pairs)
            cells.append(f"{of.mean:+.3f} [{of.low:.3f}, {of.high:.3f}] {of.verdict}")
        rows.append([kind, *cells, *([""] * (1 + 2 * len(marks) - len(cells) - 1))])
    header = ["earlier studies", *(f"at {n}" for n in marks), *(f"minus none at {n}" for n in marks)]
    return Table(f"{opt}: {len(names)} problems, {len(seeds)} seeds, normalised regret", header, rows)


def main() -> None:
    """Make the runs and print a table each for all, functions and tuning tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opt", default="Auto()", help="a strategy of ours")
    parser.add_argument("--problems", default=",".join([*_FUNCTIONS, *_TABLES]), help="names or globs")
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--budget", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    names = [problem.name for problem in problems.select(given.problems.split(","))]
    seeds = range(given.seeds)
    tasks = [Task(given.opt, *rest, given.budget) for rest in itertools.product(names, KINDS, seeds)]
    with ProcessPoolExecutor(given.jobs) as pool:
        found = dict(zip(tasks, pool.map(regrets, tasks), strict=True))
    tables = [name for name in names if problems.find(name).family == "tables"]
    for chosen in (names, [name for name in names if name not in tables], tables):
        if chosen:
            print(table(found, given.opt, chosen, seeds, given.budget).text(), file=sys.stdout, flush=True)


if __name__ == "__main__":
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    main()

"""`python -m benchmarks.baselines`: what random search reaches on each problem, and the best that is known; kept in `baselines.json`.

The best of n independent draws has the distribution 1 - (1 - F)^n, so its median is the quantile 1 - 2^(-1/n) of a single draw
(David & Nagaraja 2003, Order Statistics, eq. 2.1.3). One large sample therefore gives the median for every n.
"""

import functools
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.unit import decode
from benchmarks.problems import Problem, families

_FILE = Path(__file__).parent / "problems" / "data" / "baselines.json"
LADDER = (1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 35, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000)


@attrs.frozen
class Baseline:
    """`best`: the least loss, or the least that is known. `medians`: of random search's best after n draws, for n of `LADDER`."""

    best: float
    medians: tuple[float, ...] = attrs.field(converter=tuple)
    fingerprint: str = ""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The baseline of a problem; takes seconds."""
        spent = effort(problem)
        U = np.random.default_rng(0).random((spent.n_draws, len(problem.space)))
        losses = np.nan_to_num(values(problem, U), nan=np.inf)
        ranks = (1 - 0.5 ** (1 / np.array(LADDER))) * (spent.n_draws - 1)
        ordered = np.sort(np.minimum(losses, losses[np.isfinite(losses)].max()))
        medians = np.interp(ranks, np.arange(spent.n_draws), ordered)
        starts = U[np.argsort(losses)[: spent.n_starts]]
        best = problem.optimum if problem.optimum is not None else best_known(problem, starts, spent.n_steps)
        return cls(best, medians.tolist(), fingerprint(problem))

    def median(self, n: int) -> float:
        """The median of random search's best after n evaluations, between the rungs by interpolation in log n."""
        return float(np.interp(np.log(n), np.log(LADDER), self.medians))


@attrs.frozen
class Effort:
    """How long to search for the best: draws, and local searches from the best of them."""

    n_draws: int
    n_starts: int
    n_steps: int


def effort(problem: Problem) -> Effort:
    """Little where an evaluation is a training, which makes the medians at 100 evaluations and more rough."""
    return Effort(80, 1, 40) if "slow" in problem.tags else Effort(20_000, 40, 4000)


@functools.cache
def baseline(problem: Problem) -> Baseline:
    """The recorded baseline; a new one if there is none. A test tells whether a problem has changed since."""
    recorded = _recorded().get(problem.name)
    return Baseline.of(problem) if recorded is None else Baseline(**recorded)


def values(problem: Problem, U: NDArray[np.float64]) -> NDArray[np.float64]:
    """The noise-free losses at points of the unit cube, shape (n,), NaN where an evaluation fails."""
    return np.array([problem.evaluate(decode(problem.space, u).plain()) for u in U.tolist()])


def fingerprint(problem: Problem) -> str:
    """A digest of the problem's space and of a few of its values, which tells whether it has changed."""
    few = values(problem, np.random.default_rng(0).random((5, len(problem.space))))
    about = json.dumps([problem.space.to_json(), [f"{value:.6g}" for value in few]])
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def best_known(problem: Problem, starts: NDArray[np.float64], n_steps: int) -> float:
    """The least loss found by local searches that change a few coordinates at a time; takes half a minute."""
    generator = np.random.default_rng(1)

    def at(u: NDArray[np.float64]) -> float:
        return problem.evaluate(decode(problem.space, u.tolist()).plain())

    return min(descend(at, start, generator, n_steps) for start in starts)


def descend(at: Callable[[NDArray[np.float64]], float], u: NDArray[np.float64], generator: np.random.Generator, n: int) -> float:
    """The least loss on a random walk that never climbs: steps of all sizes, in one to three coordinates."""
    least = at(u)
    for _ in range(n):
        chosen = generator.choice(len(u), size=min(len(u), generator.integers(1, 4)), replace=False)
        v = u.copy()
        v[chosen] = (v[chosen] + generator.normal(size=len(chosen)) * 10 ** generator.uniform(-3, 0.3)) % 1.0
        if (loss := at(v)) <= least:
            u, least = v, loss
    return least


@functools.cache
def _recorded() -> Mapping[str, dict[str, Any]]:
    return json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else {}  # type: ignore[no-any-return]


def main() -> None:
    """Write the file anew, problem by problem; what has not changed is kept."""
    made = dict(_recorded())
    every = [problem for group in families().values() for problem in group]
    for problem in sorted(every, key=lambda problem: "slow" in problem.tags):
        kept = problem.name in made and made[problem.name]["fingerprint"] == fingerprint(problem)
        if not kept:
            made[problem.name] = attrs.asdict(Baseline.of(problem))
            print(f"{problem.name}: best {made[problem.name]['best']:.6g}", file=sys.stderr)
        lines = (f"{json.dumps(name)}: {json.dumps(fields)}" for name, fields in sorted(made.items()))
        _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

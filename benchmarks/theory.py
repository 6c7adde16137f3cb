"""`python -m benchmarks.theory`: whether the yardstick itself is right.

Random search must agree with theory where the distribution is known; a planted cheat must come out first and a planted dud last; a
method must not differ from itself with other seeds. Exit status 1 if anything is not as it should be.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from benchmarks import peers
from benchmarks.problems.known_distribution import probability
from benchmarks.regret import Task, search
from benchmarks.report import paired, ranked, summary
from benchmarks.runs import Run
from benchmarks.scores import by_problem, scored
from benchmarks.statistics import Interval, interval

KOLMOGOROV = 1.95  # the greatest distance times sqrt(n) exceeds this with probability 0.001
_SAME_ON = ("known_max3", "branin2", "hartmann6", "ackley5", "levy4", "rastrigin4", "mixed_levy4_2", "conditional_nested")
_PEERS = ("optuna-tpe", "rustuna", "ngopt")


@attrs.frozen
class Finding:
    """What was looked at, what came out, and whether that is right."""

    what: str
    came: str
    right: bool


def agreement(opt: str, d: int, at: Sequence[int], n_seeds: int) -> Iterator[Finding]:
    """Kolmogorov's distance between a random search's best after n evaluations and its distribution, for each n."""
    runs = [search(Task(opt, f"known_max{d}", seed, max(at))) for seed in range(n_seeds)]
    for n in at:
        best = np.sort([run.best()[n - 1] for run in runs])
        theory = np.array([probability(d, n, t) for t in best])
        steps = np.arange(n_seeds + 1) / n_seeds
        distance = max(np.abs(theory - steps[1:]).max(), np.abs(theory - steps[:-1]).max()) * np.sqrt(n_seeds)
        came = f"distance {distance:.2f}, mean of F {theory.mean():.3f} (1/2)"
        yield Finding(f"{opt} on known_max{d}, best of {n}", came, distance < KOLMOGOROV)


def order(opts: Sequence[str], n_seeds: int) -> Finding:
    """The planted cheat is first and the planted dud last, of all methods on the problems of known distribution."""
    everyone = ["planted-dud", *opts, "planted-cheat"]
    scores = scored(search(Task(opt, f"known_max{d}", seed, 50)) for opt in everyone for d in (1, 3) for seed in range(n_seeds))
    print(summary(scores, [10, 25, 50], None).text())
    ranks = dict(ranked(scores, 50, None))
    by_rank = sorted(ranks, key=lambda opt: ranks[opt])
    return Finding("the cheat first, the dud last", " < ".join(by_rank), (by_rank[0], by_rank[-1]) == ("planted-cheat", "planted-dud"))


def itself(opt: str, problems: Sequence[str], n_seeds: int, budget: int) -> Finding:
    """A method with two sets of seeds, paired at random as it were."""
    twice = ((problem, seed) for problem in problems for seed in range(2 * n_seeds))
    made = (search(Task(opt, problem, seed, budget)) for problem, seed in twice)
    runs = [attrs.evolve(run, opt="seeds" if run.seed < n_seeds else "other seeds", seed=run.seed % n_seeds) for run in made]
    found = compared(runs, budget)
    different = not found.low <= 0 <= found.high
    came = f"{found.mean:+.3f} [{found.low:.3f}, {found.high:.3f}] {'different' if different else 'no different'}"
    return Finding(f"{opt} against itself with other seeds", came, not different)


def compared(runs: list[Run], n: int) -> Interval:
    """The difference of scores, those of `other seeds` minus those of `seeds`."""
    return interval(by_problem(paired(scored(runs), n, None, "other seeds", "seeds")))


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="searches per comparison with theory")
    n_seeds = parser.parse_args().seeds
    findings = [finding for opt in ("random", "Random") for d in (1, 3) for finding in agreement(opt, d, (1, 10, 50), n_seeds)]
    here = [opt for opt in _PEERS if not peers.find(opt).missing]
    findings.append(order(["random", "Random", "Sobol", *here], 5))
    findings += [itself(opt, _SAME_ON, 10, 40) for opt in ("random", "Random", *here[:2])]
    for finding in findings:
        print(f"{'as it should be' if finding.right else 'NOT as it should be':<20}{finding.what}: {finding.came}")
    return 0 if all(finding.right for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())

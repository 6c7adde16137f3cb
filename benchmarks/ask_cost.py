"""`python -m benchmarks.ask_cost`: what an ask of `GP` takes as results come in, the line that gives `Auto` its bound, and `Auto`.

The first table follows a search by `GP` on ten floats, the second one on forty parameters most of which have few values, in seconds of
the processor, the least of three equal searches, as a busy machine only adds. Below each the line a + b n that no ask, but for one in
ten, lies above: the quantile regression of Koenker & Bassett 1978 (doi:10.2307/1913643), as a linear programme. The third table gives
`Auto` histories of random results, and the fourth follows `Auto(max_ask_seconds=0.05)` on those forty parameters.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

import numpy as np
from scipy.optimize import linprog

from askttell import History, ask, tell
from askttell.numerics.surrogate import MEMOS
from askttell.strategies import GP, Auto
from askttell.strategy import Strategy
from benchmarks.growth import SPACE, filled, loss
from benchmarks.problems import Problem, find
from benchmarks.tables import Table

_BINS = (10, 30, 60, 100, 150, 200, 300, 420)
_SIZES = (100, 490, 1_000, 10_000)
_N_ASKS = 30
_QUANTILE = 0.9
_N_SEARCHES = 3
_TEN = Problem("ten floats", "", SPACE, lambda: loss)
_FORTY = "fading_d40_i1"


def seconds_of(strategy: Strategy, history: History, n: int, loss: Callable[[Any], float] = loss) -> list[float]:
    """What each of n asks took of the processor, as their results are told."""
    seconds = []
    for _ in range(n):
        start = time.process_time()
        history, trial = ask(history, strategy)
        seconds.append(time.process_time() - start)
        history = tell(history, trial, loss(trial.params))
    return seconds


def least_seconds_of(strategy: Strategy, problem: Problem, n: int) -> list[float]:
    """The least that each of n asks took in three equal searches, each of which has forgotten the one before."""
    searches = []
    for _ in range(_N_SEARCHES):
        for memo in MEMOS:
            memo.cache_clear()
        searches.append(seconds_of(strategy, History.start(problem.space, seed=0), n, problem.evaluate))
    return [min(each) for each in zip(*searches, strict=True)]


def bound(seconds: Sequence[float], share: float = _QUANTILE) -> tuple[float, float]:
    """The line a + b n with that share of the seconds below it, and the least weighted distance to all: ask n takes the n-th."""
    n = len(seconds)
    A = np.column_stack([np.ones(n), np.arange(n), np.eye(n), -np.eye(n)])  # line + above - below = seconds
    costs = np.concatenate([[0.0, 0.0], np.full(n, share), np.full(n, 1.0 - share)])
    found = linprog(costs, A_eq=A, b_eq=np.array(seconds), bounds=[(None, None)] * 2 + [(0.0, None)] * 2 * n)
    return float(found.x[0]), float(found.x[1])


def growing(title: str, seconds: Sequence[float]) -> Table:
    """Median, ninth decile and worst between the sizes that were reached, and the line."""
    spans = [(first, stop) for first, stop in pairwise(_BINS) if stop <= len(seconds)]
    rows = [[f"{first} to {stop}", *_row(seconds[first:stop])] for first, stop in spans]
    first, each = bound(seconds[_BINS[0] :])
    note = f"nine of ten asks lie below {(first - _BINS[0] * each) * 1e3:.1f} ms + {each * 1e3:.3f} ms for each result"
    return Table(f"{title}: ms of the processor for an ask", ["results", "median", "ninth decile", "worst"], rows, [note])


def filled_costs(sizes: Sequence[int]) -> Table:
    """`Auto`, as it is and bound to 50 ms, after so many results of random search; the first ask apart: it fits what later ones reuse."""
    rows = []
    for n in sizes:
        for seed, auto in enumerate((Auto(), Auto(max_ask_seconds=0.05))):
            first, *later = seconds_of(auto, filled(n, seed), _N_ASKS)  # another seed, as what one has learnt the other would know
            rows.append([f"{n:,}", f"{auto.max_ask_seconds:g}", f"{first * 1e3:.1f}", *_row(later)])
    header = ["results", "max_ask_seconds", "first", "median", "ninth decile", "worst"]
    return Table("Auto: ms of the processor for an ask", header, rows)


def _row(seconds: Sequence[float]) -> list[str]:
    return [f"{part * 1e3:.1f}" for part in (median(seconds), quantiles(seconds, n=10)[-1], max(seconds))]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a search of 60 results, and Auto after a hundred")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    stop = _BINS[2] if given.quick else _BINS[-1]
    print(growing("GP on ten floats", least_seconds_of(GP(), _TEN, stop)).text())
    print(growing("GP on forty of few values", least_seconds_of(GP(), find(_FORTY), min(stop, _BINS[3]))).text())
    print(filled_costs(_SIZES[:1] if given.quick else _SIZES).text())
    print(growing("Auto(max_ask_seconds=0.05) on these", least_seconds_of(Auto(max_ask_seconds=0.05), find(_FORTY), stop)).text())


if __name__ == "__main__":
    main()

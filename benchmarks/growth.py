"""`python -m benchmarks.growth`: what an ask with its tell costs as results accumulate, for each strategy and peer, in one run.

Our strategies are given histories of 100, 1,000 and 10,000 random results on ten floats, and take turns there, so that a slow minute
hits all; a peer reaches the sizes by its own asks. Columns are the median of several asks, the worst of them, and the ratio of the
median to that of `Random`.
"""

import argparse
import time
import warnings
from collections.abc import Iterator, Sequence
from statistics import median

import attrs

from askttell import Float, History, Space, add, ask, strategies, tell
from askttell.seed import uniforms
from askttell.strategy import Strategy
from askttell.unit import decode
from benchmarks import peers
from benchmarks.tables import Table

SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(10)})
SIZES = (100, 1_000, 10_000)
_N_ASKS = 11
_PATIENCE_SECONDS = 60.0  # a method that needs longer to get to a size is left out from there on


@attrs.frozen
class Cost:
    """Seconds of asks with their tells at one size."""

    method: str
    n: int
    seconds: tuple[float, ...]


def loss(params: dict[str, float]) -> float:
    """A sphere around 0.3."""
    return sum((x - 0.3) ** 2 for x in params.values())


def filled(n: int, seed: int = 0) -> History:
    """A history with n results of random search."""
    history = History.start(SPACE, seed=seed)
    for number in range(n):
        params = decode(SPACE, uniforms(1, number, len(SPACE)).tolist()).plain()
        history = add(history, params, loss(params))
    return history


def strategy_costs(several: Sequence[Strategy], n: int) -> list[Cost]:
    """The cost of asks that follow a history of n results, taken in turn."""
    histories = dict.fromkeys(several, filled(n))
    seconds: dict[Strategy, list[float]] = {strategy: [] for strategy in several}
    for _ in range(_N_ASKS):
        for strategy, history in histories.items():
            start = time.perf_counter()
            asked, trial = ask(history, strategy)
            histories[strategy] = tell(asked, trial, loss(trial.params))
            seconds[strategy].append(time.perf_counter() - start)
    return [Cost(type(strategy).__name__, n, tuple(seconds[strategy])) for strategy in several]


def peer_costs(name: str, sizes: Sequence[int]) -> Iterator[Cost]:
    """The cost at each size that the peer reaches in time."""
    optimiser = peers.find(name).make(SPACE, 0, max(sizes) + _N_ASKS)
    begun, seconds = time.perf_counter(), []
    for number in range(max(sizes) + _N_ASKS):
        start = time.perf_counter()
        params = optimiser.ask()
        optimiser.tell(params, loss(dict(params)))
        seconds.append(time.perf_counter() - start)
        if (n := number + 1 - _N_ASKS) in sizes:
            yield Cost(name, n, tuple(seconds[-_N_ASKS:]))
        if time.perf_counter() - begun > _PATIENCE_SECONDS:
            return


def ours() -> list[Strategy]:
    """All strategies, `Random` first."""
    names = sorted(strategies.__all__, key=lambda name: name != "Random")
    return [getattr(strategies, name)(**({"points": 10} if name == "Grid" else {})) for name in names]


def measure(names: Sequence[str], sizes: Sequence[int]) -> list[Cost]:
    """The costs of our strategies, then those of the peers; a strategy that needs too long for its asks stays at that size."""
    found: list[Cost] = []
    several = ours()
    for n in sizes:
        here = strategy_costs(several, n)
        found += here
        several = [strategy for strategy, cost in zip(several, here, strict=True) if sum(cost.seconds) < _PATIENCE_SECONDS / 10]
    return found + [cost for name in names for cost in peer_costs(name, sizes)]


def table(costs: Sequence[Cost], sizes: Sequence[int]) -> Table:
    """Median and worst at each size, and ratios to the first method."""
    known = {(cost.method, cost.n): cost.seconds for cost in costs}
    methods = list(dict.fromkeys(cost.method for cost in costs))
    rows = [[method, *(_cell(known, method, methods[0], n) for n in sizes)] for method in methods]
    notes = ["-: not tried, as it takes minutes to get there"] if any("-" in row[1:] for row in rows) else []
    header = ["method", *(f"at {n:,}: median, worst, ratio" for n in sizes)]
    return Table(f"ask + tell in ms on ten floats; ratio to {methods[0]}", header, rows, notes)


def _cell(known: dict[tuple[str, int], tuple[float, ...]], method: str, first: str, n: int) -> str:
    if (method, n) not in known:
        return "-"
    seconds = known[method, n]
    return f"{median(seconds) * 1e3:.3g}, {max(seconds) * 1e3:.3g}, {median(seconds) / median(known[first, n]):.3g}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="rustuna,optuna-tpe,optuna-cmaes,cmaes", help="names, see `python -m benchmarks.peers`")
    parser.add_argument("--quick", action="store_true", help="without the largest size")
    given = parser.parse_args()
    report(given.peers.split(",") if given.peers else [], SIZES[:2] if given.quick else SIZES)


def report(names: Sequence[str], sizes: Sequence[int]) -> None:
    """Measure and print; peers that are not installed are named."""
    warnings.simplefilter("ignore")
    missing = [name for name in names if peers.find(name).missing]
    for name in missing:
        print(f"{name}: not installed, so it is left out")
    print(table(measure([name for name in names if name not in missing], sizes), sizes).text())


if __name__ == "__main__":
    main()

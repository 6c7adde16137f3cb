"""`python -m benchmarks.tpe_speed`: what ask + tell of TPE cost after 100, 1,000 and 10,000 trials, beside Rustuna's and Optuna's.

Ten floats, in memory, one BLAS thread. Ours and theirs take turns in blocks of asks, so that a slow minute hits both; each figure is
the median of the blocks' medians. Seconds of the processor are shown beside those of the clock, which on a busy machine count the
work of others too.
"""

import argparse
import importlib
import os
import time
import warnings
from collections.abc import Callable
from statistics import median

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

from askttell import Float, History, Space, add, ask, tell
from askttell.seed import uniforms
from askttell.strategies import TPE

D = 10
SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(D)})
TARGETS = {100: 2.5, 1_000: 1.0, 10_000: 0.3}
Block = Callable[[int], list[tuple[float, float]]]


def loss(x: list[float]) -> float:
    """A sphere away from the middle."""
    return sum((value - 0.3) ** 2 for value in x)


def now() -> tuple[float, float]:
    """Seconds of the clock and of this process."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    """Seconds of the clock and of this process that have passed."""
    return time.perf_counter() - start[0], time.process_time() - start[1]


def medians(times: list[tuple[float, float]]) -> tuple[float, float]:
    """The median of each kind of seconds."""
    wall, processor = zip(*times, strict=True)
    return median(wall), median(processor)


def ours(n: int) -> Block:
    """Blocks of asks after n random trials, by TPE."""
    after, strategy = History.start(SPACE, seed=0), TPE()
    for number in range(n):
        x = uniforms(1, number, D).tolist()
        after = add(after, dict(zip(SPACE.names, x, strict=True)), loss(x))

    def block(k: int) -> list[tuple[float, float]]:
        nonlocal after
        times = []
        for _ in range(k):
            start = now()
            after, trial = ask(after, strategy)
            after = tell(after, trial, loss(list(trial.params.values())))
            times.append(since(start))
        return times

    return block


def rustuna(n: int) -> Block:
    """The same by Rustuna."""
    module = importlib.import_module("rustuna")
    return _define_by_run(module.create_study(sampler=module.samplers.TPESampler(seed=0, n_startup_trials=n)), n)


def optuna(n: int) -> Block:
    """The same by Optuna."""
    module = importlib.import_module("optuna")
    module.logging.set_verbosity(module.logging.ERROR)
    return _define_by_run(module.create_study(sampler=module.samplers.TPESampler(seed=0, n_startup_trials=n)), n)


def _define_by_run(study: object, n: int) -> Block:
    def block(k: int) -> list[tuple[float, float]]:
        times = []
        for _ in range(k):
            start = now()
            trial = study.ask()
            value = loss([trial.suggest_float(name, 0.0, 1.0) for name in SPACE.names])
            study.tell(trial.number, value)
            times.append(since(start))
        return times

    block(n)
    return block


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--optuna", action="store_true", help="measure Optuna as well, which takes minutes")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    for n, target in TARGETS.items():
        peers = {"Rustuna": rustuna(n)} | ({"Optuna": optuna(n)} if arguments.optuna else {})
        ask_ours, k = ours(n), min(n // 20, 20)  # few, as trials accumulate from block to block
        for block in (ask_ours, *peers.values()):
            block(k)
        rounds = [(medians(ask_ours(k)), *(medians(block(k)) for block in peers.values())) for _ in range(arguments.rounds)]
        mine, *theirs = (medians(list(column)) for column in zip(*rounds, strict=True))
        for peer, its in zip(peers, theirs, strict=True):
            wanted = f"   target ≤ {target}" if peer == "Rustuna" else ""
            for kind, one, other in zip(("clock", "processor"), mine, its, strict=True):
                print(f"{n:>7,} trials, {kind:<9} {one * 1e3:7.2f} ms   {peer} {other * 1e3:7.2f} ms   ratio {one / other:5.2f}{wanted}")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.parallel`: what two workers gain on evaluations that take long, and what `Study.run` costs on ones that do not.

The gain is that of a pool of two processes over a pool of one, on an objective that sleeps for 100 ms; both take turns, and the median of
several rounds counts. The cost is what a trial takes when the objective returns at once, by `Random` in memory: wall time, and
processor time of the process that asks and tells, each the least of several rounds, as other programs only lengthen them. Beside it
stands what the executor takes for the same calls alone, two at a time.
"""

import argparse
import importlib.util
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from statistics import median

import attrs

from askttell import Float, Space, Study
from askttell.strategies import Random
from benchmarks.tables import Table

SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(10)})


def sleeping(**params: float) -> float:
    """A loss after 100 ms."""
    time.sleep(0.1)
    return params["x0"]


def instant(**params: float) -> float:
    """A loss at once."""
    return params["x0"]


@attrs.frozen
class Cost:
    """Seconds of a run, by the clock on the wall and of the processor in the process that asks and tells."""

    wall: float
    processor: float


def cost(objective: Callable[..., float], n: int, executor: Executor | None) -> Cost:
    """The cost of a run on workers that have been started and have imported what they need."""
    Study(SPACE, seed=1, strategy=Random()).run(sleeping, 4, executor=executor)
    study = Study(SPACE, seed=0, strategy=Random())
    wall, processor = time.perf_counter(), time.process_time()
    study.run(objective, n, executor=executor)
    return Cost(time.perf_counter() - wall, time.process_time() - processor)


def alone(n: int, executor: Executor) -> float:
    """Seconds on the wall of the executor's own, for as many calls."""
    begun, pending = time.perf_counter(), set[Future[float]]()
    for i in range(n):
        if len(pending) == 2:
            pending = wait(pending, return_when=FIRST_COMPLETED).not_done
        pending.add(executor.submit(instant, x0=float(i)))
    wait(pending)
    return time.perf_counter() - begun


def gain(n: int, rounds: int) -> Table:
    """How many times faster two processes are than one."""
    ratios = []
    for _ in range(rounds):
        with ProcessPoolExecutor(1) as one, ProcessPoolExecutor(2) as two:
            ratios.append(cost(sleeping, n, one).wall / cost(sleeping, n, two).wall)
    row = [f"{median(ratios):.3f}", f"{min(ratios):.3f} to {max(ratios):.3f}", "≥ 1.9"]
    return Table(f"two processes over one, {n} evaluations of 100 ms", ["median", f"{rounds} rounds", "target"], [row], [])


def overheads(n: int, rounds: int) -> Table:
    """Milliseconds of a trial that costs nothing, for each executor that is installed."""
    rows, missing = [], []
    for name, package, make in executors():
        if importlib.util.find_spec(package) is None:
            missing.append(f"{name}: {package} is not installed, so it is left out")
            continue
        with make() as executor:
            spent = [cost(instant, n, executor) for _ in range(rounds)]
            raw = "-" if executor is None else ms(min(alone(n, executor) for _ in range(rounds)), n)
        rows.append([name, ms(min(run.wall for run in spent), n), ms(min(run.processor for run in spent), n), raw])
    notes = ["target: ≤ 2 ms, above what the executor takes alone", *missing]
    return Table(
        f"a trial of Random on ten floats in ms, {rounds} rounds of {n} evaluations that return at once",
        ["executor", "wall", "processor", "executor alone, wall"],
        rows,
        notes,
    )


def ms(seconds: float, n: int) -> str:
    """Milliseconds per trial."""
    return f"{seconds / n * 1e3:.3f}"


def executors() -> Iterator[tuple[str, str, Callable[[], AbstractContextManager[Executor | None]]]]:
    """Name, package, and what makes an executor of two workers."""
    yield "none", "askttell", nullcontext
    yield "2 threads", "concurrent", lambda: ThreadPoolExecutor(2)
    yield "2 processes", "concurrent", lambda: ProcessPoolExecutor(2)
    yield "loky, 2 processes", "loky", _loky
    yield "Dask, 2 processes", "distributed", _dask


@contextmanager
def _loky() -> Iterator[Executor]:
    from loky import ProcessPoolExecutor as Loky  # noqa: PLC0415 - optional

    executor = Loky(2)
    yield executor
    executor.shutdown()


@contextmanager
def _dask() -> Iterator[Executor]:
    from distributed import Client, LocalCluster  # noqa: PLC0415 - optional

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client.get_executor()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer evaluations")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    n, rounds = (20, 3) if given.quick else (60, 5)
    print(gain(n, rounds).text(), flush=True)
    print()
    print(overheads(2 * n, rounds).text())


if __name__ == "__main__":
    main()

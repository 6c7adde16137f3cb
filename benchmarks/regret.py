"""`python -m benchmarks.regret`: search methods on problems, each run one JSON line; stopped or killed, it goes on where it was.

Runs of one problem and seed stand beside one another, so that a slow minute hits all methods. One thread of BLAS for all.
"""

import argparse
import math
import multiprocessing
import os
import sys
import threading
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import attrs

from benchmarks import peers, presets, problems
from benchmarks.problems import Problem
from benchmarks.runs import Run, mend, read


class Task(NamedTuple):
    """One run to be made; equal to the key of the run."""

    opt: str
    problem: str
    seed: int
    budget: int


def search(task: Task) -> Run:
    """The run of a task; a method that raises ends its run early, and the run says why."""
    warnings.simplefilter("ignore")
    problem = problems.find(task.problem)
    ys: list[float] = []
    truths: list[float] = []
    ts: list[float] = []
    error = ""
    try:
        for truth, told, seconds in steps(problem, peers.find(task.opt), task.seed, task.budget):
            ys.append(told)
            truths.append(truth)
            ts.append(seconds)
    except Exception as problem_of_peer:  # noqa: BLE001 - whatever a peer raises is a result
        error = f"{type(problem_of_peer).__name__}: {problem_of_peer}"[:300]
    return Run(task.opt, task.problem, task.seed, task.budget, ys, ts, truths if problem.noise else (), error)


def steps(problem: Problem, peer: peers.Peer, seed: int, budget: int) -> Iterator[tuple[float, float, float]]:
    """The noise-free loss, the loss as told, and the seconds of ask and tell together, for each evaluation of a search."""
    optimiser = peer.make(problem.space, own_seed(problem.name, seed), budget)
    start = time.perf_counter()
    for number in range(budget):
        params = optimiser.ask()
        asked = time.perf_counter() - start
        problem.space.check(params)
        truth = problem.evaluate(params)
        told = problem.told(truth, seed, number)
        start = time.perf_counter()
        optimiser.tell(params, None if math.isnan(told) else told)
        now = time.perf_counter()
        yield truth, told, asked + now - start
        start = time.perf_counter()


def own_seed(problem: str, seed: int) -> int:
    """The seed that a method is given: another for each problem, as equal draws on all of them would make the problems dependent."""
    return zlib.crc32(f"{problem} {seed}".encode()) >> 1  # 31 bits, which every library takes


def tasks(opts: list[str], chosen: list[str], seeds: list[int], budget: int) -> list[Task]:
    """All runs to be made, those of one problem and seed adjacent."""
    return [Task(opt, problem, seed, budget) for seed in seeds for problem in chosen for opt in opts]


def run_all(todo: list[Task], path: Path, jobs: int) -> list[Run]:
    """The runs, each appended to the file when it is finished."""
    from tqdm import tqdm  # noqa: PLC0415 - the workers have no bar

    path.parent.mkdir(parents=True, exist_ok=True)
    done: list[Run] = []
    with path.open("a", encoding="utf-8") as file, tqdm(total=len(todo), unit="run", smoothing=0.05) as bar:
        for run in finished(todo, jobs):
            file.write(run.line() + "\n")
            file.flush()
            done.append(run)
            bar.set_postfix_str(f"{run.opt} {run.problem}", refresh=False)
            bar.update()
    return done


def finished(todo: list[Task], jobs: int) -> Iterator[Run]:
    """The runs as they come, begun in the order of the tasks, `jobs` at a time, in other processes."""
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=end_with_parent) as pool:
        for future in as_completed([pool.submit(search, task) for task in todo]):
            yield future.result()


def end_with_parent() -> None:
    """Nothing; from now on this worker ends when the process that started it is killed, instead of waiting for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def numbers(text: str) -> list[int]:
    """The integers of `0-4` or `0,3,7-9`."""
    ends = [part.partition("-") for part in text.split(",")]
    return [n for low, _, high in ends for n in range(int(low), int(high or low) + 1)]


def names(text: str) -> list[str]:
    """The names of a list with commas, those inside brackets aside."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def arguments() -> argparse.Namespace:
    """What the command line says, a preset's values where it says nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--preset", choices=presets.PRESETS, default="quick", help="values for what is not given (quick: 5 minutes on 2 cores)"
    )
    parser.add_argument("--opts", type=names, help="`random,optuna-tpe,TPE(n_candidates=48)`; see `python -m benchmarks.peers`")
    parser.add_argument("--problems", type=names, help="names, globs or families; see `python -m benchmarks.problems`")
    parser.add_argument("--seeds", type=numbers, help="`0-4`")
    parser.add_argument("--budget", type=int, help="evaluations per run")
    parser.add_argument("--out", type=Path, help="the file of runs; those in it are not made again")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    given = parser.parse_args()
    for key, value in attrs.asdict(presets.PRESETS[given.preset]).items():
        if getattr(given, key) is None:
            setattr(given, key, value)
    return given


def installed(opts: list[str]) -> list[str]:
    """The methods that can be run here, under their canonical names; the others are named."""
    found = [peers.find(opt) for opt in opts]
    for peer in found:
        if peer.missing:
            print(f"{peer.name}: left out, as {', '.join(peer.missing)} is not installed", file=sys.stderr)
    return list(dict.fromkeys(peer.name for peer in found if not peer.missing))


def main() -> int:
    """Make the runs that the file lacks."""
    given = arguments()
    chosen = [problem.name for problem in problems.select(given.problems)]
    mend(given.out)
    had = {run.key for run in read(given.out) if not run.error}
    wanted = tasks(installed(given.opts), chosen, given.seeds, given.budget)
    todo = [task for task in wanted if task not in had]
    print(f"{len(wanted)} runs, {len(wanted) - len(todo)} of them in {given.out}", file=sys.stderr)
    broken = [run for run in run_all(todo, given.out, given.jobs) if run.error]
    for (opt, error), n in Counter((run.opt, run.error) for run in broken).items():
        print(f"{opt}: {n} runs broke off, {error}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

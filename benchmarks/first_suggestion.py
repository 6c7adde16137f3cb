"""`python -m benchmarks.first_suggestion`: seconds from the start of a process to its first suggestion, on a study of 10,000 trials.

The study is on SQLite, has ten floats, and all its trials were asked for by the strategy itself, so that whatever it learns from them must
be learnt anew. Seconds of the processor stand beside those of the clock, which on a busy machine count the work of others too; both
include Python's start and the imports.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

import storage_backends
from askttell import Float, Space, Study, strategies
from benchmarks.tables import Table

SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(10)})
NAMES = ("TPE", "CMAES", "Genetic", "DifferentialEvolution")
LIMIT = 2.0
_PROGRAM = "from askttell import Study; from askttell.strategies import {0}; Study(storage={1!r}, strategy={0}()).ask()"


def recorded(name: str, n: int, path: str) -> None:
    """Nothing; the file has a study of n trials by that strategy."""
    memory = storage_backends.InMemory()
    study = Study(SPACE, storage=memory, seed=0, strategy=getattr(strategies, name)())
    for _ in range(n):
        trial = study.ask()
        study.tell(trial, sum((x - 0.3) ** 2 for x in trial.params.values()))
    target = storage_backends.connect(path)
    target.append("study", 0, memory.read("study"), durable=False)
    target.close()


def timed(name: str, path: str) -> tuple[float, float]:
    """Seconds of the clock and of the processor of a new process that makes one suggestion."""
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", _PROGRAM.format(name, path)], check=True)
    took, after = time.perf_counter() - start, os.times()
    return took, after.children_user + after.children_system - before.children_user - before.children_system


def row(name: str, n: int, rounds: int) -> list[str]:
    """The medians of a strategy, as a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s.db"
        recorded(name, n, path)
        clock, processor = zip(*(timed(name, path) for _ in range(rounds)), strict=True)
    return [name, f"{median(clock):.2f}", f"{median(processor):.2f}", f"≤ {LIMIT:.0f}"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strategies", default=",".join(NAMES), help="names with commas")
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows = [row(name, given.trials, given.rounds) for name in given.strategies.split(",")]
    title = f"first suggestion after {given.trials:,} trials, median of {given.rounds}"
    print(Table(title, ["strategy", "seconds", "of the processor", "target"], rows).text())


if __name__ == "__main__":
    main()

"""`python -m benchmarks.speed`: what ask, tell, opening, memory and import cost, beside the raw limits measured in the same run.

Every row is the median of several rounds in which ours and the yardstick take turns, so that a slow minute hits both. Optuna and
Rustuna are measured where they are installed, and named where they are not. One BLAS thread for all.
"""

import argparse
import importlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import storage_backends
from askttell import Float, History, Space, Study, ask, tell
from askttell.strategies import Random
from benchmarks import growth

SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(10)})
RECORD = json.dumps({"event": "told", "number": 1000, "state": "complete", "values": [0.123456789], "time": 1.7e9, "worker": "host:1"})


def seconds(run: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def in_turn(rounds: int, *runs: Callable[[], object]) -> list[float]:
    """The median seconds of each, taken in turn."""
    times = [[seconds(run) for run in runs] for _ in range(rounds)]
    return [median(column) for column in zip(*times, strict=True)]


def row(what: str, ours: str, yardstick: str, ratio: float, target: str) -> None:
    """One line of the table."""
    print(f"{what:<44}{ours:>16}{yardstick:>34}{ratio:>9.2f}   {target}", flush=True)


def per(total: float, n: int) -> str:
    """Microseconds per trial."""
    return f"{total / n * 1e6:.0f} µs"


def pairs(study: Study, n: int) -> None:
    """N trials of random search through a study."""
    for _ in range(n):
        study.tell(study.ask(), 0.5)


def study_in_memory() -> Study:
    """A fresh study of random search without a file."""
    return Study(SPACE, seed=0, strategy=Random())


def pure_layer(n: int) -> None:
    """Ask and tell without a study, and the memory of a trial."""

    def run() -> History:
        history, strategy = History.start(SPACE, seed=0), Random()
        for _ in range(n):
            history, trial = ask(history, strategy)
            history = tell(history, trial, 0.5)
        return history

    (took,) = in_turn(3, run)
    tracemalloc.start()
    history = run()
    size = tracemalloc.get_traced_memory()[0] / n
    tracemalloc.stop()
    row("pure ask + tell, Random, 10 floats", per(took, n), "target 60 µs", took / n / 60e-6, "≤ 1")
    row("memory of a trial in a history", f"{size:.0f} B", "target 1,200 B", size / 1200, "≤ 1")
    del history


def in_memory(n: int) -> None:
    """Through a Study without a file."""
    (took,) = in_turn(3, lambda: pairs(study_in_memory(), n))
    row("Study in memory", f"{n / took:,.0f} /s", "target 10,000 /s", n / took / 10_000, "≥ 1")


def raw_sqlite(path: Path, n: int) -> None:
    """One unsynced and one synced commit per trial, and nothing else."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE r (i INTEGER PRIMARY KEY, t TEXT)")
    for i in range(n):
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("INSERT INTO r VALUES (?, ?)", (2 * i, RECORD))
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("INSERT INTO r VALUES (?, ?)", (2 * i + 1, RECORD))
    connection.close()


def raw_file(path: Path, n: int) -> None:
    """One append and one sync per trial, and nothing else."""
    with path.open("ab", buffering=0) as file:
        for _ in range(n):
            file.write(RECORD.encode() + b"\n")
            os.fsync(file.fileno())


def on_disk(n: int, rounds: int, ending: str, raw: Callable[[Path, int], None], what: str) -> None:
    """Through a Study with a file, tells durable, beside the raw operation, and Rustuna on SQLite.

    Rustuna is slow, so that comparison is over a tenth of the trials, for both: each sets up a file first.
    """
    with tempfile.TemporaryDirectory(dir=".") as folder:
        fresh = map(str, range(10**6))

        def study(n: int) -> None:
            pairs(Study(SPACE, storage=f"{folder}/{next(fresh)}.{ending}", seed=0, strategy=Random()), n)

        ours, theirs = in_turn(rounds, lambda: study(n), lambda: raw(Path(folder) / f"raw{next(fresh)}", n))
        row(f"Study on .{ending}, tell durable", per(ours, n), f"{what}: {per(theirs, n)}", theirs / ours, "≥ 0.5")
        if ending == "db" and installed("rustuna"):
            few = n // 10
            ours, theirs = in_turn(rounds, lambda: study(few), lambda: rustuna_pairs(f"{folder}/{next(fresh)}.db", few))
            row(f"  {few} trials, against Rustuna on SQLite", per(ours, few), per(theirs, few), theirs / ours, "≥ 15")


def rustuna_pairs(path: str | None, n: int) -> None:
    """N trials of random search by Rustuna."""
    rustuna = importlib.import_module("rustuna")
    storage = rustuna.storages.SQLite3Storage(path) if path else rustuna.storages.InMemoryStorage()
    study = rustuna.create_study(storage=storage, sampler=rustuna.samplers.RandomSampler(seed=0))
    for _ in range(n):
        trial = study.ask()
        for name in SPACE.names:
            trial.suggest_float(name, 0.0, 1.0)
        study.tell(trial.number, 0.5)


def optuna_pairs(storage: str | None, n: int) -> None:
    """N trials of random search by Optuna."""
    optuna = importlib.import_module("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(n):
        trial = study.ask()
        for name in SPACE.names:
            trial.suggest_float(name, 0.0, 1.0)
        study.tell(trial, 0.5)


def peers(n: int) -> None:
    """Random search in memory by others."""
    for name, run, storage in (("optuna", optuna_pairs, None), ("rustuna", rustuna_pairs, None)):
        if not installed(name):
            print(f"{name}: not installed, so it is left out")
            continue
        try:
            ours, theirs = in_turn(3, lambda: pairs(study_in_memory(), n), lambda run=run, storage=storage: run(storage, n))
        except Exception as error:  # noqa: BLE001 - a peer that fails is named, ours are measured all the same
            print(f"{name}: failed, {type(error).__name__}: {error}")
            continue
        row(f"in memory, against {name}", per(ours, n), per(theirs, n), theirs / ours, "")


def opening(n: int, rounds: int) -> None:
    """Open a study of n trials and give the best, beside reading and parsing the same records one by one."""
    for ending in ("db", "jsonl"):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            path = f"{folder}/s.{ending}"
            fill(path, n)

            def read(path: str = path) -> None:
                texts = raw_texts(Path(path))
                for text in texts:
                    json.loads(text)

            ours, raw = in_turn(rounds, lambda path=path: Study(storage=path).best_value, read)
            row(f"open {n:,} trials on .{ending}, best value", f"{ours:.2f} s", f"read + json.loads: {raw:.2f} s", ours / raw, "≤ 2")


def fill(path: str, n: int) -> None:
    """A recorded study of n trials, copied from memory."""
    memory = storage_backends.InMemory()
    pairs(Study(SPACE, storage=memory, seed=0, strategy=Random()), n)
    target = storage_backends.connect(path)
    records = memory.read("study")
    for at in range(len(records)):
        target.append("study", at, records[at : at + 1], durable=False)
    target.close()


def raw_texts(path: Path) -> list[str]:
    """The records of a file as text."""
    if path.suffix == ".db":
        connection = sqlite3.connect(path)
        texts = [text for (text,) in connection.execute("SELECT record FROM records ORDER BY study, position")]
        connection.close()
        return texts
    return path.read_text().splitlines()


def imports(rounds: int) -> None:
    """What `import askttell` costs beside `import numpy`: processor time, the least of several rounds, byte code compiled before."""
    programs = ("import askttell", "import numpy", "pass")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(program: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    run(programs[0])
    ours, numpy, nothing = (min(column) for column in zip(*[[run(program) for program in programs] for _ in range(rounds)], strict=True))
    ours, numpy = ours - nothing, numpy - nothing
    row("import askttell", f"{ours * 1e3:.0f} ms", f"numpy: {numpy * 1e3:.0f} ms", ours / numpy, "≤ 1.5")


def wide(n: int, d: int) -> None:
    """A space of many parameters, through a Study in memory."""
    space = Space({f"x{i}": Float(0.0, 1.0) for i in range(d)})
    wide, narrow = in_turn(3, lambda: pairs(Study(space, seed=0, strategy=Random()), n), lambda: pairs(study_in_memory(), n))
    row(f"Study in memory, {d} parameters", per(wide, n), f"10 parameters: {per(narrow, n)}", wide / narrow, f"≤ {d // 10}")


def installed(name: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(name) is not None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer rounds")
    parser.add_argument("--growth", action="store_true", help="also what an ask costs as results accumulate, by `benchmarks.growth`")
    given = parser.parse_args()
    quick = given.quick
    warnings.simplefilter("ignore")
    n, rounds = (500, 3) if quick else (2000, 5)
    print(f"{'what':<44}{'ours':>16}{'yardstick':>34}{'ratio':>9}   target")
    imports(9 if quick else 15)
    pure_layer(n)
    in_memory(n)
    wide(n // 4, 200)
    peers(n // 4)
    on_disk(n // 4, rounds, "db", raw_sqlite, "two raw WAL commits")
    on_disk(n // 4, rounds, "jsonl", raw_file, "one raw append + fsync")
    opening(10_000, 3)
    if not quick:
        opening(100_000, 1)
    if given.growth:
        growth.report(["rustuna", "optuna-tpe", "optuna-cmaes", "cmaes"], growth.SIZES[:2] if quick else growth.SIZES)


if __name__ == "__main__":
    main()

"""Very many trials on each storage: memory, the file's size and open files after every tenth of them."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from askttell import Float, Space, Study
from askttell.strategies import Random
from benchmarks.robustness.searches import STORAGES, place
from benchmarks.tables import Table
from storage_backends.testing import Child, Say

_SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(10)})


@attrs.frozen
class Size:
    """What a study of n trials occupies."""

    where: str
    n: int
    memory_bytes: int
    file_bytes: int
    open_files: int
    cpu_seconds: float


def sizes(n_trials: int, *, n_looks: int = 10) -> Iterator[list[Size]]:
    """The sizes on each storage, of a search by Random in a process of its own."""
    for kind in ("memory", *STORAGES):
        with tempfile.TemporaryDirectory() as folder:
            storage = "memory://" if kind == "memory" else place(Path(folder, "log"), kind)
            _, said = Child(_program(storage, Path(folder), n_trials, n_looks)).go().ended()
            yield [Size(kind, *map(float, line.split())) for line in said]  # type: ignore[arg-type]


def _program(storage: str, folder: Path, n_trials: int, n_looks: int) -> Callable[[Say], None]:
    def program(say: Say) -> None:
        with Study(_SPACE, storage=storage, strategy=Random(), seed=0) as study:
            for n in range(1, n_trials + 1):
                trial = study.ask()
                study.tell(trial, trial.number * 1e-6)
                if n % (n_trials // n_looks) == 0:
                    files = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
                    say(f"{n} {_resident()} {files} {len(list(Path('/proc/self/fd').iterdir()))} {time.process_time()}")

    return program


def _resident() -> int:
    """The bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def steadiness(found: list[Size], what: str) -> float:
    """The growth over the second half of the trials by that over the first half from the first look on; 1 if it is linear."""
    amounts = [float(getattr(size, what)) for size in found]
    middle = len(amounts) // 2
    first = (amounts[middle] - amounts[0]) / (found[middle].n - found[0].n)
    second = (amounts[-1] - amounts[middle]) / (found[-1].n - found[middle].n)
    return second / first if first else float("nan")


def table(runs: list[list[Size]]) -> Table:
    """A row for each storage and look, and how steady the growth is."""
    rows = [
        [size.where, f"{size.n:,.0f}", f"{size.memory_bytes / 1e6:.1f}", f"{size.file_bytes / 1e6:.1f}", f"{size.open_files:.0f}",
         f"{size.cpu_seconds:.1f}"]
        for found in runs for size in found
    ]  # fmt: skip
    notes = [
        f"{found[0].where}: growth in the second half / in the first: memory {steadiness(found, 'memory_bytes'):.2f}, "
        f"file {steadiness(found, 'file_bytes'):.2f}, processor time {steadiness(found, 'cpu_seconds'):.2f}; "
        f"open files {found[0].open_files:.0f} to {found[-1].open_files:.0f}"
        for found in runs
    ]
    return Table("ask and tell without end", ["storage", "trials", "memory MB", "file MB", "open files", "cpu s"], rows, notes)

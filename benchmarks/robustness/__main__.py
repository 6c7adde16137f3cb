"""`python -m benchmarks.robustness`: what a search survives, as a table.

SIGKILLs over all strategies and both kinds of files, writes torn at every byte, system calls that fail, fuzzed inputs, a crowd of processes
on one file of which one is killed every second, and very many trials. Needs strace. With --quick in minutes, else it takes hours on a
busy machine. Exit code 1 if anything was lost, changed or wrong.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

from benchmarks.robustness import crowd, endurance, faults, fuzz, kills, outcome, searches, torn
from benchmarks.robustness.outcome import Outcome

_PARTS: dict[str, tuple[Callable[[], Iterator[Outcome]], Callable[[], Iterator[Outcome]]]] = {  # in full, and quick
    "kills": (lambda: kills.kills(30), lambda: kills.kills(2)),
    "torn": (lambda: torn.torn({"json": 8, "sqlite": 2}), lambda: torn.torn({"json": 3, "sqlite": 2}, step=101)),
    "faults": (lambda: faults.faults(25), lambda: faults.faults(3)),
    "fuzz": (lambda: fuzz.fuzz(100_000), lambda: fuzz.fuzz(2_000)),
    "crowd": (lambda: crowd.crowd(16, 500, 1.0), lambda: crowd.crowd(8, 40, 0.3)),
}
_ENDURANCE = "endurance"
_SAY_EVERY_SECONDS = 60.0


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small number of each")
    parser.add_argument("--only", default=",".join([*_PARTS, _ENDURANCE]), metavar="PARTS", help="default: %(default)s")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README")
    given = parser.parse_args()
    searches.warm_up()
    parts = given.only.split(",")
    found = [one for part in parts if part in _PARTS for one in _announced(part, _PARTS[part][given.quick]())]
    tables = [outcome.table(outcome.merged(found))] if found else []
    if _ENDURANCE in parts:
        tables.append(endurance.table(list(endurance.sizes(3_000 if given.quick else 100_000))))
    for one in tables:
        print(one.markdown() if given.markdown else one.text())
    return 0 if all(one.passed for one in found) else 1


def _announced(part: str, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The outcomes; what is wrong is told at once, on the standard error stream, and how long a part took at its end."""
    begun, tried, told = time.monotonic(), 0, time.monotonic()
    for one in outcomes:
        tried += one.tried
        if time.monotonic() - told > _SAY_EVERY_SECONDS:
            told = time.monotonic()
            print(f"{part}: {tried:,} so far, in {told - begun:.0f} s", file=sys.stderr, flush=True)
        if not one.passed:
            print(f"{part}: {one}", file=sys.stderr, flush=True)
        yield one
    print(f"{part}: {tried:,} times in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

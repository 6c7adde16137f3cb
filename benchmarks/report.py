"""`python -m benchmarks.report runs.jsonl …`: who finds better values, by how much, how sure that is, and what an ask costs.

Lower is better everywhere. `benchmarks/README.md` says how to read the tables.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.runs import Run, read
from benchmarks.scores import Cell, Scores, by_problem, clipped, reached, scored
from benchmarks.statistics import Interval, average_ranks, interval
from benchmarks.tables import Table

MISSING = "-"


def tables(scores: Scores, at: list[int], against: str | None) -> Iterator[Table]:
    """All tables of a report."""
    families = sorted(set(scores.families.values()))
    for family in [None, *families] if len(families) > 1 else families:
        yield summary(scores, at, family)
        if against:
            yield differences(scores, at, family, against)
    yield per_problem(scores, at[-1])
    yield targets(scores, at)


def summary(scores: Scores, at: list[int], family: str | None) -> Table:
    """Mean score at each number of evaluations, the last with its interval; average rank; precision; seconds."""
    ranks = dict(ranked(scores, at[-1], family))
    header = ["method", *(f"at {n}" for n in at), f"95 % at {at[-1]}", "rank", "log10", "problems", "seeds", "ms/ask", "worst"]
    rows = []
    for method in scores.methods:
        per_n = {n: scores.regrets(method, n, family) for n in at}
        if not any(per_n.values()):
            continue
        means = [mean_text(clipped(regrets)) for regrets in per_n.values()]
        last = per_n[at[-1]]
        median, worst = scores.seconds(method)
        cells = max(per_n.values(), key=len)
        n_seeds = len({seed for _, seed in cells})
        rank = f"{ranks[method]:.2f}" if method in ranks else MISSING
        row = [method, *means, spread(clipped(last)), rank, precision(last), str(len(by_problem(cells))), seeds_text(n_seeds)]
        rows.append([*row, f"{median * 1e3:.2g}", f"{worst * 1e3:.2g}"])
    notes = ["* one seed: an indication, not a comparison"] if any("*" in row[-3] for row in rows) else []
    return Table(f"{family or 'all families'}: normalised regret (0 optimum, 1 random's median)", header, rows, notes)


def ranked(scores: Scores, n: int, family: str | None) -> Iterator[tuple[str, float]]:
    """Average ranks over the cells that all have run; a method that has run fewer than half of the cells is left out."""
    regrets = {method: scores.regrets(method, n, family) for method in scores.methods}
    most = max(map(len, regrets.values()))
    full = {method: found for method, found in regrets.items() if 2 * len(found) > most}
    shared = sorted(set.intersection(*map(set, full.values()))) if full else []
    if shared:
        ranks = average_ranks(np.array([[found[cell] for found in full.values()] for cell in shared]))
        yield from zip(full, ranks.tolist(), strict=True)


def differences(scores: Scores, at: list[int], family: str | None, against: str) -> Table:
    """Paired differences of scores from one method, negative where the other is better, with the word for each."""
    header = ["method", *(f"minus {against} at {n}" for n in at), "cells"]
    rows = []
    for method in scores.methods:
        found = [paired(scores, n, family, method, against) for n in at]
        if method != against and any(found):
            rows.append([method, *(verdict_text(pairs) for pairs in found), str(max(map(len, found)))])
    return Table(f"{family or 'all families'}: against {against}, 95 % intervals", header, rows)


def paired(scores: Scores, n: int, family: str | None, method: str, against: str) -> dict[Cell, float]:
    """The differences of scores on the cells that both have run."""
    one, other = clipped(scores.regrets(method, n, family)), clipped(scores.regrets(against, n, family))
    return {cell: one[cell] - other[cell] for cell in one if cell in other}


def per_problem(scores: Scores, n: int) -> Table:
    """Mean score on each problem."""
    found = {method: clipped(scores.regrets(method, n)) for method in scores.methods}
    rows = []
    for problem in scores.problem_names():
        values = [{cell: value for cell, value in cells.items() if cell[0] == problem} for cells in found.values()]
        rows.append([problem, *map(mean_text, values)])
    return Table(f"each problem: normalised regret at {n}", ["problem", *scores.methods], rows)


def targets(scores: Scores, at: list[int]) -> Table:
    """The share of targets reached, an ECDF at a few places."""
    rows = []
    for method, runs in scores.runs.items():
        curves = [[reached(run)[n - 1] for run in runs.values() if run.budget >= n] for n in at]
        rows.append([method, *(f"{np.mean(curve):.3f}" if curve else MISSING for curve in curves)])
    return Table("share of targets reached (higher is better)", ["method", *(f"at {n}" for n in at)], rows)


def mean_text(values: dict[Cell, float]) -> str:
    """The mean over problems of the mean over seeds."""
    return f"{np.mean([np.mean(group) for group in by_problem(values)]):.3f}" if values else MISSING


def spread(values: dict[Cell, float]) -> str:
    """The ends of the interval of the mean, as far as scores go."""
    if not values:
        return MISSING
    found = interval(by_problem(values))
    return ends(Interval(found.mean, *np.clip([found.low, found.high], 0.0, 1.0).tolist()))


def ends(found: Interval) -> str:
    """The ends of an interval."""
    return "one seed" if np.isnan(found.low) else f"[{found.low:.3f}, {found.high:.3f}]"


def verdict_text(pairs: dict[Cell, float]) -> str:
    """The difference with its interval and the word for it."""
    if not pairs:
        return MISSING
    found = interval(by_problem(pairs))
    return f"{found.mean:+.3f} one seed" if np.isnan(found.low) else f"{found.mean:+.3f} {ends(found)} {found.verdict}"


def precision(regrets: dict[Cell, float]) -> str:
    """The mean decimal logarithm of the regrets, which sees precision that the mean hides; from 1e-8."""
    return f"{np.mean(np.log10(np.maximum(list(regrets.values()), 1e-8))):.2f}" if regrets else MISSING


def seeds_text(n: int) -> str:
    """The number of seeds, marked if it is one."""
    return f"{n}*" if n == 1 else str(n)


def broken(runs: list[Run]) -> list[str]:
    """One line for each way in which runs broke off."""
    ways = [(run.opt, run.error) for run in runs if run.error]
    return [f"{opt}: {ways.count((opt, error))} runs broke off, {error}" for opt, error in dict.fromkeys(ways)]


def main() -> None:
    """Print the report, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="files of runs")
    parser.add_argument("--at", default="25,50,100", help="numbers of evaluations at which to compare")
    parser.add_argument("--against", help="the method that the others are compared with")
    parser.add_argument("--markdown", type=Path, help="write the tables here too")
    parser.add_argument("--png", type=Path, help="draw curves and ECDF here")
    given = parser.parse_args()
    runs = [run for path in given.files for run in read(path)]
    longest = max(run.budget for run in runs)
    at = [n for n in map(int, given.at.split(",")) if n <= longest] or [longest]
    scores = scored(runs)
    found = list(tables(scores, at, given.against))
    print("\n".join([*broken(runs), *(table.text() for table in found)]))
    if given.markdown:
        given.markdown.write_text(
            "\n".join([*(f"- {line}" for line in broken(runs)), *(table.markdown() for table in found)]), encoding="utf-8"
        )
    if given.png:
        from benchmarks.figures import draw  # noqa: PLC0415 - Matplotlib is an extra

        draw(scores, given.png)


if __name__ == "__main__":
    main()

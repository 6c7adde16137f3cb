"""What came of trying one kind of trouble many times."""

from collections.abc import Iterable, Sequence

import attrs

from benchmarks.tables import Table


@attrs.frozen
class Outcome:
    """How often a trouble was tried, how many records were lost and suggestions changed, and all else that was wrong, in words."""

    trouble: str
    where: str
    tried: int
    lost: int = 0
    differ: int = 0
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, changed or wrong."""
        return not (self.lost or self.differ or self.problems)


def merged(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """One outcome for each trouble and place, in the order in which they came first."""
    found: dict[tuple[str, str], Outcome] = {}
    for new in outcomes:
        old = found.get((new.trouble, new.where), Outcome(new.trouble, new.where, 0))
        found[new.trouble, new.where] = attrs.evolve(
            old, tried=old.tried + new.tried, lost=old.lost + new.lost, differ=old.differ + new.differ, problems=old.problems + new.problems
        )
    return list(found.values())


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each outcome, a sum, and the first problems in words."""
    rows = [
        [o.trouble, o.where, f"{o.tried:,}", str(o.lost), str(o.differ), str(len(o.problems))]
        for o in [*outcomes, Outcome("all", "", *(sum(getattr(o, name) for o in outcomes) for name in ("tried", "lost", "differ")))]
    ]
    rows[-1][-1] = str(sum(len(o.problems) for o in outcomes))
    notes = [f"{o.trouble}, {o.where}: {problem}" for o in outcomes for problem in o.problems[:5]]
    header = ["trouble", "where", "times", "records lost", "suggestions that differ", "other problems"]
    return Table("what a search survives", header, rows, notes)

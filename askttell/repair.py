"""Save what is whole of a damaged file into a new one."""

import os
from collections.abc import Sequence
from pathlib import Path

import attrs

from askttell import summary
from askttell.events import Direction, Opened
from askttell.history import check_directions
from askttell.journal import write
from askttell.saving import Saving
from askttell.seed import check_seed, draw_seed
from askttell.space import Space
from storage_backends import connect, file_of
from storage_backends.records import Json
from storage_backends.salvage import salvage

_UNSEEN = (
    "A digit that was changed cannot be seen here, as SQLite has no check sums, and was kept: `askttell verify --storage {}` recomputes"
    " every suggestion and names those that differ."
)


@attrs.frozen
class Repaired:
    """What became of a study: records kept, trials kept as made elsewhere, parameters put into the queue, what was dropped, in words."""

    study: str
    kept: int = 0
    trials_added: int = 0
    queued: int = 0
    dropped: tuple[str, ...] = ()
    opened_anew: str = ""  # how, if its opening is lost

    @property
    def saved(self) -> bool:
        """Whether it is in the new file."""
        return self.kept + self.trials_added + self.queued > 0

    def __str__(self) -> str:
        anew = f"opened anew on the given space ({self.opened_anew}); " if self.opened_anew else ""
        what = f"{anew}{self.kept:,} records kept as they are, {self.trials_added:,} trials kept as results made elsewhere"
        what += f", parameters of {self.queued:,} put into the queue" if self.queued else ""
        lines = [f"{self.study}: {what if self.saved else 'nothing saved'}", *(f"  dropped: {what}" for what in self.dropped)]
        return "\n".join(lines)


@attrs.frozen
class Report:
    """What was damaged in the file, and what became of each study."""

    damage: tuple[str, ...]
    studies: tuple[Repaired, ...]
    unseen: str = ""  # what damage cannot be seen in such a file, and how it is found

    @property
    def saved(self) -> bool:
        """Whether there is a new file; there is none if nothing could be saved."""
        return any(study.saved for study in self.studies)

    def __str__(self) -> str:
        lines = [*(f"damaged: {what}" for what in summary.alike(self.damage)), *map(str, self.studies)]
        lines += [self.unseen] if self.unseen and self.saved else []
        return "\n".join(lines if self.saved else [*lines, "Nothing could be saved, so no file was made."])


def repair(
    path: str | os.PathLike[str],
    output: str,
    *,
    space: Space | None = None,
    directions: Sequence[Direction] = ("minimize",),
    seed: int | None = None,
) -> Report:
    """What was saved from a file, damaged or not, into a new storage at `output`; the old file stays as it is.

    Of a study whose opening is lost, results are kept if its `space` is given; `seed=None` draws one, since its own is lost, too, and
    its suggestions are others from there on. ValueError if `output` exists already.
    """
    _check_output(output)
    found, opening = salvage(path), _opening(space, directions, seed)
    savings: dict[str, Saving] = {}
    studies = []
    for key in sorted(found.records):
        records, name = found.records[key], key.partition("#")[0]
        if name in savings or not _is_name(name):
            why = "a study of that name is there that was not deleted" if name in savings else "no study can have that name"
            studies.append(Repaired(key, dropped=(f"all {len(records)} records, as {why}",)))
            continue
        saving = Saving(opening)
        saving.take(records)
        anew = "" if opening is None or saving.kept else f"{', '.join(opening.directions)}, seed {opening.seed}"
        studies.append(Repaired(name, saving.kept, saving.trials_added, saving.queued, saving.lost, anew))
        if studies[-1].saved:
            savings[name] = saving
    _write(output, {name: saving.records for name, saving in savings.items()})
    return Report(tuple(found.damage), tuple(studies), "" if Path(path).suffix == ".jsonl" else _UNSEEN.format(output))


def _check_output(output: str) -> None:
    path = file_of(output)
    if path is None:
        raise ValueError(f"`output` must be a file that ends in .db, .sqlite or .jsonl, or its URL, but got {output!r}.")
    if Path(path).exists():
        raise ValueError(f"`output` {output!r} exists already, and nothing is ever repaired in place; give the name of a new file.")


def _opening(space: Space | None, directions: Sequence[Direction], seed: int | None) -> Opened | None:
    if space is None:
        return None
    ways = check_directions(None, directions)
    assert ways is not None
    return Opened(space, ways, draw_seed() if seed is None else check_seed(seed), id=os.urandom(8).hex())


def _is_name(name: str) -> bool:
    """Whether a study can be recorded under it: a damaged file may name it anything."""
    return bool(name) and not any("\ud800" <= letter <= "\udfff" for letter in name)


def _write(output: str, studies: dict[str, list[Json]]) -> None:
    """The new file, unless there is nothing to put into it."""
    if not studies:
        return
    target = connect(output)
    try:
        for name, records in studies.items():
            write(target, name, records)
    finally:
        target.close()

"""Copying a study into another space: the recorded side of `migration`."""

import os
from collections.abc import Sequence

import attrs

from askttell.events import Event, Opened
from askttell.journal import Journal, Log, no_study
from askttell.migration import Migration, migrate
from askttell.seed import check_seed, draw_seed
from askttell.space import Space


def copy_to_space(source: Log, name: str, target: Log, new_name: str | None = None, *, space: Space, seed: int | None = None) -> Migration:
    """What was kept and what was left; the target then holds the study on the other space, durably and under the new name.

    The way to change a bound or add a choice in mid-study: the finished trials that fit are kept as results made elsewhere. The
    old study stays as it is. `seed=None` draws one. ValueError if the target holds a study of that name already, but for one that is the
    beginning of this copy: it was interrupted and goes on.

    >>> from askttell import Float, Study
    >>> from storage_backends import InMemory
    >>> log = InMemory()
    >>> study = Study(Space(x=Float(0.0, 1.0)), storage=log, name="old")
    >>> study.add({"x": 0.25}, 1.0), study.add({"x": 0.75}, 2.0)
    (Trial(0, complete, value=1.0, params={'x': 0.25}), Trial(1, complete, value=2.0, params={'x': 0.75}))
    >>> moved = copy_to_space(log, "old", log, "new", space=Space(x=Float(0.0, 0.5)))
    >>> moved.kept, [left.why for left in moved.left]
    ((0,), ['`x` must lie in [0.0, 0.5], but got 0.75.'])
    """
    history = Journal(source, name).history
    if history is None:
        raise no_study(source, name)
    journal = Journal(target, new_name or name)
    seed = seed_of(journal, seed)
    moved = migrate(history, space, seed)
    events = opened_as(journal, moved.history.events, seed)
    if not is_beginning(journal, events) or not journal.begin(events):
        raise ValueError(f"{target!r} holds a study {new_name or name!r} already; delete it first or copy under another name.")
    return moved


def seed_of(journal: Journal, seed: int | None) -> int:
    """The seed given, else that of the study that is there, of an interrupted copy perhaps, else one that is drawn."""
    if seed is not None:
        return check_seed(seed)
    return draw_seed() if journal.history is None else journal.history.seed


def opened_as(journal: Journal, events: Sequence[Event], seed: int) -> list[Event]:
    """The events of a whole study, opened with this seed and under the id of the study that is there, else a new one."""
    opened, *others = events
    assert isinstance(opened, Opened)
    return [attrs.evolve(opened, seed=seed, id=os.urandom(8).hex() if journal.history is None else journal.id), *others]


def is_beginning(journal: Journal, events: Sequence[Event]) -> bool:
    """Whether the journal's study is not there, or is what an interrupted copy wrote of these events: their beginning.

    A study that was opened and no more is somebody's own, as a copy writes several events at once.
    """
    there = [] if journal.history is None else list(journal.history.events)
    return len(there) != 1 and len(there) < len(events) and there == events[: len(there)]

"""Copying a study into another space: the recorded side of `migration`."""

import attrs

from askttell.events import Opened
from askttell.journal import Journal, Log, no_study
from askttell.migration import Migration, migrate
from askttell.seed import check_seed, draw_seed
from askttell.space import Space


def copy_to_space(source: Log, name: str, target: Log, new_name: str | None = None, *, space: Space, seed: int | None = None) -> Migration:
    """What was kept and what was left; the target then holds the study on the other space, durably and under the new name.

    The way to change a bound or add a choice in mid-study: the finished trials that fit are kept as results made elsewhere. The
    old study stays as it is. `seed=None` draws one. ValueError if the target holds a study of that name already.

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
    import secrets  # noqa: PLC0415 - slow to import and rarely needed

    history = Journal(source, name).history
    if history is None:
        raise no_study(source, name)
    moved = migrate(history, space, draw_seed() if seed is None else check_seed(seed))
    opened, *events = moved.history.events
    assert isinstance(opened, Opened)
    journal = Journal(target, new_name or name)
    if journal.n or not journal.begin([attrs.evolve(opened, id=secrets.token_hex(8)), *events]):
        raise ValueError(f"{target!r} holds a study {new_name or name!r} already; delete it first or copy under another name.")
    return moved

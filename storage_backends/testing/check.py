"""check_log: what any storage of studies must keep, tried with threads, processes, kills and faults."""

import tempfile
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from storage_backends.testing import faults, laws
from storage_backends.testing.expectations import Broken, Make
from storage_backends.testing.machine import agree

ALWAYS = {
    "kept": "every record that was appended is read, the last one too",
    "order": "records are read in the order in which they were appended, from any position on",
    "exact": "text, types and floats come back as they were, to the last bit",
    "position": "nothing is appended anywhere but at the end",
    "conflict": "an append says True if its records were appended, and False if they were not",
    "batch": "of a batch that cannot be kept whole, nothing is kept",
    "own": "what the caller does with a record afterwards changes nothing that is kept",
    "names": "studies of any name do not mix, and only those with records are listed",
    "tombstone": "whoever still holds a deleted study meets StudyDeleted",
    "closed": "a closed log refuses every use with StorageError",
    "threads": "threads that share a log append each position once",
    "turn": "one thread at a time has its turn",
    "machine": "any uses in any order have the outcomes that they have on a dict of lists",
}
CLAIMS = {
    "reopened": "what was appended or deleted is so for whoever opens the log later",
    "handles": "several open handles see what each of them does",
    "processes": "processes that share a log append each position once",
    "forked": "a forked child may use its parent's log",
    "killed": "a writer killed at any moment leaves whole batches, and all that it was told is kept",
    "stopped": "a stopped writer may keep others waiting, but nothing is lost when it continues",
    "full": "a write that fails for want of room leaves nothing half written, and the log can be used when there is room",
    "durable": "an append that is durable returns only after what it wrote was synced to the disk",
}


def check_log(make: Make, *, claims: Collection[str] = tuple(CLAIMS)) -> None:
    """Nothing; Broken if the log breaks a law. What the log itself raises passes through, with a note that names the law.

    `make(folder)` opens the log that lies in that folder, which exists; called again it opens the same log once more. The laws in
    `ALWAYS` hold for every log, those in `CLAIMS` for one that outlives its process and whose files lie in the folder; a log in memory
    claims none: `claims=()`. Processes are forked, and `durable` needs strace; without it a warning says that it was not checked.

    >>> from storage_backends import InMemory
    >>> check_log(lambda folder: InMemory(), claims=())
    """
    for _, check in checks(make, claims=claims):
        check()


def checks(make: Make, *, claims: Collection[str] = tuple(CLAIMS)) -> Iterator[tuple[str, Callable[[], None]]]:
    """The name of each law of `check_log` with a function that tries it, for those who want to see which hold."""
    if unknown := set(claims) - set(CLAIMS):
        raise ValueError(f"`claims` must be among {', '.join(CLAIMS)}, but got {', '.join(sorted(map(repr, unknown)))}.")
    tried = {name: getattr(laws, name) for name in ALWAYS if name != "machine"}
    tried |= {name: getattr(faults, name) for name in CLAIMS if name in claims}
    tried["machine"] = partial(agree, outlives=len(claims) > 0)
    for name, law in tried.items():
        yield name, partial(_tried, law, make, name)


def _tried(law: Callable[[Make, Path], None], make: Make, name: str) -> None:
    about = f"the law `{name}` of check_log: {(ALWAYS | CLAIMS)[name]}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as parent:
        folder = Path(parent, "log")
        folder.mkdir()
        try:
            law(make, folder)
        except Broken as broken:
            raise Broken(f"{broken} This breaks {about}.") from broken
        except Exception as error:
            error.add_note(f"This came while trying {about}.")
            raise

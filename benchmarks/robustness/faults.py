"""System calls of a running search that fail, are interrupted or stop its process, injected by strace; then the search goes on without.

A search may end with an error of ours, StorageError, and with no other; whatever it was told must be there, and the suggestions must be
those of a search that nothing happened to.
"""

import itertools
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import attrs

from askttell import Exhausted, Study, Trial
from benchmarks.robustness.outcome import Outcome
from benchmarks.robustness.searches import STORAGES, acknowledged, evaluate, given_up, looked_at, loop, loss, opened, place
from storage_backends import StorageError
from storage_backends.testing import Child, Say, Traced

N_TRIALS = 8
_STRATEGY = "Random"
_NOBODY = 65534
_WRITES, _SYNCS = "pwrite64,ftruncate", "fsync,fdatasync"


@attrs.frozen
class Fault:
    """What is done to which system calls, and how often one search meets it: at the k-th call alone, or from it on."""

    name: str
    calls: str
    effect: str
    lasts: str = ""


FAULTS = (
    Fault("ENOSPC from a write", _WRITES, "error=ENOSPC"),
    Fault("ENOSPC from all writes", _WRITES, "error=ENOSPC", "+"),
    Fault("EIO from a write", _WRITES, "error=EIO"),
    Fault("EIO from all writes", _WRITES, "error=EIO", "+"),
    Fault("EIO from a sync", _SYNCS, "error=EIO"),
    Fault("EIO from all syncs", _SYNCS, "error=EIO", "+"),
    Fault("EINTR from a write", _WRITES, "error=EINTR"),
    Fault("EINTR from a lock", "flock,fcntl", "error=EINTR"),
    Fault("EACCES from opening", "openat", "error=EACCES"),
    Fault("EMFILE from opening", "openat", "error=EMFILE"),
    Fault("SIGKILL before a sync", _SYNCS, "signal=SIGKILL"),
    Fault("SIGKILL before a write", _WRITES, "signal=SIGKILL"),
)


def faults(n_places: int) -> Iterator[Outcome]:
    """The outcome of every fault at each of the first so many calls, for each kind of storage, and of the other troubles."""
    for kind in STORAGES:
        for fault, at in itertools.product(FAULTS, range(1, n_places + 1)):
            yield _in_new_folder(partial(_injected, kind, fault, at))
        for at in range(1, n_places + 1):
            for trouble in TROUBLES:
                yield _in_new_folder(partial(trouble, kind, at))


def _in_new_folder(trouble: Callable[[Path], Outcome]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return trouble(Path(folder))


def _injected(kind: str, fault: Fault, at: int, folder: Path) -> Outcome:
    storage = place(folder / "log", kind)
    options = ["-e", f"trace={fault.calls}", "-P", str(folder / "log"), *_paths(storage), "-e"]
    inject = f"inject={fault.calls}:{fault.effect}:when={at}{fault.lasts}"
    return _disturbed(fault.name, kind, storage, Traced(partial(_stubborn, storage), folder / "trace", [*options, inject]))


def _stubborn(storage: str, say: Say) -> None:
    """The loop of a user who tells again what a storage refused, and opens the study again if that does not help."""
    for _ in range(3):
        try:
            with opened(storage, _STRATEGY) as study:
                for trial in iter(partial(_next, study), None):
                    value = loss(trial.params)
                    try:
                        study.tell(trial, value)
                    except StorageError:
                        study.tell(trial, value)
                    say(json.dumps([trial.number, value]))
                return
        except StorageError as error:
            say(f"StorageError: {error}")


def _next(study: Study) -> Trial | None:
    try:
        trial = study.ask(total=N_TRIALS)
    except Exhausted:
        return None
    study.report(trial, loss(trial.params) + 1.0, step=0)
    return trial


def _paths(storage: str) -> list[str]:
    """Options that let strace meddle with calls on the files of a storage only."""
    return [word for ending in ("", "-wal", "-shm", "-journal", ".turn") for word in ("-P", storage + ending)]


def _disturbed(name: str, kind: str, storage: str, running: Traced | Child) -> Outcome:
    """The outcome for a search that has been disturbed, when it has ended."""
    try:
        _, said = running.ended()
    except AssertionError as error:  # the traceback of a child
        return Outcome(name, kind, 1, 0, 0, (f"not an error of ours: {str(error).strip().splitlines()[-1]}",))
    found = looked_at(storage, _STRATEGY, N_TRIALS, acknowledged(said))
    return Outcome(name, kind, 1, found.lost, found.differ, found.problems)


def _stopped(kind: str, at: int, folder: Path) -> Outcome:
    """A writer is stopped inside its append, where it may hold the lock; another one waits or gives up, and both go on."""
    storage = place(folder / "log", kind)
    opened(storage, _STRATEGY).close()
    calls = f"{_WRITES},{_SYNCS}"
    options = ["-e", f"trace={calls}", *_paths(storage), "-e", f"inject={calls}:signal=SIGSTOP:when={at}"]
    holder = Traced(partial(loop, storage, _STRATEGY, N_TRIALS), folder / "trace", options)
    time.sleep(0.1)
    other = Child(partial(loop, storage, _STRATEGY, N_TRIALS)).go()
    time.sleep(0.1)
    _continue(holder.child.pid)
    told, problems = {}, []
    for child in (holder, other):
        _, said = child.ended()
        told |= acknowledged(said)
        problems += given_up(said)
    found = looked_at(storage, _STRATEGY, N_TRIALS, told, ends=False)
    return Outcome("SIGSTOP of a writer", kind, 1, found.lost, 0, tuple(problems))


def _continue(pid: int) -> None:
    """Let a stopped child run until it ends; it may not have been stopped yet."""
    while not Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].startswith(" Z"):
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)


def _replaced(kind: str, at: int, folder: Path) -> Outcome:
    """The file is replaced by a copy of itself: the search must say so, and may not go on writing where nobody reads."""
    storage = place(folder / "log", kind)

    def program(say: Say) -> None:
        with opened(storage, _STRATEGY) as study:
            evaluate(study, min(at, N_TRIALS - 1), say)
            copy = Path(storage).read_bytes()
            Path(storage).unlink()
            Path(storage).write_bytes(copy)
            try:
                evaluate(study, N_TRIALS, lambda _: say("went on"))
            except StorageError as error:
                say(f"StorageError: {error}")

    _, said = Child(program).go().ended()
    complaints = given_up(said)
    problems = () if complaints and "was deleted" in complaints[0] and "went on" not in said else (f"it said {said[-1]}",)
    return Outcome("file replaced", kind, 1, 0, 0, problems)


def _without_permission(kind: str, at: int, folder: Path) -> Outcome:
    """The permission to write is withdrawn in the middle, from a process that stops being root's."""
    storage = place(folder / "log", kind)

    def program(say: Say) -> None:
        try:
            with opened(storage, _STRATEGY) as study:
                evaluate(study, min(at, N_TRIALS - 1), say)
                for path in (folder, folder / "log", *(folder / "log").iterdir()):
                    os.chown(path, _NOBODY, -1)
                    path.chmod(0o555)
                os.setuid(_NOBODY)
                evaluate(study, N_TRIALS, say)
            loop(storage, _STRATEGY, N_TRIALS, say)
        except StorageError as error:
            say(f"StorageError: {error}")

    running = Child(program).go()
    return _disturbed("permission withdrawn", kind, storage, running)


def _forked(kind: str, at: int, folder: Path) -> Outcome:
    """Parent and child of a fork in mid-study go on with the same Study at once."""
    storage = place(folder / "log", kind)

    def program(say: Say) -> None:
        study = opened(storage, _STRATEGY)
        evaluate(study, min(at, N_TRIALS - 1), say)
        pid = os.fork()
        evaluate(study, N_TRIALS, say)
        study.close()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    _, said = Child(program).go().ended()
    found = looked_at(storage, _STRATEGY, N_TRIALS, acknowledged(said))
    return Outcome("fork in mid-study", kind, 1, found.lost, 0, found.problems)


def _threads(kind: str, at: int, folder: Path) -> Outcome:
    """Several threads go on with one Study at once."""
    storage = place(folder / "log", kind)

    def program(say: Say) -> None:
        with opened(storage, _STRATEGY) as study, ThreadPoolExecutor(2 + at % 3) as pool:
            for done in [pool.submit(evaluate, study, N_TRIALS, say) for _ in range(2 + at % 3)]:
                done.result()

    return _disturbed("threads on one Study", kind, storage, Child(program).go())


def _clock_jumps(kind: str, at: int, folder: Path) -> Outcome:
    """The wall clock jumps by hours, back and forth, at every look."""
    storage = place(folder / "log", kind)

    def program(say: Say) -> None:
        real, looks = time.time, itertools.count(at)
        time.time = lambda: real() + 7200.0 * (next(looks) % 5 - 2)
        loop(storage, _STRATEGY, N_TRIALS, say)

    return _disturbed("clock jumps by hours", kind, storage, Child(program).go())


TROUBLES = (_stopped, _replaced, _without_permission, _forked, _threads, _clock_jumps)

"""Laws of a log that outlives its process: other handles, other processes, kills, a full disk, a stopped holder, a power cut."""

import os
import signal
import time
import warnings
from contextlib import closing
from functools import partial
from pathlib import Path

from storage_backends.errors import StorageError, TornTail
from storage_backends.testing.expectations import Broken, Make, TestedLog, append_at_end, expect, expect_shares, numbered
from storage_backends.testing.laws import refuses_deleted
from storage_backends.testing.processes import Child, Say
from storage_backends.testing.strace import installed, power_cut

_N_KILLS = 6
_STOPPED_SECONDS = 0.1


def reopened(make: Make, folder: Path) -> None:
    for at in range(0, 6, 2):
        with closing(make(folder)) as log:
            expect(log.append("a", at, numbered(at, at + 2), durable=False), True, f"An append at {at} of a log that was opened again")
            expect(list(log.read("a")), numbered(0, at + 2), "A log that was opened again")
    with closing(make(folder)) as log:
        log.delete("a")
    with closing(make(folder)) as log:
        refuses_deleted(log)


def handles(make: Make, folder: Path) -> None:
    with closing(make(folder)) as one, closing(make(folder)) as two:
        for at in range(0, 6, 2):
            expect(one.append("a", at, numbered(at, at + 1), durable=False), True, "An append by the first of two handles")
            expect(two.append("a", at, [{"n": "wrong"}], durable=False), False, "An append by the second handle where the first has been")
            expect(two.append("a", at + 1, numbered(at + 1, at + 2), durable=True), True, "An append by the second of two handles")
        expect(list(one.read("a")), numbered(0, 6), "What the first handle reads")
        with one.turn("a", 1.0) as mine, two.turn("a", 0.02) as theirs:
            expect((mine, theirs), (True, False), "The turns of two handles at once")
        two.delete("a")
        refuses_deleted(one)


def processes(make: Make, folder: Path) -> None:
    n_children, n_records = 4, 15
    children = [Child(partial(_race, make, folder, child, n_records)).go() for child in range(n_children)]
    for child in children:
        child.ended()
    with closing(make(folder)) as log:
        expect_shares(log.read("a"), n_children, n_records, "processes")


def _race(make: Make, folder: Path, by: int, n: int, _say: Say) -> None:
    with closing(make(folder)) as log:
        for i in range(n):
            append_at_end(log, {"by": by, "i": i}, durable=i % 2 == 0)


def forked(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        log.append("a", 0, numbered(0, 1), durable=True)

        def use(say: Say) -> None:
            say((log.append("a", 1, numbered(1, 2), durable=True), list(log.read("a"))))

        _, said = Child(use).go().ended()
        expect(said, [str((True, numbered(0, 2)))], "What a forked child that uses its parent's log is told")
        expect(log.append("a", 2, numbered(2, 3), durable=True), True, "An append by the parent after its child's")
        expect(list(log.read("a")), numbered(0, 3), "What parent and child appended")
    _outlived(make, folder)


def _outlived(make: Make, folder: Path) -> None:
    """A parent that closes its log takes nothing from a child that goes on."""
    log = make(folder)
    log.append("b", 0, numbered(0, 1), durable=False)

    def use(say: Say) -> None:
        log.append("b", 1, numbered(1, 2), durable=True)
        say("begun")
        while not (folder / "closed").exists():
            time.sleep(0.001)
        for n in (2, 3):
            log.append("b", n, numbered(n, n + 1), durable=True)

    child = Child(use).go()
    while len(log.read("b")) < 2:
        time.sleep(0.001)
    log.close()
    (folder / "closed").touch()
    child.ended()
    with closing(make(folder)) as again:
        expect(list(again.read("b")), numbered(0, 4), "What a child appended before and after its parent closed their log")


def killed(make: Make, folder: Path) -> None:
    for i in range(_N_KILLS):
        _, said = Child(partial(_append_for_ever, make, folder)).go().killed_after(0.01 + 0.005 * i)
        _expect_whole(make, folder, said)
    _, said = Child(partial(_append_and_die, make, folder)).go().ended()
    _expect_whole(make, folder, said)


def _append_and_die(make: Make, folder: Path, say: Say) -> None:  # pragma: no cover (a process that is killed records no coverage)
    """The moment after it was told is too short to be met at random."""
    log = make(folder)
    n = len(log.read("a"))
    for at in (n, n + 2, n + 4):
        log.append("a", at, numbered(at, at + 2), durable=False)
        say(at + 2)
    os.kill(os.getpid(), signal.SIGKILL)


def _append_for_ever(make: Make, folder: Path, say: Say) -> None:  # pragma: no cover (likewise)
    log = make(folder)
    n = len(log.read("a"))
    while log.append("a", n, numbered(n, n + 2), durable=n % 3 == 0):
        n += 2
        say(n)
    raise Broken(f"An append at {n} of a log of that length was refused.")


def _expect_whole(make: Make, folder: Path, said: list[str]) -> None:
    """Nothing; Broken if the log does not hold whole batches of two, and all of those that were acknowledged."""
    with warnings.catch_warnings(), closing(make(folder)) as log:
        warnings.simplefilter("ignore", TornTail)
        found = list(log.read("a"))
        expect(found, numbered(0, len(found)), "The records after a writer was killed")
        expect(len(found) % 2, 0, "What is left of a batch of two after a writer was killed")
        if said and len(found) < int(said[-1]):
            raise Broken(f"A writer that was killed had been told that {said[-1]} records are kept, but there are {len(found)}.")
        if found:
            expect(log.append("a", len(found), [], durable=True), True, "An append of nothing after a writer was killed")


def stopped(make: Make, folder: Path) -> None:
    """Whoever is stopped, by Ctrl-Z or a debugger, may make others wait, and may make them raise StorageError, but loses nothing."""
    for i in range(3):
        holder = Child(partial(_append_until_told, make, folder, "holder")).go()
        time.sleep(0.02 + 0.003 * i)
        holder.signal(signal.SIGSTOP)
        other = Child(partial(_append_until_told, make, folder, "other")).go()
        time.sleep(_STOPPED_SECONDS)
        holder.signal(signal.SIGCONT)
        time.sleep(0.02)
        (folder / "enough").touch()
        said = [int(line) for child in (holder, other) for line in child.ended()[1]]
        (folder / "enough").unlink()
        with closing(make(folder)) as log:
            there = {record["n"] for record in log.read("a")}
        expect(sorted(set(said) - there), [], "Acknowledged records that are missing after a writer was stopped for a while")


def _append_until_told(make: Make, folder: Path, by: str, say: Say) -> None:
    with closing(make(folder)) as log:
        i = 0
        while not (folder / "enough").exists() and _appended(log, {"by": by, "n": (n := os.getpid() * 10**6 + i)}):
            say(n)
            i += 1


def _appended(log: TestedLog, record: dict[str, object]) -> bool:
    """True once the record was appended, False if the log gave up in its own words."""
    try:
        append_at_end(log, record, durable=False)
    except StorageError:
        return False
    return True


def full(make: Make, folder: Path) -> None:
    """A limit on the size of files makes the system call fail as a full disk does, in the middle of a record."""
    _, said = Child(partial(_fill, make, folder)).go().ended()
    n = int(said[-1])
    with closing(make(folder)) as log:
        expect(list(log.read("a"))[:n], [{"text": "x" * 1000, "n": i} for i in range(n)], "What was appended before the disk was full")
        expect(len(log.read("a")), n + 1, "The length of the log after room was made and one record appended")


def _fill(make: Make, folder: Path, say: Say) -> None:
    import resource  # noqa: PLC0415 - of Unix

    log = make(folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))
    n = 0
    try:
        while n < 1_000:
            log.append("a", n, [{"text": "x" * 1000, "n": i} for i in (n, n + 1)], durable=False)
            n += 2
    except StorageError:
        pass
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    expect(len(log.read("a")), n, "The length of the log when the disk is full")
    expect(log.append("a", n, numbered(n, n + 1), durable=True), True, "An append when there is room again")
    say(n)


def durable(make: Make, folder: Path) -> None:
    if not installed():
        warnings.warn("The law `durable` was not checked, as strace is not installed.", UserWarning, stacklevel=2)
        return
    with closing(make(folder)):
        pass
    acknowledged, early, cut = power_cut(partial(_acknowledge, make, folder), folder, every=3)
    expect(acknowledged, 30, "The acknowledgements of a program that appends 30 records")
    expect(early, [], "What was not synced to the disk when a durable append returned")
    with warnings.catch_warnings(), closing(make(cut)) as log:
        warnings.simplefilter("ignore", TornTail)
        expect(list(log.read("a"))[:30], numbered(0, 30), "What is left after a power cut that followed a durable append")


def _acknowledge(make: Make, folder: Path, say: Say) -> None:  # pragma: no cover (likewise)
    log = make(folder)
    for n in range(30):
        log.append("a", n, numbered(n, n + 1), durable=n % 3 == 2)
        say(f"acknowledged {n}")
    os.kill(os.getpid(), signal.SIGKILL)

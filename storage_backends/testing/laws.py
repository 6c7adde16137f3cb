"""Laws of one log in one process. Each takes what opens the log and an empty folder, and raises Broken."""

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from storage_backends.errors import StorageError, StudyDeleted
from storage_backends.records import Json
from storage_backends.testing.expectations import Make, TestedLog, append_at_end, expect, expect_error, expect_shares, numbered

_PLAIN: Json = {"event": "x", "none": None, "yes": True, "one": 1, "text": 'é\n\u2028"\\', "nested": {"é\n": [1, True, [], {}]}}
_FLOATS = [0.1, 1.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1 / 3, 123456789.12345679, 1e22, 1e-7]


def kept(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        expect(log.append("a", 0, numbered(0, 3), durable=True), True, "An append of three records to an empty log")
        expect(log.append("a", 3, numbered(3, 4), durable=False), True, "An append of one record to a log of three")
        expect(sorted(record["n"] for record in log.read("a")), [0, 1, 2, 3], "All that was appended, in any order")
        expect(list(log.read("b")), [], "What is read of a study that nobody made")


def order(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        for at in range(0, 12, 3):
            log.append("a", at, numbered(at, at + 3), durable=at % 2 == 0)
        for start in range(14):
            expect(list(log.read("a", start)), numbered(start, 12), f"The records from position {start} on")


def exact(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        log.append("a", 0, [_PLAIN, {"floats": _FLOATS}], durable=True)
        expect(list(log.read("a")), [_PLAIN, {"floats": _FLOATS}], "Records with their types, and floats to the last bit")


def position(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        log.append("a", 0, numbered(0, 1), durable=True)
        for at in (0, 2, 100):
            for n in (1, 2):
                log.append("a", at, [{"n": "wrong"}] * n, durable=True)
                expect(list(log.read("a")), numbered(0, 1), f"A log of length 1 after an append of {n} records at {at}")


def conflict(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        for at, n in ((0, 1), (0, 1), (5, 2), (1, 2), (2, 1), (3, 0), (7, 0)):
            before = len(log.read("a"))
            said = log.append("a", at, numbered(before, before + n), durable=False)
            grown = len(log.read("a")) == before + n and at == before
            expect(said, grown, f"What an append of {n} records at {at} of a log of length {before} says")


def batch(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        bad: list[object] = [{"x": float("nan")}, {"x": object()}, [1]]
        for record in bad:
            append = partial(log.append, "a", 0, [{"n": 0}, record, {"n": 1}], durable=True)  # type: ignore[list-item]
            expect_error(append, Exception, f"An append of a batch with {record!r}, which JSON cannot hold,")
            expect(list(log.read("a")), [], "A log after a batch that was refused")
        expect(log.append("a", 0, numbered(0, 2), durable=True), True, "An append after a batch that was refused")


def own(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        record: Json = {"list": [1]}
        log.append("a", 0, [record], durable=True)
        record["list"].append(2)
        expect(list(log.read("a")), [{"list": [1]}], "A record that the caller changed after the append")
        log.read("a")[0]["list"].append(3)
        expect(list(log.read("a")), [{"list": [1]}], "A record that a reader changed")


def names(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        wanted = ["a", "a#2", 'q"\\', "é"]
        for name in reversed(wanted):
            log.append(name, 0, [{"name": name}], durable=False)
        log.append("empty", 0, [], durable=True)
        expect(list(log.studies()), sorted(wanted), "The names of the studies")
        for name in wanted:
            expect(list(log.read(name)), [{"name": name}], f"The records of study {name!r}")
        expect_error(lambda: log.append("", 0, numbered(0, 1), durable=True), ValueError, "An append to a study without a name")
        expect_error(lambda: log.delete("c"), LookupError, "To delete a study that is not there")


def tombstone(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        for name in ("a", "b"):
            log.append(name, 0, numbered(0, 2), durable=True)
        log.delete("a")
        refuses_deleted(log)
        expect(list(log.studies()), ["b"], "The names after study 'a' was deleted")
        expect(list(log.read("b")), numbered(0, 2), "The other study")


def refuses_deleted(log: TestedLog) -> None:
    """Nothing; Broken if any use of the deleted study 'a' is not refused."""
    expect_error(lambda: log.read("a"), StudyDeleted, "To read a deleted study")
    expect_error(lambda: log.read("a", 2), StudyDeleted, "To read a deleted study from where it ended")
    for at in (0, 2):
        for n in (1, 2):
            append = partial(log.append, "a", at, numbered(0, n), durable=True)
            expect_error(append, StudyDeleted, f"An append of {n} records at {at} of a deleted study")
    expect_error(lambda: log.delete("a"), StudyDeleted, "To delete a study twice")


def closed(make: Make, folder: Path) -> None:
    log = make(folder)
    log.append("a", 0, numbered(0, 1), durable=True)
    log.close()
    log.close()
    expect_error(lambda: log.read("a"), StorageError, "To read from a closed log")
    expect_error(lambda: log.append("a", 1, numbered(1, 2), durable=True), StorageError, "An append to a closed log")
    expect_error(log.studies, StorageError, "To list the studies of a closed log")
    expect_error(lambda: log.delete("a"), StorageError, "To delete a study of a closed log")


def threads(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:

        def work(thread: int) -> None:
            for i in range(20):
                append_at_end(log, {"by": thread, "i": i}, durable=False)

        _in_threads(4, work)
        expect_shares(log.read("a"), 4, 20, "threads")


def turn(make: Make, folder: Path) -> None:
    with closing(make(folder)) as log:
        seen: list[bool] = []

        def other(_: int) -> None:
            with log.turn("a", 0.05) as theirs:
                seen.append(theirs)

        with log.turn("a", 1.0) as held:
            _in_threads(1, other)
        with log.turn("a", 1.0) as again:
            pass
        expect((held, seen, again), (True, [False], True), "The turn of a thread, of another meanwhile, and of the first again")


def _in_threads(n: int, work: Callable[[int], None]) -> None:
    """Nothing; raises what the first of the threads raised."""
    errors: list[BaseException] = []

    def watched(i: int) -> None:
        try:
            work(i)
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    running = [threading.Thread(target=watched, args=(i,)) for i in range(n)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]

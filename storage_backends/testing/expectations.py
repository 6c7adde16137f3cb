"""What a law is made of: the log that is tested, how it is opened, and what to say if it does not do as expected."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeAlias

from storage_backends.errors import StorageError
from storage_backends.records import Json


class TestedLog(Protocol):
    """The methods that a study needs of a storage."""

    def append(self, study: str, at: int, records: Sequence[Json], *, durable: bool) -> bool:
        """Whether the records were appended, all or none: only if the log's length is `at`."""
        ...

    def read(self, study: str, start: int = 0) -> Sequence[Json]:
        """The records from `start` on."""
        ...

    def studies(self) -> Sequence[str]:
        """The names of the studies, sorted."""
        ...

    def delete(self, study: str) -> None:
        """Leave a tombstone."""
        ...

    def close(self) -> None:
        """Close the storage; any later use is refused."""
        ...

    def turn(self, study: str, timeout_seconds: float) -> AbstractContextManager[bool]:
        """A context whose value is whether its holder may think alone for now."""
        ...


_PATIENCE = 2_000

Make: TypeAlias = Callable[[Path], TestedLog]  # opens the log that lies in a folder


class Broken(AssertionError):  # noqa: N818 - reads as the sentence it is
    """A log breaks a law; the message says which, and what was seen."""


def expect(found: object, wanted: object, what: str) -> None:
    """Nothing; Broken if what was found is not what was wanted, where 1, 1.0 and True are three."""
    if repr(found) != repr(wanted):
        raise Broken(f"{what}: expected {wanted!r}, but got {found!r}.")


def expect_error(use: Callable[[], object], wanted: type[Exception], what: str) -> None:
    """Nothing; Broken if the use does not raise an error of that class."""
    try:
        found = use()
    except wanted:
        return
    except (StorageError, ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise Broken(f"{what} must raise {wanted.__name__}, but raised {type(error).__name__}: {error}") from error
    raise Broken(f"{what} must raise {wanted.__name__}, but returned {found!r}.")


def numbered(start: int, stop: int) -> list[Json]:
    """The records {"n": start}, …, {"n": stop - 1}."""
    return [{"n": n} for n in range(start, stop)]


def append_at_end(log: TestedLog, record: Json, *, durable: bool) -> None:
    """Nothing; the record stands in study "a", with its place as `at`, whoever else appends; Broken if it is refused too often."""
    for _ in range(_PATIENCE):
        at = len(log.read("a"))
        if log.append("a", at, [{**record, "at": at}], durable=durable):
            return
    raise Broken(f"An append of one record at the end of a log was refused {_PATIENCE} times in a row.")


def expect_shares(found: Sequence[Json], n_writers: int, n_each: int, who: str) -> None:
    """Nothing; Broken unless each of the writers has appended its records once, in its order and where it was told."""
    expect([record["at"] for record in found], list(range(n_writers * n_each)), f"The places at which {n_writers} {who} were told to be")
    for by in range(n_writers):
        mine = [record["i"] for record in found if record["by"] == by]
        expect(mine, list(range(n_each)), f"What number {by} of {n_writers} {who} appended, in its order")

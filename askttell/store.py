"""The append-only tables that the histories of one lineage share.

A history is a prefix of these tables and never sees a row beyond its own. Whoever extends the newest prefix appends in
place; whoever extends an older one works on a copy. Numeric columns are filled from the rows when first read: a row never
changes, so it does not matter when.
"""

import functools
import marshal
import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from askttell.errors import ReplayError
from askttell.events import QUEUE, Asked, Claimed, Enqueued, Event, Opened, Reported, Told, Using, canonical
from askttell.unit import encode
from storage_backends.locks import renewed_in_child

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIGEST = 16
_UNTOLD = np.iinfo(np.int64).max


class Column:
    """A growing array, filled on demand: `fill(rows, start)` writes into `rows` what stands from row `start` on."""

    def __init__(self, empty: "NDArray[np.generic]", fill: "Callable[[NDArray[Any], int], None]") -> None:
        self._fill = fill
        self._data = empty
        self._n = 0

    def read(self, n: int) -> "NDArray[np.generic]":
        """The first n rows, read-only. Views handed out earlier stay valid: filled rows are never written again."""
        if n > self._n:
            if n > len(self._data):
                grown = np.empty((max(n, 2 * len(self._data)), *self._data.shape[1:]), self._data.dtype)
                grown[: self._n] = self._data[: self._n]
                self._data = grown
            self._fill(self._data[self._n : n], self._n)
            self._n = n
        view = self._data[:n]
        view.flags.writeable = False
        return view


class Store:
    """All events of a lineage, and indexes into them by kind. Positions are indexes into `events`."""

    def __init__(self, opened: Opened) -> None:
        self.lock = threading.RLock()
        renewed_in_child(self, Store._renew)
        self.opened = opened
        self.events: list[Event] = [opened]
        self.asked: list[Asked] = []  # by trial number
        self.asked_at = array("q")
        self.told: list[Told] = []  # in the order told
        self.told_at = array("q")
        self.rank = np.full(16, _UNTOLD, np.int64)  # trial number -> row in told
        self.queue: list[Enqueued] = []
        self.queue_at = array("q")
        self.taken = array("q")  # numbers of the trials that came from the queue, k-th from the k-th entry
        self.using: list[Using] = []
        self.using_at = array("q")
        self.origins: dict[str, array[int]] = {}  # origin -> trial numbers
        self.reports: dict[int, list[tuple[int, Reported]]] = {}
        self.claims: dict[int, list[tuple[int, Claimed]]] = {}
        self._chain = bytearray()
        self._told_chain = bytearray()
        self._make_columns()

    def _renew(self) -> None:
        """A forked child has a lock of its own; what another thread had half done lies beyond the rows of any history."""
        self.lock = threading.RLock()

    def _make_columns(self) -> None:
        d, m = len(self.opened.space), len(self.opened.directions)
        signs = [1.0 if way == "minimize" else -1.0 for way in self.opened.directions]
        space = self.opened.space

        def units(rows: "NDArray[Any]", start: int) -> None:
            stop = start + len(rows)
            try:
                rows[...] = [encode(space, asked.candidate.params) for asked in self.asked[start:stop]]
            except (TypeError, ValueError, ArithmeticError, LookupError) as error:
                raise ReplayError(
                    f"Of trials {start} to {stop - 1} one has parameters that are not in the space: {error}; see `askttell verify`."
                ) from error

        def losses(rows: "NDArray[Any]", start: int) -> None:
            stop, failed = start + len(rows), (np.nan,) * m
            try:
                rows[...] = [_of_length(m, told.values or failed) for told in self.told[start:stop]]
            except (ValueError, OverflowError) as error:
                raise ReplayError(
                    f"Of results {start} to {stop - 1} one does not consist of {m} values, one per objective; see `askttell verify`."
                ) from error
            if -1.0 in signs:
                rows *= signs

        def numbers(rows: "NDArray[Any]", start: int) -> None:
            rows[...] = [told.number for told in self.told[start : start + len(rows)]]

        self.units = Column(np.empty((0, d)), units)
        self.losses = Column(np.empty((0, m)), losses)
        self.numbers = Column(np.empty(0, np.int64), numbers)

    def append(self, event: Event) -> None:
        """Add one event that is known to follow."""
        at = len(self.events)
        self.events.append(event)
        if isinstance(event, Asked):
            self._append_asked(event, at)
        elif isinstance(event, Told):
            self.rank[event.number] = len(self.told)
            self.told.append(event)
            self.told_at.append(at)
        else:
            self._append_other(event, at)

    def _append_other(self, event: Event, at: int) -> None:
        if isinstance(event, Reported):
            self.reports.setdefault(event.number, []).append((at, event))
        elif isinstance(event, Claimed):
            self.claims.setdefault(event.number, []).append((at, event))
        elif isinstance(event, Enqueued):
            self.queue.append(event)
            self.queue_at.append(at)
        else:
            assert isinstance(event, Using), event
            self.using.append(event)
            self.using_at.append(at)

    def _append_asked(self, event: Asked, at: int) -> None:
        if event.number == len(self.rank):
            self.rank = np.concatenate([self.rank, np.full(len(self.rank), _UNTOLD, np.int64)])
        self.asked.append(event)
        self.asked_at.append(at)
        origin = event.candidate.origin
        numbers = self.origins.get(origin)
        if numbers is None:
            numbers = self.origins[origin] = array("q")
        numbers.append(event.number)
        if event.by is None and origin == QUEUE:
            self.taken.append(event.number)

    def prefix(self, n_events: int) -> Self:
        """A store of its own that holds the first events of this one."""
        copy = type(self)(self.opened)
        for event in self.events[1:n_events]:
            copy.append(event)
        return copy

    def digest(self, n_events: int) -> bytes:
        """The running digest of the first events."""
        with self.lock:
            return _chained(self._chain, n_events, lambda i: canonical(self.events[i]).encode())

    def told_digest(self, n_told: int) -> bytes:
        """The running digest of the first results: number, parameters, reports, state and values of each."""
        with self.lock:
            return _chained(self._told_chain, n_told, self._told_bytes)

    def _told_bytes(self, row: int) -> bytes:
        """All of a result that a strategy sees; in marshal's second version, which writes equal values alike, in a tenth of repr's time."""
        told, number = self.told[row], self.told[row].number
        reports = [(r.step, r.values) for r in self.reports_of(number, self.told_at[row])] if self.reports else []
        candidate = self.asked[number].candidate
        params = candidate.params
        which = None if len(params.row) == len(self.opened.space) else params.names
        seen = (number, which, params.row, candidate.origin, candidate.fidelity, candidate.parent, reports, told.state, told.values)
        try:
            return marshal.dumps(seen, 2)
        except ValueError:  # a strategy of others called its arm by a subclass of str, say
            return repr(seen).encode()

    def attempts(self, number: int, n_events: int) -> int:
        """How many evaluations of a trial had begun within the first events."""
        return max((claim.attempt for at, claim in self.claims.get(number, ()) if at < n_events), default=1)

    def reports_of(self, number: int, n_events: int) -> list[Reported]:
        """The reports of the newest attempt of a trial within the first events, in the order made."""
        if number not in self.reports:
            return []
        attempt = self.attempts(number, n_events)
        return [report for at, report in self.reports[number] if at < n_events and report.attempt == attempt]

    def count_of(self, origin: str, n_asked: int) -> int:
        """How many of the first trials an arm proposed."""
        return bisect_left(self.origins.get(origin, ()), n_asked)


def _of_length(m: int, values: tuple[float, ...]) -> tuple[float, ...]:
    """The values, of which there must be m; an array would take one for all."""
    if len(values) != m:
        raise ValueError(f"{len(values)} values instead of {m}")
    return values


def chained(digest: bytes, events: Iterable[Event]) -> bytes:
    """The running digest after further events."""
    texts = (canonical(event).encode() for event in events)
    return functools.reduce(_link(), texts, digest)


def _chained(chain: bytearray, n: int, data: Callable[[int], bytes]) -> bytes:
    """The n-th link of a chain that is extended as far as needed; its links lie one after another."""
    if n * _DIGEST > len(chain):
        link, last = _link(), bytes(chain[-_DIGEST:])
        for i in range(len(chain) // _DIGEST, n):
            last = link(last, data(i))
            chain += last
    return bytes(chain[(n - 1) * _DIGEST : n * _DIGEST])


def _link() -> Callable[[bytes, bytes], bytes]:
    """What makes a link of the one before and of data."""
    from hashlib import blake2b  # noqa: PLC0415 - slow to import, and the first digest comes later than the first ask

    return lambda before, data: blake2b(before + data, digest_size=_DIGEST).digest()

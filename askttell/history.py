"""History: everything a strategy may know, as an immutable value.

A history is a fold over events. Versions share their tables (see `store`), so that a step costs O(1) and an older version
stays what it was.
"""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, overload

import attrs
import numpy as np

from askttell.errors import AlreadyTold, ReplayError
from askttell.events import Asked, Claimed, Direction, Event, Opened, Prior, Reported, Told, Using
from askttell.seed import check_seed, draw_seed
from askttell.space import Params, Space
from askttell.store import Store, chained
from askttell.trial import Trial

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIRECTIONS = ("minimize", "maximize")


class Trials(Sequence[Trial]):
    """Trials in a given order, each made when it is looked at."""

    def __init__(self, n: int, number: Callable[[int], int], make: Callable[[int], Trial]) -> None:
        self._n, self._number, self._make = n, number, make

    def __len__(self) -> int:
        return self._n

    @overload
    def __getitem__(self, index: int) -> Trial: ...
    @overload
    def __getitem__(self, index: slice) -> list[Trial]: ...
    def __getitem__(self, index: int | slice) -> Trial | list[Trial]:
        if isinstance(index, slice):
            return [self._make(self._number(i)) for i in range(*index.indices(self._n))]
        return self._make(self._number(range(self._n)[index]))

    def __iter__(self) -> Iterator[Trial]:
        return (self._make(self._number(i)) for i in range(self._n))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


@attrs.frozen(eq=False, repr=False)
class History:
    """The trials of a search so far, seen by a strategy. Start one with `History.start`, extend it with `ask` and `tell`.

    Arrays are read-only, objectives minimised: `units` is (n, d) by trial number, `losses` (t, m) and `told` (t,) in the order told.
    """

    _store: Store
    _n_events: int
    number: int  # of the trial being decided; so many have been asked
    _n_told: int

    @classmethod
    def start(
        cls,
        space: Space,
        *,
        direction: Direction | None = None,
        directions: Sequence[Direction] | None = None,
        seed: int | None = None,
        prior: Sequence[Any] = (),
    ) -> Self:
        """The empty history of a new search; `seed=None` draws one. `prior` holds earlier histories or lists of (params, value)."""
        ways = check_directions(direction, directions) or ("minimize",)
        seed = draw_seed() if seed is None else check_seed(seed)
        return cls.opened(Opened(space, ways, seed, prior=check_prior(space, ways, prior)))

    @classmethod
    def opened(cls, event: Opened) -> Self:
        """The history that consists of the opening alone."""
        return cls(Store(event), 1, 0, 0)

    @classmethod
    def replay(cls, events: Iterable[Event]) -> Self:
        """The fold over recorded events; ReplayError names the first that cannot follow."""
        iterator = iter(events)
        first = next(iterator, None)
        if not isinstance(first, Opened):
            raise ReplayError(f"Event 0 must be an Opened, but got {first!r}.")
        return cls.opened(first).extended(iterator)

    @property
    def space(self) -> Space:
        """The search space."""
        return self._store.opened.space

    @property
    def directions(self) -> tuple[Direction, ...]:
        """One "minimize" or "maximize" per objective."""
        return self._store.opened.directions

    @property
    def seed(self) -> int:
        """The seed from which all random numbers of strategies derive."""
        return self._store.opened.seed

    @property
    def prior(self) -> tuple[Prior, ...]:
        """Results of earlier searches, given at the start."""
        return self._store.opened.prior

    @property
    def max_attempts(self) -> int:
        """After so many evaluations that died, a trial is told as failed."""
        return self._store.opened.max_attempts

    @property
    def n_objectives(self) -> int:
        """How many values each result has."""
        return len(self._store.opened.directions)

    @property
    def n_finished(self) -> int:
        """How many trials are complete, failed or stopped."""
        return self._n_told

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, oldest first."""
        store = self._store
        within = bisect_left(store.asked_at, self._n_events)
        return (*store.events[: self._n_events], *store.asked[within : self.number])

    @property
    def n_events(self) -> int:
        """How many events there are."""
        return self._n_events + self.number - bisect_left(self._store.asked_at, self._n_events)

    @property
    def trials(self) -> Trials:
        """All trials by number."""
        return Trials(self.number, lambda i: i, self.trial)

    @property
    def finished(self) -> Trials:
        """Complete, failed and stopped trials in the order told."""
        return Trials(self._n_told, lambda row: self._store.told[row].number, self.trial)

    @property
    def pending(self) -> Trials:
        """Trials without a result, by number."""
        numbers = self.pending_numbers.tolist()
        return Trials(len(numbers), numbers.__getitem__, self.trial)

    @property
    def pending_numbers(self) -> "NDArray[np.int64]":
        """The numbers of the trials without a result, ascending."""
        return np.flatnonzero(self._store.rank[: self.number] >= self._n_told)

    @property
    def units(self) -> "NDArray[np.float64]":
        """All trials in the unit cube, shape (number, d), NaN where a parameter is inactive."""
        with self._store.lock:
            return self._store.units.read(self.number)  # type: ignore[return-value]

    @property
    def losses(self) -> "NDArray[np.float64]":
        """Results in the order told, minimised, shape (n_finished, n_objectives), NaN where a trial failed or was stopped."""
        with self._store.lock:
            return self._store.losses.read(self._n_told)  # type: ignore[return-value]

    @property
    def told(self) -> "NDArray[np.int64]":
        """The trial numbers of `losses`, shape (n_finished,)."""
        with self._store.lock:
            return self._store.numbers.read(self._n_told)  # type: ignore[return-value]

    @property
    def best(self) -> Trial:
        """The complete trial with the best value, of equals the first told; LookupError without one or with several objectives."""
        if self.n_objectives > 1:
            raise LookupError(f"There are {self.n_objectives} objectives, so no single trial is best; use `best_trials`, the Pareto set.")
        losses = self.losses[:, 0]
        if np.isnan(losses).all():
            raise LookupError("No trial is complete yet, so none is best; tell a result first, and look at `trials` for failures.")
        return self.finished[int(np.nanargmin(losses))]

    @property
    def best_trials(self) -> list[Trial]:
        """The complete trials that no other dominates, in the order told; all incumbents if there is one objective."""
        losses = self.losses
        rows = np.flatnonzero(~np.isnan(losses).any(axis=1))
        return [self.finished[row] for row in rows.tolist() if not _dominated(losses[row], losses[rows])]

    def trial(self, number: int) -> Trial:
        """The trial of that number; LookupError if there is none."""
        return self.trial_about(number, self.space)

    def trial_about(self, number: int, space: Space, *about: Any) -> Trial:
        """The same with the objects that a space knows, and with what is known beside the events: times and worker."""
        if not 0 <= number < self.number:
            raise LookupError(f"There is no trial {number!r}; {self.number} have been asked, numbered from 0.")
        store = self._store
        reports = tuple(store.reports_of(number, self._n_events)) if number in store.reports else ()
        attempts = self.attempts(number) if number in store.claims else 1
        row = store.rank.item(number)
        told = store.told[row] if row < self._n_told else None
        return Trial(store.asked[number], told, reports, attempts, space, *about)

    def attempts(self, number: int) -> int:
        """How many evaluations of the trial have begun."""
        return self._store.attempts(number, self._n_events) if number in self._store.claims else 1

    def asked(self, number: int) -> Asked:
        """The record of the ask that made the trial."""
        return self._store.asked[number]

    def is_pending(self, number: int) -> bool:
        """Whether the trial was asked and has no result."""
        return 0 <= number < self.number and self._store.rank.item(number) >= self._n_told

    def count_of(self, origin: str) -> int:
        """How many trials so far the arm of that name proposed."""
        return self._store.count_of(origin, self.number)

    @property
    def next_enqueued(self) -> Params | None:
        """The parameters at the head of the queue, None if it is empty."""
        taken = bisect_left(self._store.taken, self.number)
        return self._store.queue[taken].params if taken < bisect_left(self._store.queue_at, self._n_events) else None

    @property
    def using(self) -> list[Using]:
        """The strategies used so far, by id."""
        return self._store.using[: self.n_using]

    @property
    def n_using(self) -> int:
        """How many strategies, or settings of them, were used so far."""
        return bisect_left(self._store.using_at, self._n_events)

    @property
    def last_used(self) -> Using | None:
        """The strategy of the newest ask that was not a user's own, else the one recorded last, None if there is none."""
        using = self.using
        asks = (self._store.asked[number].by for number in range(self.number - 1, -1, -1))
        by = next((by for by in asks if by is not None), len(using) - 1)
        return using[by] if using else None

    @property
    def digest(self) -> bytes:
        """A digest of all events but for the study's id and the platform; equal histories have equal digests."""
        base = self._store.digest(self._n_events)
        extra = self.events[self._n_events :]
        return base if not extra else chained(base, extra)

    @property
    def queue(self) -> list[Params]:
        """The parameters that wait in the queue, first come first."""
        taken = bisect_left(self._store.taken, self.number)
        return [event.params for event in self._store.queue[taken : bisect_left(self._store.queue_at, self._n_events)]]

    def told_digest(self, k: int | None = None) -> bytes:
        """A digest of the first k results with their parameters and reports, in the order told: what a memo may be keyed by."""
        return self._store.told_digest(self._n_told if k is None else k)

    def at(self, k: int) -> Self:
        """The history after its first k events."""
        if not 1 <= k <= self.n_events:
            raise LookupError(f"`k` must lie in [1, {self.n_events}], the number of events, but got {k!r}.")
        if k > self._n_events:
            return attrs.evolve(self, number=self.number - (self.n_events - k))
        return self._of(self._store, k)

    def view_of(self, number: int) -> Self:
        """What the ask of a trial had seen: the events its asker had read, then the asks of smaller numbers not among them."""
        if not 0 <= number < self.number:
            raise LookupError(f"There is no trial {number!r}; {self.number} have been asked, numbered from 0.")
        seen = self._store.asked[number].seen
        return type(self)(self._store, seen, number, bisect_left(self._store.told_at, seen))

    def since(self, earlier: Self) -> list[Event]:
        """The events that came after an earlier version of this history."""
        return self._store.events[earlier.n_events : self._n_events]

    def then(self, *events: Event) -> Self:
        """The history extended by events; ReplayError if one cannot follow."""
        return self.extended(events)

    def extended(self, events: Iterable[Event]) -> Self:
        """The history extended by events, in one go."""
        store, events = self._store, list(events)
        with store.lock:
            if len(store.events) != self._n_events or len(store.asked) != self.number:  # not the newest version
                if self._leads_to(events):
                    return self._of(store, self._n_events + len(events))
                store = self._own_store()
            for event in events:
                _check_follows(store, event)
                store.append(event)
        return type(self)(store, len(store.events), len(store.asked), len(store.told))

    def _leads_to(self, events: list[Event]) -> bool:
        """Whether these very events come next in the shared tables, as when a batch was thought out on a version of its own."""
        ahead = self._store.events[self._n_events : self._n_events + len(events)]
        return len(ahead) == len(events) and all(map(operator.is_, ahead, events)) and self.n_events == self._n_events

    def _own_store(self) -> Store:
        store = self._store.prefix(self._n_events)
        for asked in self.events[self._n_events :]:
            store.append(asked)
        return store

    def showing(
        self,
        *,
        hide: Iterable[int] = (),
        losses: "NDArray[np.float64] | None" = None,
        extra: Mapping[int, Sequence[float]] | None = None,
    ) -> Self:
        """A changed view for a wrapped strategy; number, seed and space stay, all values are minimised.

        `hide`: trials to show as pending. `losses`: in place of `self.losses`, shape (n_finished, any m), NaN for failed; all minimised.
        `extra`: losses to show for pending trials. Costs O(n).
        """
        hidden, signs = set(hide), signs_of(self.directions)
        shown = self.losses if losses is None else np.asarray(losses, float).reshape(self._n_told, -1)
        told = iter(shown.tolist())
        events: list[Event] = []
        kept = [0]  # how many of the first k events are shown
        for at, event in enumerate(self.events):
            match event:
                case Opened():
                    events.append(attrs.evolve(event, directions=("minimize",) * shown.shape[1]))
                case Asked():
                    events.append(attrs.evolve(event, seen=kept[min(event.seen, at)]))
                case Reported():
                    events.append(attrs.evolve(event, values=tuple(map(operator.mul, signs, event.values))))
                case Told():
                    values = tuple(next(told))
                    if event.number not in hidden:
                        events.append(attrs.evolve(event, values=values) if event.state == "complete" else event)
                case _:
                    events.append(event)
            kept.append(len(events))
        events += [Told(number, "complete", tuple(map(float, values))) for number, values in (extra or {}).items()]
        return type(self).replay(events)

    def _of(self, store: Store, k: int) -> Self:
        return type(self)(store, k, bisect_left(store.asked_at, k), bisect_left(store.told_at, k))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """This history, as nothing in it changes."""
        return self

    def __reduce__(self) -> tuple[Any, tuple[tuple[Event, ...]]]:
        """Pickled as its events."""
        return type(self).replay, (self.events,)

    def __repr__(self) -> str:
        return f"History({self.number} trials, {self.n_finished} finished, {len(self.space)} parameters, seed={self.seed})"


def _check_follows(store: Store, event: Event) -> None:
    if isinstance(event, Asked):
        _check_asked(store, event)
    elif isinstance(event, Told) or isinstance(event, Claimed | Reported):  # noqa: SIM101 - a union takes five times as long
        _check_open(store, event.number)
    elif isinstance(event, Using) and event.id != len(store.using):
        raise ReplayError(f"Strategy {len(store.using)} comes next, but {event.id} came.")
    elif isinstance(event, Opened):
        raise ReplayError("A search is opened only once.")


def _check_asked(store: Store, event: Asked) -> None:
    if event.number != len(store.asked):
        raise ReplayError(f"Trial {len(store.asked)} comes next, but {event.number} was asked.")
    if event.seen > len(store.events):
        raise ReplayError(f"Trial {event.number} cannot have seen {event.seen} events; there are {len(store.events)}.")


def _check_open(store: Store, number: int) -> None:
    if not 0 <= number < len(store.asked):
        raise ReplayError(f"Trial {number} was never asked; {len(store.asked)} have been.")
    row = store.rank.item(number)
    if row < len(store.told):
        raise AlreadyTold(f"Trial {number} is {store.told[row].state} already.")


def signs_of(directions: Sequence[Direction]) -> list[float]:
    """What values are multiplied by, so that less is better."""
    return [1.0 if way == "minimize" else -1.0 for way in directions]


def _dominated(loss: "NDArray[np.float64]", others: "NDArray[np.float64]") -> bool:
    return bool(((others <= loss).all(axis=1) & (others < loss).any(axis=1)).any())


def check_directions(direction: Any, directions: Any) -> tuple[Direction, ...] | None:
    """The directions as a tuple, None if neither was given; ValueError or TypeError otherwise."""
    if direction is not None and directions is not None:
        raise ValueError(f"Give `direction` or `directions`, not both: {direction!r} and {directions!r} came.")
    if isinstance(directions, str):
        raise TypeError(
            f"`directions` must be a sequence such as ('minimize', 'maximize'), but got {directions!r}; for one use `direction`."
        )
    ways = (direction,) if direction is not None else None if directions is None else tuple(directions)
    if ways is not None and (not ways or any(way not in _DIRECTIONS for way in ways)):
        raise ValueError(f"A direction must be 'minimize' or 'maximize', but got {ways!r}.")
    return ways


def check_prior(space: Space, directions: tuple[Direction, ...], prior: Sequence[Any]) -> tuple[Prior, ...]:
    """Earlier searches in their recorded form."""
    if isinstance(prior, tuple) and not prior:  # as for most searches
        return ()
    from askttell.prior import recorded  # noqa: PLC0415 - knows what a history is

    return recorded(space, directions, prior)

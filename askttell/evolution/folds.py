"""State as a fold over finished trials, remembered by prefix.

A strategy that learns trial by trial derives its state from the results in the order told. What has been folded once is remembered by
a digest of the results and by all else that the state depends on, so that one more result costs one more step. Forgetting
costs time and never a bit: with and without memory the same steps are made.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import attrs

from askttell.events import Direction, Prior
from askttell.history import History
from askttell.space import Space
from storage_backends.locks import renewed_in_child

S = TypeVar("S")


class Folds(Generic[S]):
    """The states after the first k results of some histories, the oldest of which are forgotten."""

    def __init__(self, size: int = 1024) -> None:
        self._size = size
        self._known: OrderedDict[tuple[Hashable, int, bytes], S] = OrderedDict()  # by key, number of results, their digest
        self._lengths: Counter[int] = Counter()  # of the results that states are known for
        self._lock = threading.Lock()
        renewed_in_child(self, Folds._renew)

    def _renew(self) -> None:
        self._lock = threading.Lock()

    def state(self, history: History, key: Hashable, start: Callable[[], S], step: Callable[[S, int], S]) -> S:
        """The state after all results: `start()`, then `step(state, row)` for each row told. `key`: all else that these depend on."""
        n = history.n_finished
        k, known = self._longest(history, key, n)
        state = start() if known is None else known
        for row in range(k, n):
            state = step(state, row)
            if row >= n - self._size:  # earlier ones would be forgotten at once
                self._remember((key, row + 1, history.told_digest(row + 1)), state)
        return state

    def value(self, history: History, key: Hashable, k: int, compute: Callable[[], S]) -> S:
        """What `compute()` gives, which depends on the first k results and on `key`."""
        full = (key, k, history.told_digest(k))
        known = self._known.get(full)
        if known is None:
            known = compute()
            self._remember(full, known)
        return known

    def _longest(self, history: History, key: Hashable, n: int) -> tuple[int, S | None]:
        for k in range(n, 0, -1):
            if k in self._lengths and (known := self._known.get((key, k, history.told_digest(k)))) is not None:
                return k, known
        return 0, None

    def _remember(self, full: tuple[Hashable, int, bytes], state: S) -> None:
        with self._lock:
            self._lengths[full[1]] += full not in self._known
            self._known[full] = state
            if len(self._known) > self._size:
                (_, k, _), _ = self._known.popitem(last=False)
                self._lengths[k] -= 1
                if not self._lengths[k]:
                    del self._lengths[k]

    def cache_clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._known.clear()
            self._lengths.clear()


@attrs.frozen(cache_hash=True)
class Given:
    """What a fold depends on beside the results: the settings and the opening, without its identity."""

    settings: tuple[Hashable, ...]
    space: Space
    directions: tuple[Direction, ...]
    seed: int
    prior: "_Earlier"


@attrs.frozen(hash=True, eq=True)
class _Earlier:
    """Results of earlier searches, compared in full, but hashed by their sizes, which is quick."""

    priors: tuple[Prior, ...] = attrs.field(hash=False)
    sizes: tuple[int, ...] = attrs.field(eq=False, hash=True)


def given(settings: tuple[Hashable, ...], history: History) -> Given:
    """The key of a fold over this history."""
    prior = history.prior
    return Given(settings, history.space, history.directions, history.seed, _Earlier(prior, tuple(len(p.params) for p in prior)))

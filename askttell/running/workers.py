"""The workers of a run: any executor of PEP 3148, how many trials it evaluates at once, and what becomes of it when a worker dies.

A pool of processes that loses one of them ends the others and refuses all further work, so nobody can say whose evaluation it was.
The run then goes on with pools of one process each, where a death harms one trial and its own alone.
"""

import functools
import inspect
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from typing import Any, Self

_LOOK_SECONDS = 1.0  # how long a count of Dask's workers is believed


class Workers:
    """Where trials are evaluated. A context: what it made in place of a broken pool is shut down at its end."""

    def __init__(self, executor: Any, max_workers: Any) -> None:
        _check(executor, max_workers)
        self._executor: Executor = AtOnce() if executor is None else executor
        self._own: Apart | None = None  # in place of a broken pool
        self._count = _counter(self._executor, max_workers)
        self.elsewhere = not isinstance(self._executor, AtOnce | ThreadPoolExecutor)  # evaluations may outlive this process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.shutdown(wait=False)

    def __repr__(self) -> str:
        return type(self._executor).__name__

    def count(self) -> int:
        """How many trials can be evaluated at once; a cluster's workers may come and go."""
        return max(1, self._count())

    def submit(self, call: Callable[[], Any]) -> tuple[Future[Any], bool]:
        """The future of a call, and whether it is known that a death would be its own. An error of the executor is in the future."""
        alone = self._own is not None or self.count() == 1
        try:
            return (self._own or self._executor).submit(call), alone
        except Exception as error:  # noqa: BLE001 - treated like an error that comes later, of which there are more
            future: Future[Any] = Future()
            future.set_exception(error)
            return future, False

    def mend(self, error: BaseException) -> None:
        """Nothing; a pool that was broken by the death of a worker is replaced. If it cannot be: the error, with the way out."""
        if self._own is not None or not isinstance(error, BrokenExecutor):
            return
        pool_of_one = _pool_of_one(self._executor)
        if pool_of_one is None:
            raise type(error)(f"{self} is broken: {error} Make a new one and run again; the trials in flight come first.") from error
        self._own = Apart(pool_of_one)


class AtOnce(Executor):
    """Evaluates in the calling thread, before `submit` returns. An interrupt goes to the caller."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Apart(Executor):
    """Pools of one process each: a worker that dies takes no other with it, and is replaced."""

    def __init__(self, pool_of_one: Callable[[], Executor]) -> None:
        self._make = pool_of_one
        self._idle: list[Executor] = []
        self._all: list[Executor] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The future of a call in a pool that is idle, or in a new one."""
        while self._idle:
            pool = self._idle.pop()
            try:
                return self._lent(pool, pool.submit(fn, *args, **kwargs))
            except BrokenExecutor:  # its process died while it was idle
                self._all.remove(pool)
        self._all.append(pool := self._make())
        return self._lent(pool, pool.submit(fn, *args, **kwargs))

    def _lent(self, pool: Executor, future: Future[Any]) -> Future[Any]:
        def back(future: Future[Any]) -> None:
            if future.cancelled() or not isinstance(future.exception(), BrokenExecutor):
                self._idle.append(pool)
            else:
                self._all.remove(pool)

        future.add_done_callback(back)  # before the run's own, so the pool is idle when the run submits the next
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as PEP 3148 has it
        """Nothing; each process ends with what it evaluates."""
        del cancel_futures  # none waits: each future has a process of its own
        for pool in self._all:
            pool.shutdown(wait=wait)


def is_death(error: BaseException) -> bool:
    """Whether an evaluation ended with its worker, so that nothing is known of its parameters."""
    # Dask's KilledWorker is told by its name, as importing Dask to ask for its class would take a second
    return isinstance(error, BrokenExecutor | CancelledError) or type(error).__name__ == "KilledWorker"


def _check(executor: Any, max_workers: Any) -> None:
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(
            "`executor` must be a concurrent.futures.Executor, such as ThreadPoolExecutor(4) or, of dask.distributed,"
            f" Client(…).get_executor(), but got {executor!r}."
        )
    if max_workers is not None and (isinstance(max_workers, bool) or not isinstance(max_workers, int) or max_workers < 1):
        raise ValueError(f"`max_workers` must be an integer from 1, the number of trials in flight, or None, but got {max_workers!r}.")
    if max_workers is not None and executor is None:
        raise ValueError(f"`max_workers`={max_workers} needs an `executor`, such as ThreadPoolExecutor({max_workers}).")


def _counter(executor: Executor, max_workers: int | None) -> Callable[[], int]:
    """What tells how many trials an executor evaluates at once: the number given, else what the executor says."""
    if isinstance(executor, AtOnce):
        return lambda: 1
    if max_workers is not None:
        return lambda: max_workers
    if isinstance(getattr(executor, "_max_workers", None), int):  # the standard library, loky, joblib and mpi4py
        return lambda: executor._max_workers  # type: ignore[attr-defined]  # noqa: SLF001 - none has a public name for it
    client: Any = getattr(executor, "_client", None)
    if hasattr(client, "ncores"):  # Dask: threads by worker
        return _believed(lambda: sum(client.ncores().values()))
    raise ValueError(
        f"{type(executor).__name__} does not say how many workers it has; give `max_workers`, the number of trials to evaluate at once."
    )


def _believed(count: Callable[[], int]) -> Callable[[], int]:
    """The count, made anew when it is older than a moment: asking a scheduler takes a millisecond."""
    known, at = count(), time.monotonic()

    def look() -> int:
        nonlocal known, at
        if time.monotonic() - at > _LOOK_SECONDS:
            known, at = count(), time.monotonic()
        return known

    return look


def _pool_of_one(pool: Executor) -> Callable[[], Executor] | None:
    """What makes pools of one process, otherwise with the settings of this pool; None if it is not of processes of this machine.

    ProcessPoolExecutor of the standard library and of loky keep what they were given under the names of their parameters.
    """
    kind = next((kind for kind in type(pool).__mro__ if kind.__name__ == "ProcessPoolExecutor"), None)
    if kind is None:
        return None
    names = [name for name in inspect.signature(kind).parameters if hasattr(pool, f"_{name}")]
    return functools.partial(kind, **{name: getattr(pool, f"_{name}") for name in names} | {"max_workers": 1})

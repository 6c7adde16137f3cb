"""The trials that a run has in flight: asked, handed to workers, told in the order they finish, given back if the run breaks off."""

import functools
import math
import os
import queue
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import attrs

from askttell.errors import AlreadyTold, Exhausted, NotReady
from askttell.owner import this_process
from askttell.running.evaluation import Catch, Raised, Returned, evaluate
from askttell.running.workers import Workers, is_death
from askttell.trial import Trial
from askttell.waiting import pauses

if TYPE_CHECKING:
    from askttell.study import Study

_LOOK_SECONDS = 1.0  # how often a run looks up from waiting: for workers that came, leases that end, and Ctrl-C on Windows


@attrs.frozen(eq=False)
class Flight:
    """One evaluation of a trial by a worker; `alone`: if the worker dies, it is known whose doing that was."""

    trial: Trial
    future: Future[Returned | Raised]
    alone: bool


class InFlight:
    """A context. What is in flight when an error leaves it is told, if its result is there, else given back to the next ask of anybody."""

    def __init__(
        self, study: "Study", objective: Callable[..., Any], catch: Catch, workers: Workers, total: int | None, lease_seconds: float | None
    ) -> None:
        self._study, self._workers, self._total, self._lease_seconds = study, workers, total, lease_seconds
        self._evaluate = functools.partial(evaluate, objective, n_objectives=study.history.n_objectives, catch=catch)
        self._run, self._n_calls = os.urandom(8).hex(), 0
        self._before = study.history
        self._trials: dict[int, Trial] = {}
        self._futures: dict[int, Future[Any]] = {}
        self._landed: queue.SimpleQueue[Flight] = queue.SimpleQueue()
        self._any_returned, self._n_deaths = False, 0
        self._renewed_at = time.monotonic()
        self._looks, self._look_seconds = pauses(), _LOOK_SECONDS
        self.exhausted = ""  # why the last ask gave nothing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for trial in list(self._trials.values()) if kind is not None else ():
            future = self._futures.get(trial.number)
            if future is None or future.cancel() or not future.done() or future.exception() is not None:
                self._give_back(trial)
            else:
                self._tell(trial, future.result())
        if kind is not None:
            self._study.give_back(self._before, self._trials)  # an interrupt may come between an ask and its submission

    def begin(self, wanted: Callable[[int], bool]) -> bool:
        """Whether there is something to wait for, once each idle worker has a trial, while more than the n in flight are `wanted(n)`.

        That is a trial in flight, or a result of another process or thread that the strategy must see first.
        """
        self._look_seconds = _LOOK_SECONDS
        while len(self._trials) < self._workers.count() and wanted(len(self._trials)):
            try:
                self._take(self._asked())
            except Exhausted as end:
                self.exhausted = str(end)
                break
            except NotReady as early:
                if not self._may_come(early.number):
                    raise
                return True
            self._looks = pauses()
        return bool(self._trials)

    def _may_come(self, number: int) -> bool:
        """Whether it pays to wait for that result. One of another's trials is looked for soon, as nothing tells of it."""
        if number not in self._trials:
            self._look_seconds = next(self._looks)
        return bool(self._trials) or self._study.may_come(number)

    def finished(self) -> list[tuple[int, Exception | None]]:
        """The trials now told, in the order they finished, each with the error that ends the run if there is one; none after a moment."""
        return [told for told in map(self._told, self._waited()) if told is not None]

    def _asked(self) -> Trial:
        owner, durable = this_process(), self._workers.elsewhere
        return self._study.ask_for(total=self._total, owner=owner, lease_seconds=self._lease_seconds, durable=durable)[0]

    def _take(self, trial: Trial) -> None:
        if trial.number in self._futures:  # it was requeued, or this process was too busy to renew its lease
            self._trials[trial.number] = trial
        else:
            self._submit(trial)

    def _submit(self, trial: Trial) -> None:
        self._trials[trial.number] = trial  # at once, as an interrupt may come at any time
        self._n_calls += 1
        call = functools.partial(self._evaluate, params=trial.params, call=(self._run, self._n_calls))
        future, alone = self._workers.submit(call)
        self._futures[trial.number] = future
        future.add_done_callback(lambda future: self._landed.put(Flight(trial, future, alone)))

    def _waited(self) -> list[Flight]:
        lease = math.inf if self._lease_seconds is None else self._lease_seconds / 4
        flights = []
        with suppress(queue.Empty):
            flights.append(self._landed.get(timeout=min(self._look_seconds, lease)))
            while True:
                flights.append(self._landed.get_nowait())
        if time.monotonic() - self._renewed_at > lease:
            self._renew()
        return flights

    def _renew(self) -> None:
        """A lease then says that this process is there, which knows whether its workers are."""
        self._renewed_at = time.monotonic()
        for trial in self._trials.values():
            with suppress(AlreadyTold):
                self._study.renew(trial)

    def _told(self, flight: Flight) -> tuple[int, Exception | None] | None:
        """The trial's number and the error that ends the run; None if it is evaluated again."""
        number = flight.trial.number
        del self._futures[number]
        error = CancelledError("it was cancelled") if flight.future.cancelled() else flight.future.exception()
        if error is not None:
            return self._without_result(flight, error)
        self._any_returned = True
        outcome = flight.future.result()
        self._tell(flight.trial, outcome)
        del self._trials[number]
        return number, outcome.error if isinstance(outcome, Raised) and not outcome.caught else None

    def _tell(self, trial: Trial, outcome: Returned | Raised) -> None:
        with suppress(AlreadyTold):  # it may have been handed out again while this took long; the first result counts
            if isinstance(outcome, Raised):
                self._study.fail(trial, outcome.reason)
            elif all(map(math.isfinite, outcome.values)):
                self._study.tell(trial, outcome.values)
            else:
                self._study.fail(trial, f"the value was {outcome.values[0] if len(outcome.values) == 1 else outcome.values!r}")

    def _without_result(self, flight: Flight, error: BaseException) -> tuple[int, None] | None:
        if not isinstance(error, Exception):  # Ctrl-C reaches workers too
            raise error
        if not is_death(error):
            raise RuntimeError(
                f"{self._workers} could not evaluate the objective ({type(error).__name__}: {error}). Nothing is lost; a pool of processes"
                " needs an objective that can be imported, while loky and Dask take any."
            ) from error
        self._workers.mend(error)
        if isinstance(error, BrokenExecutor) and not flight.alone:  # perhaps the doing of another, so it does not count
            self._submit(flight.trial)
            return None
        return self._died(flight.trial, error)

    def _died(self, trial: Trial, error: Exception) -> tuple[int, None] | None:
        """The trial's number if nobody will evaluate it again: it was tried too often, or the study hands out nothing again."""
        self._n_deaths += 1
        number, most = trial.number, self._study.history.max_attempts
        first_line = str(error).partition("\n")[0]
        reason = f"{trial.attempts} evaluations of it died, the last by {type(error).__name__}: {first_line}"
        if trial.attempts < most:
            del self._trials[number]
            self._give_back(trial)
            if self._study.may_come(number):
                return None
        else:
            with suppress(AlreadyTold):
                self._study.fail(trial, reason)
            del self._trials[number]
        if not self._any_returned and self._n_deaths >= most:
            advice = "try the objective by itself"
            raise RuntimeError(f"No evaluation came back from {self._workers}; {advice}. Of trial {number}, {reason}") from error
        return number, None

    def _give_back(self, trial: Trial) -> None:
        with suppress(AlreadyTold):
            self._study.abandon(trial)

"""Study: a recorded search, the only part that reads clocks, files and processes."""

import functools
import math
import os
import threading
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from askttell import results
from askttell import strategy as asking
from askttell.errors import AlreadyTold, Exhausted, NotReady
from askttell.events import Asked, Candidate, Claimed, Direction, Enqueued, Event, Opened, Told
from askttell.history import History, Trials, check_directions, check_prior
from askttell.journal import HeldBy, Journal, no_study
from askttell.owner import Owner, this_process
from askttell.registry import rebuild
from askttell.results import TrialOrNumber
from askttell.seed import check_seed, draw_seed
from askttell.space import Space
from askttell.strategy import Strategy
from askttell.trial import Trial
from askttell.values import check_values
from askttell.versions import platform_here
from askttell.waiting import ASKERS, once_ready
from storage_backends import StorageError, connect, file_of
from storage_backends.locks import renewed_in_child

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from askttell.running.until import Until
    from askttell.stopping import Stopping

_MAX_ATTEMPTS = 5


class Study:
    """A search that is recorded as it goes and goes on where it stopped.

    What is None is taken from the recorded study, for a new one from the defaults: kept in memory, one objective, minimised,
    `Auto()`, a drawn seed, five attempts. What is given must agree with what is recorded; another strategy is allowed and
    recorded. With `reissue`, trials whose process died or whose lease ran out are handed out again. One Study may be used by
    many threads, and one storage by many processes.
    """

    def __init__(
        self,
        space: Space | None = None,
        *,
        storage: Any = None,
        name: str = "study",
        strategy: Strategy | None = None,
        direction: Direction | None = None,
        directions: Sequence[Direction] | None = None,
        seed: int | None = None,
        prior: Sequence[Any] = (),
        stopping: "Stopping | None" = None,
        reissue: bool = True,
        lease_seconds: float | None = None,
        max_attempts: int | None = None,
        nonfinite: Literal["raise", "fail"] = "raise",
    ) -> None:
        if space is not None and not isinstance(space, Space):
            raise TypeError(f"`space` must be a Space, but got {space!r}; write Space(x=Float(0.0, 1.0)).")
        if nonfinite not in ("raise", "fail"):
            raise ValueError(f"`nonfinite` must be 'raise' or 'fail', but got {nonfinite!r}.")
        if strategy is not None:
            asking.describe(strategy)
        ways = check_directions(direction, directions)
        seed = None if seed is None else check_seed(seed)
        _check_limits(lease_seconds, max_attempts)
        self.stopping = stopping
        self.ended: str | None = None  # why the last run ended; None before, and after one that raised
        self._reissue, self._lease_seconds, self._nonfinite = reissue, lease_seconds, nonfinite
        self._lock = threading.RLock()
        self._name = name
        if space is None and (path := file_of(storage)) is not None and not os.path.exists(path):  # noqa: PTH110 - at half the time
            raise LookupError(f"There is no file {path}; give `space`, or run `askttell create`, to make a study in it.")
        self._owns_log = not hasattr(storage, "append")
        self._log = connect("memory://" if storage is None else storage)
        try:
            self._open(space, ways, seed, prior, max_attempts)
        except BaseException:
            if self._owns_log:
                self._log.close()
            raise
        self._space = space or self._history.space  # the given one knows the objects that a dict of choices names
        self._strategy = strategy
        renewed_in_child(self, Study._renew)

    @functools.cached_property
    def _journal(self) -> Journal:
        return Journal(self._log, self._name)

    def _renew(self) -> None:
        """A forked child reads the log anew when it needs it: another thread may have been in the midst of a change."""
        self._lock = threading.RLock()
        self.__dict__.pop("_journal", None)

    def _open(
        self, space: Space | None, ways: tuple[Direction, ...] | None, seed: int | None, prior: Sequence[Any], max_attempts: int | None
    ) -> None:
        if not self._journal.n:
            if space is None:
                raise no_study(self._log, self.name, " Give `space`, or run `askttell create`, to make one.")
            ways_new = ways or ("minimize",)
            opened = Opened(
                space, ways_new, draw_seed() if seed is None else seed, max_attempts or _MAX_ATTEMPTS,
                check_prior(space, ways_new, prior), os.urandom(8).hex(),
            )  # fmt: skip
            if self._journal.begin([opened]):
                return
        self._check_agrees(space, ways, seed, prior, max_attempts)

    def _check_agrees(
        self, space: Space | None, ways: tuple[Direction, ...] | None, seed: int | None, prior: Sequence[Any], max_attempts: int | None
    ) -> None:
        history = self._history
        way_out = f"; open {self.name!r} without it, or choose another `name`"
        if space is not None and space != history.space:
            differs = "; ".join(history.space.differences(space)).replace(" here", " as recorded").replace(" there", " as given")
            raise ValueError(
                f"`space` differs from the recorded one: {differs}{way_out}, or move the study by copy_to_space (`askttell copy --space`)."
            )
        given: dict[str, Any] = {"directions": ways, "seed": seed, "max_attempts": max_attempts}
        recorded: dict[str, Any] = {"directions": history.directions, "seed": history.seed, "max_attempts": history.max_attempts}
        for field, value in given.items():
            if value is not None and value != recorded[field]:
                raise ValueError(f"`{field}` is {recorded[field]!r} as recorded, but {value!r} was given{way_out}.")
        if earlier := check_prior(history.space, history.directions, prior):
            from askttell.prior import check_prior_agrees  # noqa: PLC0415 - few studies have earlier ones

            check_prior_agrees(history.prior, earlier, way_out)

    @property
    def name(self) -> str:
        """The name under which the study is recorded."""
        return self._name

    @property
    def space(self) -> Space:
        """The search space."""
        return self._space

    @property
    def _history(self) -> History:
        assert self._journal.history is not None
        return self._journal.history

    @property
    def history(self) -> History:
        """All that is recorded up to now, by other processes too."""
        with self._lock:
            self._journal.sync()
            return self._history

    @property
    def strategy(self) -> Strategy:
        """The strategy that the next ask uses: the one given, else the one recorded last, else `Auto()`."""
        if self._strategy is None:
            from askttell.strategies.auto import Auto  # noqa: PLC0415 - not needed by every search

            used = self._history.last_used
            rebuilt = Auto() if used is None else rebuild(used)
            if rebuilt is None:
                assert used is not None
                raise LookupError(f"The study was made with the strategy {used.name!r}, which is not installed; give `strategy`.")
            self._strategy = rebuilt
        return self._strategy

    @overload
    def ask(self, n: None = None, *, total: int | None = None) -> Trial: ...
    @overload
    def ask(self, n: int, *, total: int | None = None) -> list[Trial]: ...
    def ask(self, n: int | None = None, *, total: int | None = None) -> Trial | list[Trial]:
        """The next trial to evaluate, or a list of n. Trials whose evaluation died come first, in the order of their numbers.

        With `total` the study never holds more trials than that, over all processes; then, as on a finite space that has been
        tried in full, Exhausted is raised; a list is cut short instead, as long as it holds anything. A strategy that must see a
        result first (`Lagged`) is waited for, as long as another process or thread has the trial; if it was asked for by this
        thread, or by one that has ended, NotReady is raised. A loop that hands its trials to other threads catches it and waits
        for one of them.
        """
        wanted = _check_count(n)
        before: list[History] = []
        held_by = (this_process(), self._lease_seconds)
        try:
            trials = once_ready(lambda: self._handed_out(wanted, total, held_by, before, durable=False), self.may_come)
            return trials[0] if n is None else trials
        except (Exhausted, NotReady):
            raise
        except BaseException:  # an interrupt may come between the record and its return
            with suppress(StorageError):  # what went wrong first is to be told
                for history in before[-1:]:
                    self.give_back(history)
            raise

    def ask_for(
        self,
        n: int | None = None,
        *,
        total: int | None = None,
        owner: Owner | None,
        lease_seconds: float | None = None,
        durable: bool = False,
    ) -> list[Trial]:
        """Like `ask(n)`, for an evaluation by another process or by none that is known; `durable` asks are on disk when this returns.

        NotReady is raised at once, for callers that can tell other results meanwhile. After an interrupt they `give_back` what they do not
        evaluate.
        """
        wanted = _check_count(n)
        _check_limits(lease_seconds, None)
        return self._handed_out(wanted, total, (owner, lease_seconds), [], durable=durable)

    def _handed_out(self, n: int, total: int | None, held_by: HeldBy, before: list[History], *, durable: bool) -> list[Trial]:
        """The trials; `before` is then extended by what the study was when the first of them was looked for."""
        with self._journal.turn():
            with self._lock:
                self._journal.sync()
                before.append(self._history)
                trials = self._reissued(n, held_by)
            if len(trials) < n:
                try:
                    trials += self._asked(n - len(trials), total, held_by, durable=durable)
                except (Exhausted, NotReady):
                    if not trials:
                        raise
        return trials

    def give_back(self, before: History, kept: Container[int] = ()) -> None:
        """Let the next ask hand out what this thread was handed since then, but for the trials kept: nobody evaluates it."""
        with self._lock:
            history = self.history
            for number in history.pending_numbers.tolist():
                new = number >= before.number or history.attempts(number) > before.attempts(number)
                ours = self._journal.holders[number].owner == this_process()
                if new and number not in kept and ours and not ASKERS.another_tells((self._journal.id, number)):
                    self.requeue(number)

    def _asked(self, n: int, total: int | None, held_by: HeldBy, *, durable: bool) -> list[Trial]:
        """So many new trials. No lock is held while the strategy thinks, so that other threads can tell."""
        while True:
            history = self._history
            events = _thought(history, self.strategy, n, total)
            with self._lock:
                if self._journal.record_ask(history, events, held_by, durable=durable):
                    return [self._trial(event.number) for event in events if isinstance(event, Asked)]

    def _reissued(self, n: int, held_by: HeldBy) -> list[Trial]:
        """At most n orphans, claimed for a further attempt; those that had too many are told as failed."""
        trials: list[Trial] = []
        history = self._history
        if not self._reissue or history.number == history.n_finished:
            return trials
        for number in history.pending_numbers.tolist():
            events = self._journal.record(functools.partial(self._claim, number), held_by, durable=True)
            trials += [self._trial(event.number) for event in events if isinstance(event, Claimed)]
            if len(trials) == n:
                break
        return trials

    def _claim(self, number: int, history: History) -> Sequence[Event]:
        if not history.is_pending(number) or not self._journal.is_orphan(number):
            return ()
        attempts = history.attempts(number)
        if attempts >= history.max_attempts:
            return (Told(number, "failed", reason=f"{attempts} evaluations of it died"),)
        return (Claimed(number, attempts + 1),)

    def may_come(self, number: int) -> bool:
        """Whether a pending trial's result, or its turn to be handed out again, may come while this thread waits."""
        with self._lock:
            holder = self._journal.holders.get(number)
            if holder is None:  # told in the meantime
                return True
            if self._journal.is_orphan(number):
                return self._reissue
            return holder.owner != this_process() or ASKERS.another_tells((self._journal.id, number))

    def peek(self) -> Candidate:
        """What the next ask would try; nothing is recorded."""
        with self._lock:
            history = self.history
            for number in history.pending_numbers.tolist() if self._reissue else ():
                for event in self._claim(number, history):
                    if isinstance(event, Claimed):
                        return history.asked(number).candidate
                    history = history.then(event)  # given up by the next ask, which the strategy then sees
        return asking.propose(history, self.strategy)

    def tell(self, trial: TrialOrNumber, value: Any, *, info: Mapping[str, Any] | None = None) -> Trial:
        """The trial, complete and on disk. `value`: a number, or one per objective; `info`: what you want to keep beside it.

        Telling the same again changes nothing; another result raises AlreadyTold. NaN and infinity raise ValueError, or are
        recorded as a failure in a study with nonfinite="fail".
        """
        if self._nonfinite == "fail" and not all(map(math.isfinite, check_values(value, self._history.n_objectives))):
            return self.fail(trial, f"the value was {value!r}")
        return self._finish(trial, lambda history: results.told_event(history, trial, value, info=info))

    def fail(self, trial: TrialOrNumber, reason: object) -> Trial:
        """The trial, failed for that reason and on disk."""
        return self._finish(trial, lambda history: results.failed_event(history, trial, reason))

    def stop(self, trial: TrialOrNumber) -> Trial:
        """The trial, stopped before its end and on disk; its reports remain."""
        return self._finish(trial, lambda history: results.stopped_event(history, trial))

    def _finish(self, trial: TrialOrNumber, decide: Callable[[History], Sequence[Event]]) -> Trial:
        with self._lock:
            number = self._known(trial)
            self._journal.record(decide, durable=True)
            return self._trial(number)

    def report(self, trial: TrialOrNumber, value: Any, *, step: int) -> None:
        """Record an intermediate result of a running evaluation; it also renews its lease."""
        with self._lock:
            self._known(trial)
            finite = self._nonfinite == "raise"
            self._journal.record(lambda history: (results.reported_event(history, trial, value, step=step, finite=finite),), durable=False)

    def should_stop(self, trial: TrialOrNumber) -> bool:
        """Whether the study's `stopping` rule would end this evaluation now; never, without a rule."""
        if self.stopping is None:
            return False
        history = self.history
        return self.stopping.should_stop(history, results.number_of(history, trial))

    def renew(self, trial: Trial) -> None:
        """Renew the lease of a running evaluation; AlreadyTold if it was requeued, handed out again or told in the meantime."""
        with self._lock:
            self._known(trial)

            def decide(history: History) -> Sequence[Event]:
                if not history.is_pending(trial.number) or history.attempts(trial.number) != trial.attempts:
                    raise AlreadyTold(f"Trial {trial.number} was told or handed out again, so its lease cannot be renewed.")
                holder = self._journal.holders.get(trial.number)
                if holder is not None and holder.lease_seconds == 0.0:
                    raise AlreadyTold(f"Trial {trial.number} was requeued, so its lease cannot be renewed; ask for a trial again.")
                return (Claimed(trial.number, trial.attempts),)

            self._journal.record(decide, (this_process(), self._lease_seconds), durable=False)

    def requeue(self, trial: TrialOrNumber) -> None:
        """Give up the evaluation of a pending trial, whoever makes it: the next ask hands it out again. AlreadyTold if it is finished."""
        with self._lock:
            number = self._known(trial)

            def decide(history: History) -> Sequence[Event]:
                if not history.is_pending(number):
                    raise AlreadyTold(f"Trial {number} is {history.trial(number).state} already, so it cannot be requeued.")
                return (Claimed(number, history.attempts(number)),)

            self._journal.record(decide, (None, 0.0), durable=True)  # a lease that has run out, for every process

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """Try these parameters before the strategy is asked again."""
        checked = self._space.check(params)
        with self._lock:
            self._journal.record(lambda _: (Enqueued(checked),), durable=True)

    def add(self, params: Mapping[str, Any], value: Any, *, info: Mapping[str, Any] | None = None) -> Trial:
        """The finished trial of a result that was made elsewhere."""
        checked = self._space.check(params)
        with self._lock:
            events = self._journal.record(lambda history: results.added_events(history, checked, value, info=info), durable=True)
            return self._trial(next(event.number for event in events if isinstance(event, Asked)))

    def _known(self, trial: TrialOrNumber) -> int:
        """The trial's number; if it is not known here, after a look for news of other processes."""
        try:
            return results.number_of(self._history, trial)
        except LookupError:
            self._journal.sync()
            return results.number_of(self._history, trial)

    def _trial(self, number: int) -> Trial:
        return self._journal.trial(self._history, number, self._space)

    @property
    def trials(self) -> Trials:
        """All trials by number, with times and workers."""
        history = self.history
        return Trials(history.number, lambda number: number, lambda number: self._journal.trial(history, number, self._space))

    @property
    def best_trial(self) -> Trial:
        """The complete trial with the best value; LookupError without one or with several objectives."""
        return self._trial(self.history.best.number)

    @property
    def best_trials(self) -> list[Trial]:
        """The complete trials that no other dominates, in the order told."""
        return [self._trial(trial.number) for trial in self.history.best_trials]

    @property
    def best_params(self) -> dict[str, Any]:
        """The parameters of the best trial."""
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The value of the best trial."""
        return self.best_trial.values[0]

    @property
    def n_finished(self) -> int:
        """How many trials are complete, failed or stopped."""
        return self.history.n_finished

    def run(
        self,
        objective: Callable[..., Any],
        n_trials: int | None = None,
        *,
        executor: "Executor | None" = None,
        max_workers: int | None = None,
        timeout: float | None = None,
        total: int | None = None,
        catch: type[Exception] | tuple[type[Exception], ...] = (),
        callbacks: Sequence[Callable[["Study", Trial], object]] = (),
        until: "Until | None" = None,
        progress: bool = False,
    ) -> None:
        """Evaluate `objective(**params)` n_trials times, at most until the study holds `total` trials, over all runs and processes.

        `executor` is any of PEP 3148: threads, processes, loky, MPI, Dask. This process asks and tells; its workers evaluate as many
        trials at once as it has workers, or `max_workers`. Results are told in the order they finish. No trial begins after `timeout`
        seconds, on an exhausted space, or while `until(history)` holds (see `askttell.running.until`); those in flight are waited for.

        Exceptions in `catch` are recorded as failures and the run goes on; any other is recorded, and raised when the trials in flight
        are told. A trial whose worker died is evaluated again, `max_attempts` times at most, then it is recorded as failed; in a study
        with reissue=False it stays pending and counts among the n_trials. Trials that are interrupted (Ctrl-C) stay pending and come
        first in the next ask.

        `ended` then says why: it begins with "n_trials", "total", "timeout", "until" or "exhausted".
        """
        from askttell.running.loop import run  # noqa: PLC0415 - not needed by every search

        run(
            self, objective, n_trials, executor=executor, max_workers=max_workers, lease_seconds=self._lease_seconds, timeout=timeout,
            total=total, catch=catch, callbacks=callbacks, until=until, progress=progress,
        )  # fmt: skip

    def abandon(self, trial: TrialOrNumber) -> None:
        """Give up an evaluation of this process without a result, so that the next ask hands the trial out again."""
        self.requeue(trial)

    def to_pandas(self) -> Any:
        """A DataFrame of all trials, one a row, with the types of the space (see `askttell.frames`); needs the extra `pandas`."""
        from askttell.frames import to_pandas  # noqa: PLC0415 - an optional extra

        return to_pandas(self)

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write all trials into a file: CSV, a list in JSON, or one object a line, as it ends in .csv, .json or .jsonl."""
        from askttell.tables import export  # noqa: PLC0415 - for this alone

        export(self, path)

    def close(self) -> None:
        """Close the storage, if the study opened it."""
        if self._owns_log:
            self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _facts(self) -> Iterator[tuple[str, str]]:
        history = self._history
        yield "trials", str(history.number)
        yield "finished", str(history.n_finished)
        yield "pending", str(history.number - history.n_finished)
        if failed := sum(isinstance(event, Told) and event.state == "failed" for event in history.events):
            yield "failed", str(failed)
        if history.n_objectives == 1 and not all(math.isnan(loss) for loss in history.losses[:, 0]):
            yield "best", f"{history.best.values[0]:.6g}"
        if history.prior:
            from askttell.summary import searches  # noqa: PLC0415 - for this alone

            yield "prior", searches([len(prior.params) for prior in history.prior])
        yield "storage", repr(self._log)

    def __repr__(self) -> str:
        return f"Study({self.name!r}, {', '.join(f'{key}={value}' for key, value in self._facts())})"

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415 - for notebooks only

        rows = "".join(f"<tr><th style='text-align:left'>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in self._facts())
        return f"<b>Study {escape(self.name)}</b><table>{rows}</table>"


def _thought(history: History, strategy: Strategy, n: int, total: int | None) -> list[Event]:
    """The events of n asks, or of as many as `total`, the space and the strategy have room for; Exhausted or NotReady if that is none."""
    seen = history.n_events
    events: list[Event] = []
    room = n if total is None else min(n, total - history.number)
    if room < 1:
        pending = history.number - history.n_finished
        held = f"{history.number} trial{'s' * (history.number != 1)}{f' ({pending} pending)' if pending else ''}"
        raise Exhausted(f"The study holds {held}, all that total={total} asks for; raise `total` to go on.")
    for left in range(room, 0, -1):
        try:
            more = asking.asked_events(history, strategy, platform=platform_here(), seen=seen)
        except (Exhausted, NotReady):
            if not events:
                raise
            break
        events += more
        if left > 1:
            history = history.then(*more)
    return events


def _check_count(n: int | None) -> int:
    wanted = 1 if n is None else n
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise ValueError(f"`n` must be an integer from 1, but got {n!r}.")
    return wanted


def _check_limits(lease_seconds: float | None, max_attempts: int | None) -> None:
    if lease_seconds is not None and not lease_seconds > 0:
        raise ValueError(f"`lease_seconds` must be greater than 0 or None, but got {lease_seconds!r}.")
    if max_attempts is not None and (isinstance(max_attempts, bool) or not isinstance(max_attempts, int) or max_attempts < 1):
        raise ValueError(f"`max_attempts` must be an integer from 1, but got {max_attempts!r}.")

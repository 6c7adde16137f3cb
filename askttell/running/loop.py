"""`Study.run`: the loop for those who do not need their own. This process asks and tells, the workers of an executor evaluate.

Without an executor this process evaluates too, in the same loop.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from numbers import Real
from typing import TYPE_CHECKING, Any

from askttell.running.evaluation import Catch
from askttell.running.in_flight import InFlight
from askttell.running.objective import check_objective
from askttell.running.progress import progress_bar
from askttell.running.until import holding
from askttell.running.workers import Workers
from askttell.trial import Trial

if TYPE_CHECKING:
    from askttell.running.until import Until
    from askttell.study import Study


def run(
    study: "Study",
    objective: Callable[..., Any],
    n_trials: int | None,
    *,
    executor: Any,
    max_workers: int | None,
    lease_seconds: float | None,
    timeout: float | None,
    total: int | None,
    catch: Catch,
    callbacks: Sequence[Callable[["Study", Trial], object]],
    until: "Until | None",
    progress: bool,
) -> None:
    """Nothing; see `Study.run`. An error of the objective that is not caught is raised when the other trials in flight are told."""
    reason = _limits(study, n_trials, total, timeout, until)
    check_objective(objective, study.space)
    done, errors, ended = 0, list[Exception](), ""

    def wanted(n_in_flight: int) -> bool:
        nonlocal ended
        ended = reason(done + n_in_flight)
        return not errors and not ended

    study.ended = None
    with (
        Workers(executor, max_workers) as workers,
        _bar(study, n_trials, total, show=progress) as tick,
        InFlight(study, objective, catch, workers, total, lease_seconds) as in_flight,
    ):
        while in_flight.begin(wanted):
            for number, error in in_flight.finished():
                done += 1
                errors += [error] if error else []
                for callback in callbacks:
                    callback(study, study.trials[number])
                tick(done if total is None else min(study.n_finished, total))
    if errors:
        raise errors[0]
    full = total is not None and study.history.number >= total
    study.ended = ended or (f"total: the study holds {total} trials." if full else f"exhausted: {in_flight.exhausted}")
    logging.getLogger("askttell").info("The run of study %r ended. %s", study.name, study.ended)


def _limits(study: "Study", n_trials: int | None, total: int | None, timeout: float | None, until: "Until | None") -> Callable[[int], str]:
    """Why a run may begin no further trial, given how many it has begun, or ""; `total` is for the ask to keep."""
    _check_count("n_trials", n_trials)
    _check_count("total", total)
    _check_timeout(timeout)
    if until is not None and not callable(until):
        raise TypeError(f"`until` must be a function of the history, such as no_improvement(30) or target(0.01), but got {until!r}.")
    if n_trials is None and total is None and timeout is None and until is None:
        raise ValueError("Give `n_trials`, `total`, `timeout` or `until`; a run without any would never end.")
    end = None if timeout is None else time.monotonic() + timeout

    def reason(n: int) -> str:
        if n_trials is not None and n >= n_trials:
            return f"n_trials: {n_trials} trials were begun."
        if end is not None and time.monotonic() >= end:
            return f"timeout: {timeout} seconds have passed."
        if until is not None and (texts := holding(until, study.history)):
            return f"until: {' and '.join(texts)} {'holds' if len(texts) == 1 else 'hold'}."
        return ""

    return reason


def _check_count(name: str, n: Any) -> None:
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 0):
        raise ValueError(f"`{name}` must be an integer from 0 or None, but got {n!r}.")


def _check_timeout(timeout: Any) -> None:
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, Real) or math.isnan(timeout)):
        raise ValueError(f"`timeout` must be a number of seconds or None, but got {timeout!r}.")


def _bar(study: "Study", n_trials: int | None, total: int | None, *, show: bool) -> AbstractContextManager[Callable[[int], object]]:
    if not show:
        return nullcontext(lambda _done: None)
    return progress_bar(study, n_trials, 0) if total is None else progress_bar(study, total, min(study.n_finished, total))

"""`Study.run`: the loop for those who do not need their own."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from askttell.errors import AlreadyTold, Exhausted
from askttell.progress import progress_bar
from askttell.trial import Trial
from askttell.values import check_finite, check_values

if TYPE_CHECKING:
    from askttell.study import Study


def run(
    study: "Study",
    objective: Callable[..., Any],
    n_trials: int | None,
    *,
    timeout: float | None,
    callbacks: Sequence[Callable[["Study", Trial], object]],
    catch: type[Exception] | tuple[type[Exception], ...],
    progress: bool,
    total: int | None = None,
) -> None:
    """Nothing; see `Study.run`. With `total` it ends when the study holds that many trials, over all runs and processes."""
    _check_count("n_trials", n_trials)
    _check_count("total", total)
    if n_trials is None and timeout is None and total is None:
        raise ValueError("Give `n_trials` or `timeout`; a run without either would never end.")
    end = None if timeout is None else time.monotonic() + timeout
    with _bar(study, n_trials, total, show=progress) as tick:
        done = 0
        while (n_trials is None or done < n_trials) and (end is None or time.monotonic() < end):
            try:
                trial = study.ask(total=total)
            except Exhausted:
                return
            _evaluate(study, objective, trial, catch)
            for callback in callbacks:
                callback(study, study.trials[trial.number])
            done += 1
            tick(done if total is None else min(study.n_finished, total))


def _check_count(name: str, n: Any) -> None:
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 0):
        raise ValueError(f"`{name}` must be an integer from 0 or None, but got {n!r}.")


def _evaluate(study: "Study", objective: Callable[..., Any], trial: Trial, catch: type[Exception] | tuple[type[Exception], ...]) -> None:
    try:
        values = check_values(objective(**trial.params), study.history.n_objectives)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        _tell(lambda: study.fail(trial, reason))
        if not isinstance(error, catch):
            raise
    except BaseException:  # interrupted: nothing is known of the parameters, so they are tried again
        study.abandon(trial)
        raise
    else:
        _tell_values(study, trial, values)


def _tell_values(study: "Study", trial: Trial, values: tuple[float, ...]) -> None:
    try:
        check_finite(values)
    except ValueError:
        _tell(lambda: study.fail(trial, f"the value was {values[0] if len(values) == 1 else values!r}"))
    else:
        _tell(lambda: study.tell(trial, values))


def _tell(tell: Callable[[], object]) -> None:
    # the trial may have been handed out again while this evaluation took long; the first result counts
    with suppress(AlreadyTold):
        tell()


def _bar(study: "Study", n_trials: int | None, total: int | None, *, show: bool) -> AbstractContextManager[Callable[[int], object]]:
    if not show:
        return nullcontext(lambda _done: None)
    return progress_bar(study, n_trials, 0) if total is None else progress_bar(study, total, min(study.n_finished, total))

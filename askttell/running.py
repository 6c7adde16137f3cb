"""`Study.run`: the loop for those who do not need their own."""

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from askttell.errors import AlreadyTold, Exhausted
from askttell.trial import Trial
from askttell.values import check_finite, check_values

if TYPE_CHECKING:
    from collections.abc import Iterator

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
) -> None:
    """Nothing; see `Study.run`."""
    if n_trials is not None and (isinstance(n_trials, bool) or not isinstance(n_trials, int) or n_trials < 0):
        raise ValueError(f"`n_trials` must be an integer from 0 or None, but got {n_trials!r}.")
    if n_trials is None and timeout is None:
        raise ValueError("Give `n_trials` or `timeout`; a run without either would never end.")
    end = None if timeout is None else time.monotonic() + timeout
    with _bar(n_trials, show=progress) as tick:
        done = 0
        while (n_trials is None or done < n_trials) and (end is None or time.monotonic() < end):
            try:
                trial = study.ask()
            except Exhausted:
                return
            _evaluate(study, objective, trial, catch)
            for callback in callbacks:
                callback(study, study.trials[trial.number])
            done += 1
            tick(study)


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


@contextmanager
def _bar(n_trials: int | None, *, show: bool) -> "Iterator[Callable[[Study], None]]":
    if not show:
        yield lambda _study: None
        return
    try:
        from tqdm.auto import tqdm  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError("progress=True needs tqdm; install it with: pip install 'askttell[demo]'.") from error
    with tqdm(total=n_trials, unit="trial") as bar:

        def tick(study: "Study") -> None:
            facts = dict(study._facts())  # noqa: SLF001 - a part of the study
            bar.set_postfix_str(f"best={facts.get('best', '-')}, pending={facts['pending']}")
            bar.update()

        yield tick

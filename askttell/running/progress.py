"""A progress bar with what a search has come to: trials done, best value, rate, failures, pending trials."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from askttell.history import History

if TYPE_CHECKING:
    from askttell.study import Study


@contextmanager
def progress_bar(study: "Study", total: int | None, done: int) -> Iterator[Callable[[int], None]]:
    """A function to be called with the number of trials done; the bar goes to the standard error stream."""
    failures = _failures(study)
    with _tqdm()(total=total, initial=done, unit="trial") as bar:

        def tick(done: int) -> None:
            history = study.history
            pending = history.number - history.n_finished
            bar.set_postfix_str(f"best={best_text(history)}, failed={failures(history)}, pending={pending}", refresh=False)
            bar.update(done - bar.n)

        yield tick


def best_text(history: History) -> str:
    """The best value, "-" without one; with several objectives the size of the Pareto set."""
    if history.n_objectives > 1:
        return f"{len(history.best_trials)} trials that no other dominates"
    try:
        return f"{history.best.values[0]:.6g}"
    except LookupError:
        return "-"


def say(text: str, file: TextIO) -> None:
    """Nothing; the line is printed above the bar, if one is shown."""
    try:
        from tqdm import tqdm  # noqa: PLC0415 - an optional extra
    except ImportError:
        print(text, file=file, flush=True)
    else:
        tqdm.write(text, file=file)
        file.flush()


def _failures(study: "Study") -> Callable[[History], int]:
    """A counter of failed trials that looks at each result once."""
    seen = failed = 0

    def count(history: History) -> int:
        nonlocal seen, failed
        failed += sum(trial.state == "failed" for trial in history.finished[seen:])
        seen = history.n_finished
        return failed

    count(study.history)
    return count


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError("A progress bar needs tqdm; install it with: pip install 'askttell[progress]'.") from error
    return tqdm

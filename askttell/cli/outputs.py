"""What is printed: lines of JSON, tables of trials."""

from collections.abc import Sequence
from typing import Any

from askttell.cli.verb import Options
from askttell.space import Space
from askttell.tables import json_line
from askttell.trial import Trial

_WIDTH = 60  # letters of a reason in a table


def put(value: Any) -> None:
    """Nothing; the value stands as one line of JSON on the standard output stream."""
    print(json_line(value))


def put_file(options: Options, path: str) -> None:
    """Nothing; the name of a file that was written stands on the standard output stream."""
    if options.json:
        put({"file": path})
    else:
        print(path)


def trials_to_table(trials: Sequence[Trial], space: Space) -> str:
    """One line a trial, for people: numbers are rounded, a failure shows its reason in place of a value."""
    head = ["number", "state", "value", *space.names]
    return table(head, [_row(trial, space) for trial in trials])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows in columns."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows])


def described(trial: Trial) -> str:
    """A trial with its parameters, on several lines."""
    value = " ".join(f"{value:.6g}" for value in trial.values) or trial.reason or trial.state
    width = max((len(name) for name in trial.recorded), default=0)
    return "\n".join([f"trial {trial.number}: {value}", *(f"  {name:<{width}}  {short(v)}" for name, v in trial.recorded.items())])


def short(value: Any) -> str:
    """A value in few characters."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _row(trial: Trial, space: Space) -> list[str]:
    value = " ".join(f"{value:.6g}" for value in trial.values) or _beginning(trial.reason or "")
    known = trial.recorded.plain()
    return [str(trial.number), trial.state, value, *(short(known[name]) if name in known else "" for name in space.names)]


def _beginning(text: str) -> str:
    """The first line, and of a long one what fits into a table; it ends in … if more follows."""
    first, more, _ = text.partition("\n")
    return first if len(first) <= _WIDTH and not more else first[: _WIDTH - 1].rstrip() + "…"

"""Trials as JSON, as a table, as CSV and as assignments of bash."""

import io
import json
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from askttell.domain_json import value_to_json
from askttell.space import Space
from askttell.trial import Trial


def put(value: Any) -> None:
    """Nothing; the value stands as one line of JSON on the standard output stream."""
    print(json.dumps(value_to_json(value), ensure_ascii=False))


def trial_to_json(trial: Trial) -> dict[str, Any]:
    """All that is known of a trial; what is empty is left out."""
    about: dict[str, Any] = {"number": trial.number, "state": trial.state, "params": trial.recorded.plain()}
    about |= {"value": trial.values[0]} if len(trial.values) == 1 else {"values": list(trial.values)} if trial.values else {}
    optional = {
        "reason": trial.reason, "info": trial.info, "reports": trial.reports, "origin": trial.origin, "parent": trial.parent,
        "fidelity": trial.fidelity, "asked_at": _time(trial.asked_at), "told_at": _time(trial.told_at), "worker": trial.worker,
    }  # fmt: skip
    about |= {key: value for key, value in optional.items() if value not in (None, "", {})}
    return about | ({"attempts": trial.attempts} if trial.attempts > 1 else {})


def asked_to_json(trial: Trial) -> dict[str, Any]:
    """What an evaluation needs to know."""
    return {"number": trial.number, "params": trial.recorded.plain()}


def asked_to_bash(trial: Trial) -> str:
    """Assignments to `number` and to the associative array `params`, to be given to `eval` by bash 4 or newer."""
    entries = " ".join(f"[{shlex.quote(name)}]={shlex.quote(_plain_text(value))}" for name, value in trial.recorded.items())
    return f"number={trial.number}; unset params; declare -A params=({entries})"


def trials_to_csv(trials: Iterable[Trial], space: Space, n_objectives: int) -> str:
    """A header and one row a trial; parameters are columns `params_NAME`, several objectives are `values_0` and so on."""
    import csv  # noqa: PLC0415 - only one verb needs it

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    values = ["value"] if n_objectives == 1 else [f"values_{i}" for i in range(n_objectives)]
    about = ["attempts", "origin", "asked_at", "told_at", "worker", "reason", "info"]
    writer.writerow(["number", "state", *values, *(f"params_{name}" for name in space.names), *about])
    for trial in trials:
        known = trial.recorded.plain()
        writer.writerow([
            trial.number, trial.state, *(trial.values or [""] * n_objectives),
            *(_plain_text(known[name]) if name in known else "" for name in space.names),
            trial.attempts, trial.origin, _time(trial.asked_at) or "", _time(trial.told_at) or "", trial.worker or "", trial.reason or "",
            json.dumps(trial.info, ensure_ascii=False) if trial.info else "",
        ])  # fmt: skip
    return file.getvalue()


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
    value = " ".join(f"{value:.6g}" for value in trial.values) or (trial.reason or "").partition("\n")[0][:60]
    known = trial.recorded.plain()
    return [str(trial.number), trial.state, value, *(short(known[name]) if name in known else "" for name in space.names)]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")


def _plain_text(value: Any) -> str:
    """A str as it is, everything else as Python writes it, so that floats keep their bits."""
    return value if isinstance(value, str) else repr(value)

"""Trials as JSON and as CSV, and a study written to a file in either."""

import io
import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from askttell.domain_json import value_to_json
from askttell.trial import Trial

_ABOUT = ("attempts", "origin", "asked_at", "told_at", "worker", "reason", "info")


def export(study: Any, path: str | os.PathLike[str]) -> None:
    """Nothing; the file then holds all trials: CSV, a list in JSON, or one object a line, as it ends in .csv, .json or .jsonl."""
    ending = os.path.splitext(os.fspath(path))[1].lower()  # noqa: PTH122 - a str or a path
    if ending not in FORMATS:
        raise ValueError(f"A file of trials must end in .csv, .json or .jsonl, but got {os.fspath(path)!r}.")
    text = FORMATS[ending](study)
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a str or a path
        file.write(text)


def to_csv(study: Any) -> str:
    """A header and one row a trial; parameters are columns `params_NAME`, several objectives are `values_0` and so on."""
    import csv  # noqa: PLC0415 - for this alone

    names, m = study.space.names, study.history.n_objectives
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["number", "state", *value_columns(m), *(f"params_{name}" for name in names), *_ABOUT])
    for trial in study.trials:
        known = trial.recorded.plain()
        writer.writerow([
            trial.number, trial.state, *(trial.values or [""] * m),
            *(plain_text(known[name]) if name in known else "" for name in names),
            trial.attempts, trial.origin, _time(trial.asked_at) or "", _time(trial.told_at) or "", trial.worker or "", trial.reason or "",
            json.dumps(trial.info, ensure_ascii=False) if trial.info else "",
        ])  # fmt: skip
    return file.getvalue()


def to_json_lines(study: Any) -> str:
    """One object a line, one line a trial."""
    return "".join(json_line(trial_to_json(trial)) + "\n" for trial in study.trials)


def to_json_list(study: Any) -> str:
    """A list of the same objects."""
    return "[" + ",\n ".join(json_line(trial_to_json(trial)) for trial in study.trials) + "]\n"


FORMATS: dict[str, Callable[[Any], str]] = {".csv": to_csv, ".json": to_json_list, ".jsonl": to_json_lines}


def json_line(value: Any) -> str:
    """A plain value as JSON; what JSON has no number for is {"float": "inf"}."""
    return json.dumps(value_to_json(value), ensure_ascii=False)


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


def value_columns(n_objectives: int) -> list[str]:
    """The names of the columns of results."""
    return ["value"] if n_objectives == 1 else [f"values_{i}" for i in range(n_objectives)]


def plain_text(value: Any) -> str:
    """A str as it is, everything else as Python writes it, so that floats keep their bits."""
    return value if isinstance(value, str) else repr(value)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")

"""All trials as cells of text."""

from typing import Any

from askttell.tables import value_columns
from askttell.trial import Trial


def rows_of(study: Any) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The headings, and for each trial its state and its cells; newest first, as these are looked for most."""
    names = study.space.names
    head = ["trial", "state", *value_columns(study.history.n_objectives), *names, "seconds", "told", "origin", "remark"]
    return head, [(trial.state, _cells(trial, names, study.history.n_objectives)) for trial in reversed(study.trials[:])]


def _cells(trial: Trial, names: tuple[str, ...], m: int) -> list[str]:
    known = trial.recorded.plain()
    values = [f"{value:.6g}" for value in trial.values] or [""] * m
    params = [_short(known[name]) if name in known else "" for name in names]
    seconds = "" if trial.asked_at is None or trial.told_at is None else f"{(trial.told_at - trial.asked_at).total_seconds():.3g}"
    told = "" if trial.told_at is None else f"{trial.told_at:%Y-%m-%d %H:%M:%S}"
    info = ", ".join(f"{key}={_short(value)}" for key, value in trial.info.items())
    attempts = f"{trial.attempts} attempts" if trial.attempts > 1 else ""
    remark = "; ".join(text for text in (trial.reason or "", attempts, info) if text)
    return [str(trial.number), trial.state, *values, *params, seconds, told, trial.origin, remark]


def _short(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)

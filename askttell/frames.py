"""Trials as tables of pandas, the extra `pandas`."""

from typing import TYPE_CHECKING, Any

from askttell.domains import Domain, Float, Int, Ordinal
from askttell.tables import value_columns
from askttell.trial import Trial

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_TOO_LARGE = 2**63  # for Int64
_STATES = ("pending", "complete", "failed", "stopped")


def to_pandas(study: Any) -> "DataFrame":
    """One row a trial, by number. `study`: a Study, or a History, which knows no times and workers.

    `value` (or `values_0`, …) and `params_NAME` of a Float are float64, of an Int the nullable Int64, of an Ordinal an ordered
    categorical, of a Categorical an unordered one; inactive parameters and missing values are NaN or NA. Then `attempts`, `origin`,
    `parent`, `fidelity`, `asked_at`, `told_at` (UTC), `worker`, `reason`, and for each key of what was told beside the value `info_KEY`.
    """
    pd = _pandas()
    history = getattr(study, "history", study)
    trials = list(study.trials)
    columns: dict[str, Any] = {
        "number": pd.array([trial.number for trial in trials], "int64"),
        "state": pd.Categorical([trial.state for trial in trials], categories=_STATES),
    }
    for k, name in enumerate(value_columns(history.n_objectives)):
        columns[name] = pd.array([trial.values[k] if trial.values else None for trial in trials], "float64")
    for name, domain in zip(history.space.names, history.space.domains, strict=True):
        columns[f"params_{name}"] = _parameter(domain, [trial.recorded.plain().get(name, _MISSING) for trial in trials])
    columns |= _about(trials)
    keys = dict.fromkeys(key for trial in trials for key in trial.info)
    columns |= {f"info_{key}": _guessed([trial.info.get(key) for trial in trials]) for key in keys}
    return pd.DataFrame(columns)


def reports_to_pandas(study: Any) -> "DataFrame":
    """One row a report, in the order of trials and steps: `number`, `step`, and `value` (or `values_0`, …)."""
    pd = _pandas()
    history = getattr(study, "history", study)
    rows = [(trial.number, step, value) for trial in study.trials for step, value in sorted(trial.reports.items())]
    columns = {"number": pd.array([row[0] for row in rows], "int64"), "step": pd.array([row[1] for row in rows], "int64")}
    for k, name in enumerate(value_columns(history.n_objectives)):
        columns[name] = pd.array([row[2] if history.n_objectives == 1 else row[2][k] for row in rows], "float64")
    return pd.DataFrame(columns)


_MISSING = object()  # as None may be a choice


def _parameter(domain: Domain, values: list[Any]) -> Any:
    pd = _pandas()
    if isinstance(domain, Float):
        return pd.array([None if value is _MISSING else value for value in values], "float64")
    if isinstance(domain, Int):
        return pd.array([pd.NA if value is _MISSING else value for value in values], "Int64")
    codes = [-1 if value is _MISSING else domain.index(value) for value in values]
    labels = pd.Index(_labels([domain.at(k) for k in range(int(domain.size))]), tupleize_cols=False)
    return pd.Categorical.from_codes(codes, categories=labels, ordered=isinstance(domain, Ordinal))


def _labels(choices: list[Any]) -> list[Any]:
    """The choices themselves, or as Python writes them where pandas takes one for another, as 1 for True, or None for a missing value."""
    return choices if None not in choices and len(set(choices)) == len(choices) else [repr(choice) for choice in choices]


def _about(trials: list[Trial]) -> dict[str, Any]:
    pd = _pandas()
    return {
        "attempts": pd.array([trial.attempts for trial in trials], "int64"),
        "origin": pd.array([trial.origin for trial in trials], "string"),
        "parent": pd.array([trial.parent for trial in trials], "Int64"),
        "fidelity": pd.array([trial.fidelity for trial in trials], "float64"),
        "asked_at": pd.to_datetime([trial.asked_at for trial in trials], utc=True).as_unit("ms"),
        "told_at": pd.to_datetime([trial.told_at for trial in trials], utc=True).as_unit("ms"),
        "worker": pd.array([trial.worker for trial in trials], "string"),
        "reason": pd.array([trial.reason for trial in trials], "string"),
    }


def _guessed(values: list[Any]) -> "Series[Any]":
    """Values of a type of which nothing was said, None where missing: a nullable type if they are all of one kind, else objects."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} and any(value is not None and abs(value) >= _TOO_LARGE for value in values):
        kinds = {object}
    dtype = {frozenset({int}): "Int64", frozenset({bool}): "boolean", frozenset({str}): "string"}.get(frozenset(kinds))
    if dtype is None:
        dtype = "float64" if kinds and kinds <= {int, float} else "object"
    return _pandas().Series(values, dtype=dtype)


def _pandas() -> Any:
    try:
        import pandas as pd  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError("Tables need pandas; install it with: pip install 'askttell[pandas]'.") from error
    return pd

"""Each parameter against the result, and all of them in parallel coordinates."""

import math
from typing import Any

import numpy as np

from askttell.analysis.labels import brief, condition_text, value_label
from askttell.analysis.places import is_listed, log_marks, place
from askttell.domains import Domain
from askttell.history import History
from askttell.pages.picture import BEST, Json, Picture, layout, parameter_axis, plain, points, spread, value_axis
from askttell.trial import Trial

_N_COLUMNS = 3
_ROW = 270  # pixels
_NOWHERE = -0.12  # the height at which an inactive parameter lies
_N_LABELS = 12
_N_MARKS = 6


def against_result(study: Any, objective: int = 0) -> Picture:
    """One panel a parameter: its value against that of the objective, coloured by the trial's number."""
    history: History = study.history
    names, n_rows = history.space.names, math.ceil(len(history.space) / _N_COLUMNS)
    complete = [trial for trial in study.trials if trial.state == "complete"]
    values = [trial.values[objective] for trial in complete]
    data: list[Json] = []
    axes: Json = {}
    for k, name in enumerate(names):
        suffix, (row, column) = "" if k == 0 else str(k + 1), divmod(k, _N_COLUMNS)
        data += _panel(history, name, [trial for trial in complete if name in trial.recorded], objective, suffix)
        condition = condition_text(history, name)
        title = brief(name, 28) + (f" (if {brief(condition, 28)})" if condition else "")
        across, top = 1.0 / _N_COLUMNS, 1.0 - row / n_rows
        axes[f"xaxis{suffix}"] = parameter_axis(history, name, title) | {
            "anchor": f"y{suffix}", "domain": [column * across, (column + 0.84) * across],
        }  # fmt: skip
        axes[f"yaxis{suffix}"] = value_axis(
            value_label(history, objective) if column == 0 else "", values, anchor=f"x{suffix}", domain=[top - 0.72 / n_rows, top],
            **({} if k == 0 else {"matches": "y"}),
        )  # fmt: skip
    which = "" if history.n_objectives == 1 else f" and {value_label(history, objective)}"
    shown = layout(**axes, showlegend=False, margin={"l": 70, "r": 20, "t": 10, "b": 30})
    note = "Later trials are stronger in colour; the best is orange."
    return Picture(f"parameters{objective}", f"Parameters{which}", data, shown, height=30 + _ROW * n_rows, note=note)


def _panel(history: History, name: str, trials: list[Trial], objective: int, suffix: str) -> list[Json]:
    domain, best = history.space[name], {trial.number for trial in history.best_trials}
    if history.n_objectives == 1:
        best = {history.best.number}
    last = max(1, history.number - 1)
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    found = []
    for those in ([trial for trial in trials if trial.number not in best], [trial for trial in trials if trial.number in best]):
        x, y = [place(domain, trial.recorded[name], trial.number) for trial in those], [trial.values[objective] for trial in those]
        marker: Json = {"color": "--complete", "size": 7, "opacity": [round(0.25 + 0.75 * trial.number / last, 2) for trial in those]}
        if those and those[0].number in best:
            marker = {"color": BEST, "size": 11, "symbol": "star" if history.n_objectives == 1 else "circle"}
        found.append(points(those, x, y, plain(name), marker, **axes))
    return found


def parallel(study: Any) -> Picture:
    """A line a trial over an axis a parameter; ranges can be marked on each axis, which leaves the lines that go through all of them."""
    history: History = study.history
    trials = [trial for trial in study.trials if trial.state == "complete"]
    lowest = _NOWHERE if history.space.conditional else 0.0
    dimensions = [
        {
            "label": plain(brief(name, 16)), "range": [lowest, 1.0], **_marks(domain, lowest),
            "values": [round(domain.to_unit(trial.recorded[name]), 5) if name in trial.recorded else _NOWHERE for trial in trials],
        }
        for name, domain in zip(history.space.names, history.space.domains, strict=True)
    ]  # fmt: skip
    dimensions += [
        {"label": value_label(history, k), **_of_values([trial.values[k] for trial in trials])} for k in range(history.n_objectives)
    ]
    text = {"color": "--ink", "size": 12}
    line = {
        "color": _goodness(history, trials),
        "colorscale": [[0.0, "--grid"], [0.6, "--complete"], [1.0, BEST]],
        "cmin": 0.0,
        "cmax": 1.0,
    }
    lines = {"type": "parcoords", "dimensions": dimensions, "line": line, "labelfont": text, "tickfont": text, "rangefont": text}
    note = "Drag along an axis to mark a range: only the trials within remain. Better trials are orange"
    note += "; where a parameter is inactive its line passes below." if history.space.conditional else "."
    width = {"l": 80, "r": 80, "t": 60, "b": 30}
    return Picture("parallel", "Parallel coordinates", [lines], layout(margin=width), note=note)


def _marks(domain: Domain, lowest: float) -> Json:
    """Where an axis is marked, in units, and with what."""
    if is_listed(domain):
        size = int(domain.size)
        shown: list[Any] = [domain.at(k) for k in range(0, size, -(-size // _N_LABELS))]
    else:
        shown = list(dict.fromkeys(domain.from_unit(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)))
    inactive = [(_NOWHERE, "inactive")] if lowest and domain.when else []
    marks = inactive + [(domain.to_unit(value), brief(value, 14)) for value in shown]
    return {"tickvals": [height for height, _ in marks], "ticktext": [plain(text) for _, text in marks]}


def _of_values(values: list[float]) -> Json:
    """The axis of an objective, with logarithms where these show more."""
    if not spread(values):
        return {"values": values}
    marks = log_marks(min(values), max(values), _N_MARKS)
    return {
        "values": [round(math.log10(value), 5) for value in values],
        "tickvals": [math.log10(mark) for mark in marks], "ticktext": [brief(mark) for mark in marks],
    }  # fmt: skip


def _goodness(history: History, trials: list[Trial]) -> list[float]:
    """A number in [0, 1] for each trial: its rank, with several objectives whether it is in the Pareto set."""
    if history.n_objectives > 1:
        pareto = {trial.number for trial in history.best_trials}
        return [1.0 if trial.number in pareto else 0.3 for trial in trials]
    sign = 1.0 if history.directions[0] == "minimize" else -1.0
    ranks = np.argsort(np.argsort([sign * trial.values[0] for trial in trials], kind="stable"), kind="stable")
    goodness: list[float] = (1.0 - ranks / max(len(trials) - 1, 1)).round(4).tolist()
    return goodness

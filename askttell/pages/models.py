"""What a model says: the importance of parameters, and the landscape over the two most important ones."""

import math
from typing import Any

import numpy as np

from askttell.analysis.cuts import surface
from askttell.analysis.importance import importance, important_pair
from askttell.analysis.labels import brief, conditional_label, model_text, value_label
from askttell.analysis.landscape import landscape_to_draw
from askttell.analysis.places import is_listed, log_marks, place
from askttell.history import History
from askttell.pages.picture import BEST, Json, Picture, axis, layout, parameter_axis, plain, points


def shares(study: Any, objective: int = 0) -> Picture:
    """Of each parameter the total share of the variance, and what it explains alone."""
    history: History = study.history
    found = importance(history, objective=objective)
    names = [plain(brief(share.name, 40)) for share in found.shares]
    rows = list(range(len(names)))

    def bars(name: str, widths: list[float], colour: str, **others: Any) -> Json:
        marker = {"color": colour}
        return {"type": "bar", "orientation": "h", "name": name, "y": rows, "x": widths, "marker": marker, "hoverinfo": "x+name"} | others

    data = [
        bars("with interactions", [share.total for share in found.shares], "--complete", opacity=0.4),
        bars("alone", [share.alone for share in found.shares], "--complete"),
    ]
    across = axis(f"share of the variance of {value_label(history, objective)}", tickformat=".0%", range=[0, 1.02])
    down = axis(tickvals=rows, ticktext=names, range=[len(rows) - 0.5, -0.5])
    shown = layout(xaxis=across, yaxis=down, barmode="overlay", bargap=0.3)
    return Picture(f"importance{objective}", _title("Importance", history, objective), data, shown, 150 + 28 * len(rows), found.trust)


def contour(study: Any, objective: int = 0) -> Picture:
    """The mean of the model over the two most important parameters that are active together, averaged over the others."""
    history: History = study.history
    landscape, (x, y) = landscape_to_draw(history, objective), important_pair(history, objective)
    found = surface(landscape, history, x, y)
    first, second = history.space[x], history.space[y]
    listed = is_listed(first) or is_listed(second)
    heights = np.log10(found.mean) if landscape.of_logs else found.mean
    area: Json = {
        "type": "heatmap" if listed else "contour", "x": found.x.tolist(), "y": found.y.tolist(), "z": _known(heights),
        "colorscale": "Viridis", "reversescale": history.directions[objective] == "minimize", "hoverinfo": "x+y+z",
        "colorbar": {
            "title": {"text": value_label(history, objective), "side": "right"}, "tickfont": {"color": "--ink"},
            **(_powers(heights) if landscape.of_logs else {}),
        },
    } | ({} if listed else {"ncontours": 16, "line": {"width": 0.4}})  # fmt: skip
    if landscape.of_logs:
        area |= {"hoverinfo": "x+y+text", "text": [["" if np.isnan(mean) else brief(mean) for mean in row] for row in found.mean.tolist()]}
    both = [trial for trial in study.trials if trial.state == "complete" and x in trial.recorded and y in trial.recorded]
    best = {trial.number for trial in history.best_trials} if history.n_objectives > 1 else {history.best.number}
    both.sort(key=lambda trial: trial.number in best)
    at = [(place(first, trial.recorded[x], trial.number), place(second, trial.recorded[y], trial.number + 7)) for trial in both]
    marker = {
        "color": [BEST if trial.number in best else "white" for trial in both], "line": {"color": "black", "width": 1},
        "size": [13 if trial.number in best else 6 for trial in both],
    }  # fmt: skip
    data = [area, points(both, [place[0] for place in at], [place[1] for place in at], "trials", marker)]
    labels = [conditional_label(history, name, 40, ", ") for name in (x, y)]
    shown = layout(xaxis=parameter_axis(history, x, labels[0]), yaxis=parameter_axis(history, y, labels[1]), showlegend=False)
    averaged = ", averaged over the other parameters." if len(history.space) > 2 else "."
    note = f"{model_text(landscape)}{averaged} Brighter is better."
    return Picture(f"model{objective}", _title("Landscape", history, objective), data, shown, 480, note[0].upper() + note[1:])


def _powers(heights: Any) -> Json:
    """The marks of a scale of logarithms, as values."""
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    marks = [math.log10(mark) for mark in log_marks(10.0**low, 10.0**high, 8)]
    return {"tickvals": marks, "ticktext": [brief(10.0**mark) for mark in marks]}


def _title(what: str, history: History, objective: int) -> str:
    return what if history.n_objectives == 1 else f"{what} for {value_label(history, objective)}"


def _known(values: Any) -> list[list[float | None]]:
    """The rows, with None for NaN, which JSON does not have."""
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]

"""Results by trial number with the best so far, and the Pareto front."""

import itertools
import math
import sys
from typing import Any

import numpy as np

from askttell.analysis.curves import best_so_far
from askttell.analysis.labels import value_label
from askttell.history import History
from askttell.pages.picture import BEST, COLOURS, Json, Picture, axis, layout, points, spread, value_axis
from askttell.trial import Trial

_LEAST, _LARGEST = sys.float_info.min, 0.99 * sys.float_info.max
_BEYOND = 0.08  # of the height


def results(study: Any) -> Picture:
    """One panel an objective; trials without a value stand beyond the worst value."""
    history: History = study.history
    trials = list(study.trials)
    complete = [trial for trial in trials if trial.state == "complete"]
    m = history.n_objectives
    data: list[Json] = []
    axes: Json = {"xaxis": axis("trial", anchor=f"y{m}" if m > 1 else "y")}
    for k in range(m):
        at = "y" if k == 0 else f"y{k + 1}"
        values = [trial.values[k] for trial in complete]
        marker = {"color": COLOURS["complete"], "size": 7}
        data.append(points(complete, [trial.number for trial in complete], values, "complete", marker, yaxis=at, showlegend=k == 0))
        data += _best(history, k, at)
        data += _valueless(trials, values, history.directions[k], at, shown=k == 0)
        height = 1.0 / m
        room = [1 - (k + 0.92) * height, 1 - k * height]
        axes["yaxis" if k == 0 else f"yaxis{k + 1}"] = value_axis(value_label(history, k), values, domain=room)
    return Picture("results", "Results", data, layout(**axes), height=130 + 320 * m)


def _best(history: History, k: int, at: str) -> list[Json]:
    if history.n_objectives > 1:
        front = history.best_trials
        marker = {"color": "rgba(0,0,0,0)", "size": 11, "line": {"color": BEST, "width": 2}}
        numbers, values = [trial.number for trial in front], [trial.values[k] for trial in front]
        return [points(front, numbers, values, "Pareto set", marker, yaxis=at, showlegend=k == 0)]
    curve = best_so_far(history)
    known = np.flatnonzero(~np.isnan(curve))
    order = np.maximum.accumulate(history.told)[known]  # a best so far belongs to all trials up to the last one told
    line = {"color": BEST, "width": 2, "shape": "hv"}
    steps = {"type": "scatter", "mode": "lines", "name": "best so far", "x": order.tolist(), "y": curve[known].tolist(), "line": line}
    best = history.best
    star = {"symbol": "star", "size": 15, "color": BEST}
    return [steps | {"hoverinfo": "skip"}, points([best], [best.number], [best.values[0]], "best", star)]


def _valueless(trials: list[Trial], values: list[float], direction: str, at: str, *, shown: bool) -> list[Json]:
    edge = _edge(values, direction)
    found = []
    for state, symbol in (("failed", "x"), ("stopped", "square"), ("pending", "line-ns-open")):
        those = [trial for trial in trials if trial.state == state]
        if those:
            marker = {"symbol": symbol, "color": COLOURS[state], "size": 8}
            numbers = [trial.number for trial in those]
            found.append(points(those, numbers, [edge] * len(those), state, marker, yaxis=at, showlegend=shown))
    return found


def _edge(values: list[float], direction: str) -> float:
    """A value a little beyond the worst one, as far as there are floats; in halves, as the width of two large values may be none."""
    worst, best = (max(values), min(values)) if direction == "minimize" else (min(values), max(values))
    if spread(values):
        beyond = math.log(worst) + _BEYOND * (math.log(worst) - math.log(best))
        return math.exp(max(math.log(_LEAST), min(beyond, math.log(_LARGEST))))
    half = worst / 2 + _BEYOND * (worst / 2 - best / 2)
    return 2 * max(-_LARGEST / 2, min(half, _LARGEST / 2))


def front(study: Any) -> Picture:
    """Each pair of objectives against one another, with the Pareto set marked."""
    history: History = study.history
    pareto = {trial.number for trial in history.best_trials}
    complete = [trial for trial in study.trials if trial.state == "complete"]
    best, others = ([trial for trial in complete if (trial.number in pareto) is wanted] for wanted in (True, False))
    pairs = list(itertools.combinations(range(history.n_objectives), 2))
    data, axes = [], {}
    for n, (i, j) in enumerate(pairs):
        suffix, left = "" if n == 0 else str(n + 1), n / len(pairs)
        for trials, name, marker in (
            (others, "dominated", {"color": COLOURS["pending"], "size": 6}),
            (best, "Pareto set", {"color": BEST, "size": 9}),
        ):
            x, y = ([trial.values[k] for trial in trials] for k in (i, j))
            data.append(points(trials, x, y, name, marker, xaxis=f"x{suffix}", yaxis=f"y{suffix}", showlegend=n == 0))
        x, y = ([trial.values[k] for trial in complete] for k in (i, j))
        axes[f"xaxis{suffix}"] = value_axis(value_label(history, i), x, anchor=f"y{suffix}", domain=[left, left + 0.82 / len(pairs)])
        axes[f"yaxis{suffix}"] = value_axis(value_label(history, j), y, anchor=f"x{suffix}")
    note = f"{len(best)} of {len(complete)} complete trials are dominated by no other."
    return Picture("front", "Pareto front", data, layout(**axes), note=note)

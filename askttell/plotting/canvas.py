"""What the plots share: the canvas, colours, and the axis of a result."""

from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from askttell.analysis.places import over_decades
from askttell.history import History
from askttell.trial import Trial

COMPLETE, BEST, FAILED, STOPPED, PENDING = "#4878a8", "#d1720c", "#c0282d", "#7a7a7a", "#9a9a9a"
GROUPS = ("#4878a8", "#d1720c", "#3f8f4f", "#8a55a3", "#c0282d", "#7a6a4f", "#c45a9c", "#5f6b73")  # told apart by most eyes, in this order


def new_figure(width: float = 8.0, height: float = 5.0) -> Figure:
    """An empty figure of so many inches at 100 dots each, on a canvas of its own."""
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def results(history: History) -> tuple[list[Trial], NDArray[np.float64]]:
    """The complete trials by number with their values in the user's direction, shape (n, m); LookupError if there is none."""
    trials = [trial for trial in history.trials if trial.state == "complete"]
    if not trials:
        raise LookupError("No trial is complete yet, so there is nothing to plot; tell a result first.")
    return trials, np.array([trial.values for trial in trials])


def of_state(history: History, state: str) -> list[Trial]:
    """The trials in that state, by number."""
    return [trial for trial in history.trials if trial.state == state]


def is_log(values: NDArray[np.float64]) -> bool:
    """Whether results spread over so many decades that a log axis shows more."""
    return over_decades(float(values.min()), float(values.max()))


def dress_value_axis(axes: Any, values: NDArray[np.float64]) -> None:
    """Nothing; the y axis is a log one where that shows more, and constant results get an axis as well."""
    if is_log(values):
        axes.set_yscale("log")
    low, high = float(values.min()), float(values.max())
    if low == high:
        margin = abs(low) * 0.1 or 1.0
        axes.set_ylim(low - margin, high + margin)


def best_number(history: History) -> int | None:
    """The number of the best trial, None with several objectives."""
    return history.best.number if history.n_objectives == 1 else None

"""What the plots share: the canvas, colours, and the axis of a result."""

import math
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from askttell.history import History
from askttell.landscape import Landscape
from askttell.trial import Trial

COMPLETE, BEST, FAILED, STOPPED, PENDING = "#4878a8", "#d1720c", "#c0282d", "#7a7a7a", "#9a9a9a"
GROUPS = ("#4878a8", "#d1720c", "#3f8f4f", "#8a55a3", "#c0282d", "#7a6a4f", "#c45a9c", "#5f6b73")  # told apart by most eyes, in this order
_DECADES = 1000.0  # from this ratio of the largest to the least result on, a log axis is easier to read


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


def value_label(history: History, objective: int) -> str:
    """What stands beside the axis of an objective."""
    way = "minimised" if history.directions[objective] == "minimize" else "maximised"
    return f"value ({way})" if history.n_objectives == 1 else f"value {objective} ({way})"


def is_log(values: NDArray[np.float64]) -> bool:
    """Whether results spread over so many decades that a log axis shows more."""
    return bool(values.min() > 0.0 and values.max() / values.min() >= _DECADES)


def dress_value_axis(axes: Any, values: NDArray[np.float64]) -> None:
    """Nothing; the y axis is a log one where that shows more, and constant results get an axis as well."""
    if is_log(values):
        axes.set_yscale("log")
    low, high = float(values.min()), float(values.max())
    if low == high:
        margin = abs(low) * 0.1 or 1.0
        axes.set_ylim(low - margin, high + margin)


def group_label(name: str, n: int) -> str:
    """What a legend says of a group of n searches."""
    return (name or "this search") + (f" ({n} searches)" if n > 1 else "")


def model_text(landscape: Landscape) -> str:
    """Whose model it is, of how many results, and how good."""
    return f"askttell's Gaussian process of {landscape.n} results, which predicts {landscape.fit:.0%} of the variance of those left out"


def best_number(history: History) -> int | None:
    """The number of the best trial, None with several objectives."""
    return history.best.number if history.n_objectives == 1 else None


def brief(value: Any, length: int = 12) -> str:
    """A value as a label of at most so many characters; of longer texts the middle is left out, as names often differ at the end."""
    if isinstance(value, float) and math.isfinite(value):
        if value == 0.0 or 1e-3 <= abs(value) < 1e3:
            return f"{value:.3g}"
        digits, _, exponent = f"{value:.2e}".partition("e")
        return f"{value:.0f}" if 1e3 <= abs(value) < 1e5 else f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"
    text = str(value)
    tail = (length - 1) // 3
    return text if len(text) <= length else f"{text[: length - 1 - tail]}…{text[-tail:]}"

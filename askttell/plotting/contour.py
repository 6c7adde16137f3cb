"""What the model expects over two parameters, and where trials were made."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from askttell.analysis.cuts import surface
from askttell.analysis.importance import important_pair
from askttell.analysis.labels import conditional_label, model_text, value_label
from askttell.analysis.landscape import landscape_to_draw
from askttell.analysis.places import is_listed, log_marks, place
from askttell.errors import unknown_name
from askttell.history import History
from askttell.plotting.canvas import BEST, FAILED, best_number, new_figure, of_state, results
from askttell.plotting.scales import dress_x, dress_y

_N_LEVELS = 14


def plot(history: History, parameters: Sequence[str] = (), objective: int = 0, worst: float | None = None) -> Figure:
    """The mean of the model over two parameters, the two most important ones if none are named, averaged over the others."""
    x, y = _pair(history, parameters, objective, worst)
    landscape = landscape_to_draw(history, objective, worst)
    found = surface(landscape, history, x, y)
    figure = new_figure(height=5.6)
    axes = figure.subplots()
    shown = np.ma.masked_invalid(found.mean)
    better_bright = "viridis" if history.directions[objective] == "maximize" else "viridis_r"
    drawn: Any
    if is_listed(history.space[x]) or is_listed(history.space[y]):
        drawn = axes.pcolormesh(found.x, found.y, shown, shading="nearest", cmap=better_bright, norm="log" if landscape.of_logs else None)
    else:
        levels = _levels(shown) if landscape.of_logs else _N_LEVELS
        drawn = axes.contourf(found.x, found.y, shown, levels, cmap=better_bright, norm="log" if landscape.of_logs else None)
        axes.contour(found.x, found.y, shown, levels, colors="white", linewidths=0.3, alpha=0.6)
    _draw_trials(axes, history, x, y)
    dress_x(axes, history, x, 60)
    if not is_listed(history.space[x]):
        axes.set_xlim(found.x[0], found.x[-1])  # no margin beside the area
    dress_y(axes, history, y)
    axes.set_xlabel(conditional_label(history, x, 40))
    axes.set_ylabel(conditional_label(history, y, 40))
    bar = figure.colorbar(drawn, ax=axes, label=value_label(history, objective), aspect=30, pad=0.02)
    if landscape.of_logs:
        bar.set_ticks(FixedLocator(_marks(float(shown.min()), float(shown.max()))))
        bar.minorticks_off()
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    others = len(history.space) - 2
    averaged = f"\naveraged over the other {others} parameters" if others > 1 else "\naveraged over the other parameter" if others else ""
    figure.suptitle(f"{model_text(landscape)}{averaged}", fontsize="small")
    return figure


def _marks(low: float, high: float) -> list[float]:
    """Values to be named beside the colours: powers of ten, or plain numbers where there are hardly two of these."""
    if high >= 100 * low:
        return log_marks(low, high, 8)
    return [mark for mark in map(float, MaxNLocator(6).tick_values(low, high)) if low <= mark <= high]


def _levels(shown: Any) -> Any:
    """Levels in equal ratios; so many as matplotlib thinks right where the model is all but flat."""
    low, high = float(shown.min()), float(shown.max())
    return np.geomspace(low, high, _N_LEVELS) if high > 1.01 * low else _N_LEVELS


def _pair(history: History, parameters: Sequence[str], objective: int, worst: float | None) -> tuple[str, str]:
    for name in parameters:
        if name not in history.space:
            raise LookupError(unknown_name("parameter", name, history.space.names))
    if parameters and (len(parameters) != 2 or parameters[0] == parameters[1]):
        raise ValueError(f"A contour needs two different parameters, but got {list(parameters)!r}.")
    if len(history.space) < 2:
        raise ValueError(f"A contour needs two parameters, but the space has one, `{history.space.names[0]}`; draw the kind `slices`.")
    if parameters:
        return parameters[0], parameters[1]
    return important_pair(history, objective, worst)


def _draw_trials(axes: Any, history: History, x: str, y: str) -> None:
    def at(trial: Any) -> tuple[float, float]:
        return place(history.space[x], trial.recorded[x], trial.number), place(history.space[y], trial.recorded[y], trial.number + 7)

    def draw(trials: list[Any], **style: Any) -> None:
        places = [at(trial) for trial in trials]
        axes.plot([one for one, _ in places], [other for _, other in places], linestyle="none", clip_on=False, **style)

    both = [trial for trial in results(history)[0] if {x, y} <= set(trial.recorded)]
    draw(both, marker="o", color="white", markeredgecolor="black", markersize=3.5, markeredgewidth=0.6)
    draw([trial for trial in of_state(history, "failed") if {x, y} <= set(trial.recorded)], marker="x", color=FAILED, markersize=5)
    best = {best_number(history)} if history.n_objectives == 1 else {trial.number for trial in history.best_trials}
    draw([trial for trial in both if trial.number in best], marker="*", color=BEST, markersize=14, markeredgecolor="white", zorder=5)

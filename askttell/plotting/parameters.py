"""Each parameter against the result."""

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from askttell.analysis.labels import brief, condition_text, value_label
from askttell.analysis.places import place
from askttell.history import History
from askttell.plotting.canvas import BEST, FAILED, best_number, dress_value_axis, new_figure, of_state, results
from askttell.plotting.scales import dress_x
from askttell.trial import Trial

_N_COLUMNS = 4
_N_CHARACTERS = 54  # that stand side by side below all panels of a row


def plot(history: History) -> Figure:
    """Panels in one row for up to three, in two for up to eight, then in rows of four; failed trials are crosses at the upper edge."""
    trials, values = results(history)
    names = history.space.names
    n_columns = len(names) if len(names) <= 3 else min(_N_COLUMNS, math.ceil(len(names) / 2))
    n_rows = math.ceil(len(names) / n_columns) * history.n_objectives
    figure = new_figure(height=max(5.0, 2.3 * n_rows))
    panels = figure.subplots(n_rows, n_columns, squeeze=False)
    points: Any = None
    for objective in range(history.n_objectives):
        rows = panels[objective * n_rows // history.n_objectives : (objective + 1) * n_rows // history.n_objectives]
        for k, axes in enumerate(rows.flat):
            if k >= len(names):
                axes.set_axis_off()
                continue
            points = _draw(axes, history, names[k], trials, values[:, objective], _N_CHARACTERS // n_columns)
            if k % n_columns == 0:
                axes.set_ylabel(value_label(history, objective))
            else:
                axes.tick_params(labelleft=False)
    whole = MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
    figure.colorbar(points, ax=panels, label="trial", aspect=40, pad=0.01, ticks=whole)
    failed = len(of_state(history, "failed"))
    said = ["star: the best"] if history.n_objectives == 1 else [f"rings: the Pareto set ({len(history.best_trials)})"]
    figure.suptitle("; ".join(said + [f"crosses: {failed} failed"] * bool(failed)), fontsize="medium")
    return figure


def _draw(axes: Any, history: History, name: str, trials: list[Trial], values: NDArray[np.float64], room: int) -> Any:
    domain = history.space[name]
    active = [(trial, value) for trial, value in zip(trials, values, strict=True) if name in trial.recorded]
    points = axes.scatter(
        [place(domain, trial.recorded[name], trial.number) for trial, _ in active], [value for _, value in active],
        c=[trial.number for trial, _ in active], vmin=0, vmax=max(1, history.number - 1), cmap="viridis", s=14, alpha=0.8, linewidths=0,
    )  # fmt: skip
    _draw_best(axes, history, [(place(domain, trial.recorded[name], trial.number), value, trial.number) for trial, value in active])
    failed = [trial for trial in of_state(history, "failed") if name in trial.recorded]
    places = [place(domain, trial.recorded[name], trial.number) for trial in failed]
    dress_value_axis(axes, values)
    dress_x(axes, history, name, room)
    _share_limits(axes, values)
    axes.plot(places, [0.96] * len(places), "x", color=FAILED, markersize=5, transform=axes.get_xaxis_transform())
    condition = condition_text(history, name)
    axes.set_xlabel(brief(name, room * 3 // 2) + (f"\nif {brief(condition, room * 2)}" if condition else ""), fontsize=9)
    axes.grid(alpha=0.25)
    return points


def _draw_best(axes: Any, history: History, points: list[tuple[float, float, int]]) -> None:
    """A star on the best of these points (x, y, number), with several objectives a ring around those of the Pareto set."""
    if history.n_objectives > 1:
        pareto = {trial.number for trial in history.best_trials}
        rings = [(x, y) for x, y, number in points if number in pareto]
        axes.scatter([x for x, _ in rings], [y for _, y in rings], s=36, facecolors="none", edgecolors=BEST, linewidths=1.4)
        return
    for x, y, number in points:
        if number == best_number(history):
            axes.plot(x, y, "*", color=BEST, markersize=12, markeredgecolor="white")


def _share_limits(axes: Any, values: NDArray[np.float64]) -> None:
    """The same limits in every panel, with room for the failed ones at the upper edge."""
    to_axis, from_axis = axes.yaxis.get_transform(), axes.yaxis.get_transform().inverted()
    low, high = to_axis.transform(np.array([values.min(), values.max()]))
    room = (high - low) or 1.0
    axes.set_ylim(from_axis.transform(low - 0.05 * room), from_axis.transform(high + 0.12 * room))

"""Results by trial number, with the best so far."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from askttell.analysis.labels import value_label
from askttell.history import History
from askttell.plotting.canvas import BEST, COMPLETE, FAILED, PENDING, STOPPED, dress_value_axis, new_figure, of_state, results
from askttell.trial import Trial

_MARKS = (("failed", FAILED, "x"), ("stopped", STOPPED, "s"), ("pending", PENDING, "|"))


def plot(history: History) -> Figure:
    """One panel an objective; with several, the Pareto set is marked in place of the best so far."""
    trials, values = results(history)
    figure = new_figure()
    panels = figure.subplots(history.n_objectives, sharex=True, squeeze=False)[:, 0]
    for objective, axes in enumerate(panels):
        axes.scatter(
            [trial.number for trial in trials], values[:, objective], s=18, color=COMPLETE, alpha=_alpha(len(trials)), linewidths=0,
            label=f"complete ({len(trials)})",
        )  # fmt: skip
        _draw_best(axes, history, trials, values, objective)
        dress_value_axis(axes, values[:, objective])
        _draw_marks(axes, history, above=history.directions[objective] == "minimize")
        axes.set_ylabel(value_label(history, objective))
        axes.grid(alpha=0.25)
        axes.margins(x=0.02)
    panels[-1].set_xlabel("trial")
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    panels[-1].set_xlim(-0.5 - 0.01 * history.number, history.number - 0.5 + 0.01 * history.number)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=5, frameon=False)
    return figure


def _draw_best(axes: Any, history: History, trials: list[Trial], values: NDArray[np.float64], objective: int) -> None:
    if history.n_objectives > 1:
        best = history.best_trials
        axes.scatter(
            [trial.number for trial in best], [trial.values[objective] for trial in best], s=40, facecolors="none", edgecolors=BEST,
            linewidths=1.5, label=f"Pareto set ({len(best)})",
        )  # fmt: skip
        return
    running = (np.minimum if history.directions[0] == "minimize" else np.maximum).accumulate(values[:, 0])
    numbers = [*(trial.number for trial in trials), history.number - 1]
    axes.step(numbers, [*running, running[-1]], where="post", color=BEST, linewidth=1.8, label="best so far")
    axes.plot(history.best.number, history.best.values[0], "*", color=BEST, markersize=13, markeredgecolor="white", clip_on=False)


def _draw_marks(axes: Any, history: History, *, above: bool) -> None:
    """Trials without a value stand on a line beyond the worst values."""
    found = [(state, of_state(history, state), colour, marker) for state, colour, marker in _MARKS]
    room = 0.06 if any(trials for _, trials, _, _ in found) else 0.0
    _make_room(axes, room, above=above)
    for state, trials, colour, marker in found:
        if trials:
            numbers, heights = [trial.number for trial in trials], [1.0 - room / 2 if above else room / 2] * len(trials)
            axes.plot(
                numbers, heights, marker, color=colour, markersize=6, transform=axes.get_xaxis_transform(), clip_on=False, zorder=3,
                label=f"{state} ({len(trials)})",
            )  # fmt: skip


def _make_room(axes: Any, share: float, *, above: bool) -> None:
    """Leave that share of the height free above or below the values."""
    to_axis, from_axis = axes.yaxis.get_transform(), axes.yaxis.get_transform().inverted()
    low, high = to_axis.transform(np.array(axes.get_ylim()))
    room = share * (high - low) / (1 - share)
    axes.set_ylim(from_axis.transform(low if above else low - room), from_axis.transform(high + room if above else high))


def _alpha(n: int) -> float:
    return 0.75 if n <= 300 else 0.4

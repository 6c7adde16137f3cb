"""The results of several objectives against one another, with the Pareto set."""

import itertools
from typing import Any

from matplotlib.figure import Figure

from askttell.analysis.labels import value_label
from askttell.history import History
from askttell.plotting.canvas import BEST, COMPLETE, is_log, new_figure, results

_N_COLUMNS = 3


def plot(history: History) -> Figure:
    """One panel for each pair of objectives; of two a line bounds what the Pareto set dominates."""
    if history.n_objectives < 2:
        raise ValueError("A front needs several objectives, but the search has one; draw the kind `history`.")
    trials, values = results(history)
    pairs = list(itertools.combinations(range(history.n_objectives), 2))
    n_columns = min(len(pairs), _N_COLUMNS)
    n_rows = -(-len(pairs) // n_columns)
    figure = new_figure(height=5.0 if n_columns == 1 else 0.5 + 2.7 * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False)
    best = {trial.number for trial in history.best_trials}
    of_best = [trial.number in best for trial in trials]
    others = [not one for one in of_best]
    for axes in panels.flat[len(pairs) :]:
        axes.set_axis_off()
    for (i, j), axes in zip(pairs, panels.flat, strict=False):
        style: dict[str, Any] = {"s": 16, "color": COMPLETE, "alpha": 0.6, "linewidths": 0}
        axes.scatter(values[others, i], values[others, j], label=f"dominated ({sum(others)})", **style)
        if len(pairs) == 1:
            order = (values[of_best, i] if history.directions[i] == "minimize" else -values[of_best, i]).argsort()
            axes.step(values[of_best, i][order], values[of_best, j][order], where="post", color=BEST, linewidth=1.2, alpha=0.7)
        axes.scatter(values[of_best, i], values[of_best, j], s=30, color=BEST, linewidths=0, zorder=3, label=f"Pareto set ({sum(of_best)})")
        _dress(axes, history, (i, j), values)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
    return figure


def _dress(axes: Any, history: History, pair: tuple[int, int], values: Any) -> None:
    for axis, objective in zip("xy", pair, strict=True):
        if is_log(values[:, objective]):
            axes.set(**{f"{axis}scale": "log"})
        axes.set(**{f"{axis}label": value_label(history, objective)})
    axes.grid(alpha=0.25)

"""What the model expects along each parameter, the others as in the best trial."""

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from askttell.analysis.cuts import Cut, cut
from askttell.analysis.labels import conditional_label, model_text, value_label
from askttell.analysis.landscape import landscape_to_draw
from askttell.analysis.places import is_listed, place
from askttell.domains import Domain
from askttell.history import History
from askttell.plotting.canvas import BEST, COMPLETE, new_figure
from askttell.plotting.scales import dress_x

_N_COLUMNS = 4
_N_CHARACTERS = 54


def plot(history: History, objective: int = 0, worst: float | None = None) -> Figure:
    """One panel a parameter, with a band of one deviation; a star is the best trial. Parameters that are inactive there have no line."""
    landscape, names = landscape_to_draw(history, objective, worst), history.space.names
    n_columns = len(names) if len(names) <= 3 else min(_N_COLUMNS, math.ceil(len(names) / 2))
    n_rows = math.ceil(len(names) / n_columns)
    figure = new_figure(height=max(4.0, 0.8 + 2.3 * n_rows))
    panels = figure.subplots(n_rows, n_columns, squeeze=False, sharey=True)
    for k, axes in enumerate(panels.flat):
        if k >= len(names):
            axes.set_axis_off()
            continue
        _draw(axes, cut(landscape, history, names[k]), history, objective)
        dress_x(axes, history, names[k], _N_CHARACTERS // n_columns)
        axes.set_xlabel(conditional_label(history, names[k], 80 // n_columns), fontsize=9)
        axes.grid(alpha=0.25)
        if landscape.of_logs:
            axes.set_yscale("log")
        if k % n_columns == 0:
            axes.set_ylabel(value_label(history, objective))
    figure.suptitle(f"{model_text(landscape)},\nalong each parameter through the best trial (star)", fontsize="small")
    return figure


def _draw(axes: Any, found: Cut, history: History, objective: int) -> None:
    best, domain = history.best_trials[0], history.space[found.name]
    if np.isnan(found.mean).all() or found.name not in best.recorded:
        axes.text(0.5, 0.5, "inactive in\nthe best trial", transform=axes.transAxes, ha="center", va="center", fontsize=9, color="grey")
        return
    if is_listed(domain):
        axes.errorbar(found.places, found.mean, [found.mean - found.low, found.high - found.mean], fmt="o", color=COMPLETE, capsize=3)
    else:
        axes.fill_between(found.places, found.low, found.high, color=COMPLETE, alpha=0.2, linewidth=0)
        axes.plot(found.places, found.mean, color=COMPLETE, linewidth=1.6)
    at = _centre(domain, best.recorded[found.name])
    axes.plot(at, best.values[objective], "*", color=BEST, markersize=12, markeredgecolor="white", zorder=5)


def _centre(domain: Domain, value: Any) -> float:
    return float(domain.index(value)) if is_listed(domain) else place(domain, value, 0)

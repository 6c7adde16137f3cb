"""How much each parameter matters, as bars."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from askttell.analysis.importance import Importance, importance
from askttell.analysis.labels import brief, value_label
from askttell.history import History
from askttell.plotting.canvas import COMPLETE, new_figure

_LIGHT = "#b5cae0"
_N_SHOWN = 30


def plot(history: History, worst: float | None = None) -> Figure:
    """One panel an objective: of each parameter the total share of the variance, and within it what it explains alone."""
    found = [importance(history, objective=k, worst=worst) for k in range(history.n_objectives)]
    n_bars = min(len(history.space), _N_SHOWN)
    figure = new_figure(height=max(2.5, 1.8 + 0.32 * n_bars) if len(found) == 1 else max(5.0, len(found) * (1.6 + 0.32 * n_bars)))
    panels = figure.subplots(len(found), squeeze=False)[:, 0]
    for objective, (axes, shares) in enumerate(zip(panels, found, strict=True)):
        _draw(axes, shares)
        axes.set_xlabel(f"share of the variance of {value_label(history, objective)}")
        axes.set_title(shares.trust.replace(": ", ":\n"), fontsize="small", loc="left")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
    return figure


def _draw(axes: Any, shares: Importance) -> None:
    shown = shares.shares[:_N_SHOWN]
    rows = np.arange(len(shown))
    axes.barh(rows, [share.total for share in shown], color=_LIGHT, height=0.7, label="with interactions")
    axes.barh(rows, [share.alone for share in shown], color=COMPLETE, height=0.7, label="alone")
    for row, share in zip(rows.tolist(), shown, strict=True):
        axes.text(share.total + 0.01, row, f"{share.total:.0%}", va="center", fontsize=8)
    axes.set_yticks(rows, [brief(share.name, 28) for share in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.08)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="x", alpha=0.25)

"""The share of trials that reach a value, for one or several groups of searches."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from askttell.analysis.curves import distribution, groups_of
from askttell.analysis.labels import group_label, value_label
from askttell.plotting.canvas import GROUPS, is_log, new_figure


def plot(given: Any) -> Figure:
    """The empirical cumulative distribution of the values of complete trials, one line a group; counted from the better side."""
    groups = groups_of(given)
    first = next(iter(groups.values()))[0]
    maximised = first.directions[0] == "maximize"
    figure = new_figure()
    axes = figure.subplots()
    everything = []
    for k, (name, histories) in enumerate(groups.items()):
        values, shares = distribution(histories)
        shown = 1.0 - shares + 1.0 / len(shares) if maximised else shares
        label = group_label(name, len(histories))
        axes.step(values, shown, where="pre" if maximised else "post", color=GROUPS[k % len(GROUPS)], linewidth=1.8, label=label)
        everything.append(values)
    if is_log(np.concatenate(everything)):
        axes.set_xscale("log")
    axes.set_xlabel(value_label(first, 0))
    axes.set_ylabel(f"trials with {'at least' if maximised else 'at most'} this value")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylim(0.0, 1.02)
    axes.grid(alpha=0.25)
    if len(groups) > 1:
        figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return figure

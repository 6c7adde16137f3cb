"""The best so far over several searches: median and quartiles of each group."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from askttell.analysis.curves import band, groups_of
from askttell.analysis.labels import group_label, value_label
from askttell.plotting.canvas import GROUPS, dress_value_axis, new_figure


def plot(given: Any) -> Figure:
    """A line for the median of each group and, of several searches, a band between the quartiles; a group ends with its shortest search."""
    groups = groups_of(given)
    figure = new_figure()
    axes = figure.subplots()
    ends = []
    for k, (name, histories) in enumerate(groups.items()):
        found, colour = band(histories), GROUPS[k % len(GROUPS)]
        finished = np.arange(found.first, found.first + len(found.median))
        axes.step(finished, found.median, where="post", color=colour, linewidth=1.8, label=group_label(name, found.n_searches))
        if found.n_searches > 1:
            axes.fill_between(finished, found.low, found.high, step="post", color=colour, alpha=0.2, linewidth=0)
        axes.plot(finished[-1], found.median[-1], "o", color=colour, markersize=5, clip_on=False)
        ends += [found.low, found.high]
    dress_value_axis(axes, np.concatenate(ends))
    first = next(iter(groups.values()))[0]
    axes.set_ylabel("best " + value_label(first, 0))
    axes.set_xlabel("finished trials")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.margins(x=0.02)
    axes.grid(alpha=0.25)
    several = any(len(histories) > 1 for histories in groups.values())
    if several or len(groups) > 1:
        figure.legend(loc="outside upper center", ncols=3, frameon=False, title="median and quartiles" if several else None)
    return figure

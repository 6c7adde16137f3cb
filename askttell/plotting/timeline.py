"""Which worker evaluated which trial when."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from askttell.analysis.curves import timeline
from askttell.analysis.labels import brief
from askttell.plotting.canvas import COMPLETE, FAILED, PENDING, STOPPED, new_figure

_COLOURS = {"complete": COMPLETE, "failed": FAILED, "stopped": STOPPED, "pending": PENDING}
_UNITS = ((172800.0, 86400.0, "days"), (7200.0, 3600.0, "hours"), (300.0, 60.0, "minutes"), (0.0, 1.0, "seconds"))
_N_NUMBERED = 60  # bars up to which each shows the number of its trial
_N_NAMED = 30


def plot(study: Any) -> Figure:
    """A bar for each evaluation, from ask to tell, coloured by its state; a worker that has several at a time has several lanes."""
    found = timeline(study)
    n_lanes = len(found.workers)
    _, unit, name = next(row for row in _UNITS if found.seconds >= row[0])
    figure = new_figure(height=max(2.5, min(12.0, 1.4 + 0.3 * n_lanes)))
    axes = figure.subplots()
    least = max(found.seconds, 1e-3) * 0.002  # an evaluation of no time is still seen
    for bar in found.bars:
        width = max(bar.ended - bar.begun, least)
        axes.barh(
            bar.lane, width / unit, left=bar.begun / unit, height=0.8, color=_COLOURS[bar.trial.state], edgecolor="white", linewidth=0.5
        )
        if len(found.bars) <= _N_NUMBERED and width > 0.03 * found.seconds:
            middle = (bar.begun + width / 2) / unit
            axes.text(middle, bar.lane, str(bar.trial.number), ha="center", va="center", color="white", fontsize=8)
    named = [lane for lane, worker in enumerate(found.workers) if lane == 0 or found.workers[lane - 1] != worker]
    named = named[:: -(-len(named) // _N_NAMED)]
    axes.set_yticks(named, [brief(found.workers[lane], 24) for lane in named])
    axes.set_ylim(n_lanes - 0.4, -0.6)
    axes.set_xlabel(f"{name} since the first ask")
    axes.grid(axis="x", alpha=0.25)
    states = [state for state in _COLOURS if any(bar.trial.state == state for bar in found.bars)]
    counts = {state: sum(bar.trial.state == state for bar in found.bars) for state in states}
    handles = [Patch(color=_COLOURS[state], label=f"{state} ({counts[state]})") for state in states]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False)
    return figure

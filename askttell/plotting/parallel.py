"""Parallel coordinates: a vertical axis a parameter, each in its own unit interval, and one an objective."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray

from askttell.analysis.labels import brief, value_label
from askttell.analysis.places import is_listed, log_marks, spread
from askttell.domains import Domain, Float, Int
from askttell.history import History
from askttell.plotting.canvas import BEST, FAILED, best_number, is_log, new_figure, of_state, results
from askttell.plotting.scales import linear_locator
from askttell.trial import Trial

_NOWHERE = -0.14  # the height of the line where an inactive parameter, or the result of a failed trial, lies
_N_LABELS = 12


def plot(history: History) -> Figure:
    """Lines of better trials are darker and lie above; the best is thick, failed ones are dashed."""
    trials, values = results(history)
    names, d, m = history.space.names, len(history.space), history.n_objectives
    figure = new_figure(width=max(8.0, 1.0 * (d + m)))
    axes = figure.subplots()
    failed = of_state(history, "failed")
    for trial in failed:
        heights = [*_heights(history, trial), *[_NOWHERE] * m]
        axes.plot(range(d + m), heights, color=FAILED, linestyle="--", linewidth=0.8, alpha=0.6)
    results_at = np.column_stack([_unit(values[:, objective]) for objective in range(m)])
    goodness = _goodness(history, trials)
    crowd = min(1.0, (150 / len(trials)) ** 0.5)  # many lines are drawn thinner, lest they hide one another
    for row in np.argsort(goodness, kind="stable"):
        _draw_line(axes, history, trials[row], results_at[row], float(goodness[row]), crowd)
    for k, name in enumerate(names):
        _draw_axis(axes, k, _marks(history.space[name]))
    for objective in range(m):
        _draw_axis(axes, d + objective, _value_marks(values[:, objective]))
    _dress(axes, history, [brief(name, 12) for name in names] + [value_label(history, k).replace(" (", "\n(") for k in range(m)])
    shades = "better ones darker, the best orange" if m == 1 else "the Pareto set dark"
    axes.set_title(f"{len(trials)} complete, {shades}" + (f"; {len(failed)} failed, dashed" if failed else ""), fontsize="medium")
    return figure


def _draw_line(axes: Any, history: History, trial: Trial, results_at: NDArray[np.float64], goodness: float, crowd: float) -> None:
    heights = [*_heights(history, trial), *results_at]
    if trial.number == best_number(history):
        axes.plot(range(len(heights)), heights, color=BEST, linewidth=2.2)
    else:
        colour = colormaps["viridis"](0.95 * (1.0 - goodness))
        axes.plot(range(len(heights)), heights, color=colour, linewidth=1.0, alpha=crowd * (0.25 + 0.55 * goodness))


def _heights(history: History, trial: Trial) -> list[float]:
    """The height of the trial on each parameter's axis."""
    heights = []
    for name, domain in zip(history.space.names, history.space.domains, strict=True):
        if name not in trial.recorded:
            heights.append(_NOWHERE)
            continue
        room = 0.5 / domain.size if is_listed(domain) else 0.0
        heights.append(domain.to_unit(trial.recorded[name]) + room * spread(domain, trial.number))
    return heights


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Results as heights, on a log scale where that shows more."""
    scaled = np.log(values) if is_log(values) else values / 4.0  # so that no width is infinite
    width = scaled.max() - scaled.min()
    return (scaled - scaled.min()) / width if width > 0.0 else np.full(len(values), 0.5)


def _goodness(history: History, trials: list[Trial]) -> NDArray[np.float64]:
    """A number in [0, 1] for each trial: its rank, or with several objectives whether it is in the Pareto set."""
    if history.n_objectives > 1:
        pareto = {trial.number for trial in history.best_trials}
        return np.array([1.0 if trial.number in pareto else 0.2 for trial in trials])
    sign = 1.0 if history.directions[0] == "minimize" else -1.0
    order = np.argsort([sign * trial.values[0] for trial in trials], kind="stable")
    goodness = np.empty(len(trials))
    goodness[order] = np.linspace(1.0, 0.0, len(trials))
    return goodness


def _marks(domain: Domain) -> list[tuple[float, str]]:
    """Heights and labels of an axis."""
    if is_listed(domain):
        every = -(-int(domain.size) // _N_LABELS)
        return [((k + 0.5) / domain.size, brief(domain.at(k))) for k in range(0, int(domain.size), every)]
    assert isinstance(domain, Float | Int)
    values: list[Any] = [domain.low, *_between(domain), domain.high]
    return [(domain.to_unit(value), brief(value)) for value in dict.fromkeys(values)]


def _between(domain: Float | Int) -> list[Any]:
    """A few values between the bounds and not too near them."""
    marks = log_marks(domain.low, domain.high) if domain.log else linear_locator(domain).tick_values(domain.low, domain.high)
    inner = [round(value) if isinstance(domain, Int) else float(value) for value in marks if domain.low < value < domain.high]
    at: Any = domain.to_unit  # int or float, as the domain is
    return [value for value in inner if 0.12 < at(value) < 0.88]


def _value_marks(values: NDArray[np.float64]) -> list[tuple[float, str]]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return [(0.5, brief(low))]
    middle = low**0.5 * high**0.5 if is_log(values) else low / 2.0 + high / 2.0
    return [(0.0, f"{low:.4g}"), (0.5, f"{middle:.4g}"), (1.0, f"{high:.4g}")]


def _draw_axis(axes: Any, k: int, marks: list[tuple[float, str]]) -> None:
    axes.plot([k, k], [0.0, 1.0], color="black", linewidth=1.0, zorder=5)
    for height, label in marks:
        axes.plot([k - 0.02, k + 0.02], [height, height], color="black", linewidth=1.0, zorder=5)
        axes.text(
            k + 0.04, height, label, fontsize="small", va="center", ha="left", zorder=6,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _dress(axes: Any, history: History, labels: list[str]) -> None:
    lowest = _NOWHERE if history.space.conditional or of_state(history, "failed") else 0.0
    if lowest:
        axes.axhline(_NOWHERE, color="grey", linewidth=0.8, linestyle=":", zorder=0)
        axes.text(-0.08, _NOWHERE, "inactive,\nno value", fontsize="small", va="center", ha="right", color="grey")
    axes.set_xticks(range(len(labels)), labels, fontsize=9)
    axes.set_xlim(-0.1, len(labels) - 1 + 0.45)
    axes.set_ylim(lowest - 0.04, 1.04)
    axes.yaxis.set_visible(False)
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", length=0)

"""The report as a picture: mean score by number of evaluations for each family, and the share of targets reached."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.scores import Scores, by_problem, clipped, reached


def draw(scores: Scores, path: Path) -> None:
    """Nothing; writes the picture."""
    families = sorted(set(scores.families.values()))
    n_panels = len(families) + 1
    columns = min(n_panels, 3)
    rows = -(-n_panels // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.2 * columns, 3.8 * rows), squeeze=False, constrained_layout=True)
    panels = list(axes.flat)
    for family, panel in zip(families, panels, strict=False):
        _regret(panel, scores, family)
    _targets(panels[len(families)], scores)
    for panel in panels[n_panels:]:
        panel.axis("off")
    handles, labels = panels[len(families)].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 6), frameon=False)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _regret(panel: Axes, scores: Scores, family: str) -> None:
    longest = max(run.budget for runs in scores.runs.values() for (problem, _), run in runs.items() if scores.families[problem] == family)
    for place, method in enumerate(scores.methods):
        points = {n: clipped(scores.regrets(method, n, family)) for n in _places(longest)}
        means = {n: np.mean([np.mean(group) for group in by_problem(values)]) for n, values in points.items() if values}
        panel.plot(list(means), list(means.values()), label=method, color=_colour(place), ls=_dash(place), lw=1.6)
    panel.set(title=family, xlabel="evaluations", ylabel="normalised regret", xscale="log", ylim=(0, 1.02))
    _frame(panel)


def _targets(panel: Axes, scores: Scores) -> None:
    for place, (method, runs) in enumerate(scores.runs.items()):
        shortest = min(run.budget for run in runs.values())
        curve = np.mean([reached(run)[:shortest] for run in runs.values()], axis=0)
        panel.step(np.arange(1, shortest + 1), curve, where="post", label=method, color=_colour(place), ls=_dash(place), lw=1.6)
    panel.set(title="targets reached, all families", xlabel="evaluations", ylabel="share", xscale="log", ylim=(0, 1.02))
    _frame(panel)


def _places(longest: int) -> list[int]:
    """Numbers of evaluations at equal ratios."""
    return sorted({int(n) for n in np.geomspace(1, longest, 30)} | {longest})


def _colour(place: int) -> str:
    return f"C{place % 10}"


def _dash(place: int) -> str:
    return ("-", "--", ":")[place // 10 % 3]


def _frame(panel: Axes) -> None:
    panel.grid(visible=True, alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)

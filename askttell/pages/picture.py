"""What the pictures of a page share: plain dicts as plotly.js takes them, with the colours of the style sheet.

A colour that begins with -- is a name in page.css. All text of a study goes through `plain`, as plotly.js reads some tags of HTML.
"""

from html import escape
from typing import Any, TypeAlias

import attrs

from askttell.analysis.labels import brief
from askttell.analysis.places import is_listed, log_limits, log_marks, over_decades
from askttell.history import History
from askttell.trial import Trial

Json: TypeAlias = dict[str, Any]

COLOURS = {"complete": "--complete", "failed": "--failed", "stopped": "--stopped", "pending": "--pending"}
BEST = "--best"
_MANY = 2000  # points from which they are drawn by WebGL
_N_LABELS = 12
_N_MARKS = 6
_N_HOVERED = 30


@attrs.frozen
class Picture:
    """One section of the page: a picture, or if there is no data only the note, which says why."""

    id: str
    title: str
    data: list[Json] = attrs.field(factory=list)
    layout: Json = attrs.field(factory=dict)
    height: int = 420
    note: str = ""

    def drawn(self) -> Json:
        """What the script of the page draws."""
        return {"id": self.id, "data": self.data, "layout": self.layout | {"height": self.height}}


def plain(text: object) -> str:
    """The text without anything that plotly.js would read as a tag."""
    return escape(" ".join(str(text).split()), quote=False)


def hovers(study: Any) -> list[str]:
    """What is shown under the pointer, by trial number; pictures name the trial only, as each shows nearly all of them."""
    return [_hover(trial) for trial in study.trials]


def _hover(trial: Trial) -> str:
    """All of a trial, line by line."""
    values = ", ".join(f"{value:.6g}" for value in trial.values) or plain(brief(trial.reason or trial.state, 60))
    params = [f"{plain(brief(name, 30))} = {plain(brief(value, 40))}" for name, value in trial.recorded.items()]
    more = [f"… and {len(params) - _N_HOVERED} more"] if len(params) > _N_HOVERED else []
    seconds = "" if trial.asked_at is None or trial.told_at is None else f"{(trial.told_at - trial.asked_at).total_seconds():.3g} seconds"
    return "<br>".join([f"<b>trial {trial.number}</b>: {values}", *params[:_N_HOVERED], *more, *filter(None, [seconds])])


def points(trials: list[Trial], x: list[Any], y: list[Any], name: str, marker: Json, **others: Any) -> Json:
    """A mark for each trial, which shows all of it under the pointer."""
    return {
        "type": "scattergl" if len(trials) > _MANY else "scatter", "mode": "markers", "name": name, "x": _rounded(x), "y": _rounded(y),
        "marker": marker, "hoverinfo": "text", "hovertext": [trial.number for trial in trials], **others,
    }  # fmt: skip


def _rounded(values: list[Any]) -> list[Any]:
    """The values to seven digits, which is more than can be seen, and half as long."""
    return [float(f"{value:.7g}") if isinstance(value, float) else value for value in values]


def layout(**parts: Any) -> Json:
    """A layout on the paper of the page."""
    base: Json = {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "font": {"color": "--ink", "size": 13},
        "margin": {"l": 70, "r": 20, "t": 40, "b": 50}, "hovermode": "closest", "hoverlabel": {"align": "left"},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "--faint", "activecolor": "--ink"},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }  # fmt: skip
    return base | parts


def axis(title: str = "", **others: Any) -> Json:
    """An axis; its title is plain already."""
    return {"title": {"text": title}, "gridcolor": "--grid", "zeroline": False, "linecolor": "--grid", "automargin": True, **others}


def spread(values: list[float]) -> bool:
    """Whether a log axis shows more."""
    return bool(values) and over_decades(min(values), max(values))


def value_axis(title: str, values: list[float], **others: Any) -> Json:
    """The axis of an objective: a log one where that shows more."""
    return axis(title, type="log" if spread(values) else "linear", **others)


def parameter_axis(history: History, name: str, title: str) -> Json:
    """The axis of a parameter: a log one, or with the names of choices."""
    domain = history.space[name]
    if is_listed(domain):
        size = int(domain.size)
        shown = range(0, size, -(-size // _N_LABELS))
        labels = [plain(brief(domain.at(k), 14)) for k in shown]
        return axis(plain(title), tickvals=list(shown), ticktext=labels, range=[-0.6, size - 0.4])
    if limits := log_limits(history, name):
        marks = log_marks(*limits)
        return axis(plain(title), type="log", tickvals=marks, ticktext=[brief(mark) for mark in marks])
    return axis(plain(title), nticks=_N_MARKS)

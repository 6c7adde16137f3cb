"""Where the values of a parameter lie on an axis, and how that axis is marked."""

import math
from typing import Any

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from askttell.analysis.labels import brief
from askttell.analysis.places import log_limits, log_marks
from askttell.domains import Categorical, Float, Int, Ordinal
from askttell.history import History

_N_LABELS = 12


def dress_x(axes: Any, history: History, name: str, room: int) -> None:
    """Nothing; the x axis then has the limits, scale and marks of the parameter; `room`: how many characters fit below it."""
    domain = history.space[name]
    if isinstance(domain, Categorical | Ordinal):
        labels = [brief(domain.at(k)) for k in range(domain.size)]
        every = math.ceil(len(labels) / _N_LABELS)
        long = sum(map(len, labels[::every])) > room
        axes.set_xlim(-0.6, domain.size - 0.4)
        axes.set_xticks(range(0, domain.size, every), labels[::every], rotation=30 if long else 0, ha="right" if long else "center")
        return
    assert isinstance(domain, Float | Int)
    if limits := log_limits(history, name):
        margin = (limits[1] / limits[0]) ** 0.04
        axes.set_xscale("log")
        axes.set_xlim(limits[0] / margin, limits[1] * margin)
        axes.xaxis.set_major_locator(FixedLocator(log_marks(*limits, n=max(2, room // 5))))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: brief(x)))
        axes.xaxis.set_minor_formatter(NullFormatter())
        return
    margin = 0.04 * (domain.high - domain.low)
    axes.set_xlim(domain.low - margin, domain.high + margin)
    axes.xaxis.set_major_locator(linear_locator(domain))


def dress_y(axes: Any, history: History, name: str) -> None:
    """Nothing; the y axis then has the limits, scale and marks of the parameter."""
    domain = history.space[name]
    if isinstance(domain, Categorical | Ordinal):
        every = math.ceil(domain.size / _N_LABELS)
        axes.set_ylim(-0.6, domain.size - 0.4)
        axes.set_yticks(range(0, domain.size, every), [brief(domain.at(k)) for k in range(0, domain.size, every)])
        return
    assert isinstance(domain, Float | Int)
    limits = log_limits(history, name)
    if limits:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(FixedLocator(log_marks(*limits, n=8)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: brief(y)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.yaxis.set_major_locator(linear_locator(domain))
    axes.set_ylim(*(limits or (domain.low, domain.high)))


def linear_locator(domain: Float | Int) -> MaxNLocator:
    """Marks at round values, at whole ones for an Int."""
    return MaxNLocator(4, integer=isinstance(domain, Int), steps=[1, 2, 5, 10])

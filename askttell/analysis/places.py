"""Where the values of a parameter lie on an axis of a picture."""

import math
from typing import Any

from askttell.domains import Categorical, Domain, Float, Int, Ordinal
from askttell.history import History

_DECADES = 1000.0  # from this ratio of the largest to the least value on
_FEW, _CROWDED = 5, 0.4  # values, and which share of them must lie in the lowest tenth of the range
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def is_listed(domain: Domain) -> bool:
    """Whether the axis shows names at equal distances."""
    return isinstance(domain, Categorical | Ordinal)


def over_decades(low: float, high: float) -> bool:
    """Whether values from low to high spread over so many decades that a log axis shows more."""
    return low > 0.0 and high / _DECADES >= low


def log_limits(history: History, name: str) -> tuple[float, float] | None:
    """Where the log axis of a parameter begins and ends; None if its axis is a linear one.

    A parameter that is searched on a linear scale, but was tried mostly near the lower end of decades, gets a log axis, too, from below
    the least value that was tried: on a linear one all would stand on a line.
    """
    domain = history.space[name]
    if isinstance(domain, Categorical | Ordinal):
        return None
    assert isinstance(domain, Float | Int)
    if domain.log:
        return domain.low, domain.high
    tried: list[Any] = [trial.recorded[name] for trial in history.finished if name in trial.recorded]
    low = domain.low + (domain.high - domain.low) / 10.0
    if len(tried) < _FEW or not over_decades(domain.low, domain.high) or sum(value < low for value in tried) < len(tried) * _CROWDED:
        return None
    return max(float(domain.low), min(tried) / 2.0), domain.high


def place(domain: Domain, value: Any, number: int) -> float:
    """The coordinate of a value; a category's is spread a little by the trial's number, so that equal ones can be told apart."""
    return domain.index(value) + 0.4 * spread(domain, number) if is_listed(domain) else float(value)


def spread(domain: Domain, number: int) -> float:
    """A number in [-0.5, 0.5) that differs from trial to trial, the same each time; 0 if there is one value only."""
    return number * _GOLDEN % 1.0 - 0.5 if domain.size > 1 else 0.0


def log_marks(low: float, high: float, n: int = 4) -> list[float]:
    """Powers of ten within the bounds, at most about n of them; the bounds themselves if there is less than two."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first) / n))
    powers = [10.0**k for k in range(first, last + 1, step)]
    if len(powers) >= 2:
        return powers
    return [float(low), math.sqrt(low * high), float(high)] if high / low > 4 else [float(low), float(high)]

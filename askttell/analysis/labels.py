"""How values, objectives and models are named in pictures and pages."""

import math
from typing import Any

from askttell.history import History

LEAST_FIT = 0.4  # noise alone is fitted up to about 0.3 after 20 to 80 results of five parameters
GOOD_FIT = 0.7


def brief(value: Any, length: int = 12) -> str:
    """A value as a label of at most so many characters; of longer texts the middle is left out, as names often differ at the end."""
    if isinstance(value, float) and math.isfinite(value):
        if value == 0.0 or 1e-3 <= abs(value) < 1e3:
            return f"{value:.3g}"
        digits, _, exponent = f"{value:.2e}".partition("e")
        return f"{value:.0f}" if 1e3 <= abs(value) < 1e5 else f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"
    text = str(value)
    tail = (length - 1) // 3
    return text if len(text) <= length else f"{text[: length - 1 - tail]}…{text[-tail:]}"


def value_label(history: History, objective: int) -> str:
    """What stands beside the axis of an objective."""
    way = "minimised" if history.directions[objective] == "minimize" else "maximised"
    return f"value ({way})" if history.n_objectives == 1 else f"value {objective} ({way})"


def condition_text(history: History, name: str) -> str:
    """When the parameter is active, in a few words; empty if always."""
    conditions = history.space.conditions[history.space.names.index(name)]
    return " and ".join(f"{condition.parent} = {_any_of(condition.values)}" for condition in conditions)


def conditional_label(history: History, name: str, room: int, between: str = "\n") -> str:
    """The parameter's name and, if it is not always active, when it is, in small print that has more room."""
    condition = condition_text(history, name)
    return brief(name, room) + (f"{between}if {brief(condition, 4 * room // 3)}" if condition else "")


def _any_of(values: Any) -> str:
    if isinstance(values, range):
        return f"{values[0]}…{values[-1]}"
    return " | ".join(brief(value) for value in values[:3]) + (" | …" if len(values) > 3 else "")


def model_text(landscape: Any) -> str:
    """Whose model it is, of how many results, and how good."""
    doubt = "only " if landscape.fit < LEAST_FIT else ""
    what = "the variance of the logarithms of those left out" if landscape.of_logs else "the variance of those left out"
    return f"askttell's Gaussian process of {landscape.n} results, which predicts {doubt}{landscape.fit:.0%} of {what}"


def group_label(name: str, n: int) -> str:
    """What a legend says of a group of n searches."""
    return (name or "this search") + (f" ({n} searches)" if n > 1 else "")

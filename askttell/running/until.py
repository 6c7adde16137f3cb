"""When a run should end: pure functions of the history, for `Study.run(…, until=…)`, combinable with & and |.

Any function from a history to a bool serves as well, also as the other side of & and |.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.history import History

Until: TypeAlias = Callable[[History], bool]


@attrs.frozen(repr=False)
class Condition:
    """A function of the history that knows its own text, and & and |; of the latter also the two sides."""

    holds: Until
    text: str
    sides: tuple[Until, ...] = ()

    def __call__(self, history: History) -> bool:
        return bool(self.holds(history))

    def __and__(self, other: Until) -> "Condition":
        return Condition(lambda history: self(history) and bool(other(history)), f"({self} & {text_of(other)})")

    def __or__(self, other: Until) -> "Condition":
        return Condition(lambda history: self(history) or bool(other(history)), f"({self} | {text_of(other)})", (self, other))

    __rand__, __ror__ = __and__, __or__  # the order matters to neither

    def __repr__(self) -> str:
        return self.text


def no_improvement(n: int, by: float = 0.0) -> Condition:
    """Whether none of the last n results, failures among them, bettered the best before them by more than `by`.

    >>> from askttell import Float, Space, Study
    >>> study = Study(Space(x=Float(0.0, 1.0)), seed=0)
    >>> study.run(lambda x: 1.0, until=no_improvement(30))
    >>> study.n_finished
    31
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"`n` must be an integer from 1, the number of results without improvement, but got {n!r}.")
    if not by >= 0:
        raise ValueError(f"`by` must be a number from 0, the least improvement that counts, but got {by!r}.")

    def holds(history: History) -> bool:
        losses = _one_loss(history, "no_improvement")
        return len(losses) > n and not _least(losses) < _least(losses[:-n]) - by

    return Condition(holds, f"no_improvement({n})" if by == 0 else f"no_improvement({n}, by={by!r})")


def target(value: float) -> Condition:
    """Whether the best result is at least as good as this value: at most it if the study minimises, at least it if it maximises.

    >>> from askttell import Float, Space, Study
    >>> study = Study(Space(x=Float(0.0, 1.0)), direction="maximize", seed=0)
    >>> study.run(lambda x: x, until=target(0.9) | no_improvement(30))
    >>> study.best_value >= 0.9
    True
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError(f"`value` must be a number, the result to reach, but got {value!r}.")

    def holds(history: History) -> bool:
        best = _least(_one_loss(history, "target"))
        return best <= (value if history.directions[0] == "minimize" else -value)

    return Condition(holds, f"target({value!r})")


def _one_loss(history: History, name: str) -> NDArray[np.float64]:
    if history.n_objectives > 1:
        way_out = "give a function of your own from the history to a bool"
        raise ValueError(f"{name} compares one objective, but the search has {history.n_objectives}; {way_out}.")
    return history.losses[:, 0]


def _least(losses: NDArray[np.float64]) -> float:
    """The least loss, infinity if no trial is complete."""
    return float(np.fmin.reduce(losses, initial=math.inf))


def holding(until: Until, history: History) -> list[str]:
    """What holds of the sides of |, in words; of any other function itself, if it holds."""
    if isinstance(until, Condition) and until.sides:
        texts: list[str] = []
        for side in until.sides:
            with suppress(*[Exception] * bool(texts)):  # as `|` does not ask a second side where the first holds
                texts += holding(side, history)
        return texts
    return [text_of(until)] if until(history) else []


def text_of(other: Any) -> str:
    """What to call such a function."""
    return getattr(other, "__name__", None) or repr(other)

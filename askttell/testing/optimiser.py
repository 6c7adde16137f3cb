"""Optimiser, the two calls by which any search method is checked and measured, and our strategies behind them."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from askttell.history import History
from askttell.results import fail, tell
from askttell.space import Space
from askttell.strategy import Strategy, ask


class Optimiser(Protocol):
    """A sequential search: ask, evaluate, tell, and again."""

    def ask(self) -> Mapping[str, Any]:
        """The next configuration: the active parameters and their values."""
        ...

    def tell(self, params: Mapping[str, Any], loss: float | None) -> None:
        """Nothing; takes the loss of what was asked last, to be minimised, or None if its evaluation failed."""
        ...


Start: TypeAlias = Callable[[Space, int, int], Optimiser]  # of a space, a seed and a number of evaluations


class StrategySearch:
    """A strategy on a history, without storage."""

    def __init__(self, space: Space, seed: int, strategy: Strategy) -> None:
        self._strategy = strategy
        self._history = History.start(space, seed=seed)

    def ask(self) -> dict[str, Any]:
        """The parameters of the next trial."""
        self._history, trial = ask(self._history, self._strategy)
        return trial.params

    def tell(self, params: Mapping[str, Any], loss: float | None) -> None:
        """The last trial is complete or failed."""
        del params
        last = self._history.number - 1
        self._history = fail(self._history, last, "failed") if loss is None else tell(self._history, last, loss)


def searching(strategy: Strategy) -> Start:
    """What starts searches by a strategy.

    >>> from askttell.strategies import Random
    >>> from askttell.testing import check_search
    >>> check_search(searching(Random()), claims={"seeded"}, examples=5)
    """
    return lambda space, seed, _: StrategySearch(space, seed, strategy)

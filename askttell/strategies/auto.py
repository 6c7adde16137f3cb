"""Auto: the default; it chooses a strategy for its user."""

from typing import Any, ClassVar

import attrs

from askttell.events import Candidate
from askttell.history import History
from askttell.strategy import Strategy

_N_MODELLED = 500  # results up to which a Gaussian process is worth its time


@attrs.frozen
class Auto:
    """`GP` for one objective and up to 500 results; `TPE` beyond them, and for several objectives. No portfolio yet."""

    version: ClassVar[int] = 2

    def ask(self, history: History) -> Candidate:
        """The candidate of the chosen strategy."""
        return _chosen(history).ask(history)

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """The strategy that proposed that trial, and what it can say of it."""
        chosen = _chosen(history.view_of(number))
        told = getattr(chosen, "explain", None)
        return {"strategy": type(chosen).__name__} | ({} if told is None else told(history, number))


def _chosen(history: History) -> Strategy:
    from askttell.strategies.gp import GP  # noqa: PLC0415 - loaded when first asked
    from askttell.strategies.tpe import TPE  # noqa: PLC0415

    return GP() if history.n_objectives == 1 and history.n_finished < _N_MODELLED else TPE()

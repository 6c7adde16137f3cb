"""Auto: the default; it chooses a strategy for its user."""

from typing import Any, ClassVar

import attrs

from askttell.events import Candidate
from askttell.history import History
from askttell.strategy import Strategy

_N_MODELLED = 500  # results up to which a model is worth its time; benchmarks/ABLATIONS.md, "Auto"


@attrs.frozen
class Auto:
    """Up to 500 results `GP`, for several objectives `TPE`; beyond them `DifferentialEvolution` or `Genetic`. No portfolio yet."""

    version: ClassVar[int] = 5

    def ask(self, history: History) -> Candidate:
        """The candidate of the chosen strategy."""
        return _chosen(history).ask(history)

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """The strategy that proposed that trial, and what it can say of it."""
        chosen = _chosen(history.view_of(number))
        told = getattr(chosen, "explain", None)
        return {"strategy": type(chosen).__name__} | ({} if told is None else told(history, number))


def _chosen(history: History) -> Strategy:
    from askttell.strategies.differential_evolution import DifferentialEvolution  # noqa: PLC0415 - loaded when first asked
    from askttell.strategies.genetic import Genetic  # noqa: PLC0415
    from askttell.strategies.gp import GP  # noqa: PLC0415
    from askttell.strategies.tpe import TPE  # noqa: PLC0415

    few, one = history.n_finished < _N_MODELLED, history.n_objectives == 1
    if few:
        return GP() if one else TPE()
    return DifferentialEvolution() if one else Genetic()

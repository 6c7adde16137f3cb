"""Auto: the default; it chooses among strategies for its user."""

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
from attrs import validators

from askttell.events import Candidate
from askttell.history import History
from askttell.strategy import Strategy

_CHOICE = 0xA07  # the path of the uniforms by which an arm is chosen
_FEW, _MANY = 20, 500  # results up to which a Gaussian process is worth its time; benchmarks/ABLATIONS.md, "Auto"
_FIRST_SECONDS, _SECONDS_EACH = 0.02, 0.0006  # its worst ask with n results, on a core of 2023; `python -m benchmarks.ask_cost`


@attrs.frozen
class Auto:
    """The strategy for those who do not want to choose one.

    One objective: `GP` up to 500 results, then `CMAES` and `DifferentialEvolution`, each asked the more often the more often it found a
    new incumbent lately (see `askttell.credit`). Several objectives: `TPE` up to 500 results, then `Genetic`.
    `max_ask_seconds`: how long an ask may take. No clock is read: it sets the number of results up to which GP is asked, as
    on a core of 2023, at least 20, at most 500; up to 500 `TPE` then is the third arm.
    """

    max_ask_seconds: float = attrs.field(default=1.0, converter=float, validator=validators.gt(0.0))
    version: ClassVar[int] = 10

    def ask(self, history: History) -> Candidate:
        """The candidate of the chosen strategy."""
        return self._chosen(history).ask(history)

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """The strategy that proposed that trial, what it can say of it, and where there was a choice what each arm had earned."""
        view = history.view_of(number)
        chosen = self._chosen(view)
        told = getattr(chosen, "explain", None)
        return {"strategy": type(chosen).__name__} | self._credit(view) | ({} if told is None else told(history, number))

    @property
    def n_modelled(self) -> int:
        """The number of results up to which GP is asked."""
        return int(min(max((self.max_ask_seconds - _FIRST_SECONDS) / _SECONDS_EACH, _FEW), _MANY))

    def _chosen(self, history: History) -> Strategy:
        from askttell.strategies.genetic import Genetic  # noqa: PLC0415 - loaded when first asked
        from askttell.strategies.gp import GP  # noqa: PLC0415
        from askttell.strategies.tpe import TPE  # noqa: PLC0415

        if history.n_objectives > 1:
            return TPE() if history.n_finished < _MANY else Genetic()
        return GP() if history.n_finished < self.n_modelled else self._earned(history)

    def _earned(self, history: History) -> Strategy:
        from askttell.credit import credit_of  # noqa: PLC0415
        from askttell.seed import uniforms  # noqa: PLC0415

        arms = _arms(history.n_finished)
        (u,) = uniforms(history.seed, history.number, 1, _CHOICE).tolist()
        return list(arms.values())[credit_of(history, tuple(arms)).chosen(u)]

    def _credit(self, history: History) -> dict[str, Any]:
        from askttell.credit import credit_of  # noqa: PLC0415

        if history.n_objectives > 1 or history.n_finished < self.n_modelled:
            return {}
        arms = _arms(history.n_finished)
        return {"share": dict(zip(arms, credit_of(history, tuple(arms)).shares, strict=True))}


def _arms(n: int) -> Mapping[str, Strategy]:
    """The arms after n results, by their origins."""
    from askttell.strategies.cmaes import CMAES  # noqa: PLC0415
    from askttell.strategies.differential_evolution import DifferentialEvolution  # noqa: PLC0415
    from askttell.strategies.tpe import TPE  # noqa: PLC0415

    arms: dict[str, Strategy] = {"cmaes": CMAES(), "de": DifferentialEvolution()}
    return arms if n >= _MANY else arms | {"tpe": TPE()}

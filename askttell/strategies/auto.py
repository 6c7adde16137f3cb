"""Auto: the default; it chooses among strategies for its user."""

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
from attrs import validators

from askttell.axes import axes_of
from askttell.events import Candidate
from askttell.history import History
from askttell.space import Space
from askttell.strategy import Strategy

_CHOICE = 0xA07  # the path of the uniforms by which an arm is chosen
_MANY = 500  # results up to which a Gaussian process is worth its time; benchmarks/ABLATIONS.md, "Auto"
_MOST = 20  # values of a number that GP tries one by one
# Seconds of GP's worst ask on a core of 2023, at first and for each result: without a parameter of few values, and for each other value
# that one may take, as GP tries them in turn; `python -m benchmarks.ask_cost`
_FIRST, _FIRST_BY_VALUE = 0.035, 0.0008
_EACH, _EACH_BY_VALUE = 0.0003, 0.000002


@attrs.frozen
class Auto:
    """The strategy for those who do not want to choose one.

    One objective: `GP` up to 500 results, then `CMAES` and `DifferentialEvolution`, each asked the more often the more often it found a
    new incumbent lately (see `askttell.credit`). Several objectives: `TPE` up to 500 results, then `Genetic`.
    `max_ask_seconds`: how long an ask may take, on a core of 2023 and while few trials are pending; only the first of a process takes
    longer, as it reads all results. No clock is read: it sets the number of results up to which GP is asked, at most 500, fewer
    or none where many parameters have few values; up to 500 `TPE` then is the third arm.
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

    def n_modelled(self, space: Space) -> int:
        """The number of results up to which GP is asked."""
        values = _n_other_values(space)
        left = self.max_ask_seconds - _FIRST - values * _FIRST_BY_VALUE
        return int(min(max(left / (_EACH + values * _EACH_BY_VALUE), 0), _MANY))

    def _chosen(self, history: History) -> Strategy:
        from askttell.strategies.genetic import Genetic  # noqa: PLC0415 - loaded when first asked
        from askttell.strategies.gp import GP  # noqa: PLC0415
        from askttell.strategies.tpe import TPE  # noqa: PLC0415

        if history.n_objectives > 1:
            return TPE() if history.n_finished < _MANY else Genetic()
        return GP() if history.n_finished < self.n_modelled(history.space) else self._earned(history)

    def _earned(self, history: History) -> Strategy:
        from askttell.credit import credit_of  # noqa: PLC0415
        from askttell.seed import uniforms  # noqa: PLC0415

        _learn(history)
        arms = _arms(history.n_finished)
        (u,) = uniforms(history.seed, history.number, 1, _CHOICE).tolist()
        return list(arms.values())[credit_of(history, tuple(arms)).chosen(u)]

    def _credit(self, history: History) -> dict[str, Any]:
        from askttell.credit import credit_of  # noqa: PLC0415

        if history.n_objectives > 1 or history.n_finished < self.n_modelled(history.space):
            return {}
        arms = _arms(history.n_finished)
        return {"share": dict(zip(arms, credit_of(history, tuple(arms)).shares, strict=True))}


def _n_other_values(space: Space) -> int:
    """How many other values GP tries of parameters with few: of a choice all, of a number twenty at most."""
    listed = [(len(axis.levels) - 1, axis.category) for axis in axes_of(space).axes if axis.levels is not None]
    return sum(n if category else min(n, _MOST) for n, category in listed)


def _learn(history: History) -> None:
    """Nothing; no arm then has much to catch up when its turn comes, so only the first ask of a process reads all results."""
    from askttell.evolution.distribution import learn  # noqa: PLC0415 - settings load without numerics
    from askttell.evolution.trial_vectors import learnt  # noqa: PLC0415
    from askttell.strategies.cmaes import CMAES  # noqa: PLC0415
    from askttell.strategies.differential_evolution import DifferentialEvolution  # noqa: PLC0415

    learn(history, CMAES().population, CMAES().sigma)
    learnt(history, DifferentialEvolution().population, DifferentialEvolution().budget)


def _arms(n: int) -> Mapping[str, Strategy]:
    """The arms after n results, by their origins."""
    from askttell.strategies.cmaes import CMAES  # noqa: PLC0415
    from askttell.strategies.differential_evolution import DifferentialEvolution  # noqa: PLC0415
    from askttell.strategies.tpe import TPE  # noqa: PLC0415

    arms: dict[str, Strategy] = {"cmaes": CMAES(), "de": DifferentialEvolution()}
    return arms if n >= _MANY else arms | {"tpe": TPE()}

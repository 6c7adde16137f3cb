"""Auto: the default; it chooses among strategies for its user."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import validators

from askttell.axes import axes_of
from askttell.events import Candidate
from askttell.history import History
from askttell.space import Space
from askttell.strategy import Strategy

if TYPE_CHECKING:
    from askttell.credit import Credit

_CHOICE = 0xA07  # the path of the uniforms by which an arm is chosen
_MANY = 500  # results up to which a Gaussian process is worth its time; benchmarks/ABLATIONS.md, "Auto"
_PARAMETERS = 30  # up to which GP finds out which ones matter
_FIRST_RESULTS = 20  # from which another arm is asked beside it where there are more
_MOST = 20  # values of a number that GP tries one by one
# Seconds of GP's worst ask on a core of 2023, at first and for each result: without a parameter of few values, and for each other value
# that one may take, as GP tries them in turn; `python -m benchmarks.ask_cost`
_FIRST, _FIRST_BY_VALUE = 0.02, 0.0008
_EACH, _EACH_BY_VALUE = 0.0019, 0.000005


@attrs.frozen
class Auto:
    """The strategy for those who do not want to choose one.

    One objective: `GP` up to 500 results, with more than 30 parameters `TPE` beside it; then `CMAES` and `DifferentialEvolution`. Of
    several, each is asked the more often the more often it found a new incumbent lately (see `askttell.credit`). Several objectives:
    `TPE` up to 500 results, then `Genetic`.
    `max_ask_seconds`: how long an ask may take, on a core of 2023 and while few trials are pending; only the first of a process takes
    longer, as it reads all results. No clock is read: it sets the number of results up to which GP is asked, at most 500, fewer
    or none where many parameters have few values; up to 500 `TPE` then stands beside the other two.
    """

    max_ask_seconds: float = attrs.field(default=1.0, converter=float, validator=validators.gt(0.0))
    version: ClassVar[int] = 13

    def ask(self, history: History) -> Candidate:
        """The candidate of the chosen strategy."""
        return self._chosen(history).ask(history)

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """The strategy that proposed that trial, what it can say of it, and where there was a choice what each arm had earned."""
        view = history.view_of(number)
        chosen, arms = self._chosen(view), self._arms(view)
        told = getattr(chosen, "explain", None)
        shares = {"share": dict(zip(arms, _credit(view, arms).shares, strict=True))} if len(arms) > 1 else {}
        return {"strategy": type(chosen).__name__} | shares | ({} if told is None else told(history, number))

    def n_modelled(self, space: Space) -> int:
        """The number of results up to which GP is asked."""
        values = _n_other_values(space)
        left = self.max_ask_seconds - _FIRST - values * _FIRST_BY_VALUE
        return int(min(max(left / (_EACH + values * _EACH_BY_VALUE), 0), _MANY))

    def _chosen(self, history: History) -> Strategy:
        from askttell.seed import uniforms  # noqa: PLC0415 - loaded when first asked

        arms = self._arms(history)
        if len(arms) == 1:
            return next(iter(arms.values()))
        if "cmaes" in arms:
            _learn(history)
        (u,) = uniforms(history.seed, history.number, 1, _CHOICE).tolist()
        return list(arms.values())[_credit(history, arms).chosen(u)]

    def _arms(self, history: History) -> Mapping[str, Strategy]:
        """The arms, by their origins, for the next trial."""
        from askttell.design import n_initial  # noqa: PLC0415 - loaded when first asked
        from askttell.strategies.genetic import Genetic  # noqa: PLC0415
        from askttell.strategies.gp import GP  # noqa: PLC0415
        from askttell.strategies.tpe import TPE  # noqa: PLC0415

        n, space = history.n_finished, history.space
        if history.n_objectives > 1:
            return {"tpe": TPE()} if n < _MANY else {"genetic": Genetic()}
        if n >= self.n_modelled(space) and history.number >= n_initial(space):  # GP's first points cost nothing
            return _populations() | ({"tpe": TPE()} if n < _MANY else {})
        return {"gp": GP()} | ({"tpe": TPE()} if n >= _FIRST_RESULTS and len(space) > _PARAMETERS else {})


def _populations() -> dict[str, Strategy]:
    from askttell.strategies.cmaes import CMAES  # noqa: PLC0415 - loaded when first asked
    from askttell.strategies.differential_evolution import DifferentialEvolution  # noqa: PLC0415

    return {"cmaes": CMAES(), "de": DifferentialEvolution()}


def _credit(history: History, arms: Mapping[str, Strategy]) -> "Credit":
    from askttell.credit import credit_of  # noqa: PLC0415 - loaded when first asked

    return credit_of(history, tuple(arms))


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

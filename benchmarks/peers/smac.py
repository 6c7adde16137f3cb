"""SMAC3, by its facade for hyperparameters with the defaults; it is told its budget, and the conditions by ConfigSpace."""

import tempfile
from collections.abc import Iterator
from typing import Any

from askttell import Categorical, Float, Int, Space
from benchmarks.peers.peer import Params, Peer, Penalty, active
from benchmarks.peers.typed_boxes import value


def peers() -> Iterator[Peer]:
    """`smac`."""
    yield Peer("smac", Smac, ("smac",))


class Smac:
    """The facade's own ask and tell; its files go to a temporary folder."""

    def __init__(self, space: Space, seed: int, budget: int) -> None:
        import smac  # noqa: PLC0415 - each peer imports its own library only
        from smac.runhistory import dataclasses, enumerations  # noqa: PLC0415

        self._space, self._value, self._crashed = space, dataclasses.TrialValue, enumerations.StatusType.CRASHED
        self._folder = tempfile.TemporaryDirectory()
        scenario = smac.Scenario(
            config_space(space, seed), deterministic=True, n_trials=budget, seed=seed, output_directory=self._folder.name
        )
        facade = smac.HyperparameterOptimizationFacade
        self._method = facade(scenario, target_function=lambda config, seed=0: 0.0, overwrite=True, logging_level=False)  # noqa: ARG005
        self._info: Any = None
        self._penalty = Penalty()  # as costs of infinity, its default, end in NaN

    def ask(self) -> Params:
        """The active part of a configuration."""
        self._info = self._method.ask()
        raw = dict(self._info.config)
        return active(self._space, {name: value(self._space[name], raw[name]) for name in self._space.names if name in raw})

    def tell(self, params: Params, loss: float | None) -> None:
        """The configuration's cost, or that it crashed."""
        del params
        status = {"status": self._crashed} if loss is None else {}
        self._method.tell(self._info, self._value(cost=self._penalty(loss), **status))


def config_space(space: Space, seed: int) -> Any:
    """The space in ConfigSpace's words; categories by their place."""
    import ConfigSpace  # noqa: PLC0415

    found = ConfigSpace.ConfigurationSpace(seed=seed)
    for name, domain in zip(space.names, space.domains, strict=True):
        found.add(_hyperparameter(ConfigSpace, name, domain))
    for name, conditions in zip(space.names, space.conditions, strict=True):
        parts = [_condition(ConfigSpace, found, name, condition, space[condition.parent]) for condition in conditions]
        if parts:
            found.add(parts[0] if len(parts) == 1 else ConfigSpace.AndConjunction(*parts))
    return found


def _condition(kinds: Any, found: Any, name: str, condition: Any, parent: Any) -> Any:
    by_place = not isinstance(parent, Int) or parent.step != 1
    values = [parent.index(v) if by_place else v for v in condition.values]
    return kinds.InCondition(found[name], found[condition.parent], values)


def _hyperparameter(kinds: Any, name: str, domain: Any) -> Any:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return kinds.UniformFloatHyperparameter(name, low, high, log=log)
        case Int(low=low, high=high, step=1, log=log):
            return kinds.UniformIntegerHyperparameter(name, low, high, log=log)
        case _ if isinstance(domain, Categorical) or domain.size == 1:
            return kinds.CategoricalHyperparameter(name, list(range(int(domain.size))))
        case _:
            return kinds.OrdinalHyperparameter(name, list(range(int(domain.size))))

"""Spaces <-> ConfigSpace's configuration spaces."""

import math
from collections.abc import Mapping
from typing import Any

import ConfigSpace as CS  # noqa: N817 - as its own documentation abbreviates it
from ConfigSpace.conditions import Condition
from ConfigSpace.hyperparameters import Hyperparameter

from askttell.domains import Categorical, Domain, Float, Int, Ordinal
from askttell.space import Space

_DIRECT = (CS.EqualsCondition, CS.InCondition)


def space_from_configspace(space: CS.ConfigurationSpace) -> Space:
    """The same space as ours, parents before their children; a Constant is a Categorical of one choice.

    Conditions and their conjunctions become `when`; those that compare (>, <, !=) list the values of a finite parent. ValueError names
    what has no counterpart: distributions that are not uniform, weights, OrConjunction, forbidden clauses.

    >>> space_from_configspace(CS.ConfigurationSpace({"lr": (1e-5, 0.1), "layers": (1, 8), "act": ["relu", "tanh"]}))
    Space(act=Categorical(['relu', 'tanh'], default='relu'), layers=Int(1, 8, default=4), lr=Float(1e-05, 0.1, default=0.050005))
    """
    if clauses := space.forbidden_clauses:
        raise ValueError(f"A Space has no forbidden clauses, but got {str(clauses[0])!r}; state it as a condition, or fail such trials.")
    domains: dict[str, Domain] = {}
    for name, parameter in space.items():
        when: dict[str, list[Any]] = {}
        for condition in space.parent_conditions_of[name]:
            _add_condition(name, condition, domains, when)
        domains[name] = _domain(parameter, when)
    return Space(domains)


def _add_condition(name: str, condition: Any, domains: Mapping[str, Domain], when: dict[str, list[Any]]) -> None:
    """Nothing; `when` then has the condition, or each part of a conjunction."""
    if isinstance(condition, CS.AndConjunction):
        for part in condition.components:
            _add_condition(name, part, domains, when)
        return
    if not isinstance(condition, Condition):
        raise ValueError(  # noqa: TRY004 - its type is the value that is refused
            f"`{name}` has the condition {str(condition)!r}, but those of a Space must all hold; make it an InCondition on one parent."
        )
    parent = condition.parent.name
    if parent in when:
        raise ValueError(f"`{name}` has two conditions on `{parent}`; merge them into one InCondition.")
    when[parent] = _allowed(name, condition, domains[parent])


def _allowed(name: str, condition: Condition, parent: Domain) -> list[Any]:
    if isinstance(condition, _DIRECT):
        return list(condition.values) if isinstance(condition, CS.InCondition) else [condition.value]
    if parent.size == math.inf:
        raise ValueError(f"`{name}` has the condition {str(condition)!r} on a continuous parent; make the parent an integer or an ordinal.")
    values = [parent.at(index) for index in range(int(parent.size))]
    return [value for value in values if condition.satisfied_by_value({condition.parent.name: value})]


def _domain(parameter: Hyperparameter[Any, Any], when: dict[str, list[Any]]) -> Domain:
    match parameter:
        case CS.UniformFloatHyperparameter():
            return Float(parameter.lower, parameter.upper, log=parameter.log, default=parameter.default_value, when=when)
        case CS.UniformIntegerHyperparameter():
            return Int(parameter.lower, parameter.upper, log=parameter.log, default=parameter.default_value, when=when)
        case CS.CategoricalHyperparameter() if len(set(parameter.probabilities.tolist())) == 1:
            return Categorical(parameter.choices, default=parameter.default_value, when=when)
        case CS.OrdinalHyperparameter():
            return Ordinal(parameter.sequence, default=parameter.default_value, when=when)
        case CS.Constant():
            return Categorical([parameter.value], when=when)
    raise ValueError(
        f"`{parameter.name}` is drawn with a preference, but a Space is uniform, and got {parameter!r}; drop the preferences of the whole"
        " space by its method remove_hyperparameter_priors()."
    )


def space_to_configspace(space: Space) -> CS.ConfigurationSpace:
    """The same space as ConfigSpace has it; it gives every parameter a default. ValueError names what has no counterpart: steps.

    >>> space_to_configspace(Space(x=Float(0.0, 1.0), n=Int(1, 9, log=True)))["n"].log
    True
    """
    made = CS.ConfigurationSpace()
    for name, domain, conditions in zip(space.names, space.domains, space.conditions, strict=True):
        made.add(child := _parameter(name, domain))
        parts = [
            CS.EqualsCondition(child, made[condition.parent], condition.values[0])
            if len(condition.values) == 1
            else CS.InCondition(child, made[condition.parent], list(condition.values))
            for condition in conditions
        ]
        if parts:
            made.add(parts[0] if len(parts) == 1 else CS.AndConjunction(*parts))
    return made


def _parameter(name: str, domain: Domain) -> Hyperparameter[Any, Any]:
    if isinstance(domain, Float | Int):
        return _number(name, domain)
    assert isinstance(domain, Categorical | Ordinal)
    if isinstance(domain, Ordinal):
        return CS.OrdinalHyperparameter(name, list(domain.values), **_default(domain))
    if domain.size == 1:
        return CS.Constant(name, domain.choices[0])
    return CS.CategoricalHyperparameter(name, list(domain.choices), **_default(domain))


def _number(name: str, domain: Float | Int) -> Hyperparameter[Any, Any]:
    if domain.step not in (None, 1) or isinstance(domain.step, float):
        raise ValueError(f"`{name}` has steps of {domain.step!r}, which ConfigSpace has not; give an Ordinal of its values.")
    kind = CS.UniformFloatHyperparameter if isinstance(domain, Float) else CS.UniformIntegerHyperparameter
    made = kind(name, domain.low, domain.high, log=domain.log, default_value=domain.default)
    if (made.lower, made.upper) != (domain.low, domain.high):
        raise ValueError(f"`{name}` must have bounds of at most 13 decimals for ConfigSpace, but got {domain!r}; scale it, or round them.")
    return made


def _default(domain: Categorical | Ordinal) -> dict[str, Any]:
    return {} if domain.default is None else {"default_value": domain.default}

"""Spaces <-> Optuna's distributions, which say nothing of conditions."""

from collections.abc import Mapping
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from askttell.choices import Scalar
from askttell.domains import Categorical, Domain, Float, Int, Ordinal, When
from askttell.space import Params, Space

_PLAIN = (bool, int, float, str)


def space_from_optuna(distributions: Mapping[str, BaseDistribution]) -> Space:
    """The space of a dict parameter → distribution, as `trial.distributions` is; all parameters are active always.

    A distribution of one value is a Categorical of one choice. Choices that are no plain values get their `repr` as a name.

    >>> space_from_optuna({"lr": FloatDistribution(1e-5, 0.1, log=True), "layers": IntDistribution(1, 8)})
    Space(lr=Float(1e-05, 0.1, log=True), layers=Int(1, 8))
    """
    return Space({name: domain_from_optuna(name, distribution) for name, distribution in distributions.items()})


def space_to_optuna(space: Space) -> dict[str, BaseDistribution]:
    """The distributions of all parameters of a space, in order; conditions are lost, and the order of an Ordinal is that of the choices.

    Choices that Optuna cannot store or tell apart (tuples; 1, 1.0 and True) are written as their `repr`.

    >>> from askttell import Ordinal
    >>> space_to_optuna(Space(lr=Float(1e-5, 0.1, log=True), batch=Ordinal([16, 32])))["batch"]
    CategoricalDistribution(choices=(16, 32))
    """
    return {name: domain_to_optuna(domain) for name, domain in zip(space.names, space.domains, strict=True)}


def domain_from_optuna(name: str, distribution: BaseDistribution, when: When | None = None) -> Domain:
    """The domain of one distribution; ValueError or TypeError names the parameter that has no counterpart."""
    try:
        return _domain(distribution, when)
    except (TypeError, ValueError) as error:
        raise type(error)(f"`{name}`: {error}") from None


def _domain(distribution: BaseDistribution, when: When | None) -> Domain:
    match distribution:
        case CategoricalDistribution():
            return Categorical(_named(distribution.choices), when=when)
        case FloatDistribution() | IntDistribution() if distribution.low == distribution.high:
            return Categorical([distribution.low], when=when)
        case FloatDistribution():
            return Float(distribution.low, distribution.high, log=distribution.log, step=distribution.step, when=when)
        case IntDistribution():
            return Int(distribution.low, distribution.high, log=distribution.log, step=distribution.step, when=when)
    raise TypeError(f"a distribution of Optuna must be a Float-, Int- or CategoricalDistribution, but got {distribution!r}.")


def _named(choices: tuple[Any, ...]) -> Any:
    plain = all(choice is None or isinstance(choice, _PLAIN) for choice in choices)
    return list(choices) if plain else {repr(choice): choice for choice in choices}


def domain_to_optuna(domain: Domain) -> BaseDistribution:
    """The distribution of one domain."""
    match domain:
        case Float():
            return FloatDistribution(domain.low, domain.high, log=domain.log, step=domain.step)
        case Int():
            return IntDistribution(domain.low, domain.high, log=domain.log, step=domain.step)
    assert isinstance(domain, Categorical | Ordinal)
    return CategoricalDistribution([value_to_optuna(domain, value) for value in _values(domain)])


def value_to_optuna(domain: Domain, value: Scalar) -> Any:
    """A recorded value as it stands among the choices of the distribution."""
    return repr(value) if isinstance(domain, Categorical | Ordinal) and not _are_told_apart(_values(domain)) else value


def params_to_optuna(space: Space, params: Params) -> dict[str, Any]:
    """A configuration as Optuna has it."""
    return {name: value_to_optuna(space[name], value) for name, value in params.items()}


def params_from_optuna(space: Space, params: Mapping[str, Any]) -> Params:
    """A configuration of Optuna's as the space records it; ValueError or TypeError names the parameter that does not fit."""
    return space.check({name: value_from_optuna(space[name], value) if name in space else value for name, value in params.items()})


def value_from_optuna(domain: Domain, value: Any) -> Any:
    """The choice that a value stands for, by its `repr` where that is its name; the value itself otherwise."""
    if not isinstance(domain, Categorical | Ordinal):
        return value
    values = _values(domain)
    if not _are_told_apart(values):
        return next((choice for choice in values if repr(choice) == value), value)
    return value if value is None or isinstance(value, _PLAIN) else repr(value)


def _are_told_apart(values: tuple[Scalar, ...]) -> bool:
    return len(set(values)) == len(values) and not any(isinstance(value, tuple) for value in values)


def _values(domain: Categorical | Ordinal) -> tuple[Scalar, ...]:
    return domain.choices if isinstance(domain, Categorical) else domain.values

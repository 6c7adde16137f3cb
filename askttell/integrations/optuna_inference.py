"""The space of an Optuna study, of which each trial knows only the distributions of its own parameters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from askttell.domains import Domain, When
from askttell.integrations.optuna_spaces import domain_from_optuna, value_from_optuna
from askttell.space import Space


def inferred_space(trials: Sequence[FrozenTrial]) -> Space:
    """The space in which all trials lie: ranges that changed are spanned, what only some trials have depends on an earlier choice.

    A parameter is conditional on the nearest earlier finite parameter whose values tell apart the trials that have it from the complete
    ones that have not; ValueError if there is none. Trials that were pruned or failed may have ended before they suggested it, so what
    they have not says nothing.
    """
    distributions = _spanned(trials)
    if not distributions:
        raise ValueError("No trial has a parameter, so the space is not known; give `space`.")
    domains: dict[str, Domain] = {}
    for name, distribution in distributions.items():
        domains[name] = domain_from_optuna(name, distribution, _when(name, domains, trials))
    return Space(domains)


def _spanned(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """One distribution a parameter, in the order in which parameters were first suggested, a parent before its children."""
    found: dict[str, BaseDistribution] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            found[name] = _span(name, found[name], distribution) if name in found else distribution
    return found


def _span(name: str, one: BaseDistribution, other: BaseDistribution) -> BaseDistribution:
    if one == other:
        return one
    settings: dict[str, Any] = {"log": getattr(one, "log", None), "step": getattr(one, "step", None)}
    alike = type(one) is type(other) and not isinstance(one, CategoricalDistribution)
    if not alike or any(getattr(other, key) != value for key, value in settings.items()):
        raise ValueError(f"`{name}` has distributions that no one domain holds, {one!r} and {other!r}; give `space`.")
    assert isinstance(one, FloatDistribution | IntDistribution)
    assert isinstance(other, FloatDistribution | IntDistribution)
    return type(one)(min(one.low, other.low), max(one.high, other.high), **settings)  # type: ignore[arg-type]


def _when(name: str, earlier: Mapping[str, Domain], trials: Sequence[FrozenTrial]) -> When:
    having = [trial.params for trial in trials if name in trial.params]
    lacking = [trial.params for trial in trials if trial.state == TrialState.COMPLETE and name not in trial.params]
    if not lacking:
        return ()
    finite = [(parent, domain) for parent, domain in earlier.items() if domain.size < math.inf]
    for parent, domain in reversed(finite):
        with_it = {_index(domain, params[parent]) for params in having if parent in params}
        without = {_index(domain, params[parent]) for params in lacking if parent in params}
        if not with_it & without and all(parent in params for params in having):
            return ((parent, tuple(domain.at(index) for index in sorted(with_it))),)
    raise ValueError(
        f"`{name}` is in {len(having)} trials and missing in {len(lacking)} complete ones, and the values of no other parameter say when;"
        " give `space`."
    )


def _index(domain: Domain, value: Any) -> int:
    return domain.index(domain.check("value", value_from_optuna(domain, value)))

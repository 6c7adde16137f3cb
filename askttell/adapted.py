"""A configuration of another space in this one: what an earlier search tried, as this search would record it."""

from collections.abc import Mapping
from typing import Any

from askttell.space import Params, Scalar, Space, holds


def adapted(space: Space, params: Mapping[str, Any]) -> Params:
    """The configuration in this space; ValueError, TypeError or OverflowError if a value does not fit, or if no parameter is shared.

    A parameter that is missing takes its default, or the middle of its range; one that this space has not is dropped.
    """
    known: dict[str, Scalar] = {}
    for name, domain, conditions in zip(space.names, space.domains, space.conditions, strict=True):
        if not holds(conditions, known):
            continue
        if name in params:
            known[name] = domain.check(name, params[name])
        else:
            known[name] = domain.from_unit(0.5) if domain.default is None else domain.default
    if known.keys().isdisjoint(params):
        raise ValueError(f"none of {', '.join(f'`{name}`' for name in params)} is active here.")
    return space.params(known)


def misfit(space: Space, params: Mapping[str, Any]) -> str:
    """Why the configuration has no place in this space; empty if it has one."""
    try:
        adapted(space, params)
    except (TypeError, ValueError, OverflowError) as error:
        return str(error)
    return ""

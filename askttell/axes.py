"""A space as the arrays that numerics work on."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from askttell.domains import Categorical, Condition, Domain
from askttell.space import Space

if TYPE_CHECKING:
    from askttell.numerics.axes import Axes, Axis

_LISTED = 1024  # numbers with more values are searched as if continuous, and rounded at the end


@functools.lru_cache(maxsize=64)
def axes_of(space: Space) -> "Axes":
    """The space's parameters as axes."""
    from askttell.numerics.axes import Axes  # noqa: PLC0415 - a space loads without numerics

    return Axes(tuple(_axis(space, i) for i in range(len(space))))


def _axis(space: Space, i: int) -> "Axis":
    from askttell.numerics.axes import Axis  # noqa: PLC0415 - a space loads without numerics

    domain = space.domains[i]
    category = isinstance(domain, Categorical)
    conditions = tuple((space.names.index(c.parent), _admits(space[c.parent], c)) for c in space.conditions[i])
    return Axis(_levels(domain) if category or domain.size <= _LISTED else None, category, conditions)


def _levels(domain: Domain) -> NDArray[np.float64]:
    return np.array([domain.to_unit(domain.at(k)) for k in range(int(domain.size))])


def _admits(parent: Domain, condition: Condition) -> Callable[[NDArray[np.float64]], NDArray[np.bool_]]:
    def admits(u: NDArray[np.float64]) -> NDArray[np.bool_]:
        values, which = np.unique(u, return_inverse=True)
        allowed: Any = np.array([condition.admits(parent.from_unit(value)) for value in values.tolist()], bool)
        return allowed[which]  # type: ignore[no-any-return]

    return admits

"""Peer: a search method by name, behind the two calls of `askttell.testing.Optimiser`."""

import importlib.util
from collections.abc import Mapping
from typing import Any

import attrs

from askttell import Space
from askttell.space import holds
from askttell.testing import Start

Params = dict[str, Any]


@attrs.frozen
class Peer:
    """A search method by name. `make(space, seed, budget)` starts a search; `needs` are the packages that it imports."""

    name: str
    make: Start
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [package for package in self.needs if importlib.util.find_spec(package) is None]


def active(space: Space, flat: Mapping[str, Any]) -> Params:
    """The active part of a configuration in which every parameter has a value."""
    known: Params = {}
    for name, conditions in zip(space.names, space.conditions, strict=True):
        if holds(conditions, known):
            known[name] = flat[name]
    return known


class Penalty:
    """What is told for a failure by methods that know none: the worst loss so far, as their users do."""

    def __init__(self) -> None:
        self._worst = 0.0
        self._any = False

    def __call__(self, loss: float | None) -> float:
        if loss is None:
            return self._worst
        self._worst = max(self._worst, loss) if self._any else loss
        self._any = True
        return loss

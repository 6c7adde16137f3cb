"""Hyperopt's TPE and random search. A finite parent is an `hp.choice` whose options hold its children, as its manual shows.

A child of several parents hangs under the last of them and is left out where another fails. Integers with a log scale are rounded,
ordinals and steps are `uniformint` of their place.
"""

import functools
import logging
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from askttell import Categorical, Float, Int, Space
from askttell.space import holds
from benchmarks.peers.peer import Params, Peer

_MOST_OPTIONS = 40


def peers() -> Iterator[Peer]:
    """With its defaults."""
    for name, module in (("hyperopt", "tpe"), ("hyperopt-random", "rand")):
        yield Peer(name, functools.partial(_make, module), ("hyperopt",))


def _make(module: str, space: Space, seed: int, budget: int) -> "Hyperopt":
    del budget
    return Hyperopt(module, space, seed)


class Hyperopt:
    """The two calls, made of what `fmin` does between evaluations."""

    def __init__(self, module: str, space: Space, seed: int) -> None:
        import hyperopt  # noqa: PLC0415 - each peer imports its own library only

        logging.getLogger("hyperopt").setLevel(logging.ERROR)
        self._space, self._lib = space, hyperopt
        self._suggest = getattr(hyperopt, module).suggest
        self._generator = np.random.default_rng(seed)
        self._domain = hyperopt.base.Domain(lambda _: 0.0, tree(hyperopt.hp, space))
        self._trials = hyperopt.Trials()

    def ask(self) -> Params:
        """The active parameters of a new trial."""
        ids = self._trials.new_trial_ids(1)
        self._trials.refresh()
        (trial,) = self._suggest(ids, self._domain, self._trials, self._generator.integers(2**31 - 1))
        self._trials.insert_trial_docs([trial])
        self._trials.refresh()
        values = {label: found[0] for label, found in trial["misc"]["vals"].items() if len(found)}
        known: Params = {}
        for name, domain, conditions in zip(self._space.names, self._space.domains, self._space.conditions, strict=True):
            if holds(conditions, known):
                known[name] = _value(domain, values[name], chosen=name in _parents(self._space))
        return known

    def tell(self, params: Params, loss: float | None) -> None:
        """The last trial is done."""
        del params
        trial = self._trials._dynamic_trials[-1]  # noqa: SLF001 - as `fmin` does
        ok, fail = self._lib.STATUS_OK, self._lib.STATUS_FAIL
        trial["state"] = self._lib.JOB_STATE_DONE
        trial["result"] = {"status": fail} if loss is None else {"status": ok, "loss": loss}
        self._trials.refresh()


def tree(hp: Any, space: Space) -> Any:
    """The space as nested choices."""
    nodes: dict[str, Any] = {}
    parents = _parents(space)
    under: dict[str, list[str]] = {name: [] for name in space.names}
    roots = []
    for name, conditions in zip(space.names, space.conditions, strict=True):
        hanging = [condition.parent for condition in conditions if condition.parent in parents]
        (under[hanging[-1]] if hanging else roots).append(name)
    for name in reversed(space.names):
        domain = space[name]
        if name in parents:
            nodes[name] = hp.choice(name, [_option(space, nodes, name, under[name], at) for at in range(int(domain.size))])
        else:
            nodes[name] = _node(hp, name, domain)
    return {name: nodes[name] for name in roots}


def _option(space: Space, nodes: dict[str, Any], parent: str, children: list[str], at: int) -> dict[str, Any]:
    """What exists if the parent has its value of that place."""
    value = space[parent].at(at)

    def admitted(child: str) -> bool:
        conditions = space.conditions[space.names.index(child)]
        return all(condition.admits(value) for condition in conditions if condition.parent == parent)

    return {"": at} | {child: nodes[child] for child in children if admitted(child)}


@functools.cache
def _parents(space: Space) -> frozenset[str]:
    """The parents that become choices."""
    named = {condition.parent for conditions in space.conditions for condition in conditions}
    return frozenset(name for name in named if space[name].size <= _MOST_OPTIONS)


def _node(hp: Any, name: str, domain: Any) -> Any:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return hp.loguniform(name, math.log(low), math.log(high)) if log else hp.uniform(name, low, high)
        case Int(low=low, high=high, step=1, log=log):
            return hp.loguniform(name, math.log(low - 0.5), math.log(high + 0.5)) if log else hp.uniformint(name, low, high)
        case _ if isinstance(domain, Categorical) or domain.size == 1:
            return hp.choice(name, list(range(int(domain.size))))
        case _:
            return hp.uniformint(name, 0, int(domain.size) - 1)


def _value(domain: Any, raw: Any, *, chosen: bool) -> Any:
    match domain:
        case _ if chosen:
            return domain.at(int(raw))
        case Float(low=low, high=high, step=None):
            return min(max(float(raw), low), high)
        case Int(low=low, high=high, step=1):
            return min(max(round(float(raw)), low), high)
        case _:
            return domain.at(int(raw))

"""Nevergrad and scikit-optimize: typed parameters without conditions. Inactive parameters are suggested too, and left out."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from askttell import Categorical, Float, Int, Space
from benchmarks.peers.peer import Params, Peer, Penalty, active


def peers() -> Iterator[Peer]:
    """Nevergrad's NGOpt, which is told its budget, and scikit-optimize's Gaussian process."""
    yield Peer("ngopt", NGOpt, ("nevergrad",))
    yield Peer("skopt", lambda space, seed, _: Skopt(space, seed), ("skopt",))


class NGOpt:
    """Nevergrad's wizard. Logs, integers and choices are its own; an ordinal is a `TransitionChoice`."""

    def __init__(self, space: Space, seed: int, budget: int) -> None:
        import nevergrad as ng  # noqa: PLC0415 - each peer imports its own library only

        self._space, self._penalty = space, Penalty()
        box = ng.p.Dict(**{name: _instrument(ng.p, domain) for name, domain in zip(space.names, space.domains, strict=True)})
        box.random_state.seed(seed)
        self._method = ng.optimizers.NGOpt(parametrization=box, budget=budget, num_workers=1)
        self._candidate: Any = None

    def ask(self) -> Params:
        """The active part of a candidate."""
        self._candidate = self._method.ask()
        return active(self._space, {name: value(self._space[name], raw) for name, raw in self._candidate.value.items()})

    def tell(self, params: Params, loss: float | None) -> None:
        """The candidate's loss."""
        del params
        self._method.tell(self._candidate, self._penalty(loss))


def _instrument(p: Any, domain: Any) -> Any:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return p.Log(lower=low, upper=high) if log else p.Scalar(lower=low, upper=high)
        case Int(low=low, high=high, step=1, log=log):
            return (p.Log(lower=low, upper=high) if log else p.Scalar(lower=low, upper=high)).set_integer_casting()
        case _ if isinstance(domain, Categorical) or domain.size == 1:
            return p.Choice(list(range(int(domain.size))))
        case _:
            return p.TransitionChoice(list(range(int(domain.size))))


class Skopt:
    """Optimizer with its defaults: a Gaussian process and a portfolio of acquisition functions."""

    def __init__(self, space: Space, seed: int) -> None:
        import skopt  # noqa: PLC0415

        self._space, self._penalty = space, Penalty()
        self._method = skopt.Optimizer([_dimension(skopt.space, domain) for domain in space.domains], random_state=seed)
        self._point: list[Any] = []

    def ask(self) -> Params:
        """The active part of a point."""
        self._point = self._method.ask()
        flat = zip(self._space.names, self._space.domains, self._point, strict=True)
        return active(self._space, {name: value(domain, raw) for name, domain, raw in flat})

    def tell(self, params: Params, loss: float | None) -> None:
        """The point's loss."""
        del params
        self._method.tell(self._point, self._penalty(loss))


def _dimension(kinds: Any, domain: Any) -> Any:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return kinds.Real(low, high, prior="log-uniform" if log else "uniform")
        case Int(low=low, high=high, step=1, log=log):
            return kinds.Integer(low, high, prior="log-uniform" if log else "uniform")
        case _ if isinstance(domain, Categorical) or domain.size == 1:
            return kinds.Categorical(list(range(int(domain.size))))
        case _:
            return kinds.Integer(0, int(domain.size) - 1)


def value(domain: Any, raw: Any) -> Any:
    """The domain's value: places are looked up, and rounding errors at the bounds cut off."""
    match domain:
        case Float(low=low, high=high, step=None):
            return min(max(float(raw), low), high)
        case Int(low=low, high=high, step=1):
            return min(max(int(np.rint(raw)), low), high)
        case _:
            return domain.at(int(raw))

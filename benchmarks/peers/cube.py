"""Methods that know real vectors only, on the unit cube.

Scales are applied, an integer or a choice is the cell that holds the coordinate, and coordinates of inactive parameters are ignored,
as users of these libraries do.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from askttell import Space
from askttell.unit import decode
from benchmarks.peers.peer import Params, Peer, Penalty

Vector = NDArray[np.float64]


def peers() -> Iterator[Peer]:
    """CMA-ES by its two libraries, and pymoo's algorithms, all with their defaults."""
    yield Peer("cmaes", lambda space, seed, _: Generations(space, Cmaes(len(space), seed)), ("cmaes",))
    yield Peer("pycma", lambda space, seed, _: Generations(space, Pycma(len(space), seed)), ("cma",))
    for name, module, kind in (("ga", "ga", "GA"), ("de", "de", "DE"), ("nsga2", "nsga2", "NSGA2")):
        yield Peer(f"pymoo-{name}", _pymoo(module, kind), ("pymoo",))


class Source(Protocol):
    """A method that gives and takes whole generations of points in the unit cube."""

    def ask(self) -> Sequence[Vector]: ...
    def tell(self, losses: list[float]) -> None: ...


class Generations:
    """One point at a time of a method that works by generations."""

    def __init__(self, space: Space, source: Source) -> None:
        self._space, self._source, self._penalty = space, source, Penalty()
        self._waiting: list[Vector] = []
        self._losses: list[float] = []

    def ask(self) -> Params:
        """The next point of the generation, of a new one if all are evaluated."""
        if not self._waiting:
            self._waiting = list(self._source.ask())
        return decode(self._space, np.clip(self._waiting.pop(0), 0.0, 1.0).tolist()).plain()

    def tell(self, params: Params, loss: float | None) -> None:
        """The generation is told when it is complete."""
        del params
        self._losses.append(self._penalty(loss))
        if not self._waiting:
            self._source.tell(self._losses)
            self._losses = []


class Cmaes:
    """The package `cmaes`, from the middle with a sixth of the width, as Optuna starts it."""

    def __init__(self, d: int, seed: int) -> None:
        import cmaes  # noqa: PLC0415 - each peer imports its own library only

        bounds = np.column_stack([np.zeros(d), np.ones(d)])
        self._method = cmaes.CMA(mean=np.full(d, 0.5), sigma=1 / 6, bounds=bounds, seed=seed)
        self._asked: list[Vector] = []

    def ask(self) -> Sequence[Vector]:
        """A generation."""
        self._asked = [self._method.ask() for _ in range(self._method.population_size)]
        return self._asked

    def tell(self, losses: list[float]) -> None:
        """Their losses."""
        self._method.tell(list(zip(self._asked, losses, strict=True)))


class Pycma:
    """The package `cma`, from the middle with a quarter of the width, as its documentation advises."""

    def __init__(self, d: int, seed: int) -> None:
        import cma  # noqa: PLC0415

        self._method = cma.CMAEvolutionStrategy([0.5] * d, 0.25, {"bounds": [0, 1], "seed": seed + 1, "verbose": -9})
        self._asked: Any = []

    def ask(self) -> Sequence[Vector]:
        """A generation."""
        self._asked = self._method.ask()
        return [np.asarray(point) for point in self._asked]

    def tell(self, losses: list[float]) -> None:
        """Their losses."""
        self._method.tell(self._asked, losses)


class Pymoo:
    """An algorithm of pymoo."""

    def __init__(self, module: str, kind: str, d: int, seed: int, budget: int) -> None:
        import importlib  # noqa: PLC0415

        from pymoo.core.problem import Problem  # noqa: PLC0415

        self._problem = Problem(n_var=d, n_obj=1, xl=0.0, xu=1.0)
        path = f"pymoo.algorithms.{'moo' if module == 'nsga2' else 'soo.nonconvex'}.{module}"
        self._method = getattr(importlib.import_module(path), kind)()
        self._method.setup(self._problem, termination=("n_eval", 10 * budget + 1000), seed=seed, verbose=False)
        self._asked: Any = None

    def ask(self) -> Sequence[Vector]:
        """A generation."""
        self._asked = self._method.ask()
        return list(self._asked.get("X"))

    def tell(self, losses: list[float]) -> None:
        """Their losses."""
        from pymoo.core.evaluator import Evaluator  # noqa: PLC0415
        from pymoo.problems.static import StaticProblem  # noqa: PLC0415

        Evaluator().eval(StaticProblem(self._problem, F=np.array(losses)[:, None]), self._asked)
        self._method.tell(infills=self._asked)


def _pymoo(module: str, kind: str) -> Any:
    return lambda space, seed, budget: Generations(space, Pymoo(module, kind, len(space), seed, budget))

"""Google Vizier's Gaussian process bandit (its default designer), without its service. Conditions are left out, as its GP takes none."""

from collections.abc import Iterator
from typing import Any

from askttell import Categorical, Float, Int, Space
from benchmarks.peers.peer import Params, Peer, active
from benchmarks.peers.typed_boxes import value


def peers() -> Iterator[Peer]:
    """`vizier`."""
    yield Peer("vizier", lambda space, seed, _: Vizier(space, seed), ("vizier", "jax"))


class Vizier:
    """Suggestions of a designer, completed one at a time."""

    def __init__(self, space: Space, seed: int) -> None:
        import jax  # noqa: PLC0415 - each peer imports its own library only
        from vizier import algorithms, pyvizier  # noqa: PLC0415
        from vizier.algorithms import designers  # noqa: PLC0415

        self._space, self._vz, self._vza = space, pyvizier, algorithms
        problem = pyvizier.ProblemStatement()
        for name, domain in zip(space.names, space.domains, strict=True):
            _add(problem.search_space.root, pyvizier.ScaleType, name, domain)
        goal = pyvizier.ObjectiveMetricGoal.MINIMIZE
        problem.metric_information.append(pyvizier.MetricInformation("loss", goal=goal))
        self._method = designers.VizierGPUCBPEBandit(problem, rng=jax.random.PRNGKey(seed))
        self._trial: Any = None
        self._n = 0

    def ask(self) -> Params:
        """The active part of a suggestion."""
        self._n += 1
        (suggestion,) = self._method.suggest(count=1)
        self._trial = suggestion.to_trial(self._n)
        raw = {name: self._trial.parameters[name].value for name in self._space.names}
        return active(self._space, {name: value(self._space[name], raw[name]) for name in self._space.names})

    def tell(self, params: Params, loss: float | None) -> None:
        """The trial is complete, or infeasible."""
        del params
        measured = self._vz.Measurement() if loss is None else self._vz.Measurement({"loss": loss})
        self._trial.complete(measured, infeasibility_reason="failed" if loss is None else None)
        self._method.update(self._vza.CompletedTrials([self._trial]), self._vza.ActiveTrials())


def _add(root: Any, scales: Any, name: str, domain: Any) -> None:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            root.add_float_param(name, low, high, scale_type=scales.LOG if log else scales.LINEAR)
        case Int(low=low, high=high, step=1, log=log):
            root.add_int_param(name, low, high, scale_type=scales.LOG if log else scales.LINEAR)
        case Categorical(choices=choices):
            root.add_categorical_param(name, [str(at) for at in range(len(choices))])
        case _:
            root.add_discrete_param(name, list(range(int(domain.size))))

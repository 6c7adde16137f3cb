"""Ax, by its Client with the default generation strategy. No conditions: inactive parameters are suggested too, and left out."""

import logging
from collections.abc import Iterator
from typing import Any

from askttell import Categorical, Float, Int, Space
from benchmarks.peers.peer import Params, Peer, active
from benchmarks.peers.typed_boxes import value


def peers() -> Iterator[Peer]:
    """`ax`."""
    yield Peer("ax", lambda space, seed, _: Ax(space, seed), ("ax",))


class Ax:
    """Trials of a client. A parameter with one value is not told to it, as it takes none."""

    def __init__(self, space: Space, seed: int) -> None:
        from ax.api import client, configs  # noqa: PLC0415 - each peer imports its own library only

        logging.getLogger("ax").setLevel(logging.ERROR)
        self._space, self._client = space, client.Client(random_seed=seed)
        free = {name: domain for name, domain in zip(space.names, space.domains, strict=True) if domain.size > 1}
        self._client.configure_experiment([_parameter(configs, name, domain) for name, domain in free.items()])
        self._client.configure_optimization("-loss")
        self._number = 0

    def ask(self) -> Params:
        """The active part of a trial."""
        ((self._number, raw),) = self._client.get_next_trials(1).items()
        flat = {name: value(domain, raw.get(name, 0)) for name, domain in zip(self._space.names, self._space.domains, strict=True)}
        return active(self._space, flat)

    def tell(self, params: Params, loss: float | None) -> None:
        """The trial is complete or failed."""
        del params
        if loss is None:
            self._client.mark_trial_failed(self._number)
        else:
            self._client.complete_trial(self._number, raw_data={"loss": loss})


def _parameter(configs: Any, name: str, domain: Any) -> Any:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return configs.RangeParameterConfig(name, (low, high), "float", scaling="log" if log else "linear")
        case Int(low=low, high=high, step=1, log=log):
            return configs.RangeParameterConfig(name, (low, high), "int", scaling="log" if log else "linear")
        case Categorical(choices=choices):
            return configs.ChoiceParameterConfig(name, [str(at) for at in range(len(choices))], "str", is_ordered=False)
        case _:
            return configs.ChoiceParameterConfig(name, list(range(int(domain.size))), "int", is_ordered=True)

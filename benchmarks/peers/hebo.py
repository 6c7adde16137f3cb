"""HEBO with its defaults. No conditions: inactive parameters are suggested too, and left out; ordinals are integers of their place."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from askttell import Categorical, Float, Int, Space
from benchmarks.peers.peer import Params, Peer, Penalty, active
from benchmarks.peers.typed_boxes import value


def peers() -> Iterator[Peer]:
    """`hebo`."""
    yield Peer("hebo", lambda space, seed, _: Hebo(space, seed), ("hebo",))


class Hebo:
    """Suggest and observe, one at a time."""

    def __init__(self, space: Space, seed: int) -> None:
        import torch  # noqa: PLC0415 - each peer imports its own library only
        from hebo.design_space.design_space import DesignSpace  # noqa: PLC0415
        from hebo.optimizers.hebo import HEBO  # noqa: PLC0415

        np.random.seed(seed)  # noqa: NPY002 - it draws from the global generators
        torch.manual_seed(seed)
        self._space, self._penalty = space, Penalty()
        rows = [_row(name, domain) for name, domain in zip(space.names, space.domains, strict=True)]
        self._method = HEBO(DesignSpace().parse(rows), scramble_seed=seed)
        self._asked: Any = None

    def ask(self) -> Params:
        """The active part of a suggestion."""
        self._asked = self._method.suggest(n_suggestions=1)
        raw = self._asked.iloc[0].to_dict()
        return active(self._space, {name: value(self._space[name], raw[name]) for name in self._space.names})

    def tell(self, params: Params, loss: float | None) -> None:
        """The suggestion's loss."""
        del params
        self._method.observe(self._asked, np.array([[self._penalty(loss)]]))


def _row(name: str, domain: Any) -> dict[str, Any]:
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return {"name": name, "type": "pow" if log else "num", "lb": low, "ub": high, **({"base": 10} if log else {})}
        case Int(low=low, high=high, step=1, log=log):
            return {"name": name, "type": "pow_int" if log else "int", "lb": low, "ub": high, **({"base": 10} if log else {})}
        case Categorical(choices=choices):
            return {"name": name, "type": "cat", "categories": list(range(len(choices)))}
        case _:
            return {"name": name, "type": "int", "lb": 0, "ub": int(domain.size) - 1}

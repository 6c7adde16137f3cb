"""Random search that is not ours: independent uniform draws by NumPy's default generator, the yardstick of every report."""

from collections.abc import Iterator

import numpy as np

from askttell import Space
from askttell.unit import decode
from benchmarks.peers.peer import Params, Peer


def peers() -> Iterator[Peer]:
    """`random`."""
    yield Peer("random", Uniform)


class Uniform:
    """Independent draws from the unit cube."""

    def __init__(self, space: Space, seed: int, budget: int) -> None:
        del budget
        self._space = space
        self._generator = np.random.default_rng([seed, 1])  # apart from the draws of libraries that are given the same seed

    def ask(self) -> Params:
        """A fresh draw."""
        return decode(self._space, self._generator.random(len(self._space)).tolist()).plain()

    def tell(self, params: Params, loss: float | None) -> None:
        """Nothing is learned."""

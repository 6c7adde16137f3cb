"""Two that are no search methods, to see that a report puts them where they belong."""

from collections.abc import Iterator

from askttell import Space
from askttell.unit import decode
from benchmarks.peers.peer import Params, Peer


def peers() -> Iterator[Peer]:
    """`planted-cheat` asks for the optimum of the problems `known_max…`; `planted-dud` asks for one point for ever."""
    yield Peer("planted-cheat", lambda space, seed, _: Fixed(space, 0.0, seed))
    yield Peer("planted-dud", lambda space, seed, _: Fixed(space, 0.999, seed))


class Fixed:
    """One point of the diagonal of the unit cube, again and again."""

    def __init__(self, space: Space, place: float, seed: int) -> None:
        del seed
        self._params = decode(space, [place] * len(space)).plain()

    def ask(self) -> Params:
        """The point."""
        return dict(self._params)

    def tell(self, params: Params, loss: float | None) -> None:
        """Nothing is learned."""

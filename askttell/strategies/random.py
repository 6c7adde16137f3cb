"""Random search (Bergstra & Bengio 2012, JMLR 13:281-305): independent draws, uniform on each parameter's own scale."""

from typing import ClassVar

import attrs

from askttell.events import Candidate
from askttell.history import History
from askttell.seed import uniforms
from askttell.unit import decode


@attrs.frozen
class Random:
    """Draws every parameter anew for each trial; on a finite space a point may come again."""

    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """A uniform point of the unit cube, decoded."""
        u = uniforms(history.seed, history.number, len(history.space))
        return Candidate(decode(history.space, u.tolist()), origin="random")

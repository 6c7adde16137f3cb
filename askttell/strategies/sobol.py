"""Sobol points, scrambled: each prefix fills the space more evenly than random points do.

Direction numbers of Joe & Kuo (2008), doi:10.1137/070709359, as shipped with SciPy; random linear scrambling with a digital shift
(Matoušek 1998, doi:10.1006/jcom.1998.0489), as in `scipy.stats.qmc.Sobol`, which is not imported because that takes longer than a search of
a thousand points.
"""

from typing import ClassVar

import attrs

from askttell.events import Candidate
from askttell.history import History
from askttell.unit import decode


@attrs.frozen
class Sobol:
    """The k-th of its own trials is the k-th point, whatever other trials lie between; at most 21,201 parameters, 2**32 trials."""

    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """The next point of the sequence, decoded."""
        from askttell.numerics.sobol import point  # noqa: PLC0415 - settings load without numerics

        u = point(history.seed, len(history.space), history.count_of("sobol"))
        return Candidate(decode(history.space, u.tolist()), origin="sobol")

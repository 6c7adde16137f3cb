"""Auto: the default; it chooses a strategy for its user."""

from typing import ClassVar

import attrs

from askttell.events import Candidate
from askttell.history import History
from askttell.strategies.sobol import Sobol


@attrs.frozen
class Auto:
    """At present asks `Sobol`, the best of the strategies that do not learn."""

    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """The candidate of the chosen strategy."""
        return Sobol().ask(history)

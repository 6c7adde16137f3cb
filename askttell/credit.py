"""What arms have earned, as a fold over the results by the arm that proposed each, and a choice among them.

A success is a new incumbent. Each arm is chosen with a probability that grows with its own recent rate of success and never falls to
nothing, as the best arm changes while a search goes on: probability matching (Thierens 2005, doi:10.1145/1068009.1068251, eq. 1-2).
"""

import functools
import math

import attrs

from askttell.evolution.folds import Folds, given
from askttell.history import History

_DISCOUNT = 0.98  # of an arm's earlier results at each new one of its own: about fifty count
_SUCCESSES, _TRIES = 1.5, 5.0  # that each arm has beforehand
_LEAST_RATE = 1e-9  # so that rates can be compared when nothing was won for long
_LEAST = 0.2  # the probability that is divided equally, whatever the arms have earned


@attrs.frozen
class Credit:
    """The incumbent's loss, and the discounted numbers of successes and of tries of each arm."""

    least: float
    successes: tuple[float, ...]
    tries: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The probability with which each arm is chosen."""
        rates = [max(s / n, _LEAST_RATE) for s, n in zip(self.successes, self.tries, strict=True)]
        return tuple(_LEAST / len(rates) + (1.0 - _LEAST) * rate / sum(rates) for rate in rates)

    def chosen(self, u: float) -> int:
        """The arm that a uniform u in [0, 1) chooses."""
        ends = [sum(self.shares[: i + 1]) for i in range(len(self.shares) - 1)]
        return sum(u >= end for end in ends)


_credits: Folds[Credit] = Folds()


def credit_of(history: History, origins: tuple[str, ...]) -> Credit:
    """What the arms with these origins have earned, by all results of one objective. Costs O(1) for each new result."""
    losses, told = history.losses[:, 0], history.told

    def step(credit: Credit, row: int) -> Credit:
        loss = math.inf if math.isnan(losses[row]) else float(losses[row])
        origin = history.asked(int(told[row])).candidate.origin.partition(":")[0]
        least = min(loss, credit.least)
        if origin not in origins:
            return Credit(least, credit.successes, credit.tries) if least < credit.least else credit
        arm, won = origins.index(origin), float(loss < credit.least)
        return Credit(least, _added(credit.successes, arm, won), _added(credit.tries, arm, 1.0))

    n = len(origins)
    start = functools.partial(Credit, math.inf, (_SUCCESSES,) * n, (_TRIES,) * n)
    return _credits.state(history, given(("credit", origins), history), start, step)


def _added(counts: tuple[float, ...], arm: int, amount: float) -> tuple[float, ...]:
    return tuple(_DISCOUNT * count + amount if i == arm else count for i, count in enumerate(counts))

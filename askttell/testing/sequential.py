"""Wald's sequential probability ratio test of a win rate (Wald 1945, doi:10.1214/aoms/1177731118), by which searches are compared.

After wins and losses the likelihood ratio of the rate p1 to p0 > p1 is a supermartingale whenever each win had a probability of at
least p0, so it ever reaches 1/alpha with a probability of at most alpha (Ville 1939), wherever the test is cut off.
"""

import math
from collections.abc import Iterator

import attrs


@attrs.frozen
class Outcome:
    """Whether the claim was refused, and after how many comparisons of which how many were won."""

    refused: bool
    n: int
    n_wins: int


def refute(wins: Iterator[bool], *, p0: float, p1: float, alpha: float, beta: float, n_most: int) -> Outcome:
    """The outcome for the claim that the rate of wins is at least p0.

    A true claim is refused with a probability of at most alpha; a rate of p1 or less is accepted early with one of at most beta. After
    n_most comparisons without a decision the claim stands.
    """
    won, lost = math.log(p1 / p0), math.log((1 - p1) / (1 - p0))
    log_ratio, n, n_wins = 0.0, 0, 0
    while n < n_most and math.log(beta) < log_ratio < -math.log(alpha):
        win = next(wins)
        log_ratio += won if win else lost
        n, n_wins = n + 1, n_wins + win
    return Outcome(log_ratio >= -math.log(alpha), n, n_wins)

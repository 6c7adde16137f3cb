"""Laws that anybody can run on their own search method; Hypothesis is imported when a check is called."""

from askttell.testing.optimiser import Optimiser, Start, StrategySearch, searching
from askttell.testing.search import ALWAYS, CLAIMS, check_search, checks
from askttell.testing.trying import Refused

__all__ = ["ALWAYS", "CLAIMS", "Optimiser", "Refused", "Start", "StrategySearch", "check_search", "checks", "searching"]

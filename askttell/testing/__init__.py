"""Laws that anybody can run on their own search method; Hypothesis is imported when a check is called."""

from askttell.testing.laws import STRATEGY_CLAIMS, STRATEGY_LAWS
from askttell.testing.optimiser import Optimiser, Start, StrategySearch, searching
from askttell.testing.search import ALWAYS, CLAIMS, check_search, checks
from askttell.testing.strategy import check_strategy
from askttell.testing.trying import Refused

__all__ = [
    "ALWAYS",
    "CLAIMS",
    "STRATEGY_CLAIMS",
    "STRATEGY_LAWS",
    "Optimiser",
    "Refused",
    "Start",
    "StrategySearch",
    "check_search",
    "check_strategy",
    "checks",
    "searching",
]

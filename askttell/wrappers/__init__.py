"""Wrappers: strategies that show another strategy a changed history."""

from askttell.wrappers.lagged import Lagged

__all__ = ["Lagged"]

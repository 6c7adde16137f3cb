"""Answers of strategies, as an ask would record them, and in words."""

import attrs

from askttell.errors import Exhausted, NotReady
from askttell.events import Candidate
from askttell.space import Space


def as_recorded(space: Space, candidate: Candidate) -> Candidate:
    """The candidate with its values in their recorded form; ValueError or TypeError if they do not fit."""
    return attrs.evolve(candidate, params=space.check(candidate.params))


def text(answer: Candidate | Exhausted | NotReady) -> str:
    """An answer in words that differ where the answers do."""
    if isinstance(answer, NotReady):
        return f"NotReady({answer.number})"
    return "Exhausted" if isinstance(answer, Exhausted) else repr(answer)

"""Whether a configuration is new, and one that is: repeating a trial teaches nothing."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from askttell.cells import cells_of, first_untried
from askttell.errors import Exhausted
from askttell.history import History
from askttell.seed import uniforms
from askttell.space import Params, Space
from askttell.unit import decode, encode
from askttell.untried import alike, tried

_PATH = 0x0E3  # keeps these uniforms apart from those that a strategy draws for the trial
_N_TRIES = 64


def is_new(history: History, params: Params) -> bool:
    """Whether no trial has these drawn parameters; with a continuous one they are taken for new, as two draws never agree. Else O(n)."""
    return not _continuous(history.space).isdisjoint(params.names) or not repeats(history, params)


def repeats(history: History, params: Params) -> bool:
    """Whether a trial has these parameters, which may have been inherited from it, continuous ones as well. O(n)."""
    return len(alike(history.units, encode(history.space, params), 0.0)) > 0


def fresh(history: History) -> Params:
    """A configuration at random, which on a finite space no trial has; Exhausted if there is none left. O(n)."""
    space = history.space
    if all(domain.size < math.inf for domain in space.domains):
        return _untried(history)
    rows = uniforms(history.seed, history.number, _N_TRIES * len(space), _PATH).reshape(_N_TRIES, -1)
    drawn = [decode(space, row) for row in rows.tolist()]
    return next((params for params in drawn if is_new(history, params)), drawn[0])


def _untried(history: History) -> Params:
    found = first_untried(history.space, tried(history), float(uniforms(history.seed, history.number, 1, _PATH)[0]))
    if found is None:
        raise Exhausted(f"All {cells_of(history.space, None).count} configurations of this finite space have been tried.")
    return found


@functools.lru_cache(maxsize=64)
def _continuous(space: Space) -> frozenset[str]:
    return frozenset(name for name, domain in zip(space.names, space.domains, strict=True) if domain.size == math.inf)


def same_units(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    """Whether two rows of the unit cube describe one configuration."""
    return bool(((a == b) | (np.isnan(a) & np.isnan(b))).all())

"""The first points of a search, before a model can be made: the defaults, then points that fill the space and try every branch."""

import math

import numpy as np

from askttell.axes import axes_of
from askttell.events import Candidate
from askttell.history import History
from askttell.seed import uniforms
from askttell.space import Space
from askttell.unit import decode
from askttell.untried import any_untried

_TURN_PATH = 0x6B11


def n_initial(space: Space) -> int:
    """How many trials the design has: 3 and half of the number of parameters that are active at a time, two for each branch; 4 to 12."""
    branches = max((n for _, n in _roots(space)), default=0)
    return min(max(3 + math.ceil(0.5 * axes_of(space).dimension), 2 * branches, 4), 12)


def designed(history: History) -> Candidate:
    """The next point of the initial design: the defaults or the middle of the space, then Sobol points."""
    from askttell.numerics import sobol  # noqa: PLC0415 - settings load without numerics

    space = history.space
    if history.number == 0:
        middle = [0.5 if domain.default is None else domain.to_unit(domain.default) for domain in space.domains]
        return Candidate(decode(space, middle), origin="gp:design")
    index = history.count_of("gp:design")
    u = sobol.point(history.seed, len(space), index)
    for j, n in _roots(space):
        turn = int(np.argsort(uniforms(history.seed, 0, n, _TURN_PATH, j), kind="stable")[index % n])
        u[j] = (turn + 0.5) / n
    return Candidate(any_untried(history, u[None]), origin="gp:design")


def _roots(space: Space) -> list[tuple[int, int]]:
    """The unconditional finite parameters with few values on which others depend, with their sizes: each value is tried in turn."""
    parents = {condition.parent for conditions in space.conditions for condition in conditions}
    rows = zip(space.names, space.domains, space.conditions, strict=True)
    return [(j, int(domain.size)) for j, (name, domain, on) in enumerate(rows) if name in parents and not on and domain.size <= 12]

"""Results of earlier searches in the units of this one, and the first trials of a population."""

import numpy as np
from numpy.typing import NDArray

from askttell.events import Prior
from askttell.evolution.folds import Folds, given
from askttell.evolution.novel import fresh, is_new
from askttell.history import History
from askttell.numerics.selection import order
from askttell.numerics.sobol import point
from askttell.space import Params, Space
from askttell.unit import decode, encode

Array = NDArray[np.float64]

_best: Folds[list[Params]] = Folds(16)


def first(history: History, origin: str, n: int) -> Params:
    """What an arm tries while it has tried fewer than n: half of them are the best of earlier searches, if any, the others Sobol points."""
    k = history.count_of(origin)
    best = _best.value(history, given((n,), history), 0, lambda: _best_of(history, n // 2)) if history.prior else []
    at = k - min(len(best), n)
    params = best[k] if k < len(best) else decode(history.space, point(history.seed, len(history.space), at).tolist())
    return params if is_new(history, params) else fresh(history)


def _best_of(history: History, n: int) -> list[Params]:
    """The n best configurations of all earlier searches, one of each in turn."""
    lists = []
    for prior in history.prior:
        units, losses = results_of(history.space, prior)
        lists.append([decode(history.space, units[i].tolist()) for i in order(losses)[:n].tolist()])
    turns = [ranked[i] for i in range(n) for ranked in lists if i < len(ranked)]
    return list(dict.fromkeys(turns))[:n]


def results_of(space: Space, prior: Prior) -> tuple[Array, Array]:
    """Units (n, d) and losses (n, m) of an earlier search; results that do not fit this space are left out."""
    fitting = [(params, loss) for params, loss in zip(prior.params, prior.losses, strict=True) if _fits(space, params)]
    units = np.array([encode(space, space.check(params)) for params, _ in fitting], float).reshape(len(fitting), len(space))
    return units, np.array([loss for _, loss in fitting], float).reshape(len(fitting), len(prior.losses[0]) if prior.losses else 1)


def _fits(space: Space, params: Params) -> bool:
    try:
        space.check(params)
    except (TypeError, ValueError):
        return False
    return True

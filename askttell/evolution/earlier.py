"""The first trials of a population: the best of earlier searches, and points that fill the space."""

from askttell.earlier import results_of
from askttell.evolution.folds import Folds, given
from askttell.evolution.novel import fresh, is_new
from askttell.history import History
from askttell.numerics.selection import order
from askttell.numerics.sobol import point
from askttell.space import Params
from askttell.unit import decode

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

"""The distribution with which CMAES starts, from nothing or from what is known."""

import numpy as np
from numpy.typing import NDArray

from askttell.earlier import results_of
from askttell.evolution.layout import Layout
from askttell.history import History
from askttell.numerics import choices, covariance, mixed
from askttell.numerics.mixed import Mixed

Array = NDArray[np.float64]

_TOP = 0.1  # share of an earlier search that is taken for good, gamma of WS-CMA-ES


def around(layout: Layout, m: Array, sigma: float) -> Mixed:
    """Equal spread in all directions around m (n,), and equal probabilities of all choices."""
    normal = covariance.normal(m, sigma, np.eye(len(m)))
    return mixed.mixed(layout.axes, normal, choices.choices(choices.uniform(layout.sizes), layout.sizes))


def opening(history: History, k: int, layout: Layout, lam: int, sigma: float) -> Mixed:
    """Around the better part of the first k results and of each earlier search, of those with two populations or more; else the middle."""
    earlier = [results_of(history.space, prior) for prior in history.prior]
    sources = [(history.units[history.told[:k]], history.losses[:k, 0]), *((U, losses[:, 0]) for U, losses in earlier)]
    U = np.concatenate([_good(*source, lam) for source in sources])
    if not len(U):
        return around(layout, np.full(len(layout.numbers), 0.5), sigma)
    normal = covariance.normal(*mixed.warm(U[:, layout.numbers]))
    q = choices.counted(np.array([layout.choices(u) for u in U]), layout.sizes)
    return mixed.mixed(layout.axes, normal, choices.choices(q, layout.sizes))


def _good(U: Array, losses: Array, lam: int) -> Array:
    """The better tenth, but half a population at least, shape (k, d)."""
    known = np.flatnonzero(~np.isnan(losses))
    if len(known) < 2 * lam:
        return U[:0]
    n_good = max(int(_TOP * len(known)), lam // 2)
    return U[known[np.argsort(losses[known], kind="stable")[:n_good]]]

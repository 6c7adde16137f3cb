"""A wider look where a model searches in one spot.

A process explains a rugged function by ever shorter length scales: its asks gather around the best result, differ by little, and ask for
still shorter ones. What it believes then says nothing of the rest of the space, so no score of its own leads out. Where its last asks
lay close to the incumbent, it loses little by an ask elsewhere: here a sample of a normal distribution around the better results, as
evolution strategies start with (Nomura et al. 2021, arXiv:2012.06932), which is wide however close together these lie. A sample that is
better becomes the spot where the model goes on, as in basin hopping (Wales & Doye 1997, doi:10.1021/jp970984n).
"""

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from askttell.evolution.layout import Layout, layout_of
from askttell.evolution.opening import opening
from askttell.history import History
from askttell.numerics import mixed

Array = NDArray[np.float64]

_N_LAST = 2  # asks of the model that must lie close to the incumbent
_CLOSE = 0.1  # root mean square distance over the parameters, in units of their ranges
_SIGMA = 1 / 6  # around the middle, while there are too few results
_N_SAMPLES = 4  # of which the first is asked, unless it was before


def in_one_spot(history: History, origins: Collection[str]) -> bool:
    """Whether the last trials have one of these origins and lie close to the best result, of which there must be one."""
    last, units = range(max(history.number - _N_LAST, 0), history.number), history.units
    if any(history.asked(number).candidate.origin not in origins for number in last):
        return False
    best = units[int(history.told[int(np.nanargmin(history.losses[:, 0]))])]
    return bool((_distances(layout_of(history.space), units[last.start :], best) <= _CLOSE).all())


def _distances(layout: Layout, U: Array, u: Array) -> Array:
    """From rows U (k, d) to u (d,), shape (k,); another choice, or an activity that differs, is as far as the whole range."""
    apart = np.nan_to_num(np.abs(U - u), nan=0.0)
    apart[:, layout.categories] = apart[:, layout.categories] > 0.0
    apart[np.isnan(U) != np.isnan(u)] = 1.0
    distances: Array = np.sqrt((apart * apart).mean(axis=1))
    return distances


def wider(history: History) -> Array:
    """New samples (k, d), in units, around the better tenth of the results, or around the middle while there are few. Costs O(n log n)."""
    layout = layout_of(history.space)
    population = 4 + int(3 * math.log(max(layout.n, 1)))
    around = opening(history, history.n_finished, layout, population, _SIGMA)
    samples = (mixed.sample(around, history.seed, history.number, attempt) for attempt in range(_N_SAMPLES))
    return np.array([layout.row(*sample) for sample in samples])

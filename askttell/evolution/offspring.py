"""What a genetic algorithm tries next: a child of two survivors, or one of the first individuals."""

import numpy as np
from numpy.typing import NDArray

from askttell.evolution.breeding import child, genes_of
from askttell.evolution.earlier import first
from askttell.evolution.novel import fresh, repeats
from askttell.evolution.population import pool_of, ranked
from askttell.history import History
from askttell.seed import uniforms
from askttell.space import Params
from askttell.unit import decode

ORIGIN = "genetic"
_N_ATTEMPTS = 16  # children that are made in search of a new configuration
_N_TOURNAMENT = 2


def bred(history: History, population: int, n_survivors: int, niching: float) -> Params:
    """A new configuration; before the first selection and with fewer than two parents, one of the first individuals."""
    pool = pool_of(history, population, n_survivors, niching)
    if not pool.survivors and history.count_of(ORIGIN) < population:
        return first(history, ORIGIN, population)
    parents = ranked(history, pool)
    if len(parents) < 2:
        return fresh(history)
    units = history.units[parents]
    made = (_made(history, units, attempt) for attempt in range(_N_ATTEMPTS))
    return next((params for params in made if params is not None), None) or fresh(history)


def _made(history: History, units: NDArray[np.float64], attempt: int) -> Params | None:
    """A child of two parents, which are rows of units, best first; None if it is not new."""
    d, k = units.shape[1], 2 * _N_TOURNAMENT
    u = uniforms(history.seed, history.number, k + 5 * d, attempt)
    one, other = _pair(u[:k], len(units))
    made = child(genes_of(history.space), units[one], units[other], u[k:].reshape(5, d))
    params = decode(history.space, made.tolist())
    return None if repeats(history, params) else params


def _pair(u: NDArray[np.float64], n: int) -> tuple[int, int]:
    """The winners of two tournaments among n, of whom 0 is the best; they differ."""
    one, other = np.floor(u.reshape(2, -1) * n).astype(int).min(axis=1).tolist()
    return one, other if other != one else (one + 1) % n

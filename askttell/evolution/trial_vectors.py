"""What differential evolution tries next."""

import math

from askttell.evolution.earlier import first
from askttell.evolution.novel import fresh, repeats, same_units
from askttell.evolution.success_history import N_ATTEMPTS, ORIGIN, Generation, current, made
from askttell.history import History
from askttell.space import Params

__all__ = ["ORIGIN", "learnt", "proposed"]


def proposed(history: History, population: int | None, budget: int | None) -> tuple[Params, int | None]:
    """A new configuration and the trial whose result began its generation; without a generation one of the first individuals."""
    generation = learnt(history, population, budget)
    if generation is None:
        return first(history, ORIGIN, _size(history, population)), None
    for attempt in range(N_ATTEMPTS):
        trial = made(generation, history.space, history.seed, history.number, attempt)
        if not same_units(trial.units, generation.units[trial.slot]) and not repeats(history, trial.params):
            return trial.params, generation.closed_by
    return fresh(history), generation.closed_by


def learnt(history: History, population: int | None, budget: int | None) -> Generation | None:
    """The generation in which the next trial is made; None if there is none yet. A later ask then finds all results learnt."""
    return current(history, _size(history, population), budget)


def _size(history: History, population: int | None) -> int:
    return population or 6 + int(math.sqrt(len(history.space)))

"""What differential evolution tries next."""

from askttell.evolution.earlier import first
from askttell.evolution.novel import fresh, repeats, same_units
from askttell.evolution.success_history import N_ATTEMPTS, ORIGIN, current, made
from askttell.history import History
from askttell.space import Params

__all__ = ["ORIGIN", "proposed"]


def proposed(history: History, population: int, budget: int | None) -> tuple[Params, int | None]:
    """A new configuration and the trial whose result began its generation; without a generation one of the first individuals."""
    generation = current(history, population, budget)
    if generation is None:
        return first(history, ORIGIN, population), None
    for attempt in range(N_ATTEMPTS):
        trial = made(generation, history.space, history.seed, history.number, attempt)
        if not same_units(trial.units, generation.units[trial.slot]) and not repeats(history, trial.params):
            return trial.params, generation.closed_by
    return fresh(history), generation.closed_by

"""Genetic algorithm for one objective, and NSGA-II for several (Deb et al. 2002, doi:10.1109/4235.996017).

Parents win tournaments of two. Numbers are crossed by simulated binary crossover (Deb & Agrawal 1995) and mutated by polynomials (Deb &
Goyal 1996); choices are taken from either parent and now and then replaced. The best survive, old or new; children that repeat a
trial are not tried. Every finished trial is an individual, whoever asked for it.
"""

from typing import Any, ClassVar

import attrs
from attrs import validators

from askttell.events import Candidate
from askttell.history import History

_SIZES = {1: (20, 10), 2: (100, 50)}  # population and survivors for one objective, and for several


def _below_population(genetic: "Genetic", field: "attrs.Attribute[Any]", value: int | None) -> None:
    if value is not None and genetic.population is not None and not 2 <= value < genetic.population:
        raise ValueError(f"`{field.name}` must lie in [2, population), but got {value!r} of {genetic.population!r}.")


@attrs.frozen
class Genetic:
    """Selection, crossover and mutation; it serves several objectives.

    When `population` individuals are finished, the better `survivors` of them stay, and their children fill the population up again:
    `Genetic(population=100, survivors=50)` is the classical algorithm. By default 20 and 10 for one objective, which serves small budgets,
    100 and 50 for several; half of the population survives if only that is given. Failed and stopped trials are the worst.
    """

    population: int | None = attrs.field(default=None, validator=validators.optional([validators.instance_of(int), validators.ge(4)]))
    survivors: int | None = attrs.field(
        default=None, validator=[validators.optional([validators.instance_of(int), validators.ge(2)]), _below_population]
    )
    version: ClassVar[int] = 2

    def ask(self, history: History) -> Candidate:
        """A child of two survivors that no trial equals; in the beginning Sobol points and the best of earlier searches."""
        from askttell.evolution.offspring import ORIGIN, bred  # noqa: PLC0415 - settings load without numerics

        return Candidate(bred(history, *self._sizes(history.n_objectives)), ORIGIN)

    def _sizes(self, n_objectives: int) -> tuple[int, int]:
        population, survivors = _SIZES[min(n_objectives, 2)]
        if self.population is not None:
            population, survivors = self.population, self.population // 2
        return population if self.population is not None or self.survivors is None else 2 * self.survivors, self.survivors or survivors

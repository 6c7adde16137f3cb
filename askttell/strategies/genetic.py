"""Genetic algorithm for one objective, and NSGA-II for several (Deb et al. 2002, doi:10.1109/4235.996017).

Parents win tournaments of two. Numbers are crossed by simulated binary crossover (Deb & Agrawal 1995) and mutated by polynomials (Deb &
Goyal 1996); choices are taken from either parent and now and then replaced. The best survive, old or new; children that repeat a
trial are not tried. Every finished trial is an individual, whoever asked for it. With one objective half of those that do not survive
go for being most like a better one, as in crowding (De Jong 1975), so that the survivors do not become alike before the search is over.
"""

from typing import Any, ClassVar

import attrs
from attrs import validators

from askttell.events import Candidate
from askttell.history import History

_SIZES = {1: (20, 10), 2: (100, 50)}  # population and survivors for one objective, and for several
_NICHING = {1: 0.5, 2: 0.0}


def _below_population(genetic: "Genetic", field: "attrs.Attribute[Any]", value: int | None) -> None:
    if value is not None and genetic.population is not None and not 2 <= value < genetic.population:
        raise ValueError(f"`{field.name}` must lie in [2, population), but got {value!r} of {genetic.population!r}.")


@attrs.frozen
class Genetic:
    """Selection, crossover and mutation; it serves several objectives.

    When `population` individuals are finished, `survivors` of them stay, and their children fill the population up again. Of those that
    go, the share `niching` goes for being most like a better one, and the others for being the worst: with 0 the better ones stay, and
    `Genetic(population=100, survivors=50, niching=0)` is the classical algorithm. By default 20, 10 and a half for one objective, which
    serves small budgets, 100, 50 and none for several; half of the population survives if only that is given. Failed and stopped trials
    are the worst.
    """

    population: int | None = attrs.field(default=None, validator=validators.optional([validators.instance_of(int), validators.ge(4)]))
    survivors: int | None = attrs.field(
        default=None, validator=[validators.optional([validators.instance_of(int), validators.ge(2)]), _below_population]
    )
    niching: float | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(float),
        validator=validators.optional([validators.ge(0.0), validators.le(1.0)]),
    )
    version: ClassVar[int] = 3

    def ask(self, history: History) -> Candidate:
        """A child of two survivors that no trial equals; in the beginning Sobol points and the best of earlier searches."""
        from askttell.evolution.offspring import ORIGIN, bred  # noqa: PLC0415 - settings load without numerics

        return Candidate(bred(history, *self._sizes(history.n_objectives), self._niching(history.n_objectives)), ORIGIN)

    def _sizes(self, n_objectives: int) -> tuple[int, int]:
        population, survivors = _SIZES[min(n_objectives, 2)]
        if self.population is not None:
            population, survivors = self.population, self.population // 2
        return population if self.population is not None or self.survivors is None else 2 * self.survivors, self.survivors or survivors

    def _niching(self, n_objectives: int) -> float:
        return _NICHING[min(n_objectives, 2)] if self.niching is None else self.niching

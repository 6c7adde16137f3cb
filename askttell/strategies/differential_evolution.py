"""Differential evolution with memories of successful settings (L-SHADE, Tanabe & Fukunaga 2014, doi:10.1109/CEC.2014.6900380).

Mutation is current-to-pbest/1 with an archive, crossover binomial. Numbers are moved in the unit cube; a choice is taken from those
individuals whose difference would move a number. Inactive parameters make no difference.
"""

from typing import ClassVar

import attrs
from attrs import validators

from askttell.events import Candidate
from askttell.history import History
from askttell.strategy import one_objective


@attrs.frozen
class DifferentialEvolution:
    """Differential evolution for one objective and hundreds of evaluations.

    `population`: individuals, 6 + ⌊√parameters⌋ if None; more for thousands of results. `budget`: how many results there will be; if it
    is given, the population shrinks linearly to 4 until then, as in L-SHADE; if not, it stays as it is, as in SHADE. Failed and
    stopped trials are the worst.
    """

    population: int | None = attrs.field(default=None, validator=validators.optional([validators.instance_of(int), validators.ge(4)]))
    budget: int | None = attrs.field(default=None, validator=validators.optional([validators.instance_of(int), validators.ge(1)]))
    version: ClassVar[int] = 2

    def ask(self, history: History) -> Candidate:
        """A trial vector that no trial equals; in the beginning Sobol points and the best of earlier searches."""
        from askttell.evolution.trial_vectors import ORIGIN, proposed  # noqa: PLC0415 - settings load without numerics

        one_objective(history, self)
        params, parent = proposed(history, self.population, self.budget)
        return Candidate(params, ORIGIN, parent=parent)

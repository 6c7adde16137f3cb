"""CMA-ES for spaces of any kind: covariance matrix adaptation, with margins for integers, with categories, with restarts.

Hansen 2016, arXiv:1604.00772 (active updates); integers and categories by CatCMA with Margin, Hamano et al. 2025, arXiv:2504.07884; results
of earlier searches by WS-CMA-ES, Nomura et al. 2021, arXiv:2012.06932; results of others on the way by injection, Hansen 2011,
arXiv:1110.4181; restarts by BIPOP, Hansen 2009, doi:10.1145/1570256.1570333.

A generation ends when as many of its own results have been told as its population, whichever these are, so one slow trial stops
nothing. What was tried against these choices is in benchmarks/ABLATIONS.md.
"""

from typing import ClassVar

import attrs
from attrs import validators

from askttell.events import Candidate
from askttell.history import History
from askttell.strategy import one_objective


@attrs.frozen
class CMAES:
    """Evolution strategy for one objective and 100 evaluations or more.

    `population`: results in a generation, 4 + ⌊3 ln(parameters)⌋ if None; more for rugged or noisy objectives. `sigma`: the initial
    standard deviation in the unit cube. It starts in the middle, or at the better tenth of earlier results, if there are enough. Failed and
    stopped trials are the worst. Inactive parameters are sampled too, and selected by chance.
    """

    population: int | None = attrs.field(default=None, validator=validators.optional([validators.instance_of(int), validators.ge(4)]))
    sigma: float = attrs.field(default=1 / 6, converter=float, validator=validators.gt(0.0))
    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """A sample of the current distribution; where only finitely many differ, a new one."""
        from askttell.evolution.distribution import ORIGIN, proposed  # noqa: PLC0415 - settings load without numerics

        one_objective(history, self)
        params, parent = proposed(history, self.population, self.sigma)
        return Candidate(params, ORIGIN, parent=parent)

"""How much each parameter matters: the functional analysis of variance of a model of the search.

Hutter, Hoos & Leyton-Brown 2014 (ICML, PMLR 32:754-762) decompose a forest of regression trees; here the model is the Gaussian process of
`askttell.analysis.landscape`, as in Oakley & O'Hagan 2004 (doi:10.1111/j.1467-9868.2004.05304.x), which handles categories and conditions.
Parameters count as independent and uniform on their own scale, wherever the search has looked most. An inactive parameter changes
nothing, so one that is rarely active matters less. The mathematics are in `askttell.numerics.sensitivity`.
"""

from typing import Any

import attrs

from askttell.analysis.labels import GOOD_FIT, LEAST_FIT
from askttell.analysis.landscape import landscape_of
from askttell.history import History
from askttell.numerics.sensitivity import indices


@attrs.frozen
class Share:
    """What a parameter explains of the variance: `alone`, the others averaged, and with all its interactions, `total`; both in [0, 1]."""

    name: str
    alone: float
    total: float


@attrs.frozen
class Importance:
    """The shares of the parameters, the greatest total first, and how far the model that they are of is to be trusted.

    `fit`: the share of the variance of the `n` results that the model predicts of those left out, one at a time. Interactions count
    in the total of each parameter that takes part, so totals may add up to more than 1.
    """

    shares: tuple[Share, ...]
    fit: float
    n: int

    def __str__(self) -> str:
        width = max(len("parameter"), *(len(share.name) for share in self.shares))
        rows = [f"{share.name:<{width}}  {share.total:5.0%}  {share.alone:5.0%}" for share in self.shares]
        return "\n".join([f"{'parameter':<{width}}  total  alone", *rows, "", self.trust])

    @property
    def trust(self) -> str:
        """How far the shares are to be trusted, in one sentence."""
        doubt = ": do not rely on these shares" if self.fit < LEAST_FIT else ": take these shares as a hint"
        verdict = "" if self.fit >= GOOD_FIT else doubt
        return f"The model of {self.n} results predicts {self.fit:.0%} of the variance of those left out{verdict}."


def importance(history: Any, *, objective: int = 0, worst: float | None = None) -> Importance:
    """What each parameter explains of the variance of an objective, over the whole space. `history`: a History or a Study.

    A few very bad results make up most of a variance; with `worst`, values worse than that count as that, so that the shares
    are of the differences among the better ones. LookupError with less than four complete trials. Costs O(n^3 + d n).

    >>> from askttell import Float, Space, Study
    >>> study = Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0), z=Float(0.0, 1.0)), seed=0)
    >>> study.run(lambda x, y, z: 2.0 * x + y, 20)
    >>> for share in importance(study).shares:
    ...     print(share.name, round(share.total, 2))
    x 0.8
    y 0.2
    z 0.0
    """
    history = getattr(history, "history", history)
    landscape = landscape_of(history, objective, worst)
    alone, total = (share.tolist() for share in indices(landscape.level, len(history.space)))
    shares = sorted(map(Share, history.space.names, alone, total), key=lambda share: -share.total)
    return Importance(tuple(shares), landscape.fit, landscape.n)


def important_pair(history: History, objective: int = 0, worst: float | None = None) -> tuple[str, str]:
    """The two most important parameters that some trial had both of, in the order of the space; LookupError if there are none."""
    names = [share.name for share in importance(history, objective=objective, worst=worst).shares]
    together = [set(trial.recorded) for trial in history.trials]
    pairs = ((a, b) for k, b in enumerate(names) for a in names[:k] if any({a, b} <= active for active in together))
    pair = next(pairs, None)
    if pair is None:
        raise LookupError("No trial has two parameters, so there is no pair to look at; draw the kind `slices`.")
    first, second = sorted(pair, key=history.space.names.index)
    return first, second

"""Earlier searches, as this one sees them: their results in its units, a model of each, and what to try first because of them."""

import functools
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.adapted import adapted, misfit
from askttell.axes import axes_of
from askttell.events import Prior
from askttell.history import History
from askttell.space import Params, Space
from askttell.unit import decode, encode

if TYPE_CHECKING:
    from askttell.numerics.surrogate import Recipe
    from askttell.numerics.transfer import Source

Array = NDArray[np.float64]

_FEWEST = 4  # results of an earlier search from which a model is made
_N_BEST = 10  # configurations of each that are candidates for the first trials


def results_of(space: Space, prior: Prior) -> tuple[Array, Array]:
    """Units (n, d) and losses (n, m) of an earlier search; results that do not fit this space are left out, see `adapted`."""
    pairs = zip((params.plain() for params in prior.params), prior.losses, strict=True)
    fitting = [(adapted(space, params), loss) for params, loss in pairs if not misfit(space, params)]
    units = np.array([encode(space, params) for params, _ in fitting], float).reshape(len(fitting), len(space))
    return units, np.array([loss for _, loss in fitting], float).reshape(len(fitting), len(prior.losses[0]) if prior.losses else 1)


def sources_of(history: History, recipe: "Recipe") -> "tuple[Source, ...]":
    """A model of each earlier search that has enough results in this space. Made once, at up to a second each."""
    found = (_source(_Search(history.space, prior), recipe) for prior in history.prior)
    return tuple(source for source in found if source is not None)


def without_model(history: History) -> list[int]:
    """The places, from 0, of the earlier searches that have too few results in this space, so that nothing is made of them."""
    return [place for place, prior in enumerate(history.prior) if len(results_of(history.space, prior)[0]) < _FEWEST]


def portfolio_of(history: History, recipe: "Recipe", n: int) -> list[Params]:
    """At most n configurations of earlier searches, of which in each of them one does well; best first."""
    return list(_portfolio(tuple(_Search(history.space, prior) for prior in history.prior), recipe))[:n]


@attrs.frozen
class _Search:
    """An earlier search in a space; compared in full, but hashed by its size, which is quick."""

    space: Space
    prior: Prior = attrs.field(hash=False)
    size: int = attrs.field(init=False, eq=False, hash=True, default=attrs.Factory(lambda self: len(self.prior.params), takes_self=True))


@functools.lru_cache(maxsize=1024)
def _source(search: _Search, recipe: "Recipe") -> "Source | None":
    from askttell.numerics.transfer import fitted  # noqa: PLC0415 - a space loads without numerics

    units, losses = results_of(search.space, search.prior)
    return fitted(axes_of(search.space), units, losses[:, 0], recipe) if len(units) >= _FEWEST else None


@functools.lru_cache(maxsize=16)
def _portfolio(searches: tuple[_Search, ...], recipe: "Recipe") -> tuple[Params, ...]:
    from askttell.numerics.transfer import portfolio  # noqa: PLC0415 - a space loads without numerics

    sources = [source for search in searches if (source := _source(search, recipe)) is not None]
    if not sources:
        return ()
    space = searches[0].space
    results = [results_of(space, search.prior) for search in searches]
    U = np.concatenate([units[np.argsort(losses[:, 0], kind="stable")[:_N_BEST]] for units, losses in results])
    Z = axes_of(space).features(U, ~np.isnan(U))
    chosen = portfolio(np.array([source.means(Z) for source in sources]), len(U))
    return tuple(dict.fromkeys(decode(space, U[i].tolist()) for i in chosen))

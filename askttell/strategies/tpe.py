"""The tree-structured Parzen estimator: candidates come from where good trials are dense and bad ones are not.

Bergstra, Bardenet, Bengio & Kégl 2011 (NeurIPS 24:2546-2554), §4: the finished trials are split in two; l is a density of the better, g
one of the worse; of candidates drawn from l the one with the largest l / g is taken, which has the largest expected improvement (eq. 3-4).
The densities are sums of products of kernels over all parameters that are active together, so that they know of interactions
(Falkner, Klein & Hutter 2018, arXiv:1807.01774). Watanabe 2023 (arXiv:2304.11127) studies every constant; `benchmarks/ABLATIONS.md`
tells what was tried here.

Conditional spaces are decomposed into groups of parameters with the same conditions: parents are decided first, and a child's densities are
made of the trials in which it was active, which are split anew, as what is good in a branch is judged within it. Trials that failed or
were stopped count among the worse ones, as do pending ones, so that workers spread ("constant liar"). The first trials are scrambled
Sobol points. The order of results plays no part.
"""

import functools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.cells import first_untried
from askttell.errors import Exhausted
from askttell.events import Candidate
from askttell.history import History
from askttell.seed import uniforms
from askttell.space import Categorical, Condition, Domain, Int, Params, Scalar, Space, holds
from askttell.unit import decode, encode
from askttell.untried import SAME, alike, tried

if TYPE_CHECKING:
    from askttell.numerics.parzen import Axes

_ROUNDS = 4  # so often are candidates drawn anew if all have been tried already
_WIDE = _ROUNDS + 1  # the round after them, which looks everywhere; in between lie the uniforms of random points


def _count(_: object, attribute: "attrs.Attribute[int]", value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"`{attribute.name}` must be an integer from 1, but got {value!r}.")


@attrs.frozen
class TPE:
    """Learns from all finished trials, in mixed and conditional spaces and for several objectives; does not repeat a trial.

    `n_startup` finished trials come before the first suggestion of the model. `n_candidates` are drawn from the density of the better
    trials for each group of parameters: more of them exploit more. Costs O(n) per ask.
    """

    n_startup: int = attrs.field(default=10, validator=_count)
    n_candidates: int = attrs.field(default=24, validator=_count)
    version: ClassVar[int] = 5

    def ask(self, history: History) -> Candidate:
        """The candidate with the best ratio of densities; Exhausted if the space is finite and all of it was tried."""
        from askttell.numerics.threads import one_blas_thread  # noqa: PLC0415 - settings load without numerics

        if history.n_finished < self.n_startup:
            return _fresh(history, _sobol_points(history), "tpe-startup")
        with one_blas_thread():
            return _fresh(history, _suggestions(history, self.n_candidates), "tpe")


def _fresh(history: History, proposals: Iterator[Params | None], origin: str) -> Candidate:
    """The first proposal that was not tried before; else a random point, of a finite space an untried one."""
    found = next((params for params in proposals if params is not None), None)
    return Candidate(_random_untried(history), "tpe-random") if found is None else Candidate(found, origin)


def _sobol_points(history: History) -> Iterator[Params | None]:
    """The next points of the sequence, None for one that was tried."""
    from askttell.numerics.sobol import point  # noqa: PLC0415 - settings load without numerics

    space, first = history.space, history.count_of("tpe-startup")
    for k in range(first, first + _ROUNDS):
        params = decode(space, point(history.seed, len(space), k).tolist())
        yield None if _is_tried(history, params) else params


def _random_untried(history: History) -> Params:
    space = history.space
    if any(domain.size == math.inf for domain in space.domains):
        rows = uniforms(history.seed, history.number, 64 * len(space), _ROUNDS).reshape(64, -1)
        drawn = [decode(space, row) for row in rows.tolist()]
        return next((params for params in drawn if not _is_tried(history, params)), drawn[0])
    found = first_untried(space, tried(history), float(uniforms(history.seed, history.number, 1, _ROUNDS)[0]))
    if found is None:
        raise Exhausted("All configurations of the space have been tried; widen it, or stop here.")
    return found


def _is_tried(history: History, params: Params) -> bool:
    return len(alike(history.units, encode(history.space, params), SAME)) > 0


@attrs.frozen
class _Group:
    """Parameters that are active together: their columns, those of groups decided later, and their share of the uniforms."""

    columns: tuple[int, ...]
    later: list[int]
    uniforms: slice  # one for the kernel, one for each column
    axes: "Axes"
    conditions: tuple[Condition, ...]


@functools.lru_cache(maxsize=64)
def _groups(space: Space) -> tuple[_Group, ...]:
    """The parameters by their conditions, parents before children."""
    found: dict[tuple[Condition, ...], list[int]] = {}
    for column, conditions in enumerate(space.conditions):
        found.setdefault(conditions, []).append(column)
    groups: list[_Group] = []
    for conditions, columns in found.items():
        start = groups[-1].uniforms.stop if groups else 0
        decided = [column for group in groups for column in group.columns] + columns
        later = [column for column in range(len(space)) if column not in decided]
        axes = _axes([space.domains[column] for column in columns])
        groups.append(_Group(tuple(columns), later, slice(start, start + 1 + len(columns)), axes, conditions))
    return tuple(groups)


def _axes(domains: list[Domain]) -> "Axes":
    from askttell.numerics.parzen import Axes, EqualCells, LogCells  # noqa: PLC0415 - settings load without numerics

    choices = tuple((i, int(domain.size)) for i, domain in enumerate(domains) if isinstance(domain, Categorical))
    numbers = [(i, domain) for i, domain in enumerate(domains) if not isinstance(domain, Categorical)]
    reals = tuple(i for i, domain in numbers if domain.size == math.inf)
    steps = tuple(
        (i, LogCells(domain.low, domain.high) if isinstance(domain, Int) and domain.log else EqualCells(int(domain.size)))
        for i, domain in numbers
        if domain.size < math.inf
    )
    return Axes(reals, steps, choices)


def _suggestions(history: History, n_candidates: int) -> Iterator[Params | None]:
    """One suggestion of the model after the other, None where all candidates were tried."""
    units, told_losses = history.units, history.losses
    losses = np.empty((history.number, told_losses.shape[1]))
    losses.fill(np.nan)
    losses[history.told] = told_losses
    n_uniforms = n_candidates * _groups(history.space)[-1].uniforms.stop
    for round_ in (*range(_ROUNDS), _WIDE):
        u = uniforms(history.seed, history.number, n_uniforms, round_)
        suggestion = _wide_suggestion if round_ == _WIDE else _suggestion
        yield suggestion(history.space, units, losses, u.reshape(n_candidates, -1))


def _suggestion(space: Space, units: NDArray[np.float64], losses: NDArray[np.float64], u: NDArray[np.float64]) -> Params | None:
    """The best untried candidate, group by group, made of uniforms u (candidates, parameters and groups)."""
    from askttell.numerics.density_ratio import ranked  # noqa: PLC0415 - settings load without numerics

    known: dict[str, Scalar] = {}
    same: NDArray[np.int64] | None = None  # trials that agree in all that is decided; None for all trials
    for group in _groups(space):
        if not holds(group.conditions, known):
            continue
        for x in ranked(units, losses, group.columns, group.axes, u[:, group.uniforms]):
            rows = alike(units, x, SAME, group.columns, same)
            if _is_open(group, units, rows):
                break
        else:
            return None
        if not space.conditional:
            return decode(space, x)
        same = rows
        known |= _decided(space, group, x)
    return space.params({name: known[name] for name in space.names if name in known})


def _wide_suggestion(space: Space, units: NDArray[np.float64], losses: NDArray[np.float64], u: NDArray[np.float64]) -> Params | None:
    """Like `_suggestion`, for a space whose good branches are exhausted.

    Uniform candidates follow those of l, and where no child is left the next parent is tried. No more nodes are visited than there are
    beginnings of trials, as all that begins as no trial does is open.
    """
    from askttell.numerics.density_ratio import ranked_widely  # noqa: PLC0415 - settings load without numerics

    groups = _groups(space)
    ranked = functools.cache(lambda i: ranked_widely(units, losses, groups[i].columns, groups[i].axes, u[:, groups[i].uniforms]))

    def completed(i: int, known: dict[str, Scalar], same: NDArray[np.int64] | None) -> dict[str, Scalar] | None:
        if i == len(groups):
            return known
        if not holds(groups[i].conditions, known):
            return completed(i + 1, known, same)
        for x in ranked(i):
            rows = alike(units, x, SAME, groups[i].columns, same)
            if _is_open(groups[i], units, rows) and (found := completed(i + 1, known | _decided(space, groups[i], x), rows)) is not None:
                return found
        return None

    found = completed(0, {}, None)
    return None if found is None else space.params({name: found[name] for name in space.names if name in found})


def _is_open(group: _Group, units: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
    """Whether no trial agrees in this group, of the rows that do, and has nothing more to be decided."""
    return not len(rows) or not np.isnan(units[rows][:, group.later]).all(axis=1).any()


def _decided(space: Space, group: _Group, x: list[float]) -> dict[str, Scalar]:
    return {space.names[c]: space.domains[c].from_unit(value) for c, value in zip(group.columns, x, strict=True)}

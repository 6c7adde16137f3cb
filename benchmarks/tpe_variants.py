"""TPE with one thing changed, for ablations: `ours:benchmarks.tpe_variants.Variant("share 10 %")` in `benchmarks.regret`.

`python -m benchmarks.tpe_variants` lists the names. `ABLATIONS.md` tells what came out.
"""

import contextlib
import functools
from collections.abc import Callable
from typing import Any, ClassVar
from unittest import mock

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell import Candidate, History, Space
from askttell.numerics import parzen, split
from askttell.seed import uniforms
from askttell.strategies import TPE, tpe
from askttell.unit import decode

Array = NDArray[np.float64]


@attrs.frozen
class Change:
    """Settings of TPE, and what takes the place of which name in which module."""

    settings: dict[str, int] = attrs.field(factory=dict)
    places: tuple[tuple[Any, str, Any], ...] = ()


def _setting(**settings: int) -> Change:
    return Change(settings)


def _instead(module: Any, name: str, value: Any) -> Change:
    return Change({}, ((module, name, value),))


def _linear(n: int, m: int) -> Array:
    """Weights that fall linearly with the rank, as expected improvement does for evenly spread losses."""
    del m
    return (n - np.arange(n)) * (2.0 / (n + 1))


def _by_age(n: int, m: int) -> Array:
    """Weights by age, for better trials in the order of their numbers."""
    del m
    return split.age_weights(n)


def _ascending(losses: Array, active: NDArray[np.bool_] | None = None) -> Any:
    """The split, of which the better trials come in the order of their numbers."""
    good, others = tpe_split(losses, active)
    return np.sort(good), others


def _scott(mu: Array) -> Array:
    """One bandwidth per axis, Scott's rule, at least 0.03."""
    q, m = mu.shape
    spread = mu.std(axis=1) if m > 1 else np.full(q, 0.5)
    return np.broadcast_to(np.clip(1.06 * spread * max(m, 1) ** (-1 / (q + 4)), 0.03, 1.0)[:, None], mu.shape)


def _no_finer_than(share: Callable[[int, int], float]) -> Callable[[Array], Array]:
    """The bandwidths with another floor, of the numbers of observations and of axes."""
    plain = parzen.gap_bandwidths
    return lambda mu: np.maximum(plain(mu), share(*mu.shape[::-1]))


def _split_among_all(losses: Array, active: NDArray[np.bool_] | None = None) -> Any:
    """The split made among all trials, whether the group is active in them or not, as Optuna and Hyperopt make it."""
    good, others = _ascending(losses)
    return (good, others) if active is None else (good[active[good]], others[active[others]])


def _split_among_all_if_any(losses: Array, active: NDArray[np.bool_] | None = None) -> Any:
    """That split, but where no better trial is active, among the active ones."""
    good, others = _split_among_all(losses, active)
    return (good, others) if len(good) else tpe_split(losses, active)


def _times(n: int) -> Callable[..., Any]:
    """The split with each trial that has no result among the worse n times."""

    def changed(losses: Array, active: NDArray[np.bool_] | None = None) -> Any:
        good, others = tpe_split(losses, active)
        return good, others.repeat(np.where(np.isnan(losses[others, 0]), n, 1))

    return changed


def _apart(space: Space) -> Any:
    """Groups of one parameter each, but for the unconditional ones, as Optuna 5 has it by default."""
    return tuple(part for group in tpe_groups(space) for part in ([group] if not group.conditions else _parts(space, group)))


def _parts(space: Space, group: Any) -> Any:
    for i, column in enumerate(group.columns):
        at = group.uniforms.start + 1 + i
        yield attrs.evolve(
            group,
            columns=(column,),
            later=sorted({*group.later, *group.columns[i + 1 :]}),
            uniforms=slice(group.uniforms.start, at + 1, at - group.uniforms.start),
            axes=tpe._axes([space.domains[column]]),  # noqa: SLF001 - an ablation changes the inside
        )


def _random_points(history: History) -> Any:
    """One uniform point."""
    yield decode(history.space, uniforms(history.seed, history.number, len(history.space)).tolist())


tpe_split = split.split
tpe_groups = tpe._groups  # noqa: SLF001 - an ablation changes the inside
VARIANTS: dict[str, Change] = {
    "as it is": Change(),
    "share 10 %": _instead(split, "_SHARE", 0.1),
    "share 20 %": _instead(split, "_SHARE", 0.2),
    "share 25 %": _instead(split, "_SHARE", 0.25),
    "at most 40": _instead(split, "_MOST", 40),
    "better by age": Change({}, ((split, "split", _ascending), (split, "rank_weights", _by_age))),
    "better linear": _instead(split, "rank_weights", _linear),
    "better uniform": _instead(split, "rank_weights", lambda n, _: np.ones(n)),
    "worse uniform": _instead(split, "age_weights", np.ones),
    "split among all": _instead(split, "split", _split_among_all),
    "split among all if any": _instead(split, "split", _split_among_all_if_any),
    "apart": _instead(tpe, "_groups", functools.lru_cache(_apart)),
    "as Optuna": Change(
        {},
        (
            (tpe, "_groups", functools.lru_cache(_apart)),
            (split, "split", _split_among_all),
            (split, "_SHARE", 0.1),
            (split, "rank_weights", _by_age),
            (parzen, "even_bandwidths", parzen.gap_bandwidths),
        ),
    ),
    "startup 5": _setting(n_startup=5),
    "startup 7": _setting(n_startup=7),
    "startup 15": _setting(n_startup=15),
    "startup random": _instead(tpe, "_sobol_points", _random_points),
    "candidates 12": _setting(n_candidates=12),
    "candidates 48": _setting(n_candidates=48),
    "candidates 128": _setting(n_candidates=128),
    "prior 0.5": _instead(parzen, "_PRIOR", 0.5),
    "prior 2": _instead(parzen, "_PRIOR", 2.0),
    "leak 0.3": _instead(parzen, "_LEAK", 0.3),
    "better even": _instead(parzen, "gap_bandwidths", parzen.even_bandwidths),
    "better of Scott": _instead(parzen, "gap_bandwidths", _scott),
    "better from 0.03": _instead(parzen, "gap_bandwidths", _no_finer_than(lambda *_: 0.03)),
    "better from 0.1": _instead(parzen, "gap_bandwidths", _no_finer_than(lambda m, q: 0.1 * max(m, 1) ** (-1 / (q + 4)))),
    "worse by gaps": _instead(parzen, "even_bandwidths", parzen.gap_bandwidths),
    "worse from 0.15": _instead(parzen, "even_bandwidths", _no_finer_than(lambda m, q: 0.15 * max(m, 1) ** (-1 / (q + 4)))),
    "worse 0.1": _instead(parzen, "_EVEN", 0.1),
    "worse 0.2": _instead(parzen, "_EVEN", 0.2),
    "worse 0.3": _instead(parzen, "_EVEN", 0.3),
    "all of the worse": _instead(split, "_MOST_WORSE", 10**9),
    "250 of the worse": _instead(split, "_MOST_WORSE", 250),
    "500 of the worse": _instead(split, "_MOST_WORSE", 500),
    "60 of the worse": _instead(split, "_MOST_WORSE", 60),
    "failures left out": _instead(split, "split", _times(0)),
    "failures twice": _instead(split, "split", _times(2)),
}


@attrs.frozen
class Variant:
    """TPE with the change of that name."""

    name: str = attrs.field(validator=attrs.validators.in_(VARIANTS))
    version: ClassVar[int] = 1

    def ask(self, history: History) -> Candidate:
        """What TPE suggests after the change, which is undone at once."""
        change = VARIANTS[self.name]
        with contextlib.ExitStack() as stack:
            for module, name, value in change.places:
                stack.enter_context(mock.patch.object(module, name, value))
            return TPE(**change.settings).ask(history)


if __name__ == "__main__":
    print("\n".join(VARIANTS))

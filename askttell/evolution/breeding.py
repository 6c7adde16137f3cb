"""Children of two configurations, parameter by parameter.

Numbers are crossed and mutated in the unit interval; choices come from either parent and mutate to any other. A parameter that is
active in one parent only comes from that one, so that a branch is inherited whole; one that is active in neither is drawn anew.
"""

import functools

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.domains import Categorical
from askttell.numerics.variation import crossed, mutated
from askttell.space import Space

Array = NDArray[np.float64]

_ETA_CROSSING = 2.0
_ETA_MUTATION = 10.0
_CROSSING = 0.9  # the chance that a pair is crossed at all, and then each parameter with one half


@attrs.frozen(eq=False)
class Genes:
    """The kinds of parameters: `sizes` (d,) counts values, infinite if continuous; `chosen` (d,) tells which are categories."""

    sizes: Array
    chosen: NDArray[np.bool_]


@functools.lru_cache(maxsize=64)
def genes_of(space: Space) -> Genes:
    """The kinds of a space's parameters."""
    sizes = np.array([domain.size for domain in space.domains], float)
    return Genes(sizes, np.array([isinstance(domain, Categorical) for domain in space.domains]))


def child(genes: Genes, a: Array, b: Array, U: Array) -> Array:
    """A child of the units a and b (d,), NaN where inactive; U (5, d) are uniforms. It is like a where nothing happens."""
    one = np.where(np.isnan(a), np.where(np.isnan(b), U[4], b), a)
    other = np.where(np.isnan(b), one, b)
    met, swapped = (U[0] < 0.5) & (U[1, 0] < _CROSSING), U[0] < 0.25
    near = crossed(np.where(swapped, other, one), np.where(swapped, one, other), U[2], _ETA_CROSSING)
    made = np.where(met, np.where(genes.chosen, other, near), one)
    struck = U[3] < 1.0 / (~np.isnan(a)).sum()
    return np.where(struck, np.where(genes.chosen, _another(genes, made, U[4]), mutated(made, U[4], _ETA_MUTATION)), made)


def _another(genes: Genes, u: Array, v: Array) -> Array:
    """Another choice, each as likely, for categories; v are uniforms."""
    n = np.where(genes.chosen, genes.sizes, 1.0)
    at = np.minimum(np.floor(u * n), n - 1)
    step = 1 + np.floor(v * (n - 1))
    another: Array = (np.mod(at + step, n) + 0.5) / n
    return another

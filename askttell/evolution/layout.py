"""Which parameters of a space are numbers and which are categories, for methods that treat the two apart."""

import functools
import math

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.domains import Categorical, Int
from askttell.numerics.margin import Axes
from askttell.space import Space


@attrs.frozen(eq=False)
class Layout:
    """Which parameters are numbers, which are categories; constants are neither."""

    space: Space
    numbers: NDArray[np.int64]
    categories: NDArray[np.int64]
    sizes: NDArray[np.int64]
    axes: Axes

    @property
    def n(self) -> int:
        """How many parameters are not constant."""
        return len(self.numbers) + len(self.categories)

    def choices(self, u: NDArray[np.float64]) -> NDArray[np.int64]:
        """The indices of the choices at a row of units, -1 where inactive."""
        at = u[self.categories]
        return np.where(np.isnan(at), -1, np.minimum(np.nan_to_num(at) * self.sizes, self.sizes - 1)).astype(np.int64)

    def row(self, x: NDArray[np.float64], choices: NDArray[np.int64]) -> list[float]:
        """The units of a sample, shape (d,)."""
        u = np.full(len(self.space), 0.5)
        u[self.numbers] = np.minimum(np.maximum(x, 0.0), 1.0)
        if len(choices):
            u[self.categories] = (choices + 0.5) / self.sizes
        row: list[float] = u.tolist()
        return row


@functools.lru_cache(maxsize=64)
def layout_of(space: Space) -> Layout:
    sizes = np.array([domain.size for domain in space.domains])
    chosen = np.array([isinstance(domain, Categorical) or domain.size == 2 for domain in space.domains])
    numbers, categories = np.flatnonzero(~chosen & (sizes > 1)), np.flatnonzero(chosen & (sizes > 1))
    domains = [space.domains[i] for i in numbers.tolist()]
    first = np.array([domain.low if isinstance(domain, Int) and domain.log else math.nan for domain in domains], float)
    return Layout(space, numbers, categories, sizes[categories].astype(np.int64), Axes(sizes[numbers], first))

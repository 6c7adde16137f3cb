"""A finite grid over a space: how many cells it has and which cell has a given index, without listing them.

An inactive parameter makes no cells, so a branch counts once. Cells are counted by a recursion over the parameters whose only
state is which conditions of later parameters hold.
"""

import functools
from collections.abc import Collection, Mapping
from typing import TypeAlias

import attrs

from askttell.domains import Scalar
from askttell.space import Params, Space

State: TypeAlias = frozenset[tuple[int, int]]  # (child, which of its conditions) that hold so far
Axis: TypeAlias = tuple[Scalar, ...]


@attrs.frozen
class Cells:
    """The product of axes, one per parameter: all its values, or None for the whole of a finite domain that is no parent."""

    space: Space
    axes: tuple[Axis | None, ...]
    _groups: tuple[dict[State, tuple[Scalar, ...]] | None, ...] = attrs.field(init=False, eq=False)
    _counts: dict[tuple[int, State], int] = attrs.field(init=False, eq=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_groups", tuple(self._grouped(i) for i in range(len(self.space))))

    @property
    def count(self) -> int:
        """The number of cells."""
        return self._count(0, frozenset())

    def cell(self, index: int) -> Params:
        """The cell of that index in [0, count), in lexicographic order."""
        known: dict[str, Scalar] = {}
        state: State = frozenset()
        for i, name in enumerate(self.space.names):
            if not self._active(i, state):
                continue
            for values, after in self._branches(i, state):
                below = self._count(i + 1, after)
                size = below * (len(values) if values is not None else int(self.space.domains[i].size))
                if index < size:
                    at, index = divmod(index, below)
                    known[name] = self.space.domains[i].at(at) if values is None else values[at]
                    state = after
                    break
                index -= size
        return self.space.params(known)

    def _active(self, i: int, state: State) -> bool:
        return all((i, c) in state for c in range(len(self.space.conditions[i])))

    def _branches(self, i: int, state: State) -> list[tuple[tuple[Scalar, ...] | None, State]]:
        kept = frozenset(pair for pair in state if pair[0] > i)
        groups = self._groups[i]
        return [(None, kept)] if groups is None else [(values, kept | holding) for holding, values in groups.items()]

    def _count(self, i: int, state: State) -> int:
        if i == len(self.space):
            return 1
        if (i, state) not in self._counts:
            self._counts[i, state] = self._count_anew(i, state)
        return self._counts[i, state]

    def _count_anew(self, i: int, state: State) -> int:
        if not self._active(i, state):
            return self._count(i + 1, frozenset(pair for pair in state if pair[0] > i))
        whole = int(self.space.domains[i].size) if self.axes[i] is None else 0
        return sum((whole if values is None else len(values)) * self._count(i + 1, after) for values, after in self._branches(i, state))

    def _grouped(self, i: int) -> dict[State, tuple[Scalar, ...]] | None:
        """The values of a parameter by the conditions they fulfil."""
        conditions = [
            (child, c, condition)
            for child, several in enumerate(self.space.conditions)
            for c, condition in enumerate(several)
            if condition.parent == self.space.names[i]
        ]
        axis = self.axes[i]
        if axis is None and not conditions:
            return None
        domain = self.space.domains[i]
        groups: dict[State, list[Scalar]] = {}
        for value in (domain.at(k) for k in range(int(domain.size))) if axis is None else axis:
            groups.setdefault(frozenset((child, c) for child, c, condition in conditions if condition.admits(value)), []).append(value)
        return {state: tuple(values) for state, values in groups.items()}


def first_untried(space: Space, tried: Collection[Params], u: float) -> Params | None:
    """The first configuration of a finite space that was not tried, looked for from the share u in [0, 1) on; None if there is none."""
    cells = cells_of(space, None)
    start = int(u * 2**53) * cells.count >> 53  # a count may be too large for a float
    return next((cell for k in range(cells.count) if (cell := cells.cell((start + k) % cells.count)) not in tried), None)


@functools.lru_cache(maxsize=64)
def cells_of(space: Space, points: tuple[tuple[str, int], ...] | int | None) -> Cells:
    """The grid with so many points on each numeric axis that has more values, at equal distances of the unit interval, ends included."""
    wanted: Mapping[str, int] = dict(points) if isinstance(points, tuple) else {}
    axes: list[Axis | None] = []
    for name, domain in zip(space.names, space.domains, strict=True):
        n = wanted.get(name, points if isinstance(points, int) and hasattr(domain, "low") else None)
        if n is None and domain.size == float("inf"):
            raise ValueError(f"`{name}` is continuous, so Grid needs its number of points: Grid(points=5) or Grid(points={{{name!r}: 5}}).")
        if n is None or n >= domain.size:
            axes.append(None)
            continue
        spread = (domain.from_unit(k / (n - 1) if n > 1 else 0.5) for k in range(n))
        axes.append(tuple(dict.fromkeys(spread)))
    return Cells(space, tuple(axes))

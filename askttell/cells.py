"""A finite grid over a space: how many cells it has and which cell has a given index, without listing them.

An inactive parameter makes no cells, so a branch counts once. Cells are counted by a recursion over the parameters whose only
state is which conditions of later parameters hold.
"""

import functools
import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import attrs

from askttell.choices import Scalar
from askttell.domains import Condition, Domain
from askttell.space import Params, Space

State: TypeAlias = frozenset[tuple[int, int]]  # (child, which of its conditions) that hold so far
Axis: TypeAlias = tuple[Scalar, ...]
Held: TypeAlias = list[tuple[int, int, Condition]]  # child, which of its conditions, the condition

_MANY = 10**6  # a parent with more values is split by arithmetic, not by looking at each
_POINTS = 1000  # a condition on no more values than this is one on each of them


@attrs.frozen
class Cells:
    """The product of axes, one per parameter: all its values, or None for the whole of a finite domain that is no parent."""

    space: Space
    axes: tuple[Axis | None, ...]
    _groups: tuple[list[tuple[State, Sequence[int]]] | None, ...] = attrs.field(init=False, eq=False)
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
            axis = self.axes[i]
            for places, after in self._branches(i, state):
                below = self._count(i + 1, after)
                size = below * (_length(places) if places is not None else int(self.space.domains[i].size))
                if index < size:
                    at, index = divmod(index, below)
                    place = at if places is None else places[at]
                    known[name] = self.space.domains[i].at(place) if axis is None else axis[place]
                    state = after
                    break
                index -= size
        return self.space.params(known)

    def _active(self, i: int, state: State) -> bool:
        return all((i, c) in state for c in range(len(self.space.conditions[i])))

    def _branches(self, i: int, state: State) -> list[tuple[Sequence[int] | None, State]]:
        kept = frozenset(pair for pair in state if pair[0] > i)
        groups = self._groups[i]
        return [(None, kept)] if groups is None else [(places, kept | holding) for holding, places in groups]

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
        return sum((whole if places is None else _length(places)) * self._count(i + 1, after) for places, after in self._branches(i, state))

    def _grouped(self, i: int) -> list[tuple[State, Sequence[int]]] | None:
        """The places of a parameter's values on its axis, or in its domain, by the conditions they fulfil; None for all without any."""
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
        if axis is None and domain.size > _MANY:
            return _pieces(self.space.names[i], domain, conditions)
        groups: dict[State, list[int]] = {}
        for place, value in enumerate(map(domain.at, range(int(domain.size))) if axis is None else axis):
            groups.setdefault(_holding(conditions, value), []).append(place)
        return [(state, tuple(places)) for state, places in groups.items()]


def _length(places: Sequence[int]) -> int:
    """How many there are; `len` of a range ends at 2**63."""
    return (places.stop - places.start - 1) // places.step + 1 if isinstance(places, range) else len(places)


def _holding(conditions: Held, value: Scalar) -> State:
    return frozenset((child, c) for child, c, condition in conditions if condition.admits(value))


def _pieces(name: str, domain: Domain, conditions: Held) -> list[tuple[State, Sequence[int]]]:
    """The places of a large domain in pieces that fulfil the same conditions: between two ends of conditions these recur periodically."""
    cuts, period = {0, int(domain.size)}, 1
    for _, _, condition in conditions:
        values = condition.values
        if len(values) > _POINTS and isinstance(values, range):
            first, second, last = (domain.index(values[k]) for k in (0, 1, -1))
            cuts |= {min(first, last), max(first, last) + 1}
            period = math.lcm(period, abs(second - first))
        else:
            cuts |= {domain.index(value) + end for value in values for end in (0, 1)}
    if period > _MANY:
        raise ValueError(
            f"The cells of a grid cannot be counted, as the conditions on `{name}` recur only every {period} values;"
            f" give `when` ranges without steps, or `{name}` fewer values."
        )
    starts = ((start + k, stop) for start, stop in itertools.pairwise(sorted(cuts)) for k in range(min(period, stop - start)))
    return [(_holding(conditions, domain.at(start)), range(start, stop, period)) for start, stop in starts]


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

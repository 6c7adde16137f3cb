"""Laws of a search that hold or do not, whatever the seed: each is tried on one problem that `choose` makes."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeAlias

import attrs

from askttell.cells import cells_of
from askttell.domains import Domain
from askttell.errors import Exhausted
from askttell.space import Categorical, Space
from askttell.testing.optimiser import Start
from askttell.testing.random_problems import Choose, any_space, distance, finite_space, floats
from askttell.testing.trying import Refused

_WIDTH_SAME = 1e-6  # of a parameter's width: what may differ by rounding where a law says that a change changes nothing

Asked: TypeAlias = Sequence[Mapping[str, Any]]


def played(start: Start, space: Space, loss: Callable[[Mapping[str, Any]], float | None], budget: int, seed: int = 1) -> Asked:
    """What a search asks, at most `budget` times, each inside its space."""
    optimiser = start(space, seed, budget)
    asked: list[Mapping[str, Any]] = []
    for _ in range(budget):
        try:
            params = optimiser.ask()
        except Exhausted:
            break
        try:
            space.check(params)
        except (TypeError, ValueError) as error:
            raise Refused(f"It leaves the space {space!r}: {error}") from error
        asked.append(dict(params))
        optimiser.tell(params, loss(params))
    return asked


def inside(start: Start, choose: Choose, budget: int) -> None:
    """Stays inside, and goes on after failures."""
    space = any_space(choose)
    loss, every = distance(space, choose), 1 + choose(4)
    count = iter(range(budget))
    played(start, space, lambda params: None if next(count) % 4 >= every else loss(params), budget)


def _seeded(start: Start, choose: Choose, budget: int) -> None:
    """Equal, not nearly: the last bit decides where a rounding goes, and a resumed search would part from there."""
    space = any_space(choose)
    loss = distance(space, choose)
    one, other = ([repr(dict(sorted(params.items()))) for params in played(start, space, loss, budget)] for _ in range(2))
    for number, (left, right) in enumerate(zip_longest(one, other, fillvalue="nothing")):
        if left != right:
            raise Refused(f"`seeded` is claimed, but on {space!r} ask {number} gave {left} and {right}.")


def _scale(start: Start, choose: Choose, budget: int) -> None:
    space = any_space(choose)
    loss = distance(space, choose)
    a, b = 2.0 ** (choose(41) - 20), (choose(2001) - 1000) / 1.0
    scaled = played(start, space, lambda params: a * (loss(params) + b), budget)
    _same(space, played(start, space, loss, budget), scaled, "scale", f" with {a!r} * (loss + {b!r})")


def _names(start: Start, choose: Choose, budget: int) -> None:
    """Renames so that another alphabetical order comes out."""
    space = any_space(choose)
    loss = distance(space, choose)
    new = {name: f"{'zyxwv'[i]}{choose(1000)}" for i, name in enumerate(space.names)}
    old = {after: before for before, after in new.items()}
    renamed = Space({new[name]: _under(space[name], new) for name in space.names})
    theirs = played(start, renamed, lambda params: loss({old[name]: value for name, value in params.items()}), budget)
    back = [{old[name]: value for name, value in params.items()} for params in theirs]
    _same(space, played(start, space, loss, budget), back, "names")


def _under(domain: Domain, new: Mapping[str, str]) -> Domain:
    when = {new[parent]: values if isinstance(values, range) else list(values) for parent, values in domain.when}
    return attrs.evolve(domain, when=when or None)  # type: ignore[misc]


def _constant(start: Start, choose: Choose, budget: int) -> None:
    space = any_space(choose)
    loss = distance(space, choose)
    wider = Space({**dict(zip(space.names, space.domains, strict=True)), "constant": Categorical(["only"])})
    theirs = played(start, wider, lambda params: loss({name: params[name] for name in params if name != "constant"}), budget)
    without = [{name: params[name] for name in params if name != "constant"} for params in theirs]
    _same(space, played(start, space, loss, budget), without, "constant")


def _fresh(start: Start, choose: Choose, budget: int) -> None:
    space = floats(choose)
    asked = played(start, space, distance(space, choose), budget)
    if len({repr(params) for params in asked}) < len(asked):
        raise Refused(f"`fresh` is claimed, but of {len(asked)} configurations of {space!r} some are equal.")


def _finite(start: Start, choose: Choose, budget: int) -> None:
    del budget
    space = finite_space(choose)
    n = cells_of(space, None).count
    asked = played(start, space, distance(space, choose), n)
    found = len({repr(space.check(params)) for params in asked})
    if found < n:
        raise Refused(f"`finite` is claimed, but {n} asks gave {found} of the {n} configurations of {space!r}.")


def _same(space: Space, one: Asked, other: Asked, claim: str, how: str = "") -> None:
    """Nothing; Refused if two searches differ by more than rounding."""
    if len(one) != len(other):
        raise Refused(f"`{claim}` is claimed, but{how} on {space!r} one search ended after {len(one)} asks, the other after {len(other)}.")
    for number, (left, right) in enumerate(zip(one, other, strict=True)):
        if left.keys() != right.keys() or any(abs(space[k].to_unit(left[k]) - space[k].to_unit(right[k])) > _WIDTH_SAME for k in left):
            raise Refused(f"`{claim}` is claimed, but{how} on {space!r} ask {number} gave {left!r} and {right!r}.")


LAWS: dict[str, Callable[[Start, Choose, int], None]] = {
    "seeded": _seeded,
    "scale": _scale,
    "names": _names,
    "constant": _constant,
    "fresh": _fresh,
    "finite": _finite,
}

"""Space <-> unit cube: one coordinate a parameter, NaN where the parameter is inactive."""

from collections.abc import Iterable

from askttell.space import Params, Scalar, Space, holds

_NAN = float("nan")


def encode(space: Space, params: Params) -> list[float]:
    """The configuration's coordinates, length d, each in [0, 1] or NaN where inactive; the params are trusted to fit."""
    if len(params.row) == len(space.domains):
        return [domain.to_unit(value) for domain, value in zip(space.domains, params.row, strict=True)]
    known = params.plain()
    return [domain.to_unit(known[name]) if name in known else _NAN for name, domain in zip(space.names, space.domains, strict=True)]


def decode(space: Space, u: Iterable[float]) -> Params:
    """The configuration at u, d coordinates in [0, 1]; those of inactive parameters are ignored, whatever they are."""
    if not space.conditional:
        return Params(space.names, tuple([domain.from_unit(x) for domain, x in zip(space.domains, u, strict=True)]))
    known: dict[str, Scalar] = {}
    for name, domain, conditions, x in zip(space.names, space.domains, space.conditions, u, strict=True):
        if not conditions or holds(conditions, known):
            known[name] = domain.from_unit(x)
    return space.params(known)

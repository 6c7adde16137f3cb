"""Choices: which values a Categorical or Ordinal may list, what tells them apart, and the objects that they name."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np

Scalar: TypeAlias = None | bool | int | float | str | tuple["Scalar", ...]


def same(a: Scalar, b: Scalar) -> bool:
    """Whether the two are one choice: 1, 1.0 and True are three."""
    return a == b and key_of(a) == key_of(b)


def key_of(value: Scalar) -> tuple[Any, ...]:
    """What tells choices apart: the type as well as the value, all the way down."""
    return (tuple, *map(key_of, value)) if isinstance(value, tuple) else (type(value), value)


def typed(values: tuple[Scalar, ...] | range) -> Any:
    """What tells rows of choices apart."""
    return values if isinstance(values, range) else tuple(map(key_of, values))


def _names(choices: Any) -> tuple[Scalar, ...]:
    """The recorded form of the choices: themselves, or the names of a dict's objects."""
    if isinstance(choices, str | bytes) or not isinstance(choices, Mapping | Iterable):
        raise TypeError(
            f"`choices` must be a list, a tuple or a dict name → object, but got {choices!r}; for one choice write [{choices!r}]."
        )
    if isinstance(choices, set | frozenset):
        raise TypeError(f"`choices` must be in order, but a set came: {choices!r}; give a list.")
    if isinstance(choices, Mapping) and not all(isinstance(name, str) for name in choices):
        raise TypeError(f"`choices` given as a dict must have str names, but got {list(choices)!r}; name each object by a str.")
    plain = tuple(_plain(choice) for choice in choices)
    if not plain:
        raise ValueError("`choices` must hold at least one value, but got none; without a choice leave the parameter out.")
    seen: set[Any] = set()
    for choice in plain:
        if key_of(choice) in seen:
            raise ValueError(f"`choices` must differ from one another, but {choice!r} came twice; give it once.")
        seen.add(key_of(choice))
    return plain


def _plain(choice: Any) -> Scalar:
    if isinstance(choice, np.generic):
        choice = choice.item()
    if isinstance(choice, tuple) and type(choice) is tuple:
        return tuple(_plain(part) for part in choice)
    if choice is not None and type(choice) not in (bool, int, float, str):
        raise TypeError(
            f"A choice must be None, a bool, int, float, str or a tuple of these, but got {choice!r};"
            " for anything else give a dict name → object."
        )
    if isinstance(choice, float) and math.isnan(choice):
        raise ValueError("A choice must equal itself, but nan does not; use None.")
    return choice  # type: ignore[no-any-return]


def _objects(choices: Any) -> tuple[Any, ...] | None:
    return tuple(choices.values()) if isinstance(choices, Mapping) else None


@attrs.frozen
class Choices:
    """The values of a Categorical or Ordinal, told apart by type, with the objects that they name, if any."""

    values: tuple[Scalar, ...] = attrs.field(eq=typed)
    objects: tuple[Any, ...] | None = attrs.field(eq=False)
    places: dict[Any, int] = attrs.field(eq=False)

    def check(self, name: str, value: Any) -> Scalar:
        """The value as recorded; an object stands for its name."""
        if self.objects is not None and (at := next((i for i, thing in enumerate(self.objects) if thing is value), None)) is not None:
            return self.values[at]
        try:
            return self.values[self.places[key_of(_plain(value))]]
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"`{name}` must be one of {list(self.values)!r}, but got {value!r}{self._hint(value)}.") from None

    def _hint(self, value: Any) -> str:
        near = next((choice for choice in self.values if choice == value or str(choice) == str(value)), None)
        return "" if near is None else f" ({type(value).__name__} instead of {type(near).__name__})"


def choices_of(given: Any) -> Choices:
    """The choices that a user gave, as a list, a tuple or a dict name → object."""
    if isinstance(given, Choices):
        return given
    values = _names(given)
    return Choices(values, _objects(given), {key_of(value): at for at, value in enumerate(values)})

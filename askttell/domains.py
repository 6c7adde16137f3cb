"""One parameter's domain: which values it may take, how a value is recorded, and where it lies in the unit interval."""

import math
import operator
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import attrs
import numpy as np

from askttell.choices import Choices, Scalar, choices_of, key_of, same, typed

When: TypeAlias = tuple[tuple[str, tuple[Scalar, ...] | range], ...]

_EXACT = 2**53  # integers up to here are exact as floats


class Domain(Protocol):
    """What a domain must answer. `index` counts the values of a finite domain from 0."""

    @property
    def default(self) -> Any: ...
    @property
    def when(self) -> When: ...
    @property
    def size(self) -> float: ...
    def check(self, name: str, value: Any) -> Scalar: ...
    def to_unit(self, value: Any) -> float: ...
    def from_unit(self, u: float) -> Scalar: ...
    def index(self, value: Any) -> int: ...
    def at(self, index: int) -> Scalar: ...
    def shown(self, value: Any) -> Any: ...


@attrs.frozen
class Condition:
    """The parent must have one of these values, as the parent's domain records them and in its order."""

    parent: str
    values: tuple[Scalar, ...] | range = attrs.field(eq=typed)

    def admits(self, value: Scalar) -> bool:
        """Whether the value is among the allowed ones; 1, 1.0 and True are three."""
        if isinstance(self.values, range):
            return value in self.values
        return any(same(value, allowed) for allowed in self.values)


def _as_written(values: tuple[Scalar, ...] | range) -> Any:
    """The values as `when` takes them: one, a list or a range; a tuple would be one value."""
    return values if isinstance(values, range) else values[0] if len(values) == 1 else list(values)


def _when(given: Any) -> When:
    if isinstance(given, tuple):  # normal already
        return given
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"`when` must be a dict parent → value or values, but got {given!r}.")
    return tuple((parent, _allowed(parent, values)) for parent, values in (given or {}).items())


def _allowed(parent: str, values: Any) -> tuple[Scalar, ...] | range:
    if isinstance(values, set | frozenset):
        values = sorted(values, key=repr)  # the order of a set differs from process to process
    elif not isinstance(values, list | range):
        return (values,)
    if not values:
        raise ValueError(f"`when` allows no value of `{parent}`: {values!r}; give one value, a list, a set or a range.")
    return values if isinstance(values, range) else tuple(values)


def _number(what: str, value: Any) -> float:
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        raise TypeError(f"`{what}` must be a number, but got {value!r}.")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"`{what}` must be finite, but got {value!r}; give a finite number.")
    return number


def _whole(what: str, value: Any) -> int:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise TypeError(f"`{what}` must be an integer, but got {value!r}.")
    return operator.index(value)


def _decimal(value: float | None) -> Any:
    """What the number looks like, exactly, so that 0.1 is a tenth."""
    from decimal import Decimal  # noqa: PLC0415 - for steps only

    return Decimal(repr(value))


def _float_bound(value: Any, field: "attrs.Attribute[Any]") -> float:
    return _number(field.name, value)


def _int_bound(value: Any, field: "attrs.Attribute[Any]") -> int:
    return _whole(field.name, value)


def _check_bounds(domain: "Float | Int") -> None:
    if not domain.low < domain.high:
        raise ValueError(
            f"`low` must be less than `high`, but got low={domain.low!r}, high={domain.high!r};"
            " for a constant use Categorical([value]) or pass it yourself."
        )
    if domain.log and domain.low <= 0:
        raise ValueError(f"`log=True` needs `low` > 0, but got low={domain.low!r}; raise `low` or drop `log`.")


def _check_width(domain: "Float | Int") -> None:
    if domain._width == 0.0:  # noqa: SLF001 - of the two domains of this file
        raise ValueError(
            f"`low` and `high` must differ on a log scale, but got low={domain.low!r}, high={domain.high!r}, whose logarithms are"
            " equal as floats; drop `log=True` or widen the bounds."
        )


def _brief(domain: Any, shown: str, **others: Any) -> str:
    """The constructor call that makes the domain, without what is at its default."""
    parts = [shown, *(f"{key}={value!r}" for key, value in others.items() if value not in (None, False) or value is True)]
    if domain.when:
        parts.append(f"when={ {parent: _as_written(values) for parent, values in domain.when}!r}")
    return f"{type(domain).__name__}({', '.join(parts)})"


_FLOAT: Any = attrs.Converter(_float_bound, takes_field=True)  # Any: the plugin of mypy knows plain functions only
_INT: Any = attrs.Converter(_int_bound, takes_field=True)


@attrs.frozen(repr=False)
class Float:
    """A real number in [low, high]; on a log scale if `log`; only low, low + step, … if `step` is given.

    Steps are counted in decimal, so that the third of 0.1 is 0.3. `high` must be one of them.

    >>> Float(0.0, 1.0, step=0.1).at(3)
    0.3
    """

    low: float = attrs.field(converter=_FLOAT)  # type: ignore[misc]
    high: float = attrs.field(converter=_FLOAT)  # type: ignore[misc]
    log: bool = attrs.field(default=False, converter=bool, kw_only=True)
    step: float | None = attrs.field(default=None, converter=attrs.converters.optional(_FLOAT), kw_only=True)  # type: ignore[misc]
    default: float | None = attrs.field(default=None, kw_only=True)
    when: When = attrs.field(default=None, converter=_when, kw_only=True, eq=False)
    size: float = attrs.field(init=False)
    _from: float = attrs.field(init=False, eq=False)
    _width: float = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _check_bounds(self)
        put = object.__setattr__
        put(self, "size", math.inf if self.step is None else self._steps())
        put(self, "_from", math.log(self.low) if self.log else self.low)
        put(self, "_width", (math.log(self.high) if self.log else self.high) - self._from)
        if not math.isfinite(self._width):
            raise ValueError(f"`high` - `low` must be finite, but got low={self.low!r}, high={self.high!r}; narrow the bounds.")
        _check_width(self)
        if self.default is not None:
            put(self, "default", self.check("default", self.default))

    def _steps(self) -> int:
        step = _number("step", self.step)
        if step <= 0:
            raise ValueError(f"`step` must be greater than 0, but got {step!r}.")
        if self.log:
            raise ValueError("`log` and `step` cannot be combined; give the values you want: Ordinal([1e-3, 1e-2, 1e-1]).")
        whole, rest = divmod(_decimal(self.high) - _decimal(self.low), _decimal(step))
        if rest or not whole:
            reach = float(_decimal(self.low) + max(int(whole), 1) * _decimal(step))
            raise ValueError(
                f"`high` must be `low` plus a whole number of steps, but got high={self.high!r}; the nearest is high={reach!r}."
            )
        return int(whole) + 1

    def check(self, name: str, value: Any) -> float:
        """The value as a float on the grid of steps, if any; it may be off by rounding only."""
        if self.step is None and type(value) is float and self.low <= value <= self.high:
            return value  # the common case, at a tenth of the time
        number = _number(name, value)
        if self.step is not None and self.low - self.step / 2 < number < self.high + self.step / 2:
            nearest = self.at(self.index(number))
            if not math.isclose(number, nearest, rel_tol=1e-12, abs_tol=1e-9 * self.step):
                raise ValueError(
                    f"`{name}` must be {self.low!r} plus whole steps of {self.step!r}, but got {value!r}; the nearest is {nearest!r}."
                )
            return nearest
        if not self.low <= number <= self.high:
            raise ValueError(f"`{name}` must lie in [{self.low!r}, {self.high!r}], but got {value!r}.")
        return number

    def to_unit(self, value: float) -> float:
        """The position in [0, 1]; a step lies in the middle of its cell."""
        if self.step is not None:
            return (self.index(value) + 0.5) / self.size
        return ((math.log(value) if self.log else value) - self._from) / self._width

    def from_unit(self, u: float) -> float:
        """The value at u in [0, 1]."""
        if self.step is not None:
            return self.at(min(int(u * self.size), int(self.size) - 1))
        x = self._from + u * self._width
        if self.log:
            x = math.exp(x)
        return x if self.low <= x <= self.high else self.low if x < self.low else self.high

    def index(self, value: float) -> int:
        """Which step the value is, from 0; the domain must have steps."""
        assert self.step is not None
        return min(max(round((value - self.low) / self.step), 0), int(self.size) - 1)

    def at(self, index: int) -> float:
        """The value of a step."""
        return float(_decimal(self.low) + index * _decimal(self.step))

    def shown(self, value: float) -> float:
        """The value itself."""
        return value

    def __repr__(self) -> str:
        return _brief(self, f"{self.low!r}, {self.high!r}", log=self.log, step=self.step, default=self.default)


@attrs.frozen(repr=False)
class Int:
    """An integer low, low + step, …, high; on a log scale if `log`. Bounds lie within ±2**53.

    >>> Int(1, 9, step=2).size
    5
    """

    low: int = attrs.field(converter=_INT)  # type: ignore[misc]
    high: int = attrs.field(converter=_INT)  # type: ignore[misc]
    step: int = attrs.field(default=1, converter=_INT, kw_only=True)  # type: ignore[misc]
    log: bool = attrs.field(default=False, converter=bool, kw_only=True)
    default: int | None = attrs.field(default=None, kw_only=True)
    when: When = attrs.field(default=None, converter=_when, kw_only=True, eq=False)
    size: int = attrs.field(init=False)
    _from: float = attrs.field(init=False, eq=False)
    _width: float = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _check_bounds(self)
        if max(-self.low, self.high) > _EXACT:
            raise ValueError(
                f"`low` and `high` must lie within ±2**53, but got low={self.low!r}, high={self.high!r}; narrow the bounds or use Float."
            )
        if self.step < 1:
            raise ValueError(f"`step` must be at least 1, but got {self.step!r}.")
        if self.log and self.step != 1:
            raise ValueError("`log` and `step` cannot be combined; give the values you want: Ordinal([1, 2, 4, 8]).")
        whole, rest = divmod(self.high - self.low, self.step)
        if rest:
            reach = self.low + max(whole, 1) * self.step
            raise ValueError(
                f"`high` must be `low` plus a whole number of steps, but got high={self.high!r}; the nearest is high={reach!r}."
            )
        put = object.__setattr__
        put(self, "size", whole + 1)
        put(self, "_from", math.log(self.low - 0.5) if self.log else 0.0)
        put(self, "_width", math.log(self.high + 0.5) - self._from if self.log else 1.0)
        _check_width(self)
        if self.default is not None:
            put(self, "default", self.check("default", self.default))

    def check(self, name: str, value: Any) -> int:
        """The value as an int; a float without a fraction, as read from a table, is accepted."""
        number = _whole(name, value)
        if not self.low <= number <= self.high:
            raise ValueError(f"`{name}` must lie in [{self.low!r}, {self.high!r}], but got {value!r}.")
        if (number - self.low) % self.step:
            nearest = self.at(round((number - self.low) / self.step))
            raise ValueError(
                f"`{name}` must be {self.low!r} plus whole steps of {self.step!r}, but got {value!r}; the nearest is {nearest!r}."
            )
        return number

    def to_unit(self, value: int) -> float:
        """The middle of the value's cell; on a log scale cells end half-way between integers."""
        if self.log:
            return (math.log(value) - self._from) / self._width
        return (self.index(value) + 0.5) / self.size

    def from_unit(self, u: float) -> int:
        """The value whose cell holds u in [0, 1]."""
        if self.log:
            return min(max(round(math.exp(self._from + u * self._width)), self.low), self.high)
        return self.at(min(int(u * self.size), self.size - 1))

    def index(self, value: int) -> int:
        """Which value it is, from 0."""
        return (value - self.low) // self.step

    def at(self, index: int) -> int:
        """The value of that index."""
        return self.low + index * self.step

    def shown(self, value: int) -> int:
        """The value itself."""
        return value

    def __repr__(self) -> str:
        step = None if self.step == 1 else self.step
        return _brief(self, f"{self.low!r}, {self.high!r}", step=step, log=self.log, default=self.default)


class _Listed:
    """What Categorical and Ordinal share: values in a list, each in the middle of its cell of the unit interval."""

    __slots__ = ()
    _choices: Choices

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self._choices.values)

    def check(self, name: str, value: Any) -> Scalar:
        """The value as recorded; an object of a dict stands for its name."""
        return self._choices.check(name, value)

    def to_unit(self, value: Scalar) -> float:
        """The middle of the value's cell."""
        return (self.index(value) + 0.5) / self.size

    def from_unit(self, u: float) -> Scalar:
        """The value whose cell holds u in [0, 1]."""
        return self.at(min(int(u * self.size), self.size - 1))

    def index(self, value: Scalar) -> int:
        """Which value it is, from 0."""
        return self._choices.places[key_of(value)]

    def at(self, index: int) -> Scalar:
        """The value of that index."""
        return self._choices.values[index]

    def shown(self, value: Scalar) -> Any:
        """The value itself, or the object that it names."""
        objects = self._choices.objects
        return value if objects is None else objects[self.index(value)]


def _default(domain: Any, _field: "attrs.Attribute[Any]", value: Any) -> Any:
    return value if value is None else domain.check("default", value)


@attrs.frozen(repr=False)
class Categorical(_Listed):
    """One of some choices without an order: None, bools, ints, floats, strings or tuples of these, told apart by type.

    For anything else give a dict name → object: the name is recorded and the object handed out.

    >>> Categorical({"largest": max, "total": sum}).shown("total")
    <built-in function sum>
    """

    _choices: Choices = attrs.field(converter=choices_of, alias="choices")
    default: Scalar = attrs.field(default=None, kw_only=True, validator=_default)
    when: When = attrs.field(default=None, converter=_when, kw_only=True, eq=False)

    @property
    def choices(self) -> tuple[Scalar, ...]:
        """The choices as recorded."""
        return self._choices.values

    def __repr__(self) -> str:
        return _brief(self, repr(list(self.choices)), default=self.default)


@attrs.frozen(repr=False)
class Ordinal(_Listed):
    """One of some values in a given order, such as batch sizes 16, 32, 64; equal steps in the unit interval.

    >>> Ordinal([16, 32, 64]).to_unit(32)
    0.5
    """

    _choices: Choices = attrs.field(converter=choices_of, alias="values")
    default: Scalar = attrs.field(default=None, kw_only=True, validator=_default)
    when: When = attrs.field(default=None, converter=_when, kw_only=True, eq=False)

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The values as recorded, in order."""
        return self._choices.values

    def __repr__(self) -> str:
        return _brief(self, repr(list(self.values)), default=self.default)

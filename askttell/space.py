"""What may be tried: domains, the conditions under which a parameter is active, and validation."""

import math
import operator
from collections.abc import Iterator, Mapping
from typing import Any, Self

import attrs

from askttell.choices import Scalar, typed
from askttell.domain_json import domain_from_json, domain_to_json
from askttell.domains import Categorical, Condition, Domain, Float, Int, Ordinal
from askttell.errors import unknown_name

__all__ = ["Categorical", "Condition", "Domain", "Float", "Int", "Ordinal", "Params", "Scalar", "Space"]


class Params(Mapping[str, Scalar]):
    """An immutable configuration: names and recorded values of the active parameters, in the order of the space."""

    __slots__ = ("names", "row")

    def __init__(self, names: tuple[str, ...], row: tuple[Scalar, ...]) -> None:
        self.names = names
        self.row = row

    def plain(self) -> dict[str, Scalar]:
        """A fresh plain dict."""
        return dict(zip(self.names, self.row, strict=True))

    def __getitem__(self, name: str) -> Scalar:
        try:
            return self.row[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Params) and self.names == other.names:
            return self.row == other.row and typed(self.row) == typed(other.row)
        return isinstance(other, Mapping) and self.plain() == dict(other)

    def __hash__(self) -> int:
        return hash(self.row)  # as equal mappings in another order are never in one set with these

    def __repr__(self) -> str:
        return repr(self.plain())


@attrs.frozen(init=False, repr=False)
class Space:
    """A search space: parameter names, each with its domain, in the order in which they are decided.

    Give domains as keywords or as one mapping (for names that are no identifiers). A parent is declared before its children.

    >>> Space(optimizer=Categorical(["adam", "sgd"]), momentum=Float(0.0, 0.99, when={"optimizer": "sgd"}))
    Space(optimizer=Categorical(['adam', 'sgd']), momentum=Float(0.0, 0.99, when={'optimizer': 'sgd'}))
    """

    names: tuple[str, ...]
    domains: tuple[Domain, ...]
    conditions: tuple[tuple[Condition, ...], ...]  # one tuple a parameter, all must hold, values as the parent records them
    _hash: int = attrs.field(eq=False)
    _conditional: bool = attrs.field(eq=False)
    _intervals: tuple[tuple[float, ...], tuple[float, ...]] | None = attrs.field(eq=False)  # lows and highs, if all are such
    _shapes: dict[tuple[str, ...], tuple[str, ...]] = attrs.field(eq=False)  # one shared tuple of names for each set of active parameters

    def __init__(self, mapping: Mapping[str, Domain] | None = None, /, **domains: Domain) -> None:
        given = {**(mapping or {}), **domains}
        if not given:
            raise ValueError("A space needs at least one parameter, as in Space(x=Float(0.0, 1.0)).")
        if mapping is not None and (twice := sorted(set(mapping) & set(domains))):
            raise ValueError(f"`{twice[0]}` is given twice, in the mapping and as a keyword; give it once.")
        for name, domain in given.items():
            if not isinstance(name, str) or not name:
                raise TypeError(f"A parameter's name must be a non-empty str, but got {name!r}.")
            if not isinstance(domain, Float | Int | Categorical | Ordinal):
                raise TypeError(
                    f"`{name}` must be a Float, Int, Categorical or Ordinal, but got {domain!r}; for a constant pass it yourself."
                )
        conditions = tuple(_resolve(name, domain, given) for name, domain in given.items())
        names = tuple(given)
        settled = tuple(_settled(domain, cs) for domain, cs in zip(given.values(), conditions, strict=True))
        self.__attrs_init__(names, settled, conditions, hash((names, settled, conditions)), any(conditions), _intervals(settled), {})

    def __hash__(self) -> int:
        return self._hash

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Domain:
        if name not in self.names:
            raise KeyError(unknown_name("parameter", name, self.names))
        return self.domains[self.names.index(name)]

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={domain!r}" for name, domain in zip(self.names, self.domains, strict=True))
        return (
            f"Space({inside})"
            if all(name.isidentifier() for name in self.names)
            else f"Space({dict(zip(self.names, self.domains, strict=True))!r})"
        )

    @property
    def conditional(self) -> bool:
        """Whether any parameter has a condition."""
        return self._conditional

    def to_json(self) -> dict[str, Any]:
        """The space as one plain object, name → domain, in order: the form of a space file, described in `askttell.domain_json`.

        >>> Space(lr=Float(1e-5, 0.1, log=True)).to_json()
        {'lr': {'type': 'float', 'low': 1e-05, 'high': 0.1, 'log': True}}
        """
        return {name: domain_to_json(domain) for name, domain in zip(self.names, self.domains, strict=True)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """The space of such an object; ValueError or TypeError names the parameter that does not fit.

        >>> Space.from_json({"batch": {"type": "ordinal", "values": [16, 32, 64]}})
        Space(batch=Ordinal([16, 32, 64]))
        """
        if not isinstance(record, Mapping):
            raise TypeError(f"A space must be an object name → domain, but got {record!r}.")
        return cls({name: domain_from_json(name, domain) for name, domain in record.items()})

    def check(self, params: Mapping[str, Any]) -> Params:
        """The configuration with each value in its recorded form; ValueError or TypeError names the parameter that does not fit."""
        if isinstance(params, Params):
            if not self._conditional and params.names == self.names:
                return self._checked(params)
            params = params.plain()
        known: dict[str, Scalar] = {}
        for name, domain, conditions in zip(self.names, self.domains, self.conditions, strict=True):
            if conditions and not holds(conditions, known):
                if name in params:
                    raise ValueError(_inactive(name, params[name], conditions, known))
                continue
            if name not in params:
                self._refuse_unknown(params)  # a misspelt name explains why this one is missing
                raise ValueError(f"`{name}` is missing; it must be given: {domain!r}.")
            known[name] = domain.check(name, params[name])
        if len(params) != len(known):
            self._refuse_unknown(params)
        return self.params(known)

    def _checked(self, params: Params) -> Params:
        """The same for values in the order of a space without conditions, at half the time, and of intervals alone at a tenth."""
        if self._intervals is not None and _lie_in(self._intervals, params.row):
            return params
        row = [domain.check(name, value) for name, domain, value in zip(self.names, self.domains, params.row, strict=True)]
        return params if all(map(operator.is_, row, params.row)) else Params(self.names, tuple(row))

    def _refuse_unknown(self, params: Mapping[str, Any]) -> None:
        for name in params:
            if name not in self.names:
                raise ValueError(unknown_name("parameter", name, self.names))

    def params(self, known: Mapping[str, Scalar]) -> Params:
        """The configuration made of recorded values that are trusted to fit, as decoded or read from a log."""
        names = tuple(known)
        return Params(self._shapes.setdefault(names, names), tuple(known.values()))

    def shown(self, params: Params) -> dict[str, Any]:
        """A fresh plain dict of what the user's function is given: recorded values, or the objects that they name."""
        known = params.plain()
        return {name: domain.shown(known[name]) for name, domain in zip(self.names, self.domains, strict=True) if name in known}

    def differences(self, other: Self) -> list[str]:
        """One sentence for each parameter in which another space differs from this one; empty if the two are equal."""
        found = [f"`{name}` is {self[name]!r} here and is missing there" for name in self.names if name not in other]
        found += [f"`{name}` is missing here and is {other[name]!r} there" for name in other.names if name not in self]
        both = [name for name in self.names if name in other]
        found += [f"`{name}` is {self[name]!r} here and {other[name]!r} there" for name in both if self._part(name) != other._part(name)]
        if not found and self.names != other.names:
            found = [f"the order of the parameters is {list(self.names)} here and {list(other.names)} there"]
        return found

    def _part(self, name: str) -> tuple[Domain, tuple[Condition, ...]]:
        at = self.names.index(name)
        return self.domains[at], self.conditions[at]


def holds(conditions: tuple[Condition, ...], known: Mapping[str, Scalar]) -> bool:
    """Whether all conditions hold for the values known so far; an inactive parent fails its condition."""
    return all(condition.parent in known and condition.admits(known[condition.parent]) for condition in conditions)


def _resolve(name: str, domain: Domain, given: Mapping[str, Domain]) -> tuple[Condition, ...]:
    order = list(given)
    conditions = []
    for parent, values in domain.when:
        if parent not in given:
            raise ValueError(f"The condition of `{name}`: {unknown_name('parameter', parent, tuple(order))}")
        if order.index(parent) >= order.index(name):
            raise ValueError(f"`{name}` depends on `{parent}`, which is declared after it; declare `{parent}` before `{name}`.")
        if given[parent].size == math.inf:
            raise ValueError(
                f"`{name}` depends on `{parent}`, which is continuous; a parent must be an Int, Categorical, Ordinal or stepped Float."
            )
        conditions.append(Condition(parent, _possible(name, parent, values, given[parent])))
    return tuple(sorted(conditions, key=lambda condition: order.index(condition.parent)))  # however `when` was written


def _intervals(domains: tuple[Domain, ...]) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """The bounds of domains that are all intervals, else None."""
    floats = [domain for domain in domains if isinstance(domain, Float) and domain.step is None]
    return (tuple(x.low for x in floats), tuple(x.high for x in floats)) if len(floats) == len(domains) else None


def _lie_in(intervals: tuple[tuple[float, ...], tuple[float, ...]], row: tuple[Any, ...]) -> bool:
    """Whether all values are floats within their bounds, as nearly always."""
    for low, high, value in zip(*intervals, row, strict=True):  # noqa: SIM110 - a generator takes twice as long
        if type(value) is not float or not low <= value <= high:
            return False
    return True


def _settled(domain: Any, conditions: tuple[Condition, ...]) -> Domain:
    """The domain with its conditions as the parents record them, so that equal spaces look equal."""
    settled: Domain = attrs.evolve(domain, when=tuple((condition.parent, condition.values) for condition in conditions))
    return settled


def _possible(name: str, parent: str, values: tuple[Scalar, ...] | range, domain: Domain) -> tuple[Scalar, ...] | range:
    if isinstance(values, range) and isinstance(domain, Int):
        for value in (values[0], values[-1], *values[1:2]):  # in steps of the domain from a member, so all are members
            _possible(name, parent, (value,), domain)
        return _progression(tuple(values)) if len(values) < 3 else values
    try:
        allowed = {domain.index(checked): checked for checked in (domain.check(parent, value) for value in values)}
    except (TypeError, ValueError) as error:
        raise ValueError(f"The condition of `{name}` can never hold as written: {error}") from None
    found = tuple(allowed[index] for index in sorted(allowed))
    return _progression(found) if isinstance(domain, Int) else found


def _progression(values: tuple[Scalar, ...]) -> tuple[Scalar, ...] | range:
    """The values as a range if they are one, so that a list and a range of the same values make equal spaces."""
    if len(values) < 3:
        return values
    whole = range(values[0], values[-1] + 1, values[1] - values[0])  # type: ignore[operator, arg-type]
    return whole if len(whole) == len(values) and tuple(whole) == values else values


def _inactive(name: str, value: Any, conditions: tuple[Condition, ...], known: Mapping[str, Scalar]) -> str:
    failed = next(c for c in conditions if not holds((c,), known))
    came = f"{known[failed.parent]!r} was given with" if failed.parent in known else "that is inactive itself, and there came"
    needs = f"`{name}` is active only if `{failed.parent}` is one of {failed.values!r}"
    return f"{needs}, but {came} `{name}`={value!r}; leave `{name}` out."

"""Domains and choices <-> plain JSON values: the form of a space file, and of the space in a log.

A space file is one object, parameter name → domain, in the order in which the parameters are decided (a parent before its
children). A domain is an object with a "type" and the fields of the Python class of that name:

    "float"        low, high; log (false), step (none), default (none), when (none)
    "int"          low, high; log (false), step (1), default, when
    "categorical"  choices: a list of null, booleans, numbers, strings or lists of these; default, when
    "ordinal"      values: such a list, in order; default, when

`when` is an object parent → one value, a list of values, or {"range": [start, stop, step]} of integers. Numbers keep their type: 1, 1.0
and true are three. What JSON has no number for is written {"float": "inf"}. A list is a tuple: a choice is never anything else
that JSON writes as one; so `when` on a single tuple needs a list of it, [[1, "a"]].
"""

import math
from collections.abc import Mapping
from typing import Any

from askttell.choices import Scalar
from askttell.domains import Categorical, Domain, Float, Int, Ordinal
from askttell.errors import unknown_name

NOT_FINITE = ("inf", "-inf", "nan")
_DOMAINS = {"float": Float, "int": Int, "categorical": Categorical, "ordinal": Ordinal}
_NUMERIC = (("low", "high"), ("log", "step", "default", "when"))
_FIELDS = {  # what a domain must have, and what it may have
    "float": _NUMERIC,
    "int": _NUMERIC,
    "categorical": (("choices",), ("default", "when")),
    "ordinal": (("values",), ("default", "when")),
}


def domain_to_json(domain: Domain) -> dict[str, Any]:
    """The domain as an object; fields at their default are left out."""
    kind = type(domain).__name__.lower()
    match domain:
        case Float() | Int():
            record: dict[str, Any] = {"type": kind, "low": domain.low, "high": domain.high}
            record |= {"log": True} if domain.log else {}
            record |= {"step": domain.step} if domain.step not in (None, 1) or isinstance(domain.step, float) else {}
        case Categorical():
            record = {"type": kind, "choices": value_to_json(domain.choices)}
        case Ordinal():  # pragma: no branch (a domain is one of these)
            record = {"type": kind, "values": value_to_json(domain.values)}
    record |= {} if domain.default is None else {"default": value_to_json(domain.default)}
    return record | ({"when": {parent: _allowed_to_json(values) for parent, values in domain.when}} if domain.when else {})


def domain_from_json(name: str, record: Any) -> Domain:
    """The domain of such an object; ValueError or TypeError names the parameter and the field that does not fit."""
    kind = _kind(name, record)
    _check_fields(name, kind, record)
    if not isinstance(record.get("log", False), bool):
        raise TypeError(f'`{name}`: "log" must be true or false, but got {record["log"]!r}.')
    given = {key: value for key, value in record.items() if key not in ("type", "when")}
    try:
        for key in ("choices", "values"):
            if isinstance(given.get(key), list):
                given[key] = [scalar_from_json(value) for value in given[key]]
        if "default" in given:
            given["default"] = scalar_from_json(given["default"])
        return _DOMAINS[kind](**given, when=_when(record.get("when")))  # type: ignore[no-any-return]
    except TypeError as error:
        raise TypeError(f"`{name}`: {error}") from None
    except (ValueError, OverflowError) as error:
        raise ValueError(f"`{name}`: {error}") from None


def value_to_json(value: Any) -> Any:
    """Any plain value as JSON has it: tuples and ranges as lists, floats that are not finite as {"float": "inf"}."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if isinstance(value, Mapping):
        return {key: value_to_json(part) for key, part in value.items()}
    if isinstance(value, tuple | list | range):
        return [value_to_json(part) for part in value]
    return value


def scalar_from_json(value: Any) -> Scalar:
    """Undo `value_to_json` for a choice: lists are tuples."""
    if isinstance(value, Mapping):
        if set(value) != {"float"} or value["float"] not in NOT_FINITE:
            raise ValueError(f'a choice must be a plain value, a list, or {{"float": "inf"}} where JSON has no number, but got {value!r}.')
        return float(value["float"])
    return tuple(scalar_from_json(part) for part in value) if isinstance(value, list) else value


def _kind(name: str, record: Any) -> str:
    known = ", ".join(_DOMAINS)
    if not isinstance(record, Mapping):
        raise TypeError(f'`{name}` must be an object such as {{"type": "float", "low": 0, "high": 1}}, but got {record!r}.')
    kind = record.get("type")
    if kind is None:
        raise ValueError(f'`{name}` has no "type"; give one of {known}.')
    if kind not in tuple(_DOMAINS):
        raise ValueError(f"`{name}`: {unknown_name('type', kind, tuple(_DOMAINS))}")
    return str(kind)


def _check_fields(name: str, kind: str, record: Mapping[str, Any]) -> None:
    required, optional = _FIELDS[kind]
    for field in record:
        if field not in ("type", *required, *optional):
            raise ValueError(f"`{name}`: {unknown_name('field', field, (*required, *optional))}")
    for field in required:
        if field not in record:
            raise ValueError(f'`{name}`: "{field}" is missing; a domain of type {kind!r} needs it.')


def _when(given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise TypeError(f'"when" must be an object parent → value or values, but got {given!r}.')
    return {parent: _allowed_from_json(values) for parent, values in given.items()}


def _allowed_to_json(values: tuple[Scalar, ...] | range) -> Any:
    if isinstance(values, range):
        return {"range": [values.start, values.stop, values.step]}
    return value_to_json(values)


def _allowed_from_json(values: Any) -> Any:
    if isinstance(values, Mapping) and "range" in values:
        return range(*values["range"])
    return [scalar_from_json(value) for value in values] if isinstance(values, list) else scalar_from_json(values)

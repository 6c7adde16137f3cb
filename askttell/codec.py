"""Events <-> plain JSON values, with a format version.

Numbers keep their type (1, 1.0 and true are three) and their bits; what JSON has no number for is written {"float": "inf"}.
Tuples are lists: a choice is never anything else that JSON writes as one. Nothing named in a record is imported.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from askttell.choices import Scalar
from askttell.domain_json import NOT_FINITE, scalar_from_json, value_to_json
from askttell.errors import ReplayError
from askttell.events import Asked, Candidate, Claimed, Enqueued, Event, Json, Opened, Prior, Reported, Told, Using
from askttell.space import Params, Space
from askttell.wellformed import check_types

FORMAT = 1
_NESTED = frozenset((list, dict))
_AS_THEY_ARE = frozenset((float, int, str, bool, type(None)))


def event_to_json(event: Event) -> dict[str, Any]:
    """The record of an event. Fields at their default are left out."""
    match event:
        case Asked():
            return _asked_to_json(event)
        case Told():
            return _told_to_json(event)
        case Claimed():
            return {"event": "claimed", "number": event.number, "attempt": event.attempt}
        case Reported():
            values = [value_to_json(value) for value in event.values]
            return {"event": "reported", "number": event.number, "attempt": event.attempt, "step": event.step, "values": values}
        case Enqueued():
            return {"event": "enqueued", "params": _params_to_json(event.params)}
        case Using():
            return {
                "event": "using", "id": event.id, "strategy": event.name, "version": event.version,
                "settings": value_to_json(event.settings), "platform": dict(event.platform),
            }  # fmt: skip
        case Opened():  # pragma: no branch (an event is one of these)
            return _opened_to_json(event)


def event_from_json(record: Mapping[str, Any], space: Space | None = None) -> Event:
    """The event of a record; `space` is that of the study, None for its opening. ReplayError if it is none of ours."""
    try:
        return check_types(_READERS[record["event"]](record, space))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        if isinstance(error, ReplayError):
            raise
        raise ReplayError(f"This is not an event that askttell writes ({type(error).__name__}: {error}): {_shown(record)}") from error


def _shown(record: object) -> str:
    try:
        return str(record)[:200]
    except RecursionError:
        return "something nested very deeply"


def _asked_to_json(event: Asked) -> dict[str, Any]:
    candidate = event.candidate
    params = _params_to_json(candidate.params)
    record = {"event": "asked", "number": event.number, "params": params, "by": event.by, "seen": event.seen}
    if candidate.origin:
        record["origin"] = candidate.origin
    if candidate.fidelity is not None:
        record["fidelity"] = candidate.fidelity
    if candidate.parent is not None:
        record["parent"] = candidate.parent
    return record


def _told_to_json(event: Told) -> dict[str, Any]:
    record: dict[str, Any] = {"event": "told", "number": event.number, "state": event.state}
    if event.values:
        record["values"] = list(event.values)
    if event.info is not None:
        record["info"] = value_to_json(event.info)
    if event.reason is not None:
        record["reason"] = event.reason
    return record


def _opened_to_json(event: Opened) -> dict[str, Any]:
    record = {
        "event": "opened", "format": FORMAT, "id": event.id, "space": event.space.to_json(), "directions": list(event.directions),
        "seed": event.seed, "max_attempts": event.max_attempts,
    }  # fmt: skip
    if event.prior:
        record["prior"] = [
            {
                "space": prior.space.to_json(),
                "params": [_params_to_json(p) for p in prior.params],
                "losses": [list(x) for x in prior.losses],
            }
            for prior in event.prior
        ]
    return record


def _opened(record: Mapping[str, Any], _space: Space | None) -> Opened:
    if record["format"] > FORMAT:
        raise ReplayError(f"The study has format {record['format']}, but this askttell reads up to {FORMAT}; upgrade askttell.")
    prior = tuple(_prior(item) for item in record.get("prior", ()))
    return Opened(
        Space.from_json(record["space"]), tuple(record["directions"]), record["seed"], record["max_attempts"], prior, record["id"]
    )


def _prior(item: Mapping[str, Any]) -> Prior:
    space = Space.from_json(item["space"])
    return Prior(space, tuple(_params(params, space) for params in item["params"]), tuple(tuple(losses) for losses in item["losses"]))


def _using(record: Mapping[str, Any], _space: Space | None) -> Using:
    settings = {name: _settle(value) for name, value in record["settings"].items()}
    return Using(record["id"], record["strategy"], record["version"], settings, record["platform"])


def _asked(record: Mapping[str, Any], space: Space | None) -> Asked:
    get = record.get
    candidate = Candidate(_params(record["params"], space), get("origin", ""), get("fidelity"), get("parent"))
    return Asked(record["number"], candidate, record["by"], record["seen"])


def _told(record: Mapping[str, Any], _space: Space | None) -> Told:
    get = record.get
    info = get("info")
    return Told(record["number"], record["state"], tuple(get("values", ())), None if info is None else _settle(info), get("reason"))  # type: ignore[arg-type]


def _reported(record: Mapping[str, Any], _space: Space | None) -> Reported:
    values = tuple(_settle(value) for value in record["values"])
    return Reported(record["number"], record["attempt"], record["step"], values)  # type: ignore[arg-type]


_READERS: dict[str, Callable[[Mapping[str, Any], Space | None], Event]] = {
    "opened": _opened,
    "using": _using,
    "asked": _asked,
    "told": _told,
    "reported": _reported,
    "claimed": lambda record, _space: Claimed(record["number"], record["attempt"]),
    "enqueued": lambda record, space: Enqueued(_params(record["params"], space)),
}


def _params(record: Mapping[str, Any], space: Space | None) -> Params:
    if space is None:
        raise ReplayError("The study is not opened before its first event.")
    if not _NESTED.isdisjoint(map(type, record.values())):
        record = {name: scalar_from_json(value) for name, value in record.items()}
    return space.params(record)


def _params_to_json(params: Mapping[str, Scalar]) -> dict[str, Any]:
    plain = params.plain() if isinstance(params, Params) else dict(params)
    values = plain.values()
    if _AS_THEY_ARE.issuperset(map(type, values)) and math.inf not in values and -math.inf not in values:
        return plain
    return {name: value_to_json(value) for name, value in plain.items()}


def _settle(value: Any) -> Json:
    """Undo `value_to_json` where lists stay lists."""
    if isinstance(value, Mapping):
        if set(value) == {"float"} and value["float"] in NOT_FINITE:
            return float(value["float"])
        return {key: _settle(part) for key, part in value.items()}
    return [_settle(part) for part in value] if isinstance(value, list) else value

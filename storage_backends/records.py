"""Records as text: one JSON object each, without spaces, floats exact, nothing but JSON."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from storage_backends.errors import StudyDeleted

Json: TypeAlias = dict[str, Any]


@functools.lru_cache(maxsize=1)
def _encoder() -> Callable[[Json], str]:
    """What `JSONEncoder.encode` does, which makes the encoder anew for each record: that takes half of its time."""
    import json  # noqa: PLC0415 - a search in memory needs none

    plain = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # pragma: no cover (another Python than CPython)
        return plain.encode
    encode = make(None, plain.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)  # noqa: FBT003 - in C
    return lambda record: "".join(encode(record, 0))


def dump(record: Json) -> str:
    """The record as one line of text; ValueError or TypeError if JSON cannot hold it."""
    if not isinstance(record, dict):
        raise TypeError(f"A record must be a dict, but got {record!r}.")
    return _encoder()(record)


def load_all(texts: Sequence[str]) -> list[Json]:
    """The records of many texts, by one call of the parser, which is twice as fast as one call each."""
    import json  # noqa: PLC0415 - as above

    loaded: list[Json] = json.loads("[" + ",".join(texts) + "]")
    return loaded


def check_name(study: str) -> None:
    """Nothing, unless the study's name is not a non-empty str."""
    if not isinstance(study, str) or not study:
        raise ValueError(f"A study's name must be a non-empty str, but got {study!r}.")


def deleted(study: str, where: str) -> StudyDeleted:
    """The error for a study that was deleted."""
    return StudyDeleted(f"Study {study!r} in {where} was deleted; open it again to start a new one of that name.")


def absent(study: str, where: str, known: Sequence[str]) -> LookupError:
    """The error for a study that is not there."""
    return LookupError(f"There is no study {study!r} in {where}; there: {', '.join(known) or 'none'}.")

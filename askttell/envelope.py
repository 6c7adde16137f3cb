"""What stands in a record beside its event, and is never read by a strategy: when it was made, by whom, and who holds its trial."""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any


def odd_envelope(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field of a record's envelope that is not of the kind that we write, and what is wrong with it; a field may be missing."""
    for field, (is_right, expected) in _FIELDS.items():
        if field in record and not is_right(record[field]):
            yield field, f"`{field}` must be {expected}, but is {str(record[field])[:100]!r}"


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_time(value: Any) -> bool:
    try:
        return _is_number(value) and bool(datetime.fromtimestamp(value, UTC))
    except (OverflowError, ValueError, OSError):
        return False


def _is_owner(value: Any) -> bool:
    return value is None or (type(value) in (list, tuple) and [type(part) for part in value] == [str, str, int, str])


def _is_lease(value: Any) -> bool:
    return value is None or (_is_number(value) and 0 <= value < math.inf)


_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "time": (_is_time, "seconds since 1970"),
    "worker": (lambda value: value is None or type(value) is str, "a str"),
    "owner": (_is_owner, "a process: boot id, namespace, pid and start"),
    "lease_seconds": (_is_lease, "a number of seconds"),
}

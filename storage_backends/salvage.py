"""What is whole in a damaged file, read without the storage that wrote it; the file is not changed."""

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage_backends.errors import StorageError
from storage_backends.lines import parsed
from storage_backends.records import Json
from storage_backends.sqlite_pages import rows


@dataclasses.dataclass
class Salvaged:
    """The records of each study by position, the studies that were deleted, and what could not be read, in words."""

    records: dict[str, dict[int, Json]] = dataclasses.field(default_factory=dict)
    deleted: set[str] = dataclasses.field(default_factory=set)
    damage: list[str] = dataclasses.field(default_factory=list)

    def keep(self, study: str, position: int, record: Json) -> None:
        """Add a record."""
        self.records.setdefault(study, {})[position] = record

    def bury(self, study: str) -> None:
        """Forget a deleted study."""
        self.deleted.add(study)


def salvage(path: str | os.PathLike[str]) -> Salvaged:
    """Every whole record of a JSON Lines or SQLite file, damaged or not; StorageError if it cannot be read at all."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageError(f"Could not read {path}: {error}.") from error
    found = _from_json(data) if path.suffix == ".jsonl" else _from_sqlite(path, data)
    for study in found.deleted:
        found.records.pop(study, None)
    return found


def _from_json(data: bytes) -> Salvaged:
    """A record is whole if the check sum of its line is right."""
    found, at = Salvaged(), 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line:
            _take_line(found, line, f"line {number}, at byte {at}")
        at += len(line) + 1
    return found


def _take_line(found: Salvaged, line: bytes, place: str) -> None:
    try:
        whole = parsed(line)
    except (ValueError, RecursionError):
        found.damage.append(f"{place}, is not whole")
        return
    if whole is None:
        return
    study, at, records = whole
    if records is None:
        found.bury(study)
    for position, record in enumerate(records or [], start=at):
        found.keep(study, position, record)


def _from_sqlite(path: Path, data: bytes) -> Salvaged:
    """A record is whole if its row lies whole in a page of the file or of its write-ahead log, and is JSON."""
    wal = path.with_name(path.name + "-wal")
    found = Salvaged()
    for row in rows(data, wal.read_bytes() if wal.exists() else b"", found.damage):
        match row:
            case (str(study),):
                found.bury(study)
            case (str(study), int(position), str(text)) if study and position >= 0:
                for record in _decoded(text, f"record {position} of study {study!r}", found.damage):
                    found.keep(study, position, record)
    return found


def _decoded(text: str, place: str, damage: list[str]) -> Iterator[Any]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    if isinstance(record, dict):
        yield record
    else:
        damage.append(f"{place} is not JSON")

"""Where studies are kept: append-only logs in memory, in a JSON Lines file or in SQLite, all with the same five methods."""

import os
from typing import Any

from storage_backends.errors import Damaged, StorageError, StudyDeleted, TornTail
from storage_backends.memory import InMemory

__all__ = ["Damaged", "InMemory", "JsonLines", "SQLite", "StorageError", "StudyDeleted", "TornTail", "connect", "file_of"]

_FILES = ("json", "sqlite")
_SCHEMES = ("memory", *_FILES)
_ENDINGS = {".db": "sqlite", ".sqlite": "sqlite", ".jsonl": "json"}


def connect(storage: Any) -> Any:
    """The log at a URL or path, or the object itself if it is a log already.

    `memory://`, `json:///relative.jsonl`, `sqlite:///relative.db` (four slashes for an absolute path), or a path that ends in .db,
    .sqlite or .jsonl. Other schemes come from the entry-point group `askttell.storage`, whose objects are called with the URL.
    """
    if hasattr(storage, "append") and hasattr(storage, "read"):
        return storage
    if not isinstance(storage, str | os.PathLike):
        raise TypeError(f"`storage` must be a URL, a path or a log, but got {storage!r}.")
    text = os.fspath(storage)
    scheme, found, rest = text.partition("://")
    if not found:
        return _by_path(text)
    if scheme in _SCHEMES:
        return _by_scheme(scheme, rest, text)
    return _by_entry_point(scheme, text)


def file_of(storage: Any) -> str | None:
    """The path of the file in which a URL or path keeps its studies; None if it is no file of ours."""
    if not isinstance(storage, str | os.PathLike):
        return None
    text = os.fspath(storage)
    scheme, found, rest = text.partition("://")
    if not found:
        return text if os.path.splitext(text)[1] in _ENDINGS else None
    return rest[1:] if scheme in _FILES and len(rest) > 1 else None


def _by_entry_point(scheme: str, text: str) -> Any:
    import difflib  # noqa: PLC0415 - slow to import and rarely needed
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import and rarely needed

    for point in entry_points(group="askttell.storage", name=scheme):
        return point.load()(text)
    known = (*_SCHEMES, *(point.name for point in entry_points(group="askttell.storage")))
    near = difflib.get_close_matches(scheme, known, n=1)
    hint = f" Did you mean {near[0]}://?" if near else ""
    raise ValueError(f"Unknown scheme {scheme!r} in storage={text!r}; known: {', '.join(known)}.{hint}")


def _by_scheme(scheme: str, rest: str, text: str) -> Any:
    if scheme == "memory":
        if rest:
            raise ValueError(f"`storage`: memory:// takes no path, but got {text!r}; write memory://.")
        return InMemory()
    if not rest.startswith("/") or len(rest) < 2:
        raise ValueError(f"`storage` must be {scheme}:///relative/path or {scheme}:////absolute/path, but got {text!r}.")
    return _file(scheme, rest[1:])


def _by_path(path: str) -> Any:
    ending = os.path.splitext(path)[1]
    if ending not in _ENDINGS:
        known = ", ".join(_ENDINGS)
        raise ValueError(f"A path as `storage` must end in {known}, but got {path!r}; or give a URL such as sqlite:///{path}.db.")
    return _file(_ENDINGS[ending], path)


def _file(scheme: str, path: str) -> Any:
    return __getattr__("SQLite" if scheme == "sqlite" else "JsonLines")(path)


def __getattr__(name: str) -> Any:  # imported when used: sqlite3 is not always there, and neither is needed for a search in memory
    if name == "SQLite":
        from storage_backends.sqlite import SQLite  # noqa: PLC0415

        return SQLite
    if name == "JsonLines":
        from storage_backends.json_lines import JsonLines  # noqa: PLC0415

        return JsonLines
    raise AttributeError(f"module 'storage_backends' has no attribute {name!r}")

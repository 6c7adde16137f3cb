"""Strategies by name, so that a recorded study can name its strategy: our own, and those of the entry-point group `askttell.strategies`."""

from collections.abc import Iterable, Mapping
from typing import Any

from askttell import strategies
from askttell.events import Using
from askttell.strategy import Strategy


def find(name: str, others: Iterable[type] = ()) -> type | None:
    """The class of that name among `others`, our own strategies and their parts, and the installed ones; None if there is none."""
    for cls in others:
        if cls.__name__ == name:
            return cls
    if name in strategies.__all__ or name in strategies.PARTS:
        return getattr(strategies, name)  # type: ignore[no-any-return]
    from askttell import wrappers  # noqa: PLC0415 - rarely needed

    if name in wrappers.__all__:
        return getattr(wrappers, name)  # type: ignore[no-any-return]
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import and rarely needed

    for point in entry_points(group="askttell.strategies", name=name):
        return point.load()  # type: ignore[no-any-return]
    return None


def names() -> list[str]:
    """The names of our own strategies and of the installed ones."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import and rarely needed

    from askttell import wrappers  # noqa: PLC0415 - rarely needed

    return [*strategies.__all__, *wrappers.__all__, *(point.name for point in entry_points(group="askttell.strategies"))]


def rebuild(using: Using, others: Iterable[type] = ()) -> Strategy | None:
    """The strategy with its recorded settings; None if its class, or that of a part, is not installed or takes other settings."""
    try:
        return _build(using.name, using.settings, tuple(others))  # type: ignore[no-any-return]
    except LookupError:
        return None


def _build(name: str, settings: Mapping[str, Any], others: tuple[type, ...]) -> Any:
    import inspect  # noqa: PLC0415 - slow to import and rarely needed

    cls = find(name, others)
    if cls is None or not set(settings) <= set(inspect.signature(cls).parameters):
        raise LookupError(name)
    return cls(**{key: _value(value, others) for key, value in settings.items()})


def versions(name: str, version: int, settings: Mapping[str, Any]) -> list[tuple[str, int]]:
    """A recorded strategy's name and version, then those of the strategies among its settings."""
    return [(name, version), *_versions_within(list(settings.values()))]


def _versions_within(value: Any) -> list[tuple[str, int]]:
    if isinstance(value, list):
        return [pair for part in value for pair in _versions_within(part)]
    if not is_part(value):
        return []
    inside = _versions_within(list(value["settings"].values()))
    return [(value["name"], value["version"]), *inside] if "version" in value else inside


def is_part(value: Any) -> bool:
    """Whether a setting is the record of a strategy's part, or of a wrapped strategy, which has a version too."""
    return isinstance(value, Mapping) and set(value) - {"version"} == {"name", "settings"}


def _value(value: Any, others: tuple[type, ...]) -> Any:
    if is_part(value):
        return _build(value["name"], value["settings"], others)
    return tuple(_value(part, others) for part in value) if isinstance(value, list) else value

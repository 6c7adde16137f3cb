"""The parts of which a strategy is made."""

from typing import Any

import attrs


def classes_of(part: Any) -> list[type]:
    """The class of a strategy, and those of its parts."""
    if isinstance(part, tuple | list):
        return [cls for item in part for cls in classes_of(item)]
    if not attrs.has(type(part)):
        return [type(part)] if hasattr(part, "ask") else []
    return [type(part), *classes_of([getattr(part, field.name) for field in attrs.fields(type(part))])]

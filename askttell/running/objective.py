"""Whether a function can be called with the parameters of a space, before a trial is spent on finding out."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from askttell.space import Space

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def check_objective(objective: Any, space: Space) -> None:
    """Nothing; TypeError if every call, or each in which a conditional parameter is left out, would fail for the names it is given."""
    if not callable(objective):
        raise TypeError(f"`objective` must be a function that is called with the parameters by name, but got {objective!r}.")
    taken = _parameters(objective)
    if taken is None:
        return
    takes_any = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    needed = [name for name, one in taken.items() if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    unknown = [name for name in space.names if not takes_any and (name not in taken or taken[name].kind not in _BY_NAME)]
    absent = [name for name in needed if name not in space.names]
    at_times = [name for name in space.names if name in needed and not _always_active(name, space)]
    problems = [
        *[f"it does not take `{name}`" for name in unknown],
        *[f"it needs `{name}`, which the space does not have{_hint(name, space)}" for name in absent],
        *[f"it needs `{name}`, which is left out where its condition does not hold; give it a default there" for name in at_times],
    ]
    if problems:
        called = f"{getattr(objective, '__name__', None) or repr(objective)}({', '.join(taken)})"
        raise TypeError(f"`objective` is called with the parameters of the space by name, but of {called}: {', and '.join(problems)}.")


def add_hint(error: Exception, params: Mapping[str, Any]) -> None:
    """Nothing; an error that may come from a misspelt parameter then says which there are."""
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str) and error.args[0] not in params:
        for near in _near(error.args[0], params):
            error.add_note(f"The parameters of this trial are {', '.join(params)}; did you mean `{near}`?")


def _always_active(name: str, space: Space) -> bool:
    """Whether its conditions, and those of its parents, admit all values that there are."""
    conditions = space.conditions[space.names.index(name)]
    return all(
        len(condition.values) >= space[condition.parent].size and _always_active(condition.parent, space) for condition in conditions
    )


def _parameters(objective: Callable[..., Any]) -> Mapping[str, inspect.Parameter] | None:
    """What the function itself takes, not what it wraps or says in its place; None if it does not say."""
    if hasattr(objective, "__signature__"):
        return None
    try:
        return inspect.signature(objective, follow_wrapped=False).parameters
    except (TypeError, ValueError):
        return None


def _hint(name: str, space: Space) -> str:
    return "".join(f" (did you mean `{near}`?)" for near in _near(name, space.names))


def _near(name: str, names: Iterable[str]) -> list[str]:
    """The nearest of the names, if one is near."""
    import difflib  # noqa: PLC0415 - for mistakes only

    return difflib.get_close_matches(name, list(names), n=1)

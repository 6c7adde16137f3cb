"""Why a trial was suggested, for people: one thing a line, rounded, nothing twice."""

from collections.abc import Iterator, Mapping
from typing import Any

from askttell.cli.outputs import short


def as_text(account: Mapping[str, Any]) -> str:
    """What `askttell.why` returns, with what the strategy says of itself below it."""
    facts = {name: value for name, value in account.get("facts", {}).items() if account.get(name) != value}
    rows = [*_rows(_told(account)), *([("", ""), ("its own account", "")] if facts else []), *_rows(facts, "  ")]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in rows)


def _told(account: Mapping[str, Any]) -> dict[str, Any]:
    seen = account["seen"]
    told = {
        "trial": str(account["number"]),
        "params": account["params"],
        "from": account["from"],
        "origin": account.get("origin", ""),
        "parent": "" if "parent" not in account else f"trial {account['parent']}",
        "fidelity": account.get("fidelity", ""),
        "seen": f"{_counted(seen['finished'], 'result')} and {_counted(seen['pending'], 'pending trial')}, in {seen['events']} events",
        "recomputed": account["recomputed"] + (f": {account['why']}" if "why" in account else ""),
    }
    return {name: value for name, value in told.items() if value != ""}


def _counted(n: int, what: str) -> str:
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def _rows(facts: Mapping[str, Any], indent: str = "") -> Iterator[tuple[str, str]]:
    """A name and a text for each fact; those of a fact that consists of several stand below it."""
    for name, value in facts.items():
        shown = indent + name.replace("_", " ")
        if isinstance(value, Mapping):
            yield shown, ""
            yield from ((f"{indent}  {part}", _text(what)) for part, what in value.items())
        else:
            yield shown, _text(value)


def _text(value: Any) -> str:
    return ", ".join(map(short, value)) if isinstance(value, list | tuple) else short(value)

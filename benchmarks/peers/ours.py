"""Our strategies, by the name of their class and with any settings."""

import ast
import importlib
from typing import Any

from askttell import strategies
from askttell.testing import searching
from benchmarks.peers.peer import Peer


def ours(name: str) -> Peer:
    """The peer of a strategy: `Sobol`, `ours:TPE(n_candidates=48)`, or `package.module.Mine(x=1)` for one that is elsewhere."""
    text = name.removeprefix("ours:")
    return Peer(text, searching(strategy(text)))


def strategy(name: str) -> Any:
    """The strategy itself."""
    return _value(ast.parse(name if "(" in name else f"{name}()", mode="eval").body, name)


def _value(node: ast.expr, whole: str) -> Any:
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            named = {keyword.arg: _value(keyword.value, whole) for keyword in keywords if keyword.arg}
            return _class(func, whole)(*(_value(arg, whole) for arg in args), **named)
        case _:
            return ast.literal_eval(node)


def _class(node: ast.expr, whole: str) -> Any:
    match node:
        case ast.Name(id=name) if hasattr(strategies, name):
            return getattr(strategies, name)
        case ast.Attribute(value=module, attr=name):
            return getattr(importlib.import_module(ast.unparse(module)), name)
    raise LookupError(f"There is no optimiser {whole!r}: neither a peer nor one of {', '.join(strategies.__all__)}.")

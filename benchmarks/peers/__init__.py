"""The search methods, by name: each file of this folder that defines `peers()` adds its own, and nothing else has to be changed.

Our strategies go by their class: `TPE`, `ours:TPE(n_candidates=48)`, `my_package.my_module.Mine()`.
"""

import importlib
import pkgutil

from benchmarks.peers.ours import ours
from benchmarks.peers.peer import Peer, active

__all__ = ["Peer", "active", "find", "known"]


def find(name: str) -> Peer:
    """The method of that name, one of ours if no other has it; LookupError or ValueError if there is none."""
    return known().get(name) or ours(name)


def known() -> dict[str, Peer]:
    """All methods but ours, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return {peer.name: peer for module in modules if hasattr(module, "peers") for peer in module.peers()}

"""Ask/tell search for hyperparameters and other expensive black boxes: every suggestion can be resumed, replayed and audited.

A `Study` is a search that is recorded as it goes, here in memory:

>>> space = Space(
...     lr=Float(1e-5, 0.1, log=True),
...     optimizer=Categorical(["adam", "sgd"]),
...     momentum=Float(0.0, 0.99, when={"optimizer": "sgd"}),
... )
>>> study = Study(space, seed=0)
>>> while study.n_finished < 20:
...     trial = study.ask()
...     trial = study.tell(trial, trial.params["lr"] + trial.params.get("momentum", 1.0))
>>> study.best_params["optimizer"]
'sgd'

Below it lies the pure layer, which has no storage and nothing mutable:

>>> from askttell.strategies import Sobol
>>> history, trial = ask(History.start(space, seed=0), Sobol())
>>> later = tell(history, trial, 0.5)
>>> history.n_finished, later.n_finished, later.best.value
(0, 1, 0.5)
"""

import importlib
from typing import TYPE_CHECKING, Any

from askttell.domains import Categorical, Float, Int, Ordinal
from askttell.errors import AlreadyTold, Exhausted, NotReady, ReplayError
from askttell.events import Candidate
from askttell.history import History
from askttell.journal import Log, copy
from askttell.results import add, enqueue, fail, report, stop, tell
from askttell.space import Space
from askttell.strategy import Strategy, ask, ask_many
from askttell.study import Study
from askttell.trial import Trial

if TYPE_CHECKING:
    from askttell.audit import verify
    from askttell.explanation import why
    from askttell.moving import copy_to_space
    from askttell.running.until import no_improvement, target
    from askttell.stopping import MedianRule

__all__ = [
    "AlreadyTold",
    "Candidate",
    "Categorical",
    "Exhausted",
    "Float",
    "History",
    "Int",
    "Log",
    "MedianRule",
    "NotReady",
    "Ordinal",
    "ReplayError",
    "Space",
    "Strategy",
    "Study",
    "Trial",
    "add",
    "ask",
    "ask_many",
    "copy",
    "copy_to_space",
    "enqueue",
    "fail",
    "no_improvement",
    "report",
    "stop",
    "target",
    "tell",
    "verify",
    "why",
]

_LATER = {  # not needed by every search
    "MedianRule": "stopping",
    "copy_to_space": "moving",
    "no_improvement": "running.until",
    "target": "running.until",
    "verify": "audit",
    "why": "explanation",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'askttell' has no attribute {name!r}")
    return getattr(importlib.import_module(f"askttell.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return __all__

"""Ask/tell search for hyperparameters and other expensive black boxes: every suggestion can be resumed, replayed and audited."""

from askttell.audit import verify
from askttell.domains import Categorical, Float, Int, Ordinal
from askttell.errors import AlreadyTold, Exhausted, NotReady, ReplayError
from askttell.events import Candidate
from askttell.explanation import why
from askttell.history import History
from askttell.journal import Log, copy
from askttell.moving import copy_to_space
from askttell.results import add, enqueue, fail, report, stop, tell
from askttell.space import Space
from askttell.stopping import MedianRule
from askttell.strategy import Strategy, ask, ask_many
from askttell.study import Study
from askttell.trial import Trial

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
    "report",
    "stop",
    "tell",
    "verify",
    "why",
]

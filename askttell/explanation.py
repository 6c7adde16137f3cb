"""Why a trial was suggested: what the log says, what recomputing says, and what the strategy itself can tell."""

from collections.abc import Iterable
from typing import Any

from askttell.audit import judge
from askttell.events import QUEUE
from askttell.history import History
from askttell.registry import is_part, rebuild
from askttell.results import number_of

_ELSEWHERE = "a result made elsewhere, added by hand"
_WEIGHTS, _MEANING = "weights_of_earlier_searches", "meaning_of_weights"
_MEANS = "1: expects what that one saw; above 1: the same, but larger differences; 0: not used, contradicted here or said by others"
_QUEUED = "the queue: its parameters were enqueued by hand"


def why(history: History, number: int, *, strategies: Iterable[type] = ()) -> dict[str, Any]:
    """Plain facts about one suggestion: who made it, what had been seen, whether it follows from that, and the strategy's own account.

    `facts` is what the strategy's method `explain` returns, and is missing where there is none. `strategies`: classes to look for
    before the installed ones.

    >>> from askttell import Float, Space, ask
    >>> from askttell.strategies import Random
    >>> history, trial = ask(History.start(Space(x=Float(0.0, 1.0)), seed=0), Random())
    >>> why(history, 0)["from"], why(history, 0)["recomputed"]
    ('Random()', 'same')
    """
    asked = history.asked(number_of(history, number))
    view = history.view_of(number)
    using = None if asked.by is None else history.using[asked.by]
    strategy = None if using is None else rebuild(using, strategies)
    verdict = judge(history, number, strategies=strategies)
    account: dict[str, Any] = {
        "number": number,
        "params": asked.candidate.params.plain(),
        "from": _source(asked.candidate.origin) if using is None else call(using.name, using.settings),
        "origin": asked.candidate.origin,
        "parent": asked.candidate.parent,
        "fidelity": asked.candidate.fidelity,
        "seen": {"events": asked.seen, "finished": view.n_finished, "pending": view.number - view.n_finished},
        "recomputed": verdict.outcome,
        "why": verdict.why,
    }
    account = {key: value for key, value in account.items() if value not in (None, "")}
    if (explain := getattr(strategy, "explain", None)) is not None:
        account["facts"] = _with_meaning(view, explain(history, number))
    return account


def _with_meaning(view: History, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, with a word on the weights of earlier searches, which look odd above 1 and at 0."""
    if _WEIGHTS not in facts:
        return facts
    from askttell.earlier import without_model  # noqa: PLC0415 - few searches have earlier ones

    left = [str(place + 1) for place in without_model(view)]
    note = f"; none for number {' and '.join(left)}, which had too few results that fit" if left else ""
    found: dict[str, Any] = {}
    for name, value in facts.items():  # the word stands below the weights
        found |= {name: value, _MEANING: _MEANS + note} if name == _WEIGHTS else {name: value}
    return found


def call(name: str, settings: Any) -> str:
    """The constructor call of a recorded strategy, as text."""
    return f"{name}({', '.join(f'{key}={_text(value)}' for key, value in settings.items())})"


def _text(value: Any) -> str:
    if is_part(value):
        return call(value["name"], value["settings"])
    return repr(value)


def _source(origin: str) -> str:
    return _QUEUED if origin == QUEUE else _ELSEWHERE

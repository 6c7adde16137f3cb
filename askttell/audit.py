"""Recompute every decision of a log: each suggestion must follow from what its asker had seen."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal, TypeAlias

import attrs

from askttell import summary
from askttell.errors import ReplayError
from askttell.events import QUEUE, Asked, Candidate, Using
from askttell.history import History
from askttell.journal import Journal, Log, live_records, no_study
from askttell.registry import rebuild, versions
from askttell.strategy import Strategy, describe, name_of, propose
from askttell.structure import Problem, problems
from askttell.versions import platform_here

Outcome: TypeAlias = Literal["same", "different", "not comparable"]


@attrs.frozen
class Verdict:
    """What came of recomputing one trial, and why."""

    number: int
    outcome: Outcome
    why: str = ""


@attrs.frozen
class Audit:
    """The verdicts of a whole study."""

    study: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...] = ()
    note: str = ""  # what was passed over in the file, though it is no damage

    @property
    def passed(self) -> bool:
        """Whether no suggestion differs and the records follow one another; see `complete` for what could not be compared."""
        return not self.different and not self.problems

    @property
    def complete(self) -> bool:
        """Whether every suggestion could be compared."""
        return all(verdict.outcome != "not comparable" for verdict in self.verdicts)

    @property
    def different(self) -> list[Verdict]:
        """The verdicts on suggestions that do not follow from their history."""
        return [verdict for verdict in self.verdicts if verdict.outcome == "different"]

    def __str__(self) -> str:
        counts = Counter(verdict.outcome for verdict in self.verdicts)
        outcomes = [f"{n} {outcome}" for outcome, n in sorted(counts.items())]
        lines = [f"{self.study}: {', '.join([f'{len(self.verdicts)} suggestions', *outcomes])}"]
        lines += [f"  {line}" for line in summary.lines("record", ((problem.position, problem.why) for problem in self.problems))]
        lines += ["  save what is whole by `askttell repair FILE --output NEW`"] if self.problems else []
        lines += [f"  {self.note}"] if self.note else []
        different = summary.lines("trial", ((verdict.number, f"different, {verdict.why}") for verdict in self.different))
        lines += [f"  {line}" for line in different]
        reasons = Counter(verdict.why for verdict in self.verdicts if verdict.outcome == "not comparable")
        lines += [f"  {n} not comparable: {why}" for why, n in reasons.items()]
        if self.passed and not self.complete:
            lines.append(f"  nothing differs, but only {counts['same']} of {len(self.verdicts)} suggestions could be compared")
        return "\n".join(lines)


def verify(log: Log, study: str = "study", *, strategies: Iterable[type] = ()) -> Audit:
    """The verdict on every suggestion of a recorded study, and what is wrong with its records.

    A log that has a method `check` is asked first whether its file is whole, as SQLite's is by its integrity check; what it returns in
    words is noted. `strategies`: classes
    to look for before the installed ones.

    >>> from askttell import Float, Space, Study
    >>> from storage_backends import InMemory
    >>> log = InMemory()
    >>> trials = Study(Space(x=Float(0.0, 1.0)), storage=log, seed=0).ask(3)
    >>> print(verify(log))
    study: 3 suggestions, 3 same
    """
    checked = log.check() if hasattr(log, "check") else None
    note = checked if isinstance(checked, str) else ""
    found = tuple(problems(live_records(log, study)))
    try:
        history = Journal(log, study).history
    except ReplayError:
        if not found:  # pragma: no cover (a journal reads what follows)
            raise
        return Audit(study, (), found, note)
    if history is None:
        raise no_study(log, study)
    rebuilt = {using.id: rebuild(using, strategies) for using in history.using}
    return Audit(study, tuple(_judge(history, history.asked(number), rebuilt) for number in range(history.number)), found, note)


def judge(history: History, number: int, *, strategies: Iterable[type] = ()) -> Verdict:
    """The verdict on the suggestion of one trial."""
    rebuilt = {using.id: rebuild(using, strategies) for using in history.using}
    return _judge(history, history.asked(number), rebuilt)


def _judge(history: History, asked: Asked, rebuilt: dict[int, Strategy | None]) -> Verdict:
    if asked.by is None and asked.candidate.origin != QUEUE:  # whatever another library or program calls it
        return Verdict(asked.number, "same", "made elsewhere")
    view = history.view_of(asked.number)
    if asked.by is None:
        queued = view.next_enqueued
        return _compare(asked, None if queued is None else Candidate(queued, origin=asked.candidate.origin))
    if asked.by not in rebuilt:
        return Verdict(asked.number, "not comparable", "the record of its strategy is missing")
    using, strategy = history.using[asked.by], rebuilt[asked.by]
    if obstacle := _obstacle(using, strategy):
        return Verdict(asked.number, "not comparable", obstacle)
    assert strategy is not None
    try:
        return _compare(asked, propose(view, strategy))
    except Exception as error:  # noqa: BLE001 - whatever a strategy raises, it did not make this suggestion
        return Verdict(asked.number, "different", f"{name_of(strategy)} raised {type(error).__name__}: {error}")


def _obstacle(using: Using, strategy: Strategy | None) -> str:
    if strategy is None:
        return f"the strategy {using.name!r} is not installed, or takes other settings"
    recorded, installed = (versions(*described) for described in ((using.name, using.version, using.settings), describe(strategy)))
    for (name, version), (_, version_here) in zip(recorded, installed, strict=False):
        if version != version_here:
            return f"{name} was version {version} and is version {version_here} here"
    here = platform_here()
    found = [f"{key} was {value} and is {here.get(key)} here" for key, value in using.platform.items() if here.get(key) != value]
    return "; ".join(found)


def _compare(asked: Asked, again: Candidate | None) -> Verdict:
    if again is None:
        return Verdict(asked.number, "different", "it came from a queue that was empty")
    if again == asked.candidate:
        return Verdict(asked.number, "same")
    recorded, computed = asked.candidate.params, again.params
    for name in {**recorded, **computed}:
        was, is_ = recorded.get(name, math.nan), computed.get(name, math.nan)
        if repr(was) != repr(is_):
            return Verdict(asked.number, "different", f"`{name}` is {was!r} as recorded and {is_!r} as recomputed")
    return Verdict(asked.number, "different", f"{asked.candidate!r} is recorded and {again!r} as recomputed")

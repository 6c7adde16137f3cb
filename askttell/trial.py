"""Trial: one row of a search, as its user sees it."""

from datetime import UTC, datetime
from typing import Any

import attrs

from askttell.events import Asked, Reported, State, Told
from askttell.space import Params, Space


@attrs.frozen(eq=False, repr=False, slots=False)  # a third faster to make, and few are kept
class Trial:
    """A set of parameters with its number and, once told, its result. Values are in the user's own direction.

    `reports` maps a step to what was reported there by the newest attempt. `asked_at`, `told_at` (UTC) and `worker` are known in a
    Study only; they are no part of equality.
    """

    _asked: Asked
    _told: Told | None = None
    _reports: tuple[Reported, ...] = ()
    attempts: int = 1
    _space: Space | None = None
    _asked_at: float | None = None  # seconds since 1970
    _told_at: float | None = None
    worker: str | None = None

    @property
    def number(self) -> int:
        """Its number, from 0 in the order asked."""
        return self._asked.number

    @property
    def state(self) -> State:
        """Whether it is "pending", "complete", "failed" or "stopped"."""
        return "pending" if self._told is None else self._told.state

    @property
    def values(self) -> tuple[float, ...]:
        """What was told, one value per objective; empty unless the trial is complete."""
        return () if self._told is None else self._told.values

    @property
    def reason(self) -> str | None:
        """Why it failed, None if it did not."""
        return None if self._told is None else self._told.reason

    @property
    def recorded(self) -> Params:
        """The active parameters as recorded: names in place of the objects of a dict of choices."""
        return self._asked.candidate.params

    @property
    def origin(self) -> str:
        """What proposed it: an arm of the strategy, the queue or a result made elsewhere."""
        return self._asked.candidate.origin

    @property
    def fidelity(self) -> float | None:
        """How much of an evaluation is wanted, None for a whole one."""
        return self._asked.candidate.fidelity

    @property
    def parent(self) -> int | None:
        """The number of the trial that it goes on with, None for one from the start."""
        return self._asked.candidate.parent

    @property
    def params(self) -> dict[str, Any]:
        """A fresh plain dict of the active parameters, ready for `train(**trial.params)`."""
        return self.recorded.plain() if self._space is None else self._space.shown(self.recorded)

    @property
    def value(self) -> float | None:
        """The one value told, None if there is none; ValueError if there are several objectives."""
        if len(self.values) > 1:
            raise ValueError(f"Trial {self.number} has {len(self.values)} objectives; use `values`.")
        return self.values[0] if self.values else None

    @property
    def reports(self) -> dict[int, float | tuple[float, ...]]:
        """What was reported, by step; of a step reported twice the newer."""
        return {report.step: report.values[0] if len(report.values) == 1 else report.values for report in self._reports}

    @property
    def asked_at(self) -> datetime | None:
        """When the trial was asked, UTC; None outside a Study."""
        return _utc(self._asked_at)

    @property
    def told_at(self) -> datetime | None:
        """When its result was told, UTC; None before that, and outside a Study."""
        return _utc(self._told_at)

    @property
    def info(self) -> dict[str, Any]:
        """A fresh dict of what was told beside the value, down to its last list."""
        return {} if self._told is None else _fresh(dict(self._told.info or {}))

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, Trial) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.number, self.recorded, self.values))

    def _facts(self) -> tuple[object, ...]:
        return self._asked.number, self._asked.candidate, self._told, self.attempts, self._reports

    def __repr__(self) -> str:
        value = f", value={self.values[0]!r}" if len(self.values) == 1 else f", values={self.values!r}" if self.values else ""
        reason = f", reason={self.reason!r}" if self.reason else ""
        return f"Trial({self.number}, {self.state}{value}, params={self.recorded!r}{reason})"


def _utc(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _fresh(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fresh(part) for key, part in value.items()}
    return [_fresh(part) for part in value] if isinstance(value, list) else value

"""Trial: one row of a search, as its user sees it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from askttell.events import Asked, Json, Reported, State, Told
from askttell.space import Params, Space


@attrs.frozen(repr=False, slots=False)  # a third faster to make, and few are kept
class Trial:
    """A set of parameters with its number and, once told, its result. Values are in the user's own direction.

    `reports` maps a step to what was reported there by the newest attempt. `asked_at`, `told_at` (UTC) and `worker` are known in a
    Study only; they are no part of equality.
    """

    number: int
    state: State
    recorded: Params = attrs.field(repr=False)
    values: tuple[float, ...] = ()
    reason: str | None = None
    origin: str = ""
    fidelity: float | None = None
    parent: int | None = None
    attempts: int = 1
    _reports: tuple[Reported, ...] = ()
    _info: Mapping[str, Json] | None = None
    _space: Space | None = attrs.field(default=None, eq=False)
    _asked_at: float | None = attrs.field(default=None, eq=False)  # seconds since 1970
    _told_at: float | None = attrs.field(default=None, eq=False)
    worker: str | None = attrs.field(default=None, eq=False)

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
        """A fresh dict of what was told beside the value."""
        return dict(self._info or {})

    def __repr__(self) -> str:
        value = f", value={self.values[0]!r}" if len(self.values) == 1 else f", values={self.values!r}" if self.values else ""
        reason = f", reason={self.reason!r}" if self.reason else ""
        return f"Trial({self.number}, {self.state}{value}, params={self.recorded!r}{reason})"


def _utc(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def make_trial(
    space: Space,
    asked: Asked,
    told: Told | None,
    reports: tuple[Reported, ...],
    attempts: int,
    about: tuple[float | None, float | None, str | None] = (None, None, None),
) -> Trial:
    """The trial that these records describe; `about`: when it was asked and told, and by whom."""
    candidate = asked.candidate
    state: State = "pending" if told is None else told.state
    values, reason, info = ((), None, None) if told is None else (told.values, told.reason, told.info)
    return Trial(
        asked.number, state, candidate.params, values, reason, candidate.origin, candidate.fidelity, candidate.parent,
        attempts, reports, info, space, *about,
    )  # fmt: skip

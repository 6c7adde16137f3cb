"""Optuna's trials as events of ours, in the order in which they happened."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from optuna.trial import FrozenTrial, TrialState

from askttell.events import Asked, Candidate, Event, Reported, Told
from askttell.values import utf8

PREFIX = "askttell:"  # of what we write among the attributes of Optuna's: the reason of a failure, the origin of a suggestion, …
Timed: TypeAlias = tuple[Event, datetime | None]


class Chronicle:
    """The events after an opening, with their times. Trials are numbered anew, from 0; `open` holds those not told yet."""

    def __init__(self, n_objectives: int) -> None:
        self.open: dict[int, FrozenTrial] = {}
        self._n_objectives = n_objectives
        self._n_trials = 0
        self._n_events = 1

    def asked(self, candidate: Candidate, trial: FrozenTrial | None) -> list[Timed]:
        """The results that came before this trial began, and its ask; without a trial, nothing will ever be told of it.

        Whoever suggested it, no strategy of ours can be held to it.
        """
        start = None if trial is None else trial.datetime_start
        events = [] if start is None else self.told(start)
        number, self._n_trials = self._n_trials, self._n_trials + 1
        events += self._counted([(Asked(number, candidate, None, self._n_events), start)])
        if trial is not None:
            self.open[number] = trial
        return events

    def told(self, until: datetime | None = None) -> list[Timed]:
        """The results of open trials that came up to a time, None for all, in the order in which they came."""
        times = {number: trial.datetime_complete for number, trial in self.open.items() if trial.state.is_finished()}
        finished = sorted((time, number) for number, time in times.items() if time is not None and (until is None or time <= until))
        return self._counted([(event, time) for time, number in finished for event in self._of(number, self.open.pop(number))])

    def running(self) -> list[Timed]:
        """The reports of the trials that are still open."""
        return self._counted([(event, trial.datetime_start) for number, trial in self.open.items() for event in self._of(number, trial)])

    def _counted(self, events: list[Timed]) -> list[Timed]:
        self._n_events += len(events)
        return events

    def _of(self, number: int, trial: FrozenTrial) -> Iterator[Event]:
        if self._n_objectives == 1:
            for step, value in sorted(trial.intermediate_values.items()):
                yield Reported(number, 1, step, (float(value),))
        if trial.state.is_finished():
            yield _told(number, trial)


def _told(number: int, trial: FrozenTrial) -> Told:
    info = {utf8(key): value for key, value in trial.user_attrs.items() if not key.startswith(PREFIX)} or None
    if trial.state == TrialState.PRUNED:
        return Told(number, "stopped", info=info)
    values = tuple(map(float, trial.values or ()))
    if trial.state == TrialState.COMPLETE and all(map(math.isfinite, values)):
        return Told(number, "complete", values, info)
    said = f"the value was {values[0] if len(values) == 1 else values}" if values else "failed in Optuna, which keeps no reason"
    return Told(number, "failed", info=info, reason=str(trial.user_attrs.get(PREFIX + "reason", said)))

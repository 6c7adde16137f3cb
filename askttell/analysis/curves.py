"""What plots of one or several searches show, as numbers: the best so far, its bands, distributions of results, who worked when."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.history import History
from askttell.trial import Trial

Array: TypeAlias = NDArray[np.float64]


def groups_of(given: Any) -> dict[str, list[History]]:
    """Searches by the name of their group. `given`: a Study or a History, a list of them, or a dict name → one or a list of them.

    ValueError if they have several objectives or differ in their direction, as their values could not be compared.
    """
    named = given if isinstance(given, Mapping) else {"": given}
    groups = {str(name): _histories(members) for name, members in named.items()}
    found = [history for histories in groups.values() for history in histories]
    if not found or not all(groups.values()):
        raise ValueError(f"Each group needs at least one search, but got {given!r}.")
    ways = {history.directions for history in found}
    if len(ways) > 1 or found[0].n_objectives > 1:
        raise ValueError(f"Searches can be compared if all have the same single objective, but these have {sorted(ways)!r}.")
    return groups


def _histories(members: Any) -> list[History]:
    several: Sequence[Any] = members if isinstance(members, Sequence) and not isinstance(members, str) else [members]
    return [getattr(member, "history", member) for member in several]


def best_so_far(history: History) -> Array:
    """The best value after each finished trial, in the order told and in the user's direction, (n_finished,); NaN before the first."""
    losses = np.fmin.accumulate(history.losses[:, 0])
    return losses if history.directions[0] == "minimize" else -losses


@attrs.frozen(eq=False)
class Band:
    """Median and quartiles of the best so far over several searches, each (n,), from the first trial at which all have a value."""

    first: int  # number of finished trials to which the first entry belongs
    low: Array
    median: Array
    high: Array
    n_searches: int


def band(histories: Sequence[History]) -> Band:
    """The band up to the end of the shortest search; LookupError if one has no result up to there."""
    curves = [best_so_far(history) for history in histories]
    n = min(map(len, curves))
    rows = np.array([curve[:n] for curve in curves])
    known = np.flatnonzero(~np.isnan(rows).any(axis=0))
    if not len(known):
        raise LookupError(f"One of the searches has no complete trial among its first {n} finished ones, so it has no best; leave it out.")
    low, median, high = np.quantile(rows[:, known[0] :], [0.25, 0.5, 0.75], axis=0)
    return Band(int(known[0]) + 1, low, median, high, len(rows))


def distribution(histories: Sequence[History]) -> tuple[Array, Array]:
    """The values of all complete trials, ascending, and the share of them that are not greater, both (n,); LookupError if there is none."""
    values = np.sort([trial.values[0] for history in histories for trial in history.trials if trial.state == "complete"])
    if not len(values):
        raise LookupError("No trial is complete yet, so there is nothing to plot; tell a result first.")
    return values, np.arange(1, len(values) + 1) / len(values)


@attrs.frozen
class Bar:
    """One evaluation in a timeline: begun and ended after so many seconds, `lane` counted from 0 over all workers."""

    trial: Trial
    lane: int
    begun: float
    ended: float


@attrs.frozen
class Timeline:
    """Evaluations in lanes, in which none overlaps another; `workers` has the name of each lane's worker."""

    bars: tuple[Bar, ...]
    workers: tuple[str, ...]
    seconds: float


def timeline(study: Any) -> Timeline:
    """Who evaluated which trial when, from ask to tell, in seconds since the first ask; what is pending goes on to the last event.

    LookupError for a History, which knows no times, and for a study without trials.
    """
    trials = [trial for trial in study.trials if trial.asked_at is not None]
    if not trials:
        raise LookupError("There are no times to plot: ask for a trial first, and give a Study, as a History knows none.")
    moments = [moment.timestamp() for trial in trials for moment in (trial.asked_at, trial.told_at) if moment is not None]
    start, end = min(moments), max(moments)
    lanes: list[tuple[str, float]] = []  # each lane's worker, and when it is free again
    placed = []
    for trial in sorted(trials, key=lambda trial: (trial.worker or "", trial.asked_at, trial.number)):
        begun, ended = _seconds(trial.asked_at, start, end), _seconds(trial.told_at, start, end)
        lane = next((k for k, (worker, free) in enumerate(lanes) if worker == (trial.worker or "unknown") and free <= begun), len(lanes))
        lanes[lane : lane + 1] = [(trial.worker or "unknown", ended)]
        placed.append(Bar(trial, lane, begun, ended))
    return Timeline(tuple(placed), tuple(worker for worker, _ in lanes), end - start)


def _seconds(moment: Any, start: float, end: float) -> float:
    return float((end if moment is None else moment.timestamp()) - start)

"""Many processes on one file, of which one is killed every second and replaced."""

import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random as Dice

from askttell import verify
from benchmarks.robustness.outcome import Outcome
from benchmarks.robustness.searches import STORAGES, acknowledged, loop, opened, place
from storage_backends import TornTail, connect
from storage_backends.testing import Child

_STRATEGY = "Random"


def crowd(n_processes: int, n_each: int, seconds_between_kills: float) -> Iterator[Outcome]:
    """The outcome for each kind of storage; times are kills."""
    for kind in STORAGES:
        with tempfile.TemporaryDirectory() as folder:
            yield _shared(place(Path(folder, "log"), kind), kind, n_processes, n_each, seconds_between_kills)


def _shared(storage: str, kind: str, n_processes: int, n_each: int, pause: float) -> Outcome:
    total, dice, told, kills = n_processes * n_each, Dice(0), {}, 0
    opened(storage, _STRATEGY).close()
    program = partial(loop, storage, _STRATEGY, total)
    running = [Child(program).go() for _ in range(n_processes)]
    while running:
        victim = running.pop(dice.randrange(len(running)))
        code, said = victim.killed_after(pause)
        told |= acknowledged(said)
        if code:
            kills += 1
            running.append(Child(program).go())
    return _judged(storage, kind, f"{n_processes} processes of {n_each} trials, one killed each {pause:g} s", total, told, kills)


def _judged(storage: str, kind: str, trouble: str, total: int, told: dict[int, float], kills: int) -> Outcome:
    warnings.simplefilter("ignore", TornTail)
    with opened(storage, _STRATEGY) as study:
        trials = list(study.trials)
    lost = sum(not (number < len(trials) and trials[number].values == (value,)) for number, value in told.items())
    problems = [f"{len(trials)} trials in place of {total}"] if len(trials) != total else []
    problems += ["the numbers have gaps or are not in order"] if [t.number for t in trials] != list(range(len(trials))) else []
    problems += [f"trial {trial.number} is {trial.state}" for trial in trials if trial.state != "complete"]
    log = connect(storage)
    audit = verify(log)
    log.close()
    problems += [str(verdict) for verdict in audit.verdicts if verdict.outcome != "same"]
    return Outcome(trouble, kind, kills, lost, len(audit.different), tuple(problems))

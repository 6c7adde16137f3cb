"""SIGKILL at random instants, and at a random system call of an append: before a write, between write and sync, after it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random as Dice

from benchmarks.robustness.outcome import Outcome
from benchmarks.robustness.searches import STORAGES, STRATEGIES, acknowledged, looked_at, loop, place, undisturbed
from storage_backends.testing import Child, Program, Traced

N_TRIALS = 25
_CALLS = "pwrite64,write,fdatasync,fsync,ftruncate"
_CALLS_PER_TRIAL = 10
_KILLS_PER_SEARCH = 12


def kills(n_each: int, seed: int = 0) -> Iterator[Outcome]:
    """The outcome of n_each kills or more for each strategy, storage and way to kill."""
    for strategy in STRATEGIES:
        begun = time.perf_counter()
        undisturbed(strategy, N_TRIALS)
        seconds = time.perf_counter() - begun
        for kind in STORAGES:
            dice = Dice(f"{seed} {strategy} {kind}")
            ways = {"SIGKILL at any instant": partial(_at_an_instant, seconds), "SIGKILL at a system call": _at_a_system_call}
            for way, kill in ways.items():
                yield from _killed(n_each, way, kind, strategy, kill, dice)


def _killed(n_each: int, way: str, kind: str, strategy: str, kill: "_Kill", dice: Dice) -> Iterator[Outcome]:
    tried = 0
    while tried < n_each:
        with tempfile.TemporaryDirectory() as folder:
            outcome = killed_until_done(Path(folder), way, kind, strategy, kill, dice)
        tried += outcome.tried
        yield outcome


def killed_until_done(folder: Path, way: str, kind: str, strategy: str, kill: "_Kill", dice: Dice) -> Outcome:
    """The outcome of one search that is killed again and again until it is done; who gets nowhere is given more time."""
    storage, told, lost, tried, patience = place(folder / "log", kind), {}, 0, 0, 1.0
    while True:
        n_told = len(told)
        code, said = kill(partial(loop, storage, strategy, N_TRIALS), folder, dice.random() * patience)
        told |= acknowledged(said)
        if code == 0:
            break
        tried += 1
        patience *= 1.5 if len(told) == n_told else 1.0
        lost += looked_at(storage, strategy, N_TRIALS, told, ends=False).lost
    found = looked_at(storage, strategy, N_TRIALS, told)
    return Outcome(way, kind, tried, max(lost, found.lost), found.differ, found.problems)


_Kill = Callable[[Program, Path, float], tuple[int, list[str]]]


def _at_an_instant(seconds: float, program: Program, _folder: Path, share: float) -> tuple[int, list[str]]:
    return Child(program).go().killed_after(share * 3.0 * seconds / _KILLS_PER_SEARCH)


def _at_a_system_call(program: Program, folder: Path, share: float) -> tuple[int, list[str]]:
    at = 1 + int(share * 2 * _CALLS_PER_TRIAL * N_TRIALS / _KILLS_PER_SEARCH)
    inject = f"inject={_CALLS}:signal=SIGKILL:when={at}"
    return Traced(program, folder / "trace", ["-e", f"trace={_CALLS}", "-e", inject]).ended()

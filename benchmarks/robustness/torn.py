"""Writes torn at every byte: a file of a search is cut there, as a power cut in the middle of a write would, opened and gone on with."""

import os
import shutil
import struct
import tempfile
import warnings
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.robustness.outcome import Outcome
from benchmarks.robustness.searches import evaluate, looked_at, opened, place
from storage_backends import TornTail, connect
from storage_backends.testing import Child, Say

TROUBLE = "write torn at a byte"
_STRATEGY = "Random"
_STUDY = "study"
_IN_MEMORY = "/dev/shm"  # as every byte costs several syncs
_WAL_HEADER, _FRAME_HEADER = 32, 24
_MARK = {"event": "mark"}


def torn(n_trials: dict[str, int], step: int = 1) -> Iterator[Outcome]:
    """The outcome of a cut at every `step`-th byte of what a search of so many trials writes, for each kind of storage."""
    warnings.simplefilter("ignore", TornTail)
    for kind, n in n_trials.items():
        with tempfile.TemporaryDirectory(dir=_IN_MEMORY if Path(_IN_MEMORY).is_dir() else None) as parent:
            yield from _torn(Path(parent), kind, n, step)


def _torn(parent: Path, kind: str, n_trials: int, step: int) -> Iterator[Outcome]:
    files = _written(parent / "whole", kind, n_trials)
    name = "log.jsonl" if kind == "json" else "log.db-wal"
    data = files.pop(name)
    records = _records(parent / "whole", kind)
    sizes = [1, 2, *[1] * (len(records) - 3)]  # a study is opened, the first ask names its strategy, then each record comes alone
    ends = (_ends_of_lines(data) if kind == "json" else _ends_of_commits(data))[-len(sizes) :]
    for end in [0, *ends]:
        _lay(parent / "resumed", files | {name: data[:end]})
        found = looked_at(place(parent / "resumed", kind), _STRATEGY, n_trials, {})
        yield Outcome(TROUBLE, kind, 0, 0, found.differ, found.problems)
    for cut in range(0, len(data) + 1, step):
        whole = [0, *accumulate(sizes)][sum(end <= cut for end in ends)]
        _lay(parent / "cut", files | {name: data[:cut]})
        yield _gone_on(parent / "cut", kind, cut, records[:whole])


def _written(folder: Path, kind: str, n: int) -> dict[str, bytes]:
    """The files of a search, by name, as a process leaves them that is killed at its end."""

    def program(say: Say) -> None:
        study = opened(place(folder, kind), _STRATEGY)
        evaluate(study, n, say)
        os._exit(0)

    Child(program).go().ended()
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith((".turn", "-shm"))}


def _lay(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _records(folder: Path, kind: str) -> list[dict[str, Any]]:
    log = connect(place(folder, kind))
    records = list(log.read(_STUDY))
    log.close()
    return records


def _ends_of_lines(data: bytes) -> list[int]:
    return [i + 1 for i, byte in enumerate(data) if byte == ord("\n")]


def _ends_of_commits(wal: bytes) -> list[int]:
    """Where the frames end that end a transaction: the second word of their header is not 0, see https://sqlite.org/fileformat2.html."""
    (page_size,) = struct.unpack(">I", wal[8:12])
    starts = range(_WAL_HEADER, len(wal), _FRAME_HEADER + page_size)
    return [start + _FRAME_HEADER + page_size for start in starts if struct.unpack(">I", wal[start + 4 : start + 8])[0]]


def _gone_on(folder: Path, kind: str, cut: int, wanted: list[dict[str, Any]]) -> Outcome:
    """The outcome of one cut: what was whole must be there, nothing else, and a further record must be kept."""
    try:
        log = connect(place(folder, kind))
        found = list(log.read(_STUDY))
        appended = log.append(_STUDY, len(found), [_MARK], durable=True)
        again = list(log.read(_STUDY))
        log.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not be raised
        return Outcome(TROUBLE, kind, 1, len(wanted), 0, (f"byte {cut}: {type(error).__name__}: {error}",))
    right = found == wanted and appended and again == [*wanted, _MARK]
    problems = () if right else (f"byte {cut}: {len(found)} records in place of {len(wanted)}, then {len(again)}",)
    return Outcome(TROUBLE, kind, 1, max(0, len(wanted) - len(found)), 0, problems)

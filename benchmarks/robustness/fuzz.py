"""Damaged and malicious inputs: records, space files, both kinds of storage files, command lines.

Whatever comes in, nothing but our own errors may come out (those that a `raise` of ours raises), within seconds and a bounded memory, and
nothing that an input names may be run.
"""

import contextlib
import io
import json
import linecache
import os
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random as Dice
from typing import Any

import askttell
from askttell import Space, Study, cli
from askttell.journal import Journal
from askttell.structure import problems
from benchmarks.robustness.mutations import damaged, mutated, text, words
from benchmarks.robustness.outcome import Outcome
from benchmarks.robustness.searches import SPACE, STORAGES, STRATEGIES, evaluate, place
from storage_backends import InMemory, connect
from storage_backends.lines import line_of
from storage_backends.testing import Child, Say

_OURS = tuple(str(Path(package).parent) for package in (askttell.__file__, sys.modules["storage_backends"].__file__ or ""))
_SECONDS = 20
_MORE_BYTES = 2**30
_BATCH = 500
_VERBS = ("show", "trials", "best", "verify", "studies", "why", "ask", "tell", "repair")
_SHARES = {"records": 0.4, "space files": 0.2, "command lines": 0.2, "JSON files": 0.15, "SQLite files": 0.05}


def fuzz(n: int, seed: int = 0) -> Iterator[Outcome]:
    """The outcome of n inputs, in processes that each take some hundreds of them."""
    with tempfile.TemporaryDirectory() as folder:
        templates = _templates(Path(folder))
        for target, share in _SHARES.items():
            for begin in range(0, round(n * share), _BATCH):
                size = min(_BATCH, round(n * share) - begin)
                yield _batch(target, templates, Path(folder, "work"), range(begin, begin + size), seed)


def _batch(target: str, templates: dict[str, Any], folder: Path, numbers: range, seed: int) -> Outcome:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    code, said = Child(partial(_tried, target, templates, folder, numbers, seed)).go().ended()
    ended = [] if code == 0 else [f"a process ended with code {code} in inputs {numbers}"]
    return Outcome(f"fuzzed {target}", "", len(numbers), problems=(*said, *ended))


def _tried(target: str, templates: dict[str, Any], folder: Path, numbers: range, seed: int, say: Say) -> None:
    os.chdir(folder)
    used = Path("/proc/self/statm").read_text().split()[0]
    resource.setrlimit(resource.RLIMIT_AS, (int(used) * resource.getpagesize() + _MORE_BYTES, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, _too_long)
    warnings.simplefilter("ignore")
    for number in numbers:
        signal.alarm(_SECONDS)
        problem = _problem(partial(TARGETS[target], templates, Dice(f"{seed} {target} {number}")))
        signal.alarm(0)
        if problem:
            say(f"input {number}: {problem}"[:500].replace("\n", " "))


def _too_long(*_: object) -> None:
    raise TimeoutError("it took too long")


def _problem(use: Callable[[], None]) -> str:
    """What was raised, unless it is an error of ours."""
    try:
        use()
    except SystemExit as end:
        return "" if end.code == 2 else f"exit code {end.code}"
    except Exception as error:  # noqa: BLE001 - what else is looked for
        return "" if _is_ours(error) else f"{type(error).__name__}: {str(error)[:150]} at {_innermost(error)}"
    return ""


def _is_ours(error: BaseException) -> bool:
    """Whether a `raise` in our packages raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno or 0).strip()
    return frame.filename.startswith(_OURS) and line.startswith(("raise ", "def __getattr__"))


def _innermost(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_OURS)]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[:-4:-1])


def _templates(folder: Path) -> dict[str, Any]:
    """What is damaged: records of a search with all kinds of events, files with them, a space."""
    found: dict[str, Any] = {"space": SPACE.to_json()}

    def program(_say: Say) -> None:
        for kind in STORAGES:
            with Study(
                SPACE,
                storage=place(folder, kind),
                strategy=STRATEGIES["TPE"],
                seed=1,
                prior=[[({"x": 0.5, "y": 1.0, "n": 3, "kind": "a"}, 1.0)]],
            ) as s:
                s.enqueue({"x": 0.25, "y": 2.0, "n": 7, "kind": "b", "z": 0.5})
                evaluate(s, 4, lambda _: None)
                s.fail(s.ask(), "because")
                s.stop(s.ask())
                s.tell(s.ask(), 1.0, info={"a": [1, float("inf")]})
                s.requeue(s.ask())
                s.ask()

    Child(program).go().ended()
    log = connect(place(folder, "json"))
    found["records"] = list(log.read("study"))
    log.close()
    for kind, name in STORAGES.items():
        found[kind] = (folder / name).read_bytes()
    return found


def _used(log: Any) -> None:
    """Read the study, recompute its asks, ask once more."""
    journal = Journal(log, "study")
    if journal.history is None:
        return
    list(journal.history.trials)
    _ = journal.history.units, journal.history.losses, journal.history.digest


def _records(templates: dict[str, Any], dice: Dice) -> None:
    records = [record if dice.random() < 0.8 else _record(mutated(record, dice)) for record in templates["records"]]
    dice.choice([lambda: None, partial(dice.shuffle, records), partial(records.pop, dice.randrange(len(records)))])()
    log = InMemory()
    log.append("study", 0, records, durable=False)
    _used(log)


def _record(value: Any) -> dict[str, Any]:
    """What a storage may hold."""
    return value if isinstance(value, dict) else {"event": value}


def _spaces(templates: dict[str, Any], dice: Dice) -> None:
    written = text(mutated(templates["space"], dice), dice).encode()
    Path("space.json").write_bytes(written if dice.random() < 0.7 else damaged(written, dice))
    from askttell.cli.inputs import space_of  # noqa: PLC0415 - of the command line

    space: Space = space_of("space.json")
    _ = repr(space), space.to_json(), space.names


def _json_files(templates: dict[str, Any], dice: Dice) -> None:
    if dice.random() < 0.5:
        data = damaged(templates["json"], dice)
    else:
        lines = [line[len('{"crc32":"01234567",') : -1] for line in templates["json"].splitlines()]
        at = dice.randrange(len(lines))
        lines[at] = text(mutated(json.loads(b"{" + lines[at] + b"}"), dice), dice).encode()[1:-1]
        data = b"".join(map(line_of, lines))
    _file("log.jsonl", data, dice)


def _sqlite_files(templates: dict[str, Any], dice: Dice) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"log.db{ending}").unlink(missing_ok=True)
    data = templates["sqlite"]
    if dice.random() < 0.7:
        data = damaged(data, dice)
    else:
        Path("log.db").write_bytes(data)
        connection = sqlite3.connect("log.db")
        position = dice.randrange(len(templates["records"]))
        record = dice.choice([text(mutated(templates["records"][position], dice), dice), None, 1, 0.5, b"\xff", "\x00"])
        connection.execute("UPDATE records SET record = ? WHERE position = ?", (record, position))
        connection.commit()
        connection.close()
        data = Path("log.db").read_bytes()
    _file("log.db", data, dice)


def _file(name: str, data: bytes, dice: Dice) -> None:
    Path(name).write_bytes(data)
    log = connect(name)
    try:
        _used(log)
    finally:
        log.close()
        verb = dice.choice(_VERBS)
        if verb == "repair":
            _repaired(name, dice)
        else:
            _command([verb, "--storage", name, *({"why": ["1"], "tell": ["0", "1.0"]}.get(verb, []))])


def _repaired(name: str, dice: Dice) -> None:
    """Save what is whole of the file, with its space in case that is lost or without; `verify` must accept all of it."""
    Path("saved.jsonl").unlink(missing_ok=True)
    Path("space.json").write_text(json.dumps(SPACE.to_json()))
    _command(["repair", name, "--output", "saved.jsonl", *dice.choice([[], ["--space", "space.json"]])])
    if Path("saved.jsonl").exists():
        log = connect("saved.jsonl")
        odd = [str(problem) for study in log.studies() for problem in problems(log.read(study))]
        log.close()
        if odd:
            raise ArithmeticError(f"what was saved is refused: {odd[0]}")


_LINES = [
    ["create", "--storage", "new.db", "--space", "space.json", "--seed", "1"], ["ask", "--storage", "s.db"],
    ["ask", "--storage", "s.db", "--n", "2"],
    ["tell", "--storage", "s.db", "0", "0.5"],
    ["fail", "--storage", "s.db", "1", "--reason", "why"],
    ["report", "--storage", "s.db", "1", "0.5", "--step", "1"],
    ["enqueue", "--storage", "s.db", "x=0.5"], ["add", "--storage", "s.db", '{"x": 0.5}', "1.0"],
    ["trials", "--storage", "s.db", "--csv"],
    ["best", "--storage", "s.db", "--json"], ["studies", "--storage", "s.db"], ["show", "--storage", "s.db"],
    ["verify", "--storage", "s.db"],
    ["why", "--storage", "s.db", "0"], ["repair", "s.db", "--output", "r.db"],
    ["copy", "s.db", "t.jsonl"], ["delete", "--storage", "s.db"], ["requeue", "--storage", "s.db", "0"],
    ["run", "math:sqrt", "--storage", "s.db", "--trials", "1"], ["stop", "--storage", "s.db", "1"], ["--version"], ["--help"],
]  # fmt: skip


def _commands(_templates: dict[str, Any], dice: Dice) -> None:
    if not Path("s.db").exists():
        Path("space.json").write_text('{"x": {"type": "float", "low": 0, "high": 1}}')
        Study(Space.from_json(json.loads(Path("space.json").read_text())), storage="s.db", strategy=STRATEGIES["Random"], seed=0).close()
    _command(words(_LINES, dice))


def _command(arguments: list[str]) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            code = cli.main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    if code not in (0, 1, 2, 3, 4):
        raise ArithmeticError(f"exit code {code} of {arguments}")


TARGETS: dict[str, Callable[[dict[str, Any], Dice], None]] = {
    "records": _records,
    "space files": _spaces,
    "command lines": _commands,
    "JSON files": _json_files,
    "SQLite files": _sqlite_files,
}

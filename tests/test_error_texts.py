"""Every error text that a user can cause, side by side: the situation, what brings it about, the exact words.

Each names the field, what was expected, what came, and the way out.
"""

import ast
import contextlib
import io
import math
import os
import sqlite3
import sys
import traceback
import zlib
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import attrs
import pytest

import storage_backends
from askttell import (
    Candidate,
    Categorical,
    Float,
    History,
    Int,
    MedianRule,
    Ordinal,
    Space,
    Study,
    ask,
    ask_many,
    cli,
    copy,
    copy_to_space,
    demo,
    fail,
    no_improvement,
    pages,
    plotting,
    report,
    strategies,
    target,
    tell,
    verify,
    wrappers,
)
from askttell.analysis.importance import importance
from askttell.numerics import sobol
from askttell.repair import repair
from askttell.strategies import CMAES, Grid, Random
from storage_backends import connect

ROOT = Path(__file__).parents[1]
SPACE = Space(
    lr=Float(1e-5, 0.1, log=True),
    layers=Int(1, 8),
    dropout=Float(0.0, 0.5, step=0.1),
    width=Int(16, 64, step=16),
    batch=Ordinal([16, 32, 64]),
    optimizer=Categorical(["adam", "sgd"]),
    momentum=Float(0.0, 0.99, when={"optimizer": "sgd"}),
    nesterov=Categorical([True, False], when={"optimizer": "sgd"}),
    restarts=Int(1, 3, when={"nesterov": True}),
)
FITS = {"lr": 0.01, "layers": 2, "dropout": 0.2, "width": 32, "batch": 32, "optimizer": "adam"}
X = Space(x=Float(0.0, 1.0))
HISTORY = ask(History.start(SPACE, seed=0), Random())[0]
TWO = ask(History.start(X, seed=0, directions=("minimize", "minimize")), Random())[0]
STUDY = ["--storage", "study.db", "--study", "mlp"]
NEW = ["--storage", "new.db", "--study", "mlp"]
TOLD = ["--storage", "told.db", "--study", "mlp"]


@attrs.frozen
class Setting:
    """A strategy that returns its only setting."""

    what: object

    def ask(self, history):
        return self.what


@attrs.frozen
class Returns:
    """A strategy that returns what it was given, whatever that is."""

    def ask(self, history):
        return RETURNED[0]


RETURNED = [None]


@attrs.frozen
class Middle:
    """A strategy that is not installed."""

    def ask(self, history):
        return Candidate({"x": 0.5})


def check(**change):
    """Check a configuration with something changed."""
    return SPACE.check(FITS | change)


def returned(what):
    """Ask a strategy that returns this."""
    RETURNED[0] = what
    return ask(HISTORY, Returns())


def stored(strategy=None):
    """A file with a study `mlp` and, with a strategy, one trial of it."""
    with Study(X, storage="stored.db", name="mlp", seed=3, strategy=strategy) as study:
        if strategy is not None:
            study.ask()
    return "stored.db"


class Broken(Executor):
    """A pool of threads that broke."""

    def submit(self, *arguments):
        raise BrokenExecutor("its initializer failed.")


class Cancelling(Executor):
    """An executor that gives everything up."""

    def submit(self, *arguments):
        future = Future()
        future.cancel()
        return future


def held():
    """A study that holds one pending trial."""
    study = Study(X, seed=3)
    study.ask()
    return study


def renewed_late():
    study = Study(X, seed=3, lease_seconds=60.0)
    trial = study.ask()
    study.tell(trial, 1.0)
    study.renew(trial)


def renewed_though_requeued():
    study = held()
    study.requeue(0)
    study.renew(study.trials[0])


def requeued_late():
    study = held()
    study.tell(0, 1.0)
    study.requeue(0)


def damaged_log():
    log = storage_backends.InMemory()
    Study(X, storage=log, seed=1)
    log.append("study", 1, [{"event": "told", "number": 9, "state": "failed"}], durable=True)
    return Study(storage=log)


def strange_log():
    log = storage_backends.InMemory()
    log.append("study", 0, [{"event": "opened", "space": 3}], durable=True)
    return Study(storage=log)


def newer_log():
    log = storage_backends.InMemory()
    log.append("study", 0, [{"event": "opened", "format": 99}], durable=True)
    return Study(storage=log)


def tampered(**told):
    """A study of which an ask and a result were changed where they are kept."""
    log = storage_backends.InMemory()
    with Study(X, storage=log, seed=1) as study:
        study.add({"x": 0.5}, 1.0)
    records = log.read("study")
    other = storage_backends.InMemory()
    params = told.pop("params", {"x": 0.5})
    other.append("study", 0, [records[0], records[1] | {"params": params}, records[2] | told], durable=True)
    return Study(storage=other)


def headless():
    log = storage_backends.InMemory()
    log.append("study", 0, [{"event": "enqueued", "params": {"x": 0.5}}], durable=True)
    return Study(storage=log)


def gap_in_database():
    filled("other.db").close()
    connect("other.db").append("mlp", 2, [{"n": 2}], durable=True)
    return other_database("DELETE FROM records WHERE position = 1")


def odd_json(records):
    line = b'"study":"mlp","at":0,"n":2,"durable":true,"records":[' + records + b"]}"
    filled("odd.jsonl").close()
    header = Path("odd.jsonl").read_bytes().split(b"\n")[0]
    Path("odd.jsonl").write_bytes(header + b'\n{"crc32":"%08x",' % zlib.crc32(line) + line + b"\n")
    return "odd.jsonl"


def other_file(name):
    Path(name).write_text("Dear diary,\n" * 200)
    return name


def other_database(pragma="CREATE TABLE t (a)"):
    connection = sqlite3.connect("other.db")
    connection.execute(pragma)
    connection.commit()
    connection.close()
    return "other.db"


def newer_database():
    connect("other.db").close()
    return other_database("PRAGMA user_version = 99")


def line(rest):
    return b'{"crc32":"%08x",' % zlib.crc32(rest + b"}") + rest + b"}\n"


def newer_json():
    Path("newer.jsonl").write_bytes(line(b'"askttell":"study log","format":99'))
    return "newer.jsonl"


def filled(name):
    log = connect(name)
    for n in range(3):
        log.append("mlp", n, [{"n": n}], durable=True)
    return log


def shortened_json():
    filled("shortened.jsonl").close()
    lines = Path("shortened.jsonl").read_bytes().splitlines(keepends=True)
    Path("shortened.jsonl").write_bytes(b"".join([*lines[:2], *lines[3:]]))
    return "shortened.jsonl"


def damaged_json():
    filled("damaged.jsonl").close()
    Path("damaged.jsonl").write_bytes(Path("damaged.jsonl").read_bytes().replace(b'"n":1}', b'"n":7}'))
    return "damaged.jsonl"


def damaged_database():
    filled("other.db").close()
    return other_database("UPDATE records SET record = 'n' WHERE position = 1")


def changed_sqlite(statement):
    """A file with a study in which SQLite itself changed something."""
    connection = sqlite3.connect(stored())
    connection.execute(statement)
    connection.commit()
    connection.close()
    return "stored.db"


def of_lost_pages():
    """A file that claims three unused pages, see https://sqlite.org/fileformat2.html, section 1.3.9."""
    data = bytearray(Path(stored()).read_bytes())
    data[36:40] = (3).to_bytes(4, "big")
    Path("stored.db").write_bytes(data)
    return "stored.db"


def made_folder(name):
    Path(name).mkdir()
    return name


def closed(name):
    log = storage_backends.InMemory() if name is None else connect(name)
    log.close()
    return log


def cut_json():
    log = filled("a.jsonl")
    os.truncate("a.jsonl", 100)
    return log


def removed(name):
    log = filled(name)
    os.unlink(name)
    return log


def deleted_study(name):
    log = storage_backends.InMemory() if name is None else connect(name)
    log.append("mlp", 0, [{"n": 0}], durable=True)
    log.delete("mlp")
    log.append("mlp", 0, [{"n": 0}], durable=True)


APART = Space(a=Categorical(["x", "y", "z"]), b=Float(0.0, 1.0, when={"a": "y"}), c=Float(0.0, 1.0, when={"a": "z"}))


def learned(space):
    """A study of five results with the first choice or the least value."""
    study = Study(space, seed=0)
    for k in range(5):
        study.add(
            {name: domain.at(0) if domain.size < 9 else 0.1 * k for name, domain in zip(space.names[:1], space.domains, strict=False)}, k
        )
    return study


def without(module, do):
    """Do it where that module is not installed."""
    there = sys.modules.get(module)
    sys.modules[module] = None
    try:
        return do()
    finally:
        sys.modules.pop(module)
        if there is not None:
            sys.modules[module] = there


# fmt: off

SPACES = [
    ("the bounds are swapped", lambda: Float(1, 0),
     "`low` must be less than `high`, but got low=1.0, high=0.0; for a constant use Categorical([value]) or pass it yourself."),
    ("there is one value only", lambda: Int(3, 3),
     "`low` must be less than `high`, but got low=3, high=3; for a constant use Categorical([value]) or pass it yourself."),
    ("a bound is infinite", lambda: Float(0, math.inf),
     "`high` must be finite, but got inf; give a finite number."),
    ("a bound is text", lambda: Float("0", 1),
     "`low` must be a number, but got '0'."),
    ("a bound of an Int has a fraction", lambda: Int(1.5, 3),
     "`low` must be an integer, but got 1.5."),
    ("the bounds are too far apart", lambda: Float(-1e308, 1e308),
     "`high` - `low` must be finite, but got low=-1e+308, high=1e+308; narrow the bounds."),
    ("the bounds of a Float are one on a log scale", lambda: Float(1e300, math.nextafter(1e300, math.inf), log=True),
     "`low` and `high` must differ on a log scale, but got low=1e+300, high=1.0000000000000002e+300, whose logarithms are equal as floats; drop `log=True` or widen the bounds."),
    ("the bounds of an Int are one on a log scale", lambda: Int(2**53 - 1, 2**53, log=True),
     "`low` and `high` must differ on a log scale, but got low=9007199254740991, high=9007199254740992, whose logarithms are equal as floats; drop `log=True` or widen the bounds."),
    ("the bounds of an Int are too large", lambda: Int(1, 2**60),
     "`low` and `high` must lie within ±2**53, but got low=1, high=1152921504606846976; narrow the bounds or use Float."),
    ("a log scale reaches zero", lambda: Float(0, 1, log=True),
     "`log=True` needs `low` > 0, but got low=0.0; raise `low` or drop `log`."),
    ("steps do not reach the upper bound", lambda: Float(0, 1, step=0.3),
     "`high` must be `low` plus a whole number of steps, but got high=1.0; the nearest is high=0.9."),
    ("steps of an Int do not reach the upper bound", lambda: Int(1, 8, step=2),
     "`high` must be `low` plus a whole number of steps, but got high=8; the nearest is high=7."),
    ("a step is negative", lambda: Float(0, 1, step=-1),
     "`step` must be greater than 0, but got -1.0."),
    ("a step of an Int is zero", lambda: Int(1, 8, step=0),
     "`step` must be at least 1, but got 0."),
    ("steps on a log scale", lambda: Float(1, 2, step=0.5, log=True),
     "`log` and `step` cannot be combined; give the values you want: Ordinal([1e-3, 1e-2, 1e-1])."),
    ("steps of an Int on a log scale", lambda: Int(1, 9, step=2, log=True),
     "`log` and `step` cannot be combined; give the values you want: Ordinal([1, 2, 4, 8])."),
    ("a default lies outside", lambda: Float(0, 1, default=7),
     "`default` must lie in [0.0, 1.0], but got 7."),
    ("a default is no choice", lambda: Categorical(["a"], default="b"),
     "`default` must be one of ['a'], but got 'b'."),
    ("choices are one text", lambda: Categorical("abc"),
     "`choices` must be a list, a tuple or a dict name → object, but got 'abc'; for one choice write ['abc']."),
    ("choices are a set", lambda: Categorical({"a"}),
     "`choices` must be in order, but a set came: {'a'}; give a list."),
    ("choices are missing", lambda: Categorical([]),
     "`choices` must hold at least one value, but got none; without a choice leave the parameter out."),
    ("a choice comes twice", lambda: Categorical(["a", "a"]),
     "`choices` must differ from one another, but 'a' came twice; give it once."),
    ("a choice is a list", lambda: Categorical([[1]]),
     "A choice must be None, a bool, int, float, str or a tuple of these, but got [1]; for anything else give a dict name → object."),
    ("a choice is nan", lambda: Categorical([math.nan]),
     "A choice must equal itself, but nan does not; use None."),
    ("names of objects are numbers", lambda: Categorical({1: max}),
     "`choices` given as a dict must have str names, but got [1]; name each object by a str."),
    ("a space is empty", lambda: Space(),
     "A space needs at least one parameter, as in Space(x=Float(0.0, 1.0))."),
    ("a constant stands in a space", lambda: Space(x=3),
     "`x` must be a Float, Int, Categorical or Ordinal, but got 3; for a constant pass it yourself."),
    ("a parameter has no name", lambda: Space({"": Int(1, 2)}),
     "A parameter's name must be a non-empty str, but got ''."),
    ("parameters without names", ["enqueue", *STUDY, "0.5"],
     "askttell: `PARAMS` must be name=value, such as lr=0.1, or one JSON object, but got '0.5'."),
    ("a parameter is misspelt", ["enqueue", *STUDY, "y=0.5"],
     "askttell: There is no parameter `y`; known: x."),
    ("a parameter lies outside", ["add", *STUDY, "x=7", "--value", "1"],
     "askttell: `x` must lie in [0.0, 1.0], but got 7."),
    ("the owner is dead", ["ask", *STUDY, "--owner-pid", "4194305"],
     "askttell: There is no process 4194305; give the pid of the one that evaluates the trial, such as $$ in a shell."),
    ("a total is reached", ["ask", *STUDY, "--total", "1"],
     "askttell: The study holds 1 trials, and total=1 were wanted; raise `--total` to go on."),
    ("a strategy is misspelt", ["ask", *STUDY, "--strategy", "Randm"],
     f"askttell: There is no strategy `Randm`; known: {', '.join([*strategies.__all__, *wrappers.__all__])}. Did you mean `Random`?"),
    ("a setting of a strategy is misspelt", ["ask", *STUDY, "--strategy", "Grid(pionts=5)"],
     "askttell: There is no setting `pionts` of Grid; known: points. Did you mean `points`?"),
    ("a strategy is no call", ["ask", *STUDY, "--strategy", "Grid(points=5"],
     "askttell: `--strategy` must be a name or a call, such as Random or 'Grid(points=5)', but got 'Grid(points=5'."),
    ("a strategy computes something", ["ask", *STUDY, "--strategy", "Grid(points=2*3)"],
     "askttell: `--strategy` may hold strategies and plain values only, but got '2 * 3'."),
    ("no result yet", ["best", *STUDY],
     "askttell: No trial is complete yet, so none is best; tell a result first, and look at `trials` for failures."),
    ("a copy over another study", ["copy", "study.db", "study.db", "--study", "mlp"],
     "askttell: SQLite('study.db') holds a study 'mlp' already; delete it first or copy it `--to-study` another."),
    ("a copy from Optuna to Optuna", ["copy", "optuna+sqlite:///o.db", "optuna+sqlite:///p.db", "--study", "mlp"],
     "askttell: `TO` must be a storage of ours if `FROM` is one of Optuna's, but got 'optuna+sqlite:///p.db'."),
    ("a copy to Optuna with a seed", ["copy", "study.db", "optuna+sqlite:///o.db", "--study", "mlp", "--seed", "1"],
     "askttell: `--space` and `--seed` are for a study of ours; copy into a changed space first, then that to Optuna."),
    ("a seed for a plain copy", ["copy", "study.db", "t.db", "--study", "mlp", "--seed", "1"],
     "askttell: `--seed` 1 was given without `--space`; a plain copy keeps the seed."),
    ("a study is to be deleted", ["delete", *STUDY],
     "askttell: This would delete study 'mlp' with 1 trials from study.db for good; repeat it with --yes."),
    ("the objective is no reference", ["run", "train.py", *STUDY, "--trials", "3"],
     "askttell: `OBJECTIVE` must be module:name, such as train:objective for the function in train.py, but got 'train.py'."),
    ("the objective is no function", ["run", "math:pi", *STUDY, "--trials", "3"],
     "askttell: `OBJECTIVE` math:pi must be a function, but is 3.141592653589793."),
    ("no space for a new study", ["run", "math:sqrt", "--storage", "study.db", "--study", "new", "--trials", "3"],
     "askttell: There is no study `new` in study.db; known: mlp. A new one is made by `askttell create`."),
    ("the objective returns nothing", ["run", "objectives_of_the_table:nothing", *STUDY, "--trials", "3"],
     "askttell: `value` must be a number, but got None of type NoneType; tell a number, or record a failure by fail(trial, reason)."),
    ("a kind of plot is misspelt", ["plot", *STUDY, "--kind", "paralel"],
     "askttell: There is no kind of plot `paralel`; known: history, parameters, parallel, slices, contour, importance, timeline, incumbent, ecdf. Did you mean `parallel`?"),
    ("an option of another kind of plot", ["plot", *STUDY, "--group", "a=*"],
     "askttell: `--group` goes with --kind incumbent or ecdf, but --kind history was given."),
    ("a group that no study fits", ["plot", *STUDY, "--kind", "ecdf", "--group", "a=b*"],
     "askttell: No study fits `--group` 'a=b*'; there: mlp."),
    ("a report of nothing", ["report", *STUDY, "0"],
     "askttell: Give TRIAL, VALUE and --step, an intermediate result; a page about the study is written by `askttell page`."),
    ("a report that is to record and to write", ["report", *STUDY, "0", "0.5", "--output", "r.html"],
     "askttell: `--output` writes a page and records nothing, so VALUE and --step do not go with it; leave them out."),
    ("a folder of a plot is not there", ["plot", *TOLD, "--out", "no/p.png"],
     "askttell: The folder 'no' does not exist; create it first."),
]

# fmt: on

PYTHON = {"spaces": SPACES, "parameters": PARAMS, "search": SEARCH, "studies": STUDIES, "storages": STORAGES}
ROWS = [(situation, do, text) for rows in PYTHON.values() for situation, do, text in rows]

# our own mistakes, what a disk does (tested with the storages), and what becomes another error before a user sees it
ELSEWHERE = (
    "strategies",
    "numerics",
    "evolution",
    "wrappers",
    "integrations",
    "testing",
)  # the tests of each member name its texts; the common ones stand here
NOT_CAUSED_BY_A_USER = {
    "askttell/untried.py": {"_first_cell"},
    "askttell/history.py": {"replay", "_check_follows", "_check_asked", "_check_open"},
    "askttell/seed.py": {"uniforms", "_key"},
    "askttell/registry.py": {"_build"},
    "askttell/journal.py": {"_catch_up", "check_there"},  # a log that refuses what it does not give; the command line says more
    "askttell/space.py": {"__getitem__"},
    "askttell/__init__.py": {"__getattr__"},
    "askttell/running/in_flight.py": {"_without_result"},  # an interrupt that a worker met
    "storage_backends/__init__.py": {"__getattr__"},
    "storage_backends/records.py": {"dump", "check_name"},
    "storage_backends/json_lines.py": {"_lock_to_write", "_check_header", "_put", "_synced", "_replaced", "parsed"},
    "storage_backends/sqlite_pages.py": {"_payload", "_exactly"},
    "askttell/wellformed.py": {"check_types"},
    "askttell/structure.py": {"following"},
    "askttell/saving.py": {"_add", "_take_after_damage", "_take_ask", "_changed", "_number"},
    "storage_backends/sqlite.py": {"append", "_check_in_place", "_connected"},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current folder, so that paths in texts are short."""
    monkeypatch.chdir(tmp_path)
    for name in ("ASKTTELL_STORAGE", "ASKTTELL_STUDY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def prepare():
    """The files in the current folder that the commands speak of."""
    Path("space.json").write_text('{"x": {"type": "float", "low": 0, "high": 1}}')
    Path("other.json").write_text('{"x": {"type": "float", "low": 0, "high": 2}}')
    Path("field.json").write_text('{"x": {"type": "float", "low": 0, "hihg": 2}}')
    Path("twice.json").write_text('{"x": {"type": "int", "low": 0, "high": 2}, "x": {"type": "int", "low": 0, "high": 3}}')
    Path("choice.json").write_text('{"x": {"type": "categorical", "choices": ["a", {"float": "1"}]}}')
    Path("text.json").write_text("a space")
    Path("broken_module.py").write_text("import no_such_module")
    Path("objectives_of_the_table.py").write_text("def nothing(**params):\n    pass\n")
    for name in ("one", "two"):
        Study(X, storage="several.db", name=name).close()
    connect("empty.db").close()
    with Study(X, storage="middle.db", strategy=Middle()) as study:
        study.ask()
    with Study(X, storage="study.db", name="mlp", seed=3) as study:
        study.ask_for(owner=None)
    with Study(X, storage="told.db", name="mlp", seed=3) as study:
        study.add({"x": 0.5}, 1.0)


def raised(do):
    """The error that this brings about."""
    with pytest.raises(Exception) as caught:
        do()
    return caught.value


def complained(arguments):
    """The last line on the standard error stream of a command that fails, without the folder's name."""
    prepare()
    err = io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        assert cli.main(arguments) != 0
    return err.getvalue().splitlines()[-1].replace(str(Path.cwd()), "/here")


@pytest.mark.parametrize(("situation", "do", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_what_python_says(situation, do, text, folder):
    error = raised(do)

    assert (error.args[0] if isinstance(error, KeyError) else str(error)) == text


@pytest.mark.parametrize(("situation", "arguments", "text"), COMMANDS, ids=[row[0] for row in COMMANDS])
def test_what_the_command_line_says(situation, arguments, text, folder):
    assert complained(arguments) == text


def places(error):
    """The files and lines of ours through which an error and its causes came."""
    found = set()
    while error is not None:
        found |= {(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)}
        error = error.__cause__ or error.__context__
    return found


def raises(path):
    """The statements of a file that raise something new: their function, first line and last line."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            inside = [function for function in functions if function.lineno <= node.lineno <= function.end_lineno]
            yield max(inside, key=lambda function: function.lineno).name, node.lineno, node.end_lineno


def test_no_error_is_missing_from_the_table(monkeypatch, folder):
    """Because a text that nobody has read beside the others is rarely a good one. What no user can cause is named above."""
    errors = []
    monkeypatch.setattr(cli, "_complain", lambda error, code: errors.append(error) or print(error, file=sys.stderr) or code)
    for n, do in enumerate([*(row[1] for row in ROWS), *(lambda row=row: complained(row[1]) for row in COMMANDS)]):
        (folder / str(n)).mkdir()
        monkeypatch.chdir(folder / str(n))
        if n < len(ROWS):
            errors.append(raised(do))
        else:
            do()
    known = set().union(*map(places, errors))
    missing = []
    for path in [*(ROOT / "askttell").rglob("*.py"), *(ROOT / "storage_backends").rglob("*.py")]:
        name = str(path.relative_to(ROOT))
        if path.parent.name in ELSEWHERE:
            continue
        for function, first, last in raises(path):
            seen = any((str(path), line) in known for line in range(first, last + 1))
            if not seen and function not in NOT_CAUSED_BY_A_USER.get(name, ()):
                missing.append(f"{name}:{first} in {function}")

    assert missing == []

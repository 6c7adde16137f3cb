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
    add,
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
BEFORE = [({"x": 0.5}, 1.0), ({"x": 0.25}, 3.0)]
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


def stored_after():
    """A file with a study `mlp` that begins with an earlier search of two results."""
    Study(X, storage="after.db", name="mlp", seed=3, prior=[BEFORE]).close()
    return "after.db"


def after_another(*pairs):
    """That study, opened with another earlier search."""
    return Study(storage=stored_after(), name="mlp", prior=[list(pairs)])


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


def squared(x):
    return x * x


def misspelt(lr, leyers, momentum, **others):
    """An objective for `SPACE` that its author wrote in a hurry."""


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
    ("a parameter is given twice", lambda: Space({"x": Int(1, 2)}, x=Int(1, 2)),
     "`x` is given twice, in the mapping and as a keyword; give it once."),
    ("a condition is no dict", lambda: Int(1, 2, when="b"),
     "`when` must be a dict parent → value or values, but got 'b'."),
    ("a condition allows nothing", lambda: Int(1, 2, when={"b": []}),
     "`when` allows no value of `b`: []; give one value, a list, a set or a range."),
    ("a parent comes after its child", lambda: Space(a=Int(1, 2, when={"b": 1}), b=Int(1, 2)),
     "`a` depends on `b`, which is declared after it; declare `b` before `a`."),
    ("a parent is misspelt", lambda: Space(mode=Int(1, 2), a=Int(1, 2, when={"mod": 1})),
     "The condition of `a`: There is no parameter `mod`; known: mode, a. Did you mean `mode`?"),
    ("a parent is continuous", lambda: Space(b=Float(0, 1), a=Int(1, 2, when={"b": 0.5})),
     "`a` depends on `b`, which is continuous; a parent must be an Int, Categorical, Ordinal or stepped Float."),
    ("a condition can never hold", lambda: Space(b=Int(1, 2), a=Int(1, 2, when={"b": 3})),
     "The condition of `a` can never hold as written: `b` must lie in [1, 2], but got 3."),
    ("a parameter is looked up that is not there", lambda: SPACE["optimiser"],
     "There is no parameter `optimiser`; known: lr, layers, dropout, width, batch, optimizer, momentum, nesterov, restarts. Did you mean `optimizer`?"),
    ("a space file holds a list", lambda: Space.from_json([]),
     "A space must be an object name → domain, but got []."),
    ("a domain is a number", lambda: Space.from_json({"x": 3}),
     '`x` must be an object such as {"type": "float", "low": 0, "high": 1}, but got 3.'),
    ("a domain has no type", lambda: Space.from_json({"x": {"low": 0, "high": 1}}),
     '`x` has no "type"; give one of float, int, categorical, ordinal.'),
    ("a type is misspelt", lambda: Space.from_json({"x": {"type": "flaot"}}),
     "`x`: There is no type `flaot`; known: float, int, categorical, ordinal. Did you mean `float`?"),
    ("a field is misspelt", lambda: Space.from_json({"x": {"type": "float", "low": 0, "hihg": 1}}),
     "`x`: There is no field `hihg`; known: low, high, log, step, default, when. Did you mean `high`?"),
    ("a field is missing", lambda: Space.from_json({"x": {"type": "float", "low": 0}}),
     '`x`: "high" is missing; a domain of type \'float\' needs it.'),
    ("log is text", lambda: Space.from_json({"x": {"type": "float", "low": 1, "high": 2, "log": "no"}}),
     '`x`: "log" must be true or false, but got \'no\'.'),
    ("the bounds in a file are swapped", lambda: Space.from_json({"x": {"type": "float", "low": 1, "high": 0}}),
     "`x`: `low` must be less than `high`, but got low=1.0, high=0.0; for a constant use Categorical([value]) or pass it yourself."),
    ("a bound in a file is text", lambda: Space.from_json({"x": {"type": "float", "low": "0", "high": 1}}),
     "`x`: `low` must be a number, but got '0'."),
    ("a condition in a file is text", lambda: Space.from_json({"x": {"type": "float", "low": 0, "high": 1, "when": "y"}}),
     '`x`: "when" must be an object parent → value or values, but got \'y\'.'),
]

PARAMS = [
    ("a value lies outside", lambda: check(lr=1.0),
     "`lr` must lie in [1e-05, 0.1], but got 1.0."),
    ("a value is text", lambda: check(lr="high"),
     "`lr` must be a number, but got 'high'."),
    ("a value is nan", lambda: check(lr=math.nan),
     "`lr` must be finite, but got nan; give a finite number."),
    ("an Int has a fraction", lambda: check(layers=2.5),
     "`layers` must be an integer, but got 2.5."),
    ("an Int lies outside", lambda: check(layers=9),
     "`layers` must lie in [1, 8], but got 9."),
    ("a value lies between steps", lambda: check(dropout=0.33),
     "`dropout` must be 0.0 plus whole steps of 0.1, but got 0.33; the nearest is 0.3."),
    ("a value lies between steps of an Int", lambda: check(width=17),
     "`width` must be 16 plus whole steps of 16, but got 17; the nearest is 16."),
    ("a choice is unknown", lambda: check(optimizer="adma"),
     "`optimizer` must be one of ['adam', 'sgd'], but got 'adma'."),
    ("a choice is of another type", lambda: check(batch="32"),
     "`batch` must be one of [16, 32, 64], but got '32' (str instead of int)."),
    ("a parameter is missing", lambda: SPACE.check({"layers": 2}),
     "`lr` is missing; it must be given: Float(1e-05, 0.1, log=True)."),
    ("a parameter is misspelt", lambda: check(optimiser="adam"),
     "There is no parameter `optimiser`; known: lr, layers, dropout, width, batch, optimizer, momentum, nesterov, restarts. Did you mean `optimizer`?"),
    ("an inactive parameter is given", lambda: check(momentum=0.9),
     "`momentum` is active only if `optimizer` is one of ('sgd',), but 'adam' was given with `momentum`=0.9; leave `momentum` out."),
    ("a parameter of an inactive parent is given", lambda: check(restarts=2),
     "`restarts` is active only if `nesterov` is one of (True,), but that is inactive itself, and there came `restarts`=2; leave `restarts` out."),
]

SEARCH = [
    ("several objectives for a strategy of one", lambda: ask(TWO, CMAES()),
     "CMAES minimises one objective, but the search has 2; use Genetic or TPE, which learn from all of them, or Random, Sobol or Grid."),
    ("both direction and directions", lambda: History.start(SPACE, direction="minimize", directions=("minimize",)),
     "Give `direction` or `directions`, not both: 'minimize' and ('minimize',) came."),
    ("directions is text", lambda: History.start(SPACE, directions="minimize"),
     "`directions` must be a sequence such as ('minimize', 'maximize'), but got 'minimize'; for one use `direction`."),
    ("a direction is misspelt", lambda: History.start(SPACE, direction="minimise"),
     "A direction must be 'minimize' or 'maximize', but got ('minimise',)."),
    ("a seed is text", lambda: History.start(SPACE, seed="0"),
     "`seed` must be an integer or None, but got '0'."),
    ("a seed is negative", lambda: History.start(SPACE, seed=-1),
     "`seed` must be an integer from 0 to 2**63 - 1, but got -1."),
    ("prior is one history", lambda: History.start(SPACE, prior=HISTORY),
     "`prior` must be a list of studies, histories or lists of (params, value), but got History(1 trials, 0 finished, 9 parameters, seed=0); put it into a list."),
    ("prior names a file", lambda: History.start(SPACE, prior=["old.db"]),
     "An entry of `prior` must be a study, a history or a list of (params, value), but got 'old.db'; open files by Study(storage=…) first."),
    ("prior has two objectives", lambda: History.start(SPACE, prior=[History.start(SPACE, seed=0, directions=("minimize", "maximize"))]),
     "`prior` must have 1 objectives, as this search, but an earlier one has 2."),
    ("prior is empty", lambda: History.start(X, prior=[History.start(X, seed=0)]),
     "`prior[0]` must have a complete trial, but has none; leave it out."),
    ("prior has other parameters", lambda: History.start(X, prior=[[({"x": 0.5}, 1.0)], add(History.start(Space(lr=Float(0.0, 1.0), wd=Float(0.0, 1.0)), seed=0), {"lr": 0.5, "wd": 0.5}, 1.0)]),
     "`prior[1]` must share a parameter with this search, but has `lr`, `wd` where this one has `x`; leave it out, or give its results as a list of (params, value) under the names of this search."),
    ("prior fits nowhere", lambda: History.start(X, prior=[add(History.start(Space(x=Float(2.0, 3.0)), seed=0), {"x": 2.5}, 1.0)]),
     "`prior[0]` must have a result that fits this space, but none of its 1 does; the first: `x` must lie in [0.0, 1.0], but got 2.5."),
    ("prior has parameters that are inactive here", lambda: History.start(Space(a=Categorical([1, 2], default=1), b=Float(0.0, 1.0, when={"a": 2})), prior=[add(History.start(Space(b=Float(0.0, 1.0)), seed=0), {"b": 0.5}, 1.0)]),
     "`prior[0]` must have a result that fits this space, but none of its 1 does; the first: none of `b` is active here."),
    ("a trial is None", lambda: tell(HISTORY, None, 1.0),
     "`trial` must be a Trial or its number, but got None."),
    ("a trial was never asked", lambda: tell(HISTORY, 7, 1.0),
     "There is no trial 7; 1 have been asked, numbered from 0."),
    ("a trial of an empty history", lambda: tell(History.start(SPACE, seed=0), 0, 1.0),
     "There is no trial 0; none has been asked yet."),
    ("a trial is looked up that is not there", lambda: HISTORY.trial(7),
     "There is no trial 7; 1 have been asked, numbered from 0."),
    ("what a trial had seen that is not there", lambda: HISTORY.view_of(7),
     "There is no trial 7; 1 have been asked, numbered from 0."),
    ("a moment is looked up that is not there", lambda: HISTORY.at(99),
     "`k` must lie in [1, 3], the number of events, but got 99."),
    ("a value is None", lambda: tell(HISTORY, 0, None),
     "`value` must be a number, but got None of type NoneType; tell a number, or record a failure by fail(trial, reason)."),
    ("a value is text", lambda: tell(HISTORY, 0, "0.5"),
     "`value` must be a number, but got '0.5' of type str; tell a number, or record a failure by fail(trial, reason)."),
    ("a value is nan", lambda: tell(HISTORY, 0, math.nan),
     "`value` must be finite, but got nan; record a failure by fail(trial, reason), or open the study with nonfinite='fail'."),
    ("too many values", lambda: tell(HISTORY, 0, [1.0, 2.0]),
     "`value` must be one number, one per objective, but got 2: [1.0, 2.0]."),
    ("info that a log could not tell from infinity", lambda: tell(HISTORY, 0, 1.0, info={"best": {"float": "inf"}}),
     "`info['best']` must not be {'float': 'inf'}, which is how a log writes a float; give float('inf') itself."),
    ("one value for two objectives", lambda: tell(TWO, 0, 1.0),
     "`value` must be 2 numbers, one per objective, but got 1: 1.0."),
    ("another value is told", lambda: tell(tell(HISTORY, 0, 1.0), 0, 2.0),
     "Trial 0 is complete with 1.0 already, but now complete with 2.0 came; a result is recorded once and never changed, so `add` it as another."),
    ("a value is told of a failure", lambda: tell(fail(HISTORY, 0, "because"), 0, 2.0),
     "Trial 0 is failed already, but now complete with 2.0 came; a result is recorded once and never changed, so `add` it as another."),
    ("a report comes late", lambda: report(tell(HISTORY, 0, 1.0), 0, 0.5, step=1),
     "Trial 0 is complete, so nothing more can be reported of it."),
    ("a step is negative", lambda: report(HISTORY, 0, 0.5, step=-1),
     "`step` must be an integer from 0, but got -1."),
    ("info is no dict", lambda: tell(HISTORY, 0, 1.0, info=[1]),
     "`info` must be a dict name → plain value, but got [1]."),
    ("a key of info is a number", lambda: tell(HISTORY, 0, 1.0, info={1: 2}),
     "`info` must have str keys, but got 1; write '1'."),
    ("info holds an object", lambda: tell(HISTORY, 0, 1.0, info={"model": {1, 2}}),
     "`info['model']` must be None, a bool, int, float, str, list or dict, but got {1, 2}; convert it, as by str()."),
    ("the best is wanted of no result", lambda: HISTORY.best,
     "No trial is complete yet, so none is best; tell a result first, and look at `trials` for failures."),
    ("the best is wanted of two objectives", lambda: TWO.best,
     "There are 2 objectives, so no single trial is best; use `best_trials`, the Pareto set."),
    ("the value is wanted of two objectives", lambda: tell(TWO, 0, [1.0, 2.0]).trial(0).value,
     "Trial 0 has 2 objectives; use `values`."),
    ("the median of two objectives", lambda: MedianRule().should_stop(TWO, 0),
     "MedianRule compares one objective; with several, decide from `trial.reports` yourself."),
    ("a strategy is a class", lambda: Study(SPACE, strategy=Random),
     "A strategy must be an object with a method ask(history), such as Random(), but got <class 'askttell.strategies.random.Random'>."),
    ("a strategy is text", lambda: Study(SPACE, strategy="Random"),
     "A strategy must be an object with a method ask(history), such as Random(), but got 'Random'."),
    ("a setting of a strategy is an object", lambda: ask(HISTORY, Setting({1, 2})),
     "The setting `Setting.what` must be a plain value or a frozen attrs class, but got {1, 2}; data belong in the history."),
    ("a strategy returns a dict", lambda: returned({"lr": 0.1}),
     "Returns.ask must return a Candidate, but returned {'lr': 0.1}."),
    ("a strategy leaves the space", lambda: returned(Candidate({"lr": 7.0})),
     "Returns proposed what is not in the space: `lr` must lie in [1e-05, 0.1], but got 7.0."),
    ("a grid without a number of points", lambda: ask(HISTORY, Grid()),
     "`lr` is continuous, so Grid needs its number of points: Grid(points=5) or Grid(points={'lr': 5})."),
    ("a grid of conditions that recur too seldom", lambda: ask(History.start(Space(n=Int(0, 2**50), x=Int(0, 3, when={"n": range(0, 2**50, 2**30)})), seed=0), Grid()),
     "The cells of a grid cannot be counted, as the conditions on `n` recur only every 1073741824 values; give `when` ranges without steps, or `n` fewer values."),
    ("a number of grid points is zero", lambda: Grid(points=0),
     "`points` must be a number of points from 1, a dict parameter → number, or None, but got 0."),
    ("grid points of an unknown parameter", lambda: ask(HISTORY, Grid(points={"rl": 3})),
     "`points`: There is no parameter `rl`; known: lr, layers, dropout, width, batch, optimizer, momentum, nesterov, restarts."),
    ("a grid has been tried in full", lambda: ask_many(History.start(Space(x=Categorical(["a"])), seed=0), Grid(), 2),
     "All 1 cells of the grid have been tried; add points, or go on with another strategy."),
    ("more parameters than Sobol knows", lambda: sobol.directions(21202),
     "Sobol sequences have at most 21201 dimensions, but the space has 21202; use Random."),
    ("more points than Sobol has", lambda: sobol.point(0, 1, 2**32),
     "A Sobol sequence has 2**32 points, but point 4294967296 was asked for; use Random."),
]

STUDIES = [
    ("space is a dict", lambda: Study({"x": Float(0, 1)}),
     "`space` must be a Space, but got {'x': Float(0.0, 1.0)}; write Space(x=Float(0.0, 1.0))."),
    ("nonfinite is misspelt", lambda: Study(SPACE, nonfinite="ignore"),
     "`nonfinite` must be 'raise' or 'fail', but got 'ignore'."),
    ("an ask with a lease of less than no time", lambda: held().ask_for(owner=None, lease_seconds=-1.0),
     "`lease_seconds` must be greater than 0 or None, but got -1.0."),
    ("a lease of no time", lambda: Study(SPACE, lease_seconds=0),
     "`lease_seconds` must be greater than 0 or None, but got 0."),
    ("no attempts", lambda: Study(SPACE, max_attempts=0),
     "`max_attempts` must be an integer from 1, but got 0."),
    ("a name with a hash sign", lambda: Study(SPACE, name="mlp#2"),
     "`name` must be a non-empty str without '#', but got 'mlp#2'."),
    ("a file that is not there", lambda: Study(storage="sqlite:///s.db"),
     "There is no file s.db; give `space`, or run `askttell create`, to make a study in it."),
    ("a study that is not there", lambda: Study(),
     "There is no study 'study' in InMemory(); there: none. Give `space`, or run `askttell create`, to make one."),
    ("a study that is not there among others", lambda: Study(storage=stored(), name="mlq"),
     "There is no study 'mlq' in SQLite('stored.db'); there: mlp. Give `space`, or run `askttell create`, to make one."),
    ("another space", lambda: Study(Space(x=Float(0, 2)), storage=stored(), name="mlp"),
     "`space` differs from the recorded one: `x` is Float(0.0, 1.0) as recorded and Float(0.0, 2.0) as given; open 'mlp' without it, or choose another `name`, or move the study by copy_to_space (`askttell copy --space`)."),
    ("another seed", lambda: Study(storage=stored(), name="mlp", seed=4),
     "`seed` is 3 as recorded, but 4 was given; open 'mlp' without it, or choose another `name`."),
    ("another prior", lambda: Study(storage=stored(), name="mlp", prior=[[({"x": 0.5}, 1.0)]]),
     "`prior` is no earlier search as recorded, but an earlier search of 1 result as given; open 'mlp' without it, or choose another `name`."),
    ("another prior of equal size", lambda: after_another(({"x": 0.5}, 1.0), ({"x": 0.75}, 3.0)),
     "`prior[0]` differs from the recorded one: its result 2 is of {'x': 0.25} as recorded and of {'x': 0.75} as given; open 'mlp' without it, or choose another `name`."),
    ("a prior with another value", lambda: after_another(({"x": 0.5}, 1.0), ({"x": 0.25}, 4.0)),
     "`prior[0]` differs from the recorded one: its result 2, of {'x': 0.25}, has another value; open 'mlp' without it, or choose another `name`."),
    ("a prior with fewer results", lambda: after_another(({"x": 0.5}, 1.0)),
     "`prior[0]` differs from the recorded one: it has 1 of the 2 results; open 'mlp' without it, or choose another `name`."),
    ("a prior on another space", lambda: Study(storage=stored_after(), name="mlp", prior=[add(History.start(Space(x=Float(0.0, 2.0)), seed=0), {"x": 0.5}, 1.0)]),
     "`prior[0]` differs from the recorded one: `x` is Float(0.0, 1.0) as recorded and Float(0.0, 2.0) as given; open 'mlp' without it, or choose another `name`."),
    ("another direction", lambda: Study(storage=stored(), name="mlp", direction="maximize"),
     "`directions` is ('minimize',) as recorded, but ('maximize',) was given; open 'mlp' without it, or choose another `name`."),
    ("a strategy that is not installed", lambda: Study(storage=stored(Middle()), name="mlp").ask(),
     "The study was made with the strategy 'Middle', which is not installed; give `strategy`."),
    ("a total is reached", lambda: held().ask(total=1),
     "The study holds 1 trial (1 pending), all that total=1 asks for; raise `total` to go on."),
    ("no trials are wanted", lambda: held().ask(0),
     "`n` must be an integer from 1, but got 0."),
    ("a run without an end", lambda: held().run(squared),
     "Give `n_trials`, `total`, `timeout` or `until`; a run without any would never end."),
    ("a run of a negative number of trials", lambda: held().run(squared, -1),
     "`n_trials` must be an integer from 0 or None, but got -1."),
    ("a timeout is text", lambda: held().run(squared, timeout="1"),
     "`timeout` must be a number of seconds or None, but got '1'."),
    ("a timeout is NaN", lambda: held().run(squared, timeout=math.nan),
     "`timeout` must be a number of seconds or None, but got nan."),
    ("an objective that is none", lambda: held().run(None, 1),
     "`objective` must be a function that is called with the parameters by name, but got None."),
    ("an objective that misspells a parameter", lambda: Study(SPACE).run(misspelt, 1),
     "`objective` is called with the parameters of the space by name, but of misspelt(lr, leyers, momentum, others): it needs `leyers`, which the space does not have (did you mean `layers`?), and it needs `momentum`, which is left out where its condition does not hold; give it a default there."),
    ("a run that ends until a number", lambda: held().run(squared, until=30),
     "`until` must be a function of the history, such as no_improvement(30) or target(0.01), but got 30."),
    ("no improvement in no results", lambda: no_improvement(0),
     "`n` must be an integer from 1, the number of results without improvement, but got 0."),
    ("an improvement by less than nothing", lambda: no_improvement(3, by=-0.1),
     "`by` must be a number from 0, the least improvement that counts, but got -0.1."),
    ("a target that is no number", lambda: target("low"),
     "`value` must be a number, the result to reach, but got 'low'."),
    ("a target of two objectives", lambda: target(0.1)(TWO),
     "target compares one objective, but the search has 2; give a function of your own from the history to a bool."),
    ("an objective that returns nothing", lambda: held().run(lambda x: None, 1),
     "`value` must be a number, but got None of type NoneType; tell a number, or record a failure by fail(trial, reason)."),
    ("an executor that is none", lambda: held().run(squared, 1, executor=4),
     "`executor` must be a concurrent.futures.Executor, such as ThreadPoolExecutor(4) or, of dask.distributed, Client(…).get_executor(), but got 4."),
    ("an executor that does not say how many", lambda: held().run(squared, 1, executor=Executor()),
     "Executor does not say how many workers it has; give `max_workers`, the number of trials to evaluate at once."),
    ("workers without an executor", lambda: held().run(squared, 1, max_workers=4),
     "`max_workers`=4 needs an `executor`, such as ThreadPoolExecutor(4)."),
    ("no workers", lambda: held().run(squared, 1, executor=Executor(), max_workers=0),
     "`max_workers` must be an integer from 1, the number of trials in flight, or None, but got 0."),
    ("an executor that takes no work", lambda: held().run(squared, 1, executor=Executor(), max_workers=1),
     "Executor could not evaluate the objective (NotImplementedError: ). Nothing is lost; a pool of processes needs an objective that can be imported, while loky and Dask take any."),
    ("a pool that breaks and cannot be made again", lambda: held().run(squared, 1, executor=Broken(), max_workers=2),
     "Broken is broken: its initializer failed. Make a new one and run again; the trials in flight come first."),
    ("nothing comes back", lambda: Study(X, seed=3, max_attempts=1).run(squared, 1, executor=Cancelling(), max_workers=1),
     "No evaluation came back from Cancelling; try the objective by itself. Of trial 0, 1 evaluations of it died, the last by CancelledError: it was cancelled"),
    ("a lease is renewed late", lambda: renewed_late(),
     "Trial 0 was told or handed out again, so its lease cannot be renewed."),
    ("a lease is renewed after a requeue", lambda: renewed_though_requeued(),
     "Trial 0 was requeued, so its lease cannot be renewed; ask for a trial again."),
    ("a finished trial is requeued", lambda: requeued_late(),
     "Trial 0 is complete already, so it cannot be requeued."),
    ("a log that cannot be", lambda: damaged_log(),
     "Study 'study' in InMemory() cannot be read, at record 2 or before: Trial 9 was never asked; 0 have been."),
    ("a log without its opening", lambda: headless(),
     "Study 'study' in InMemory() cannot be read, at record 0 or before: The study is not opened before its first event."),
    ("parameters outside the space in a log", lambda: tampered(params={"x": "a"}).history.units,
     "Of trials 0 to 0 one has parameters that are not in the space: unsupported operand type(s) for -: 'str' and 'float'; see `askttell verify`."),
    ("too many values in a log", lambda: tampered(values=[1.0, 2.0]).best_value,
     "Of results 0 to 0 one does not consist of 1 values, one per objective; see `askttell verify`."),
    ("a record that askttell does not write", lambda: strange_log(),
     "Study 'study' in InMemory() cannot be read, at record 0 or before: This is not an event that askttell writes (KeyError: 'format'): {'event': 'opened', 'space': 3}"),
    ("a log of a newer askttell", lambda: newer_log(),
     "Study 'study' in InMemory() cannot be read, at record 0 or before: The study has format 99, but this askttell reads up to 1; upgrade askttell."),
    ("an audit of a study that is not there", lambda: verify(connect(stored()), "mlq"),
     "There is no study 'mlq' in SQLite('stored.db'); there: mlp."),
    ("a copy of a study that is not there", lambda: copy(connect(stored()), "mlq", storage_backends.InMemory()),
     "There is no study 'mlq' in SQLite('stored.db'); there: mlp."),
    ("a copy over another study", lambda: copy(connect(stored()), "mlp", connect(stored())),
     "SQLite('stored.db') holds a study 'mlp' already; delete it first or copy under another name."),
    ("a move of a study that is not there", lambda: copy_to_space(connect(stored()), "mlq", connect(stored()), space=SPACE),
     "There is no study 'mlq' in SQLite('stored.db'); there: mlp."),
    ("a move over another study", lambda: copy_to_space(connect(stored()), "mlp", connect(stored()), space=SPACE),
     "SQLite('stored.db') holds a study 'mlp' already; delete it first or copy under another name."),
    ("a plot of no result", lambda: plotting.plot_history(HISTORY),
     "No trial is complete yet, so there is nothing to plot; tell a result first."),
    ("a plot of an unknown kind of file", lambda: plotting.save(plotting.plot_history(tell(HISTORY, 0, 1.0)), "mlp.tif2"),
     "A plot's file must end in .png, .svg or .pdf, but got 'mlp.tif2'."),
    ("plots without matplotlib", lambda: without("matplotlib", lambda: plotting.plot_history(HISTORY)),
     "Plots need matplotlib; install it with: pip install 'askttell[plot]'."),
    ("a plot of times that a history does not know", lambda: plotting.plot_timeline(HISTORY),
     "There are no times to plot: ask for a trial first, and give a Study, as a History knows none."),
    ("a distribution of no result", lambda: plotting.plot_ecdf(HISTORY),
     "No trial is complete yet, so there is nothing to plot; tell a result first."),
    ("a comparison with a search that has no result", lambda: plotting.plot_incumbent([tell(HISTORY, 0, 1.0), fail(HISTORY, 0, "it")]),
     "One of the searches has no complete trial among its first 1 finished ones, so it has no best; leave it out."),
    ("a comparison of nothing", lambda: plotting.plot_incumbent({"a": []}),
     "Each group needs at least one search, but got {'a': []}."),
    ("a comparison of different directions", lambda: plotting.plot_ecdf([HISTORY, History.start(X, seed=0, direction="maximize")]),
     "Searches can be compared if all have the same single objective, but these have [('maximize',), ('minimize',)]."),
    ("a contour of one parameter", lambda: plotting.plot_contour(learned(X)),
     "A contour needs two parameters, but the space has one, `x`; draw the kind `slices`."),
    ("a parameter of a contour is misspelt", lambda: plotting.plot_contour(learned(APART), ["a", "bb"]),
     "There is no parameter `bb`; known: a, b, c. Did you mean `b`?"),
    ("a contour of three parameters", lambda: plotting.plot_contour(learned(APART), ["a", "b", "c"]),
     "A contour needs two different parameters, but got ['a', 'b', 'c']."),
    ("a contour of parameters of two branches", lambda: plotting.plot_contour(learned(APART), ["b", "c"]),
     "`b` and `c` are never active together; choose another pair."),
    ("a contour where no trial had two parameters", lambda: plotting.plot_contour(learned(APART)),
     "No trial has two parameters, so there is no pair to look at; draw the kind `slices`."),
    ("the importance of parameters after few results", lambda: importance(tell(HISTORY, 0, 1.0)),
     "A model needs 4 complete trials, but there are 1; tell more results first."),
    ("the importance for an objective that is not there", lambda: importance(HISTORY, objective=1),
     "`objective` must lie in 0 … 0, but got 1."),
    ("the importance of differences among nothing", lambda: importance(learned(X), worst=-5.0),
     "`worst` must be worse than the best value, 0.0, but got -5.0."),
    ("a table without pandas", lambda: without("pandas", lambda: Study(SPACE, seed=0).to_pandas()),
     "Tables need pandas; install it with: pip install 'askttell[pandas]'."),
    ("an export to an unknown kind of file", lambda: Study(SPACE, seed=0).export("trials.xlsx"),
     "A file of trials must end in .csv, .json or .jsonl, but got 'trials.xlsx'."),
    ("a report to an unknown kind of file", lambda: pages.write(Study(SPACE, seed=0), "mlp.pdf"),
     "A report's file must end in .html, but got 'mlp.pdf'."),
    ("a report without plotly", lambda: without("plotly", lambda: pages.write(Study(SPACE, seed=0), "mlp.html")),
     "Reports need plotly; install it with: pip install 'askttell[report]'."),
    ("a front of one objective", lambda: plotting.plot_front(learned(X)),
     "A front needs several objectives, but the search has one; draw the kind `history`."),
    ("progress without tqdm", lambda: without("tqdm.auto", lambda: Study(X, seed=0).run(squared, 1, progress=True)),
     "A progress bar needs tqdm; install it with: pip install 'askttell[progress]'."),
    ("the demonstration without scikit-learn", lambda: without("sklearn", lambda: demo.run("d.db", 1, file=io.StringIO())),
     "The demo needs sklearn; install it with: pip install 'askttell[demo]'."),
]

STORAGES = [
    ("storage is a number", lambda: connect(3),
     "`storage` must be a URL, a path or a log, but got 3."),
    ("a scheme is misspelt", lambda: connect("sqllite:///s.db"),
     "Unknown scheme 'sqllite' in storage='sqllite:///s.db'; known: memory, json, sqlite. Did you mean sqlite://?"),
    ("a URL without a path", lambda: connect("sqlite://s.db"),
     "`storage` must be sqlite:///relative/path or sqlite:////absolute/path, but got 'sqlite://s.db'."),
    ("a path in memory", lambda: connect("memory://s"),
     "`storage`: memory:// takes no path, but got 'memory://s'; write memory://."),
    ("an unknown ending", lambda: connect("search.txt"),
     "A path as `storage` must end in .db, .sqlite, .jsonl, but got 'search.txt'; or give a URL such as sqlite:///search.txt.db."),
    ("a folder that is not there", lambda: connect("no/s.db"),
     "The folder 'no' does not exist; create it first."),
    ("a folder that is not there for JSON", lambda: connect("no/s.jsonl"),
     "The folder 'no' does not exist; create it first."),
    ("a file of another kind", lambda: connect(other_file("s.db")),
     "s.db is damaged or no SQLite file (file is not a database); save what is whole by `askttell repair s.db --output NEW`, or restore a backup, or give another path."),
    ("a JSON file of another kind", lambda: connect(other_file("s.jsonl")),
     "s.jsonl is not a study log of askttell; give another path."),
    ("an SQLite file of another program", lambda: connect(other_database()),
     "other.db is an SQLite file of another program; give another path."),
    ("an SQLite file of a newer askttell", lambda: connect(newer_database()),
     "other.db has format 99, but this askttell reads up to 1; upgrade askttell."),
    ("a JSON file of a newer askttell", lambda: connect(newer_json()),
     "newer.jsonl has format 99, but this askttell reads up to 1; upgrade askttell."),
    ("a JSON file with a damaged line", lambda: connect(damaged_json()).read("mlp"),
     "damaged.jsonl: line 3, at byte 138, is damaged, though durable records follow it; save what is whole by `askttell repair damaged.jsonl --output NEW`, or restore a backup."),
    ("a JSON file without a line", lambda: connect(shortened_json()).read("mlp"),
     "shortened.jsonl: line 3, at byte 138, is whole, but a line before it is missing; save what is whole by `askttell repair shortened.jsonl --output NEW`, or restore a backup."),
    ("an SQLite file with a damaged record", lambda: connect(damaged_database()).read("mlp"),
     "other.db: a record of study 'mlp' from position 0 on is not JSON (Expecting value: line 1 column 10 (char 9)); save what is whole by `askttell repair other.db --output NEW`, or restore a backup."),
    ("an SQLite file with a gap", lambda: connect(gap_in_database()).read("mlp"),
     "other.db: a record of study 'mlp' from position 0 on is missing; save what is whole by `askttell repair other.db --output NEW`, or restore a backup."),
    ("a JSON file with a line that is not JSON", lambda: connect(odd_json(b"x")).read("mlp"),
     "odd.jsonl: a record at byte 128 or behind it is not JSON (Expecting value: line 1 column 2 (char 1)); save what is whole by `askttell repair odd.jsonl --output NEW`, or restore a backup."),
    ("a JSON file with a line of too few records", lambda: connect(odd_json(b'{"n":0}')).read("mlp"),
     "odd.jsonl: from byte 128 on there are 1 records, but 2 are announced; save what is whole by `askttell repair odd.jsonl --output NEW`, or restore a backup."),
    ("a folder is repaired", lambda: repair(made_folder("s.jsonl"), "new.db"),
     "Could not read s.jsonl: [Errno 21] Is a directory: 's.jsonl'."),
    ("an SQLite record that is not UTF-8", lambda: connect(changed_sqlite("UPDATE records SET record = CAST(x'22ff22' AS TEXT)")).read("mlp"),
     "stored.db is damaged: a text in it is not UTF-8; save what is whole by `askttell repair stored.db --output NEW`, or restore a backup."),
    ("an audit of an SQLite file whose pages do not fit together", lambda: verify(connect(of_lost_pages()), "mlp"),
     "stored.db is damaged, as SQLite's integrity check says: Main freelist: size is 0 but should be 3; save what is whole by `askttell repair stored.db --output NEW`, or restore a backup."),
    ("a folder in place of an SQLite file", lambda: connect(made_folder("s.db")),
     "Could not open s.db: unable to open database file (SQLITE_CANTOPEN); nothing was recorded."),
    ("a folder in place of a JSON file", lambda: connect(made_folder("s.jsonl")),
     "Could not open s.jsonl: [Errno 21] Is a directory: 's.jsonl'."),
    ("a closed SQLite file is used", lambda: closed("s.db").studies(),
     "s.db was closed; open it again."),
    ("a closed JSON file is used", lambda: closed("s.jsonl").studies(),
     "s.jsonl was closed; open it again."),
    ("a closed memory is used", lambda: closed(None).studies(),
     "This in-memory storage is closed; make a new one."),
    ("a JSON file that was cut while open", lambda: cut_json().studies(),
     "a.jsonl was deleted, replaced or cut by another program while it was open; open it again."),
    ("a JSON file that was deleted while open", lambda: removed("a.jsonl").append("mlp", 1, [{}], durable=True),
     "a.jsonl was deleted, replaced or cut by another program while it was open; open it again."),
    ("an SQLite file that was deleted while open", lambda: removed("a.db").append("mlp", 1, [{}], durable=True),
     "a.db was deleted or replaced by another program while it was open; open it again."),
    ("a deleted study is used", lambda: deleted_study("s.db"),
     "Study 'mlp' in s.db was deleted; open it again to start a new one of that name."),
    ("a deleted study is used in JSON", lambda: deleted_study("s.jsonl"),
     "Study 'mlp' in s.jsonl was deleted; open it again to start a new one of that name."),
    ("a deleted study is used in memory", lambda: deleted_study(None),
     "Study 'mlp' in memory was deleted; open it again to start a new one of that name."),
    ("a study is deleted that is not there", lambda: connect("s.db").delete("mlq"),
     "There is no study 'mlq' in s.db; there: none."),
    ("a study is deleted that is not there in JSON", lambda: connect("s.jsonl").delete("mlq"),
     "There is no study 'mlq' in s.jsonl; there: none."),
    ("a study is deleted that is not there in memory", lambda: storage_backends.InMemory().delete("mlq"),
     "There is no study 'mlq' in memory; there: none."),
]

COMMANDS = [
    ("no verb", [],
     "askttell: error: give a verb, such as `askttell demo`; `askttell --help` lists them"),
    ("a verb is misspelt", ["aks"],
     "askttell: error: There is no verb `aks`; known: create, ask, tell, fail, stop, report, enqueue, add, requeue, demo, run, trials, best, studies, show, verify, why, importance, page, plot, copy, delete, repair. Did you mean `ask`?"),
    ("an option is misspelt", ["tell", "--storag", "s.db", "0", "1"],
     "askttell tell: error: There is no option `--storag`; known: --help, --storage, --study, --json, --info. Did you mean `--storage`?"),
    ("an option before the verb", ["--storage", "s.db", "ask"],
     "askttell: error: the verb comes first: askttell VERB --storage …"),
    ("no storage", ["ask"],
     "askttell ask: error: say where the study is: --storage s.db, or set ASKTTELL_STORAGE"),
    ("a number is text", ["ask", "--storage", "s.db", "--total", "ten"],
     "askttell ask: error: argument --total: invalid int value: 'ten'"),
    ("a repair into a file that exists", ["repair", "study.db", "--output", "study.db"],
     "askttell: `--output` 'study.db' exists already, and nothing is ever repaired in place; give the name of a new file."),
    ("a repair into no file", ["repair", "study.db", "--output", "saved.txt"],
     "askttell: `--output` must be a file that ends in .db, .sqlite or .jsonl, or its URL, but got 'saved.txt'."),
    ("a repair with a seed and no space", ["repair", "study.db", "--output", "saved.db", "--seed", "1"],
     "askttell: `--direction` and `--seed` go with `--space`, for a study whose opening is lost; leave them out."),
    ("no file", ["best", "--storage", "no.db"],
     "askttell: There is no file no.db; make a study in it first by `askttell create` or in Python."),
    ("no study", ["best", "--storage", "study.db", "--study", "mlq"],
     "askttell: There is no study `mlq` in study.db; known: mlp. Did you mean `mlp`? A new one is made by `askttell create`."),
    ("no study named among several", ["best", "--storage", "several.db"],
     "askttell: There are 2 studies in several.db; name one by `--study`: one, two."),
    ("no earlier study named among several", ["create", *NEW, "--space", "space.json", "--prior", "several.db"],
     "askttell: There are 2 studies in several.db; name one by `--prior several.db:STUDY`: one, two."),
    ("no file of an earlier study", ["create", *NEW, "--space", "space.json", "--prior", "typo.db:one"],
     "askttell: There is no file typo.db:one; `--prior` takes an earlier study as FILE or FILE:STUDY."),
    ("another prior", ["create", *STUDY, "--space", "space.json", "--prior", "told.db"],
     "askttell: `--prior` is no earlier search as recorded, but an earlier search of 1 result as given; open 'mlp' without it, or choose another `--study`."),
    ("an earlier study without results", ["create", *NEW, "--space", "space.json", "--prior", "told.db", "--prior", "study.db"],
     "askttell: `--prior` number 2 must have a complete trial, but has none; leave it out."),
    ("no study at all", ["best", "--storage", "empty.db"],
     "askttell: There is no study in empty.db; make one by `askttell create`."),
    ("a deletion without a name", ["delete", "--storage", "study.db", "--yes"],
     "askttell: There is no study `study` in study.db; known: mlp. A new one is made by `askttell create`."),
    ("a name with a hash sign on the command line", ["ask", "--storage", "study.db", "--study", "mlp#2"],
     "askttell: `--study` must be a non-empty text without '#', but got 'mlp#2'."),
    ("a lease of no time on the command line", ["ask", *STUDY, "--lease", "0"],
     "askttell: `--lease` must be greater than 0, but got 0.0."),
    ("no trials are asked for", ["ask", *STUDY, "-n", "0"],
     "askttell: `-n` must be an integer from 1, but got 0."),
    ("a negative seed on the command line", ["create", *NEW, "--space", "space.json", "--seed", "-1"],
     "askttell: `--seed` must be an integer from 0 to 2**63 - 1, but got -1."),
    ("no attempts on the command line", ["create", *NEW, "--space", "space.json", "--max-attempts", "0"],
     "askttell: `--max-attempts` must be an integer from 1, but got 0."),
    ("a report of a step below 0", ["report", *STUDY, "0", "0.5", "--step", "-1"],
     "askttell: `--step` must be an integer from 0, but got -1."),
    ("an objective that is none", ["importance", *TOLD, "--objective", "3"],
     "askttell: `--objective` must lie in 0 … 0, but got 3."),
    ("a strategy that is not installed on the command line", ["ask", "--storage", "middle.db"],
     "askttell: The study was made with the strategy 'Middle', which is not installed; give `--strategy`."),
    ("no space file", ["create", *NEW, "--space", "no.json"],
     "askttell: There is no space file no.json; give a JSON file, or module:NAME of a Space in Python."),
    ("a space file is no JSON", ["create", *NEW, "--space", "text.json"],
     "askttell: text.json is not the JSON of a space: Expecting value: line 1 column 1 (char 0); see `askttell create --help`."),
    ("a space file names a parameter twice", ["create", *NEW, "--space", "twice.json"],
     "askttell: twice.json is not the JSON of a space: `x` stands twice in one object; see `askttell create --help`."),
    ("a space file has a choice that is none", ["create", *NEW, "--space", "choice.json"],
     'askttell: `x`: a choice must be a plain value, a list, or {"float": "inf"} where JSON has no number, but got {\'float\': \'1\'}.'),
    ("a space file has a misspelt field", ["create", *NEW, "--space", "field.json"],
     "askttell: `x`: There is no field `hihg`; known: low, high, log, step, default, when. Did you mean `high`?"),
    ("a module of a space is not there", ["create", *NEW, "--space", "no_such_module:SPACE"],
     "askttell: There is no module 'no_such_module' in /here or among the installed ones; give --space as module:name."),
    ("a module of a space does not import", ["create", *NEW, "--space", "broken_module:SPACE"],
     "askttell: broken_module could not be imported: No module named 'no_such_module'."),
    ("a name in a module is misspelt", ["create", *NEW, "--space", "colorsys:rgb_to_yik"],
     "askttell: There is no name `rgb_to_yik` in colorsys; known: ONE_THIRD, ONE_SIXTH, TWO_THIRD, rgb_to_yiq, yiq_to_rgb, rgb_to_hls, hls_to_rgb, rgb_to_hsv, hsv_to_rgb. Did you mean `rgb_to_yiq`?"),
    ("a direction is misspelt on the command line", ["create", *NEW, "--space", "space.json", "--direction", "max"],
     "askttell: A direction must be 'minimize' or 'maximize', but got ('max',)."),
    ("a name in a module is no space", ["create", *NEW, "--space", "math:pi"],
     "askttell: `--space` math:pi must be a Space, but is 3.141592653589793."),
    ("another space is given", ["create", *STUDY, "--space", "other.json"],
     "askttell: `--space` differs from the recorded one: `x` is Float(0.0, 1.0) as recorded and Float(0.0, 2.0) as given; open 'mlp' without it, or choose another `--study`, or move the study by `askttell copy --space`."),
    ("another seed is given", ["create", *STUDY, "--space", "space.json", "--seed", "4"],
     "askttell: `--seed` is 3 as recorded, but 4 was given; open 'mlp' without it, or choose another `--study`."),
    ("a trial is text", ["tell", *STUDY, "first", "0.5"],
     "askttell: `TRIAL` must be a trial's number, or the line that `askttell ask` printed, but got 'first'."),
    ("a trial is a line of another study", ["tell", *STUDY, '{"number": 0, "study": "cnn"}', "0.5"],
     "askttell: `TRIAL` is a line of study 'cnn', but the study is 'mlp'; name it by `--study cnn`."),
    ("a trial is a line of a study in another file", ["tell", *STUDY, '{"number": 0, "study": "mlp", "id": "0123456789abcdef"}', "0.5"],
     "askttell: `TRIAL` is a line of another study 'mlp', not of the one in this storage; look at `--storage`."),
    ("a trial was never asked", ["tell", *STUDY, "7", "0.5"],
     "askttell: There is no trial 7; 1 have been asked, numbered from 0."),
    ("a value is empty", ["tell", *STUDY, "0", ""],
     "askttell: `VALUE` must be a number, but got ''; if the evaluation failed, record that: askttell fail 0."),
    ("a value is nan", ["tell", *STUDY, "0", "nan"],
     "askttell: `VALUE` must be finite, but got nan; record a failure instead: askttell fail 0 'not finite'."),
    ("a report is text", ["report", *STUDY, "0", "high", "--step", "1"],
     "askttell: `VALUE` must be a number, but got 'high'."),
    ("too many values", ["tell", *STUDY, "0", "1", "2"],
     "askttell: `value` must be one number, one per objective, but got 2: [1.0, 2.0]."),
    ("info is no JSON", ["tell", *STUDY, "0", "1", "--info", "five"],
     'askttell: `--info` must be a JSON object such as {"epochs": 5}, but got \'five\': Expecting value: line 1 column 1 (char 0).'),
    ("info is a list", ["tell", *STUDY, "0", "1", "--info", "[5]"],
     'askttell: `--info` must be a JSON object such as {"epochs": 5}, but got \'[5]\'.'),
    ("a parameter is given twice", ["enqueue", *STUDY, "x=0.1", "x=0.2"],
     "askttell: `x` was given twice in `PARAMS`; give it once."),
    ("a parameter is given twice in JSON", ["add", *STUDY, '{"x": 0.1, "x": 0.2}', "--value", "1"],
     "askttell: `PARAMS` must be a JSON object such as {\"epochs\": 5}, but got '{\"x\": 0.1, \"x\": 0.2}': `x` stands twice in one object."),
    ("parameters without names", ["enqueue", *STUDY, "0.5"],
     "askttell: `PARAMS` must be name=value, such as lr=0.1, or one JSON object, but got '0.5'."),
    ("a parameter is misspelt", ["enqueue", *STUDY, "y=0.5"],
     "askttell: There is no parameter `y`; known: x."),
    ("a parameter lies outside", ["add", *STUDY, "x=7", "--value", "1"],
     "askttell: `x` must lie in [0.0, 1.0], but got 7."),
    ("the owner is dead", ["ask", *STUDY, "--owner-pid", "4194305"],
     "askttell: There is no process 4194305; give the pid of the one that evaluates the trial, such as $$ in a shell."),
    ("a total is reached", ["ask", *STUDY, "--total", "1"],
     "askttell: The study holds 1 trial (1 pending), all that total=1 asks for; raise `--total` to go on."),
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
    ("the objective takes no such parameter", ["run", "objectives_of_the_table:other", *STUDY, "--trials", "3"],
     "askttell: `objective` is called with the parameters of the space by name, but of other(y): it does not take `x`."),
    ("a timeout is NaN", ["run", "objectives_of_the_table:nothing", *STUDY, "--trials", "3", "--timeout", "nan"],
     "askttell: `--timeout` must be a number of seconds, but got nan."),
    ("the objective returns nothing", ["run", "objectives_of_the_table:nothing", *STUDY, "--trials", "3"],
     "askttell: `value` must be a number, but got None of type NoneType; tell a number, or record a failure by fail(trial, reason)."),
    ("a kind of plot is misspelt", ["plot", *STUDY, "--kind", "paralel"],
     "askttell: There is no kind of plot `paralel`; known: history, parameters, parallel, slices, contour, importance, front, timeline, incumbent, ecdf. Did you mean `parallel`?"),
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
    "askttell/adapted.py": {"adapted"},  # its text becomes a part of another error's
    "askttell/history.py": {"replay", "_check_follows", "_check_asked", "_check_open"},
    "askttell/seed.py": {"uniforms", "_key"},
    "askttell/registry.py": {"_build"},
    "askttell/journal.py": {"_catch_up", "check_there"},  # a log that refuses what it does not give; the command line says more
    "askttell/space.py": {"__getitem__"},
    "askttell/__init__.py": {"__getattr__"},
    "askttell/running/in_flight.py": {"_without_result"},  # an interrupt that a worker met
    "storage_backends/__init__.py": {"__getattr__"},
    "storage_backends/records.py": {"dump", "check_name"},
    "storage_backends/json_lines.py": {"_lock_to_write", "_check_header", "_put", "_synced", "_replaced"},
    "storage_backends/lines.py": {"parsed"},
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
    Path("objectives_of_the_table.py").write_text("def nothing(**params):\n    pass\n\ndef other(y=1):\n    pass\n")
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

"""Saving what is whole of a damaged file."""

import contextlib
import copy
import functools
import json
import random
import sqlite3
import tempfile
from pathlib import Path

import pytest
from canary import SPACE, loss, rows
from conftest import PERSISTENT, url
from hypothesis import given
from hypothesis import strategies as st

import storage_backends
from askttell import Study, verify
from askttell.cli import main
from askttell.repair import repair
from askttell.strategies import Random
from benchmarks.robustness.mutations import mutated
from storage_backends import Damaged, StorageError
from storage_backends.lines import HEADER, line_of

N = 12
LOST = "the opening of the study is lost, and with it the space; results can be kept if you give that by `--space`"


def searched(storage, n=N, name="study"):
    with Study(SPACE, storage=storage, strategy=Random(), seed=1, name=name) as study:
        study.enqueue({"x": 0.25, "y": 2.0, "n": 7, "kind": "a"})
        for _ in range(n):
            trial = study.ask()
            study.report(trial, 1.0, step=0)
            study.tell(trial, loss(trial.params), info={"text": "x" * 3000})
        study.requeue(study.ask())
        study.enqueue({"x": 0.5, "y": 2.0, "n": 7, "kind": "a"})
    return storage


def path_of(kind, folder):
    return folder / ("log.jsonl" if kind == "json" else "log.db")


def records_of(storage, key="study"):
    log = storage_backends.connect(storage)
    found = list(log.read(key))
    log.close()
    return found


def without(kind, path, *gone):
    """The file without these records."""
    if kind == "json":
        lines = path.read_bytes().split(b"\n")
        places = [i for i, line in enumerate(lines) if any(f'"study":"study","at":{position},'.encode() in line for position in gone)]
        for i in places:
            lines[i] = lines[i].replace(b'"event"', b'"evenT"', 1)
        path.write_bytes(b"\n".join(lines))
    else:
        connection = sqlite3.connect(path)
        connection.executemany("DELETE FROM records WHERE position = ? AND study = 'study'", [(position,) for position in gone])
        connection.commit()
        connection.close()


def results(storage):
    """Parameters and values of all finished trials, in the order told."""
    with Study(storage=storage) as study:
        return [(repr(trial.params), trial.state, trial.values, trial.reports, trial.info) for trial in study.history.finished]


def test_a_file_without_damage_is_copied_record_for_record(kind, tmp_path):
    path = path_of(kind, tmp_path)
    searched(str(path))
    report = repair(path, str(tmp_path / "new.jsonl"))

    assert records_of(str(path)) == records_of(str(tmp_path / "new.jsonl"))
    first, *more = str(report).splitlines()
    assert first == f"study: {3 + 3 * N + 3} records kept as they are, 0 trials kept as results made elsewhere"
    assert len(more) == (kind == "sqlite")


def test_a_digit_that_was_changed_in_sqlite_is_kept_and_it_is_said_how_it_is_found(tmp_path, capsys):
    path, new = path_of("sqlite", tmp_path), str(tmp_path / "new.db")
    searched(str(path), 3)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("""UPDATE records SET record = replace(record, '"x":0.', '"x":0.0') WHERE record LIKE '%asked%"number":2%'""")
    assert main(["repair", str(path), "--output", new]) == 0
    assert "SQLite has no check sums, and was kept: `askttell verify --storage " + new in capsys.readouterr().out
    assert main(["verify", "--storage", new]) == 1
    assert "different, `x` is 0.0" in capsys.readouterr().out


def test_after_a_lost_result_what_came_later_is_kept_as_made_elsewhere(kind, tmp_path):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.db")
    searched(str(path))
    before, told = results(str(path)), [i for i, record in enumerate(records_of(str(path))) if record["event"] == "told"]
    without(kind, path, told[4])
    report = repair(path, new)

    assert results(new) == before[:4] + before[5:]
    with Study(storage=new) as study:
        assert [trial.number for trial in study.history.pending] == [4]
        assert [trial.origin for trial in study.trials[:7]] == ["enqueued", *["random"] * 4, "added", "added"]
        assert len(study.history.queue) == 2
        study.requeue(4)
        assert study.ask().number == 4
        assert study.trials[6].told_at is not None
    assert report.studies[0].trials_added == N - 5
    assert report.studies[0].dropped[0] == f"record {told[4]}: not readable"
    assert verify(storage_backends.connect(new)).passed


def test_after_a_lost_ask_its_result_is_dropped_and_the_others_are_numbered_anew(kind, tmp_path):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.jsonl")
    searched(str(path))
    before, asked = results(str(path)), [i for i, record in enumerate(records_of(str(path))) if record["event"] == "asked"]
    without(kind, path, asked[4])
    report = repair(path, new)

    assert results(new) == before[:4] + before[5:]
    why = "the parameters of trial 4 are lost or wait in the queue"
    assert f"records {asked[4] + 1} to {asked[4] + 2} and {asked[-1] + 1}, such as: {why}" in report.studies[0].dropped
    assert verify(storage_backends.connect(new)).passed


def test_without_its_opening_a_study_is_lost_and_the_others_are_not(kind, tmp_path):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.jsonl")
    searched(str(path), 1)
    searched(str(path), 1, name="other")
    without(kind, path, 0)
    report = repair(path, new)

    assert f"records 1 to {3 + 3 + 2}: {LOST}" in report.studies[-1].dropped
    assert [study.saved for study in report.studies] == [True, False]
    assert storage_backends.connect(new).studies() == ["other"]


def test_a_repair_that_saves_nothing_says_so_and_makes_no_file(kind, tmp_path, capsys):
    path = path_of(kind, tmp_path)
    searched(str(path), 2)
    without(kind, path, 0)

    assert main(["repair", str(path), "--output", str(tmp_path / "new.db")]) == 1
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "study: nothing saved",
        "  dropped: record 0: not readable",
        f"  dropped: records 1 to 11: {LOST}",
        "Nothing could be saved, so no file was made.",
    ]
    assert not (tmp_path / "new.db").exists()
    assert main(["repair", str(path), "--output", str(tmp_path / "new.db"), "--json"]) == 1
    (tmp_path / "rubbish.jsonl").write_bytes(b"rubbish\n" * 300)
    assert main(["repair", str(tmp_path / "rubbish.jsonl"), "--output", str(tmp_path / "new.db")]) == 1
    assert "line 1, at byte 0, is not whole; and 299 more like it, the last: line 300," in capsys.readouterr().out


def test_with_its_space_a_study_without_opening_keeps_its_results(kind, tmp_path, capsys):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.db")
    searched(str(path), 3)
    before = results(str(path))
    without(kind, path, 0)
    (tmp_path / "space.json").write_text(json.dumps(SPACE.to_json()))
    command = ["repair", str(path), "--output", new, "--space", str(tmp_path / "space.json"), "--direction", "maximize", "--seed", "9"]

    assert main(command) == 0
    assert (
        "study: opened anew on the given space (maximize, seed 9); 0 records kept as they are, 3 trials kept as results made"
        in capsys.readouterr().out
    )
    assert results(new) == before
    with Study(storage=new) as study:
        assert (study.history.directions, study.history.seed) == (("maximize",), 9)
    assert main(["verify", "--storage", new]) == 0
    with pytest.raises(TypeError, match="directions"):
        repair(path, str(tmp_path / "new2.db"), space=SPACE, directions="maximize")


def test_a_given_space_alone_is_nothing_saved(tmp_path):
    path = written(tmp_path / "a.jsonl", [(1, told(0)), (2, {"event": "using"})])

    assert not repair(path, str(tmp_path / "new.db"), space=SPACE).saved


def test_thousands_of_like_findings_are_few_lines(tmp_path):
    records = records_of(searched(str(tmp_path / "a.jsonl"), 1))
    path = written(tmp_path / "b.db", enumerate([*records, *(told(number) for number in range(100, 3100))]))
    report = str(repair(path, str(tmp_path / "c.db")))
    audit = str(verify(storage_backends.connect(path)))

    assert f"records {len(records)} to {len(records) + 2999}, such as: the parameters of trial 100 are lost" in report
    assert f"records {len(records)} to {len(records) + 2999}, such as: Trial 100 was never asked; 2 have been." in audit
    assert max(report.count("\n"), audit.count("\n")) < 4


def test_a_name_that_no_study_can_have_is_named(tmp_path):
    records = records_of(searched(str(tmp_path / "a.jsonl"), 1))
    rest = f'"at":0,"n":1,"durable":true,"records":[{json.dumps(records[0])}]'
    lines = [f'"study":{json.dumps(name)},{rest}'.encode() for name in ("#2", "\ud800", "good")]
    (tmp_path / "b.jsonl").write_bytes(b"".join(map(line_of, [HEADER, *lines])))
    report = repair(tmp_path / "b.jsonl", str(tmp_path / "c.db"))

    assert [study.saved for study in report.studies] == [False, True, False]
    assert report.studies[0].dropped == ("all 1 records, as no study can have that name",)


def test_deleted_studies_stay_deleted_and_what_has_their_name_now_keeps_it(kind, tmp_path):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.jsonl")
    searched(str(path), 3)
    searched(str(path), 1, name="gone")
    log = storage_backends.connect(str(path))
    log.delete("study"), log.delete("gone")
    log.close()
    searched(str(path), 2)
    report = repair(path, new)

    assert storage_backends.connect(new).studies() == ["study"]
    assert records_of(new) == records_of(str(path), "study#2")
    assert [saved.study for saved in report.studies] == ["study"]


def test_of_two_studies_of_one_name_whose_tombstone_is_lost_the_first_is_kept(tmp_path):
    path = tmp_path / "log.jsonl"
    searched(str(path), 1)
    searched(str(path), 1, name="x")
    log = storage_backends.connect(str(path))
    log.append("study#2", 0, log.read("x"), durable=True)
    log.close()

    assert "as a study of that name is there that was not deleted" in str(repair(path, str(tmp_path / "new.db")))


@pytest.mark.parametrize(
    ("change", "dropped"),
    [
        ({"event": "opened"}, "a second opening"),
        ({"event": "told", "number": 1, "state": "failed", "reason": "again"}, "Trial 1 is complete already."),
        ({"event": "asked", "number": 1}, "a second ask of trial 1"),
        ({"event": "sung"}, "This is not an event that askttell writes"),
    ],
)
def test_what_cannot_follow_is_dropped_with_the_reason(tmp_path, change, dropped):
    records = records_of(searched(str(tmp_path / "a.jsonl"), 3))
    opening, ask = records[0], next(record for record in records if record["event"] == "asked")
    odd = {"opened": opening, "asked": ask | change}.get(change["event"], change)
    records.insert(-2, odd)
    log = storage_backends.connect(str(tmp_path / "b.db"))
    log.append("study", 0, records, durable=True)
    log.close()

    (saved,) = repair(tmp_path / "b.db", str(tmp_path / "c.db")).studies
    assert any(dropped in what for what in saved.dropped)


def test_a_strategy_and_an_attempt_that_come_after_the_damage_are_kept(tmp_path):
    records = records_of(searched(str(tmp_path / "a.jsonl"), 3))
    told = next(i for i, record in enumerate(records) if record["event"] == "told")
    using = next(record for record in records if record["event"] == "using")
    records = [*records[:told], using | {"id": 5}, {"event": "claimed", "number": 0, "attempt": 2}, *records[told + 1 :]]
    log = storage_backends.connect(str(tmp_path / "b.db"))
    log.append("study", 0, records, durable=True)
    log.close()
    repair(tmp_path / "b.db", str(tmp_path / "c.db"))

    with Study(storage=str(tmp_path / "c.db")) as study:
        assert [one.id for one in study.history.using] == [0, 1]
        assert study.trials[0].attempts == 2


def told(trial, **change):
    return {"event": "told", "number": trial, "state": "complete", "values": [0.5]} | change


@functools.cache
def empty():
    """An SQLite file of ours without a record."""
    with tempfile.TemporaryDirectory() as folder:
        storage_backends.connect(f"{folder}/log.db").close()
        return Path(folder, "log.db").read_bytes()


def written(path, records):
    """The file, of whatever is given, as if we had written it: by study, position and record."""
    if path.suffix == ".jsonl":
        lines = [HEADER]
        for position, record in records:
            text = json.dumps(record)
            lines.append(f'"study":"study","at":{position},"n":1,"durable":true,"records":[{text}]'.encode())
        path.write_bytes(b"".join(map(line_of, lines)))
        return path
    path.write_bytes(empty())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    rows = [("study", position, json.dumps(record)) for position, record in records]
    connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize(
    "odd",
    [
        told(3, values=[0.5, 0.5]),
        told(3, values=[float("nan")]),
        told(3, state="failed"),
        told(3, number=[]),
        told(3, number={}),
        told(3, time="noon"),
        told(3, worker=3),
        told(3, info={"odd": float("nan"), "half": "\ud800"}),
        {"event": "reported", "number": 3, "attempt": 1, "step": -1, "values": [1.0]},
        {"event": "claimed", "number": 3, "attempt": 9},
        {"event": "enqueued", "params": {"x": 7.0}},
        {"event": "asked", "number": 4, "params": {"x": 7.0}, "by": 0, "seen": 2},
        {"event": "asked", "number": 4, "params": {"x": 0.5, "y": 2.0, "n": 7, "kind": "a"}, "by": 9, "seen": 2},
        {"event": "asked", "number": 4, "params": {"x": 0.1, "y": 2.0, "n": 7, "kind": "a"}, "by": None, "seen": 2, "origin": "enqueued"},
    ],
    ids=str,
)
@pytest.mark.parametrize("at", [-2, -6])
def test_what_nobody_writes_is_not_saved(kind, at, odd, tmp_path):
    """Neither at the place of the damage nor after it; a result whose envelope is odd is kept without that."""
    records = records_of(searched(str(tmp_path / "a.jsonl"), 3))
    records[-2:-2] = [odd, told(3, values=[], state="failed", reason="later")] if at == -2 else [told(0), odd]
    path = written(tmp_path / ("b.db" if kind == "sqlite" else "b.jsonl"), enumerate(records))
    report = repair(path, str(tmp_path / "c.db"))

    assert main(["verify", "--storage", str(tmp_path / "c.db")]) == 0
    assert report.studies[0].dropped or "time" in odd or "worker" in odd or odd.get("number") == 4


def test_of_two_results_that_follow_a_refused_ask_none_goes_to_another_trial(tmp_path):
    records = records_of(searched(str(tmp_path / "a.jsonl"), 5))
    asked = [i for i, record in enumerate(records) if record["event"] == "asked"]
    del records[asked[1] + 2]  # the result of trial 1
    records[asked[2] - 1]["params"]["x"] = 7.0
    before = {(params, values) for params, _, values, _, _ in results(str(tmp_path / "a.jsonl"))}
    repair(written(tmp_path / "b.db", enumerate(records)), str(tmp_path / "c.db"))

    after = {(params, values) for params, _, values, _, _ in results(str(tmp_path / "c.db"))}
    assert after < before
    assert len(after) == 3


BYTES = {
    "overwritten": lambda data, at, n, dice: data[:at] + dice.randbytes(n) + data[at + n :],
    "inserted": lambda data, at, n, dice: data[:at] + dice.randbytes(n) + data[at:],
    "removed": lambda data, at, n, dice: data[:at] + data[at + n :],
    "zeroed": lambda data, at, n, dice: data[:at] + bytes(len(data[at : at + n])) + data[at + n :],
    "doubled": lambda data, at, n, dice: data[: at + n] + data[at:],
    "cut off": lambda data, at, n, dice: data[:at],
}
RECORDS = {
    "lost": lambda records, i, j, dice: records.pop(i),
    "exchanged": lambda records, i, j, dice: records.__setitem__(slice(None), swapped(records, i, j)),
    "doubled": lambda records, i, j, dice: records.insert(j, records[i]),
    "moved": lambda records, i, j, dice: records.insert(j, records.pop(i)),
    "changed": lambda records, i, j, dice: records.__setitem__(i, changed(records[i], dice)),
}


def swapped(records, i, j):
    return [records[{i: j, j: i}.get(k, k)] for k in range(len(records))]


def changed(record, dice):
    found = mutated(record, dice)
    return found if isinstance(found, dict) else {"event": found}


@functools.cache
def source(kind):
    """A file of that kind, with its records and its results."""
    with tempfile.TemporaryDirectory() as folder:
        path = path_of(kind, Path(folder))
        searched(str(path), 6)
        with Study(storage=str(path)) as study:
            before = {(repr(trial.params), trial.values) for trial in study.history.finished}
        return path.read_bytes(), records_of(str(path)), before


def saved_studies(path, output):
    """What verify says of each study that was saved, after it was seen that all can be opened and gone on with."""
    report = repair(path, output)
    assert str(report)
    if not Path(output).exists():
        return []
    log = storage_backends.connect(output)
    audits = [verify(log, name) for name in log.studies()]
    for audit in audits:
        with Study(storage=log, name=audit.study, strategy=Random()) as study:
            list(study.trials)
            study.fail(study.ask(), "because")
    log.close()
    return audits


@pytest.mark.parametrize("kind", PERSISTENT)
@pytest.mark.parametrize("damage", BYTES)
@given(seed=st.integers(0, 2**32))
def test_whatever_bytes_are_damaged_verify_accepts_what_is_saved(kind, damage, seed, tmp_path_factory):
    data, _, before = source(kind)
    folder, dice = tmp_path_factory.mktemp("damage"), random.Random(seed)
    path = path_of(kind, folder)
    for _ in range(dice.randint(1, 4)):
        data = BYTES[damage](data, dice.randrange(len(data) + 1), dice.choice([1, 10, 300, 5000]), dice)
    path.write_bytes(data)

    for audit in saved_studies(path, str(folder / "new.jsonl")):
        assert not audit.problems
        if kind == "json":  # SQLite has no check sums, so that a digit that was changed is seen by recomputing only
            assert audit.passed
            with Study(storage=str(folder / "new.jsonl")) as study:
                after = {(repr(trial.params), trial.values) for trial in list(study.history.finished)[:-1]}
            assert after <= before


@pytest.mark.parametrize("kind", PERSISTENT)
@pytest.mark.parametrize("damage", RECORDS)
@given(seed=st.integers(0, 2**32))
def test_whatever_records_are_damaged_verify_accepts_what_is_saved(kind, damage, seed, tmp_path_factory):
    folder, dice = tmp_path_factory.mktemp("damage"), random.Random(seed)
    records = list(copy.deepcopy(source(kind)[1]))
    for _ in range(dice.randint(1, 4)):
        RECORDS[damage](records, dice.randrange(len(records)), dice.randrange(len(records)), dice)

    for audit in saved_studies(written(path_of(kind, folder), enumerate(records)), str(folder / "new.db")):
        assert not audit.problems
        assert audit.passed or damage == "changed"  # a digit of a check-summed record: only recomputing sees it


def test_an_output_that_exists_is_refused_and_stays(kind, tmp_path):
    path = path_of(kind, tmp_path)
    searched(str(path), 1)
    (tmp_path / "there.db").write_text("mine")
    for output in (str(tmp_path / "there.db"), f"sqlite:///{tmp_path}/there.db", str(path)):
        with pytest.raises(ValueError, match="exists already, and nothing is ever repaired in place"):
            repair(path, output)
    assert (tmp_path / "there.db").read_text() == "mine"


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(StorageError, match="Could not read"):
        repair(tmp_path, str(tmp_path / "new.db"))


def test_the_message_of_damage_names_a_command_that_mends_it(kind, tmp_path, capsys):
    path = path_of(kind, tmp_path)
    searched(str(path), 3)
    without(kind, path, 5)
    with pytest.raises(Damaged, match="save what is whole by `askttell repair .* --output NEW`"):
        Study(storage=str(path))

    assert main(["repair", str(path), "--output", str(tmp_path / "new.db")]) == 0
    assert ": not readable" in capsys.readouterr().out
    assert main(["repair", url(kind, tmp_path), "--output", str(tmp_path / "new2.db"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["studies"][0]["study"] == "study"
    assert main(["verify", "--storage", str(tmp_path / "new.db")]) == 0


def test_a_repaired_study_goes_on(kind, tmp_path):
    path, new = path_of(kind, tmp_path), str(tmp_path / "new.db")
    searched(str(path), 3)
    whole = len(records_of(str(path)))
    without(kind, path, whole - 3)
    repair(path, new)
    with Study(storage=new) as study:
        n = study.history.number
        for _ in range(3):
            study.tell(study.ask(), 1.0)
        assert len(rows(study.trials)) == n + 3

"""What is wrong with records that nobody but a fault could have written."""

import copy
import math

import attrs
import pytest
from canary import SPACE

import storage_backends
from askttell import Study, verify
from askttell.cli import main
from askttell.strategies import Random
from askttell.structure import problems


@pytest.fixture
def records():
    """Of a search with every kind of event."""
    log = storage_backends.InMemory()
    with Study(SPACE, storage=log, strategy=Random(), seed=1) as study:
        study.enqueue({"x": 0.25, "y": 2.0, "n": 7, "kind": "a"})
        for _ in range(3):
            trial = study.ask()
            study.report(trial, 1.0, step=0)
            study.tell(trial, 1.0)
        study.requeue(study.ask())
        study.fail(study.ask(), "because")
    return copy.deepcopy(list(log.read("study")))


def position(records, event, n=0):
    return [i for i, record in enumerate(records) if record["event"] == event][n]


def test_records_of_ours_are_right(records):
    assert problems(records) == []


@pytest.mark.parametrize(
    ("event", "n", "change", "why"),
    [
        ("asked", 1, {"number": 7}, "Trial 1 comes next, but 7 was asked."),
        ("asked", 1, {"by": 3}, "trial 1 comes from strategy 3, but 1 are named before it"),
        ("asked", 1, {"seen": 0}, "trial 1 was asked before the study was opened"),
        ("asked", 1, {"seen": 99}, "Trial 1 cannot have seen 99 events; there are 6."),
        ("asked", 1, {"params": {"x": 2.0}}, "`x` must lie in [0.0, 1.0], but got 2.0."),
        ("enqueued", 0, {"params": {"x": "a"}}, "`x` must be a number, but got 'a'."),
        ("told", 0, {"number": 5}, "Trial 5 was never asked; 1 have been."),
        ("told", 1, {"number": 0}, "Trial 0 is complete already."),
        ("told", 0, {"values": [1.0, 2.0]}, "trial 0 has 2 values, but the study has 1 objectives"),
        ("reported", 0, {"values": []}, "a report of trial 0 has 0 values, but the study has 1 objectives"),
        ("reported", 0, {"attempt": 3}, "attempt 3 of trial 0 reports, but 1 have begun"),
        ("claimed", 0, {"attempt": 4}, "attempt 4 of trial 3 comes after attempt 1 of at most 5"),
        ("using", 0, {"id": 2}, "Strategy 0 comes next, but 2 came."),
        ("opened", 0, {"max_attempts": 0}, "a trial may be evaluated 0 times"),
        ("told", 0, {"values": [math.nan]}, "trial 0 has the values (nan,), which are not finite"),
        ("told", 0, {"values": [10**400]}, "trial 0 has a value of more than 1.8e+308"),
        ("told", 0, {"state": "failed"}, "trial 0 is failed, but has the values (1.0,)"),
        ("reported", 0, {"values": [10**400]}, "a report of trial 0 has a value of more than 1.8e+308"),
        ("reported", 0, {"step": -1}, "a report of trial 0 is of step -1"),
        ("asked", 1, {"origin": "enqueued", "by": None}, "trial 1 comes from the queue, whose head was None and not "),
        (
            "asked",
            0,
            {"by": 0, "origin": "random"},
            "trial 0 comes from strategy 0, though {'x': 0.25, 'y': 2.0, 'n': 7, 'kind': 'a'} was in the queue",
        ),
        ("asked", 1, {"time": "noon"}, "`time` must be seconds since 1970, but is 'noon'"),
        ("asked", 1, {"time": 1e300}, "`time` must be seconds since 1970, but is '1e+300'"),
        ("asked", 1, {"worker": 1}, "`worker` must be a str, but is '1'"),
        ("asked", 1, {"owner": ["boot", "namespace", "1", "0"]}, "`owner` must be a process: boot id, namespace, pid and start, but is "),
        ("asked", 1, {"lease_seconds": -1}, "`lease_seconds` must be a number of seconds, but is '-1'"),
    ],
)
def test_what_does_not_follow_is_named_with_its_place(records, event, n, change, why):
    at = position(records, event, n)
    records[at] |= change

    found = problems(records)

    assert found[0].position == at
    assert any(str(problem).startswith(f"record {at}: {why}") for problem in found)


def test_earlier_results_are_looked_at(records):
    prior = {"space": records[0]["space"], "params": [{"x": 2.0}], "losses": [[math.inf]]}
    records[0] = records[0] | {"prior": [prior]}

    assert [problem.why for problem in problems(records)[:2]] == [
        "`x` must lie in [0.0, 1.0], but got 2.0.",
        "an earlier result has the values (inf,), which are not finite",
    ]


def test_a_value_in_another_form_is_named(records):
    at = position(records, "asked", 1)
    records[at]["params"]["n"] = float(records[at]["params"]["n"])

    assert "is recorded where we record" in problems(records)[0].why


def test_a_record_of_another_type_is_named_and_those_after_it_are_looked_at(records):
    records[position(records, "told")] = {"event": "told", "number": "0", "state": "complete"}

    assert "not an event that askttell writes" in problems(records)[0].why


def test_an_audit_tells_problems_and_does_not_pass(records):
    log = storage_backends.InMemory()
    records[position(records, "reported")]["attempt"] = 2
    log.append("study", 0, records, durable=True)
    audit = verify(log)

    assert not audit.passed
    assert {verdict.outcome for verdict in audit.verdicts} == {"same"}
    assert "\n  record 3: attempt 2 of trial 0 reports, but 1 have begun\n  save what is whole by `askttell repair" in str(audit)


def test_an_audit_of_what_cannot_be_read_tells_why(records):
    log = storage_backends.InMemory()
    log.append("study", 0, records[1:], durable=True)
    audit = verify(log)

    assert (audit.passed, audit.verdicts) == (False, ())
    assert "records 0 to 14: The study is not opened before its first event." in str(audit)


def test_an_ask_without_its_strategy_cannot_be_compared(records):
    log = storage_backends.InMemory()
    records[position(records, "asked", 2)]["by"] = 1
    log.append("study", 0, records, durable=True)

    assert verify(log).verdicts[2] == attrs.evolve(
        verify(log).verdicts[2], outcome="not comparable", why="the record of its strategy is missing"
    )


def test_the_command_line_tells_problems(records, tmp_path, capsys):
    log = storage_backends.connect(tmp_path / "a.jsonl")
    records[position(records, "reported")]["attempt"] = 2
    log.append("study", 0, records, durable=True)
    log.close()

    assert main(["verify", "--storage", str(tmp_path / "a.jsonl")]) == 1
    assert "record 3: attempt 2" in capsys.readouterr().out
    assert main(["verify", "--storage", str(tmp_path / "a.jsonl"), "--json"]) == 1
    assert '"problems": [{"record": 3, "why": "attempt 2' in capsys.readouterr().out

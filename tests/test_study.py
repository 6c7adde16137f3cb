"""The shell: opening, telling, orphans, running."""

import json
import math
import os
import signal
import threading
import time
from contextlib import closing, nullcontext

import pytest
from canary import SPACE, Canary, loss, rows
from conftest import url

import storage_backends
from askttell import AlreadyTold, Candidate, Categorical, Exhausted, Float, MedianRule, ReplayError, Space, Study, copy, verify
from askttell.audit import Audit, Verdict
from askttell.events import Told
from askttell.journal import Journal
from askttell.owner import is_dead, owner_of, this_process
from askttell.strategies import Auto, Grid, Random, Sobol
from storage_backends import SQLite, StudyDeleted, locks

X = Space(x=Float(0.0, 1.0))


def test_every_storage_gives_the_same_search_and_copies_without_loss(tmp_path):
    logs = {kind: storage_backends.connect(url(kind, tmp_path)) for kind in ("memory", "json", "sqlite")}
    made = []
    for log in logs.values():
        study = Study(SPACE, storage=log, strategy=Canary(), seed=1)
        study.enqueue({"x": 0.5, "y": 1.0, "n": 3, "kind": "a"})
        for trial in study.ask(3):
            study.report(trial, 1.0, step=0)
            study.tell(trial, loss(trial.params), info={"f1": math.nan, "list": [1, None]})
        study.fail(study.ask(), "because")
        study.stop(study.ask())
        study.add({"x": 0.5, "y": 1.0, "n": 3, "kind": "a"}, 7)
        study.ask()
        made.append(rows(study.trials))
    for source_kind, source in logs.items():
        for target_kind, target in logs.items():
            copy(source, "study", target, f"from {source_kind} to {target_kind}")
            assert source.read("study") == target.read(f"from {source_kind} to {target_kind}")
            assert verify(target, f"from {source_kind} to {target_kind}", strategies=[Canary]).passed

    assert made[0] == made[1] == made[2]
    with pytest.raises(ValueError, match="holds a study 'study' already"):
        copy(logs["json"], "study", logs["sqlite"])
    with pytest.raises(LookupError, match="There is no study 'nothing'"):
        copy(logs["json"], "nothing", logs["sqlite"])


def test_a_copy_puts_few_records_into_a_line_and_waits_for_the_disk_once(tmp_path):
    """So that damage to a line takes few records with it."""
    source = Study(SPACE, strategy=Random(), seed=1)
    for trial in source.ask(30):
        source.tell(trial, 1.0)
    target = storage_backends.connect(tmp_path / "a.jsonl")
    copy(source._log, "study", target)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()[1:]]

    assert lines[0]["n"] == 1  # the opening, without which none can be read
    assert max(line["n"] for line in lines) == 8
    assert [line["durable"] for line in lines] == [False] * (len(lines) - 1) + [True]


def test_a_copy_that_was_interrupted_goes_on(log):
    source = Study(SPACE, strategy=Random(), seed=1)
    source.ask(30)
    records = source._log.read("study")
    log.append("study", 0, records[:9], durable=True)
    copy(source._log, "study", log)

    assert log.read("study") == records
    log.delete("study")
    log.append("study#2", 0, [*records[:8], records[10]], durable=True)
    with pytest.raises(ValueError, match="holds a study 'study' already"):
        copy(source._log, "study", log)


def test_a_misspelt_file_is_named_and_not_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for storage in ("typo.db", tmp_path / "typo.jsonl", "sqlite:///typo.db", f"json:///{tmp_path}/typo.jsonl"):
        with pytest.raises(LookupError, match=r"There is no file .*typo.*; give `space`"):
            Study(storage=storage)

    assert list(tmp_path.iterdir()) == []


def test_a_study_goes_on_where_it_stopped(log):
    with Study(SPACE, storage=log, strategy=Canary(), seed=1, directions=("minimize", "maximize")) as study:
        study.tell(study.ask(), (1.0, 2.0))
    again = Study(storage=log, strategy=Canary())

    assert rows(study.trials) == rows(again.trials)
    assert again.peek() == study.peek()
    assert rows([again.ask()]) == rows([again.trials[-1]])
    assert [trial.number for trial in again.best_trials] == [0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"space": Space(x=Float(0.0, 2.0))}, "`x` is Float\\(0.0, 1.0\\) as recorded and Float\\(0.0, 2.0\\) as given"),
        ({"space": 3}, "`space` must be a Space"),
        ({"direction": "maximize"}, "`directions` is \\('minimize',\\) as recorded"),
        ({"seed": 2}, "`seed` is 1 as recorded, but 2 was given"),
        ({"max_attempts": 3}, "`max_attempts` is 5 as recorded"),
        ({"prior": [[({"x": 0.5}, 1.0)]]}, "`prior` is no earlier search as recorded, but an earlier search of 1 result as given"),
        ({"strategy": Random}, "such as Random\\(\\)"),
        ({"nonfinite": "no"}, "`nonfinite` must be 'raise' or 'fail'"),
        ({"lease_seconds": 0}, "`lease_seconds` must be greater than 0"),
        ({"max_attempts": 0}, "`max_attempts` must be an integer from 1"),
        ({"name": "a#2"}, "`name` must be a non-empty str without '#'"),
        ({"name": "nothing"}, "There is no study 'nothing' .*there: study"),
        ({"storage": "x.txt"}, "must end in"),
    ],
)
def test_what_does_not_agree_with_the_record_is_refused(log, settings, message):
    Study(X, storage=log, seed=1)
    with pytest.raises((ValueError, TypeError, LookupError), match=message):
        Study(**{"storage": log, **settings})


def test_another_strategy_is_allowed_and_recorded(log):
    study = Study(X, storage=log, seed=1, strategy=Random())
    study.ask()
    other = Study(storage=log, strategy=Sobol())
    other.ask(2)

    assert [using.name for using in other.history.using] == ["Random", "Sobol"]
    assert Sobol() == Study(storage=log).strategy
    assert Auto() == Study(X).strategy
    assert verify(log).passed


def test_a_strategy_that_is_not_installed_is_named_when_it_is_needed(log):
    Study(SPACE, storage=log, seed=1, strategy=Canary()).ask()
    study = Study(storage=log)

    assert len(study.trials) == 1
    with pytest.raises(LookupError, match="'Canary', which is not installed; give `strategy`"):
        study.ask()


def test_results_of_nan_are_refused_or_recorded_as_failures():
    strict, lenient = Study(X, seed=1), Study(X, seed=1, nonfinite="fail", stopping=MedianRule(n_startup=1))
    with pytest.raises(ValueError, match="nonfinite='fail'"):
        strict.tell(strict.ask(), math.nan)
    for _ in range(2):
        trial = lenient.ask()
        lenient.report(trial, 1.0, step=0)
        lenient.tell(trial, 1.0)
    trial = lenient.ask()
    lenient.report(trial, math.nan, step=0)

    assert lenient.should_stop(trial)
    assert not strict.should_stop(0)
    assert (lenient.tell(trial, math.nan).state, lenient.trials[2].reason) == ("failed", "the value was nan")
    assert strict.n_finished == 0


def test_total_caps_the_study_and_cuts_a_batch_short():
    study = Study(X, seed=1)

    assert len(study.ask(5, total=3)) == 3
    with pytest.raises(Exhausted, match=r"holds 3 trials \(3 pending\), all that total=3"):
        study.ask(total=3)
    for n in (0, True, 1.5):
        with pytest.raises(ValueError, match="`n` must be an integer from 1"):
            study.ask(n)


def test_a_batch_of_a_finite_space_ends_with_the_space(log):
    study = Study(Space(c=Categorical(["a", "b", "c"])), storage=log, strategy=Grid(), seed=0)

    assert len(study.ask(5)) == 3
    with pytest.raises(Exhausted, match="All 3 cells"):
        study.ask()
    assert verify(log).passed


def test_best_without_a_result_says_so():
    study = Study(X, seed=1)
    with pytest.raises(LookupError, match="No trial is complete"):
        _ = study.best_value
    study.tell(study.ask(), 2.0)

    assert (2.0, study.best_trial.params) == (study.best_value, study.best_params)
    assert "best=2" in repr(study)
    assert "<td>2</td>" in study._repr_html_()
    assert "failed" not in repr(study)
    study.fail(study.ask(), "no")
    assert "failed=1" in repr(study)


def test_trials_know_when_and_by_whom(log):
    study = Study(X, storage=log, seed=1)
    told = study.tell(study.ask(), 1.0)

    assert told.asked_at <= told.told_at
    assert told.worker.endswith(f":{os.getpid()}")
    assert Study(storage=log).trials[0].told_at == told.told_at


def test_objects_of_choices_are_handed_out_by_who_knows_them(log):
    space = Space(f=Categorical({"largest": max, "total": sum}))
    study = Study(space, storage=log, seed=1)

    assert study.ask().params["f"] in (max, sum)
    assert Study(storage=log).trials[0].params["f"] in ("largest", "total")
    assert Study(space, storage=log).trials[0].params["f"] in (max, sum)
    study.add({"f": sum}, 1.0)
    assert study.best_params == {"f": sum}


def test_a_deleted_study_is_met_and_its_name_can_be_used_again(log):
    study = Study(X, storage=log, seed=1)
    study.ask()
    log.delete("study")
    with pytest.raises(StudyDeleted, match="was deleted; open it again"):
        study.ask()
    again = Study(X, storage=log, seed=2)
    again.ask()

    assert len(Study(storage=log).trials) == 1
    with pytest.raises(StudyDeleted):
        study.tell(0, 1.0)


def test_a_lease_that_ran_out_hands_the_trial_out_again_and_the_slow_worker_is_told(log):
    study = Study(X, storage=log, seed=1, lease_seconds=0.05)
    slow = study.ask()
    study.report(slow, 1.0, step=0)
    study.renew(slow)
    time.sleep(0.08)
    again = study.ask()

    assert (slow.number, 2) == (again.number, again.attempts)
    with pytest.raises(AlreadyTold, match="cannot be renewed"):
        study.renew(slow)
    study.tell(again, 1.0)
    with pytest.raises(AlreadyTold):
        study.tell(slow, 2.0)


def test_nothing_is_handed_out_again_without_reissue():
    study = Study(X, seed=1, lease_seconds=0.001, reissue=False)
    study.ask()
    time.sleep(0.01)

    assert study.ask().number == 1


def test_a_lease_runs_out_for_a_process_that_begins_later(log):
    """Because each command of a shell is a process of its own."""
    Study(X, storage=log, seed=1).ask_for(3, owner=None, lease_seconds=60.0)
    claim = {"event": "claimed", "number": 1, "attempt": 1, "lease_seconds": 60.0, "time": time.time() - 61.0}
    assert log.append("study", len(log.read("study")), [claim], durable=True)

    assert [trial.number for trial in Study(storage=log).ask(2)] == [1, 3]


def test_a_requeued_trial_comes_first_in_the_next_ask_of_any_process(log):
    """Because nobody knows who evaluates an ownerless trial, and a live owner may hang."""
    study = Study(X, storage=log, strategy=Random(), seed=1)
    first, *_ = study.ask_for(2, owner=None)
    study.ask()
    study.requeue(2)
    study.requeue(first)
    again = Study(storage=log).ask(2)
    study.tell(0, 1.0)

    assert [(trial.number, trial.attempts, trial.params) for trial in again] == [
        (0, 2, first.params),
        (2, 2, study.trials[2].params),
    ]
    assert study.ask().number == 3
    with pytest.raises(AlreadyTold, match="Trial 0 is complete already, so it cannot be requeued"):
        study.requeue(0)
    with pytest.raises(LookupError, match="There is no trial 9"):
        study.requeue(9)


def test_the_worker_of_a_requeued_trial_cannot_renew_its_lease(log):
    """Because it would silently undo the requeue."""
    study = Study(X, storage=log, seed=1, lease_seconds=60.0)
    trial = study.ask()
    Study(storage=log).requeue(trial)
    with pytest.raises(AlreadyTold, match="was requeued, so its lease cannot be renewed"):
        study.renew(trial)
    again = study.ask()
    study.renew(again)

    assert (again.number, again.attempts) == (trial.number, 2)


def test_a_report_of_a_superseded_evaluation_renews_no_lease(log):
    study = Study(X, storage=log, seed=1, lease_seconds=60.0)
    study.abandon(study.ask())
    newer = study.ask()
    holder = Journal(log, "study").holders[newer.number]
    begun = Journal(log, "study")
    for attempt in (1, 2):
        late = {"event": "reported", "number": 0, "attempt": attempt, "step": attempt, "values": [1.0], "time": time.time() + 30.0}
        assert log.append("study", begun.n, [late], durable=True)
        begun.holders[0].since = holder.since - 50.0
        begun.sync()
        assert (begun.holders[0].since > holder.since - 1.0) is (attempt == 2)


def test_a_peek_shows_the_trial_that_the_next_ask_hands_out_again(log):
    study = Study(X, storage=log, seed=1, strategy=Random(), max_attempts=2)
    first, second, _ = study.ask(3)
    study.requeue(first)
    again = study.ask()
    study.requeue(again)
    study.requeue(second)
    n_records = len(log.read("study"))
    peeked = study.peek()

    assert (first.number, peeked.params) == (again.number, second.params)
    assert study.peek() == Study(storage=log).peek()
    assert len(log.read("study")) == n_records
    assert study.ask().number == second.number
    assert study.peek().params == study.ask().params
    assert Study(storage=log, reissue=False).peek() == study.peek()


def test_a_peek_knows_the_trials_that_the_next_ask_gives_up():
    study = Study(SPACE, seed=1, strategy=Canary(), max_attempts=1)
    study.requeue(study.ask())
    peeked = study.peek()

    assert study.ask().params == peeked.params
    assert study.trials[0].state == "failed"


def test_orphans_come_back_in_the_order_of_their_numbers():
    study = Study(X, seed=1)
    for trial in study.ask(3):
        study.abandon(trial)

    assert [trial.number for trial in study.ask(4)] == [0, 1, 2, 3]


def test_two_handles_see_each_other_and_race_for_an_orphan_once(kind, tmp_path):
    one, two = (Study(X, storage=url(kind, tmp_path), seed=1) for _ in range(2))
    trial = one.ask()
    two.tell(trial.number, 1.0)
    with pytest.raises(AlreadyTold):
        one.tell(trial, 2.0)
    one.abandon(one.ask())

    assert one.ask().number == 1
    assert two.ask().number == 2
    with pytest.raises(LookupError):
        two.tell(9, 1.0)


def test_owners_are_judged_by_boot_namespace_and_start():
    boot, namespace, pid, started = this_process()

    assert not is_dead(this_process())
    assert is_dead((boot, namespace, pid, "1"))
    assert is_dead(("another boot", namespace, pid, started))
    assert not is_dead((boot, "another namespace", pid, "1"))
    assert this_process() == owner_of(pid)
    with pytest.raises(ValueError, match="There is no process"):
        owner_of(2**22 + 1)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_child_forked_while_other_threads_are_at_work_can_ask_and_tell(log):
    study = Study(X, storage=log, strategy=Random(), seed=0)
    study.tell(study.ask(), 1.0)
    busy, forked = threading.Event(), threading.Event()

    def work():
        within = nullcontext() if isinstance(log, SQLite) else log._lock  # a fork waits for SQLite's, as no connection may be open then
        with log.turn("study", 1.0), study._lock, within, study.history._store.lock:
            busy.set()
            forked.wait()

    other = threading.Thread(target=work)
    other.start()
    busy.wait()
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)  # ends a child that hangs
        try:
            ok = study.tell(study.ask(), 2.0).number == 1 and study.history.losses.tolist() == [[1.0], [2.0]]
            os._exit(0 if ok else 1)
        finally:
            os._exit(2)
    forked.set()
    other.join()

    assert os.waitpid(pid, 0)[1] == 0
    assert study.ask().number >= 1


def test_a_child_forked_while_a_strategy_thinks_ends_its_own_ask(log):
    """Done here as `os.fork` would do it in the child, whose thread holds the parent's turn."""

    class Forking:
        def ask(self, history):
            locks._renew()
            return Candidate({"x": 0.5})

    study = Study(X, storage=log, strategy=Forking(), seed=0)

    assert [study.ask().number, study.ask().number] == [0, 1]
    assert study.tell(0, 1.0).state == "complete"
    assert study.n_finished == 1


def test_a_zombie_is_dead():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie until `waitpid`
    with pytest.raises(ValueError, match="There is no process"):
        owner_of(pid)
    os.waitpid(pid, 0)


def test_run_evaluates_records_and_goes_on():
    def objective(x):
        if x > 0.8:
            raise RuntimeError("too much")
        return math.nan if x < 0.2 else x

    study, seen = Study(X, seed=1), []
    study.run(objective, 10, catch=RuntimeError, callbacks=[lambda s, t: seen.append(t.state)])

    assert 10 == study.n_finished == len(seen)
    assert {"complete", "failed"} == set(seen)
    reasons = {trial.reason for trial in study.trials if trial.state == "failed"}
    assert {"RuntimeError: too much", "the value was nan"} == reasons


def test_run_raises_what_is_not_caught_and_records_it():
    study = Study(X, seed=1)
    with pytest.raises(ZeroDivisionError):
        study.run(lambda x: 1 / 0, 3)
    with pytest.raises(TypeError, match="must be a number"):
        study.run(lambda x: None, 3)

    assert [trial.state for trial in study.trials] == ["failed", "failed"]


def test_an_interrupted_evaluation_comes_first_again():
    study = Study(X, seed=1)

    def interrupt(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(interrupt, 3)

    assert study.trials[0].state == "pending"
    assert study.ask().number == 0


def test_run_ends_with_the_space_with_time_and_needs_an_end(capsys):
    study = Study(Space(c=Categorical(["a", "b"])), strategy=Grid(), seed=0)
    study.run(lambda c: 1.0, 10, progress=True)
    other = Study(X, seed=0)
    other.run(lambda x: x, timeout=0.05)

    assert study.n_finished == 2
    assert other.n_finished > 0
    for bad in ({}, {"n_trials": -1}):
        with pytest.raises(ValueError, match="n_trials"):
            study.run(lambda c: 1.0, **bad)


def test_run_swallows_that_a_trial_was_told_by_another():
    study = Study(X, seed=1)

    def objective(x):
        study.tell(study.trials[-1].number, 5.0)
        return x

    study.run(objective, 1)

    assert study.trials[0].value == 5.0


def test_a_record_that_cannot_stand_is_named(log):
    Study(X, storage=log, seed=1).ask()
    log.append("study", len(log.read("study")), [{"event": "told", "number": 9, "state": "failed"}], durable=True)
    with pytest.raises(ReplayError, match="Study 'study' in .*never asked"):
        Study(storage=log)


def test_the_loser_of_opening_reads_what_the_winner_wrote(log, monkeypatch):
    first = Journal(log, "study")
    Study(X, storage=log, seed=1).ask()
    from askttell.events import Opened

    assert not first.begin([Opened(X, ("minimize",), 2)])
    assert first.history.seed == 1


def test_an_ask_that_loses_to_a_tell_is_recorded_unchanged_and_to_an_ask_is_thought_again(log):
    one, two = (Study(SPACE, storage=log, seed=1, strategy=Canary()) for _ in range(2))
    first = one.ask()
    real, lost = log.append, []

    def append(study, at, records, *, durable):
        if not lost:
            lost.append(at)
            two.tell(first.number, 1.0)
        elif len(lost) == 1 and records[-1]["event"] == "asked":
            lost.append(at)
            assert real(study, len(log.read(study)), [{**records[-1]}], durable=True)
        return real(study, at, records, durable=durable)

    log.append = append
    second = one.ask()

    assert len(lost) == 2
    assert second.number == 2
    log.append = real
    one.tell(second, 0.0)
    outcomes = [verdict.outcome for verdict in verify(log, strategies=[Canary]).verdicts]
    assert outcomes == ["same", "same", "same"]


def tampered(log, change):
    records = [dict(record) for record in log.read("study")]
    change(records)
    other = storage_backends.InMemory()
    other.append("study", 0, records, durable=True)
    return other


def test_a_changed_parameter_is_found_in_the_trial_that_has_it(log):
    study = Study(SPACE, storage=log, seed=1, strategy=Canary())
    study.enqueue({"x": 0.5, "y": 1.0, "n": 3, "kind": "a"})
    study.ask(4)
    study.add({"x": 0.5, "y": 1.0, "n": 3, "kind": "a"}, 1.0)

    def change(number):
        def inner(records):
            record = next(r for r in records if r.get("number") == number and r["event"] == "asked")
            record["params"] = {**record["params"], "x": 0.125}

        return inner

    assert verify(log, strategies=[Canary]).passed
    for number in (0, 2):
        audit = verify(tampered(log, change(number)), strategies=[Canary])
        assert not audit.passed
        assert number == audit.different[0].number
        assert "`x` is 0.125 as recorded" in str(audit)


def test_a_parameter_changed_in_the_file_itself_is_found(tmp_path):
    import sqlite3
    import zlib

    for kind in ("json", "sqlite"):
        study = Study(X, storage=url(kind, tmp_path), seed=1, strategy=Random())
        for _ in range(3):
            study.tell(study.ask(), 1.0)
        study.close()
        log = storage_backends.connect(url(kind, tmp_path))
        old = repr(Journal(log, "study").history.trial(1).params["x"])
        log.close()
        if kind == "json":
            path = tmp_path / "log.jsonl"
            lines = path.read_text().replace(old, "0.125").splitlines()
            path.write_text("".join(f"{line[:10]}{zlib.crc32(line[20:].encode()):08x}{line[18:]}\n" for line in lines))
        else:
            connection = sqlite3.connect(tmp_path / "log.db")
            connection.execute("UPDATE records SET record = replace(record, ?, '0.125')", (old,))
            connection.commit()
            connection.close()
        audit = verify(storage_backends.connect(url(kind, tmp_path)))

        assert [verdict.number for verdict in audit.different] == [1]


def test_what_cannot_be_compared_says_why(log):
    Study(SPACE, storage=log, seed=1, strategy=Canary()).ask()

    def version(records):
        records[1]["version"] = 7

    def platform(records):
        records[1]["platform"] = {**records[1]["platform"], "numpy": "0.1"}

    def queue(records):
        records[2]["by"] = None
        records[2]["origin"] = "enqueued"

    assert "'Canary' is not installed" in str(verify(log))
    assert "Canary was version 7 and is version 1 here" in str(verify(tampered(log, version), strategies=[Canary]))
    assert "numpy was 0.1 and is" in str(verify(tampered(log, platform), strategies=[Canary]))
    assert "a queue that was empty" in str(verify(tampered(log, queue)))
    with pytest.raises(LookupError, match="There is no study 'x'"):
        verify(log, "x")
    assert Audit("s", (Verdict(0, "same"),)).passed
    assert Audit("s", (Verdict(0, "same"),)).complete
    assert verify(log).passed
    assert not verify(log).complete
    assert "nothing differs, but only" in str(verify(log)).splitlines()[-1]
    assert "nothing differs" not in str(verify(log, strategies=[Canary]))


def test_a_torn_tail_is_noted_and_is_no_damage(tmp_path):
    with Study(X, storage=tmp_path / "a.jsonl", seed=1, strategy=Random()) as study:
        study.ask()
    size = (tmp_path / "a.jsonl").stat().st_size
    with closing(storage_backends.connect(tmp_path / "a.jsonl")) as log:
        assert verify(log).note == ""
        with open(tmp_path / "a.jsonl", "ab") as file:
            file.write(b'{"crc32":"0')
        audit = verify(log)

    assert audit.passed
    assert audit.complete
    assert (
        str(audit)
        .splitlines()[1]
        .startswith(f"  the last 11 bytes of {tmp_path / 'a.jsonl'}, from byte {size} on, are an unfinished record")
    )


def test_an_origin_or_an_exception_that_differs_is_found(log):
    Study(X, storage=log, seed=1, strategy=Random()).ask()

    def origin(records):
        records[2]["origin"] = "other"

    class Random2:
        def ask(self, history):
            raise RuntimeError("no")

    Random2.__name__ = "Random"

    assert "other" in str(verify(tampered(log, origin)))
    assert "raised RuntimeError: no" in str(verify(log, strategies=[Random2]))


def test_settings_of_nested_strategies_are_rebuilt(log):
    import attrs

    @attrs.frozen
    class Wrapped:
        inner: object
        weights: tuple = (1.0, 2.0)

        def ask(self, history):
            return self.inner.ask(history)

    study = Study(X, storage=log, seed=1, strategy=Wrapped(Grid(points={"x": 3})))
    study.ask(2)

    assert verify(log, strategies=[Wrapped]).passed
    assert {"same"} == {verdict.outcome for verdict in verify(log, strategies=[Wrapped]).verdicts}
    assert {"not comparable"} == {verdict.outcome for verdict in verify(log).verdicts}


def test_threads_share_one_study(log):
    import threading

    study = Study(SPACE, storage=log, seed=1, strategy=Canary())

    def work():
        for _ in range(10):
            trial = study.ask()
            study.tell(trial, loss(trial.params))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert study.n_finished == 40
    assert {"same"} == {verdict.outcome for verdict in verify(log, strategies=[Canary]).verdicts}
    assert Told(0, "failed") != Told(1, "failed")
    assert Candidate({"x": 1}) == Candidate({"x": 1})


def test_other_threads_tell_while_a_strategy_thinks(log):
    """Because a model may think for a second; the ask then says truly what it had seen."""
    import threading

    thinking, told = threading.Event(), threading.Event()

    class Slow(Random):
        def ask(self, history):
            if history.number == 2 and not told.is_set():
                thinking.set()
                assert told.wait(30)
            return super().ask(history)

    study = Study(X, storage=log, strategy=Slow(), seed=0)
    first, second = study.ask(2)
    asked = []
    thread = threading.Thread(target=lambda: asked.append(study.ask()))
    thread.start()
    assert thinking.wait(30)
    study.tell(first, 1.0)
    told.set()
    thread.join()

    assert asked[0].number == 2
    assert study.history.view_of(2).n_finished == 0
    assert study.history.view_of(2).number == 2
    assert [trial.number for trial in study.history.pending] == [1, 2]
    assert second.number == 1


def test_an_ask_is_thought_again_if_another_thread_took_its_number(log):
    import threading

    thinking, added = threading.Event(), threading.Event()

    class Slow(Random):
        def ask(self, history):
            if not added.is_set():
                thinking.set()
                assert added.wait(30)
            return super().ask(history)

    study = Study(X, storage=log, strategy=Slow(), seed=0)
    asked = []
    thread = threading.Thread(target=lambda: asked.append(study.ask()))
    thread.start()
    assert thinking.wait(30)
    study.add({"x": 0.5}, 7.0)
    added.set()
    thread.join()

    assert asked[0].number == 1
    assert study.history.view_of(1).n_finished == 1


def test_a_batch_is_cut_short_where_orphans_are_all_that_is_left(log):
    study = Study(Space(kind=Categorical(["a", "b"])), storage=log, strategy=Grid(), seed=0)
    first, second = study.ask(2)
    study.tell(second, 1.0)
    study.abandon(first)

    assert [trial.number for trial in study.ask(3)] == [0]
    with pytest.raises(Exhausted):
        study.ask(3)


def test_only_as_many_orphans_come_back_as_are_wanted():
    study = Study(X, seed=0)
    for trial in study.ask(3):
        study.abandon(trial)

    assert study.ask().number == 0
    assert [trial.number for trial in study.ask(2)] == [1, 2]


def test_a_study_without_a_result_shows_no_best():
    study = Study(X, seed=0)
    assert "best" not in repr(study)
    study.fail(study.ask(), "because")
    assert "best" not in repr(study)
    study.tell(study.ask(), 0.5)
    assert "best=0.5" in repr(study)


def test_opening_leaves_the_garbage_collector_as_it_was(log):
    import gc

    Study(X, storage=log, seed=0)
    gc.disable()
    try:
        Study(storage=log)
        assert not gc.isenabled()
    finally:
        gc.enable()
    Study(storage=log)
    assert gc.isenabled()


def test_a_strategy_may_come_from_an_installed_package(monkeypatch):
    from askttell import registry

    class Point:
        def load(self):
            return Canary

    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name: [Point()] if name == "Canary" else [])

    assert registry.find("Canary") is Canary
    assert registry.find("Nobody") is None


def test_a_checkout_that_was_never_installed_has_no_version():
    from askttell.versions import _version

    assert _version("there-is-no-such-distribution") == "not installed"


def test_a_study_goes_on_with_the_strategy_of_its_newest_ask(log):
    """Because going back to an earlier strategy records no new settings."""
    for strategy in (Sobol(), Random(), Sobol()):
        Study(X, storage=log, strategy=strategy, seed=0).ask()
    study = Study(storage=log)
    study.add({"x": 0.5}, 1.0)

    assert study.strategy == Sobol()
    assert Study(storage=log).strategy == Sobol()


def test_an_interrupted_trial_comes_first_in_a_study_made_again_in_the_same_process(log):
    """As when a cell of a notebook is run again."""
    interrupted = []

    def objective(x):
        if len(interrupted) == 0 and x:
            interrupted.append(x)
            raise KeyboardInterrupt
        return x

    with pytest.raises(KeyboardInterrupt):
        Study(X, storage=log, seed=0, strategy=Random()).run(objective, 3)
    Study(X, storage=log, seed=0, strategy=Random()).run(objective, 3)

    assert [trial.state for trial in Study(storage=log).trials] == ["complete"] * 3
    assert Study(storage=log).trials[0].params["x"] == interrupted[0]


def test_what_was_told_beside_a_value_cannot_be_changed_afterwards(log):
    given = {"curve": [{"loss": 1.0}]}
    study = Study(X, storage=log, seed=1)
    trial = study.tell(study.ask(), 0.5, info=given)
    given["curve"][0]["loss"] = 2.0
    trial.info["curve"][0]["loss"] = 3.0
    trial.info["curve"].append(4)

    assert trial.info == study.trials[0].info == {"curve": [{"loss": 1.0}]}


def test_no_result_is_lost_for_its_text(log):
    study = Study(X, storage=log, seed=0)
    study.run(lambda x: (_ for _ in ()).throw(OSError("no file b\udcff")), 1, catch=OSError)
    study.tell(study.ask(), 1.0, info={"precision": {"float": "half"}, "file": "b\udcff", "w\udcff": 1, "best": math.inf})
    again = Study(storage=log)

    assert again.trials[0].reason == "OSError: no file b\\udcff"
    assert again.trials[1].info == {"precision": {"float": "half"}, "file": "b\\udcff", "w\\udcff": 1, "best": math.inf}
    with pytest.raises(ValueError, match="give float"):
        again.tell(again.ask(), 1.0, info={"a": {"float": "inf"}})


def test_an_ask_that_raises_gives_nothing_back_that_another_study_object_was_handed(tmp_path):
    def raises(history):
        raise ZeroDivisionError

    first = Study(X, storage=url("json", tmp_path), seed=0, strategy=Random())
    second = Study(storage=url("json", tmp_path), strategy=Random())
    trial = first.ask()

    with pytest.MonkeyPatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr(Random, "ask", lambda self, history: raises(history))
        second.ask()
    assert first.ask().number == trial.number + 1
    assert first.trials[trial.number].attempts == 1

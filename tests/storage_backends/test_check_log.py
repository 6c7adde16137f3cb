"""check_log: our storages keep its laws, and planted faults are caught by name, each under its own law."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from conftest import STORAGES, url

import storage_backends
from storage_backends import InMemory, JsonLines, StudyDeleted
from storage_backends.testing import ALWAYS, CLAIMS, Broken, Child, Traced, check_log, checks
from storage_backends.testing import faults as faults_of_kit

ROOT = Path(__file__).parents[2]


def makes(kind):
    return lambda folder: storage_backends.connect(url(kind, folder))


def broken_laws(make, claims=(), only=None):
    """The laws that a log breaks, with what was said."""
    found = {}
    for law, check in checks(make, claims=claims):
        if only is None or law in only:
            try:
                check()
            except Broken as error:
                found[law] = str(error)
    return found


@pytest.mark.parametrize("law", [*ALWAYS, *CLAIMS])
@pytest.mark.parametrize("kind", STORAGES)
def test_a_law_holds_for_every_storage(kind, law):
    claims = () if kind == "memory" else CLAIMS
    tried = dict(checks(makes(kind), claims=claims))
    if law in tried:
        tried[law]()
    else:
        assert kind == "memory"
        assert law in CLAIMS


def test_check_log_tries_all_laws(monkeypatch):
    tried = []
    monkeypatch.setattr("storage_backends.testing.check._tried", lambda _law, _make, name: tried.append(name))
    check_log(makes("json"))

    assert sorted(tried) == sorted([*ALWAYS, *CLAIMS])


class LosesTheLast(InMemory):
    def read(self, study, start=0):
        return super().read(study, start)[: 3 - start]


class Reorders(InMemory):
    def append(self, study, at, records, *, durable):
        return super().append(study, at, list(records)[::-1], durable=durable)


class LiesAboutAConflict(InMemory):
    def append(self, study, at, records, *, durable):
        super().append(study, at, records, durable=durable)
        return True


class AppendsHalfABatch(InMemory):
    def append(self, study, at, records, *, durable):
        one_by_one = (super(AppendsHalfABatch, self).append(study, at + i, [record], durable=durable) for i, record in enumerate(records))
        return all(one_by_one) if records else super().append(study, at, [], durable=durable)


class AcceptsAWrongPosition(InMemory):
    def append(self, study, at, records, *, durable):
        return super().append(study, len(self.read(study)), records, durable=durable)


class ForgetsATombstone(InMemory):
    def delete(self, study):
        super().delete(study)
        del self._logs[study]


class ForgetsATombstoneWhenClosed(JsonLines):
    def close(self):
        super().close()
        lines = self.path.read_bytes().splitlines(keepends=True)
        self.path.write_bytes(b"".join(line for line in lines if b'"deleted":true' not in line))


class SharesItsRecords(InMemory):
    def __init__(self):
        super().__init__()
        self.shared = {}

    def append(self, study, at, records, *, durable):
        if done := super().append(study, at, records, durable=durable):
            self.shared.setdefault(study, []).extend(records)
        return done

    def read(self, study, start=0):
        super().read(study, start)
        return self.shared.get(study, [])[start:]


class SharesWhatItReads(InMemory):
    def __init__(self):
        super().__init__()
        self.shared = {}

    def read(self, study, start=0):
        known = self.shared.setdefault(study, [])
        known += super().read(study, len(known))
        return known[start:]


class ChangesFloats(InMemory):
    def append(self, study, at, records, *, durable):
        return super().append(study, at, [json.loads(json.dumps(record), parse_float=self.short) for record in records], durable=durable)

    @staticmethod
    def short(text):
        return float(text) if abs(float(text)) > 1e300 else float(f"{float(text):.15g}")


class MixesStudies(InMemory):
    def _log(self, study):
        return super()._log(study.partition("#")[0])

    def append(self, study, at, records, *, durable):
        return super().append(study.partition("#")[0], at, records, durable=durable)


class WorksWhenClosed(InMemory):
    def close(self):
        pass


class RaisesAnotherErrorWhenClosed(InMemory):
    def _check_open(self):
        if not self._open:
            raise RuntimeError


class HasNoLock(InMemory):
    """Looks at the length, lets others run, and appends."""

    def append(self, study, at, records, *, durable):
        if len(self.read(study)) != at:
            return False
        time.sleep(1e-4)
        return super().append(study, len(self.read(study)), records, durable=durable)


class GivesEverybodyATurn(InMemory):
    def turn(self, study, timeout_seconds):
        return InMemory().turn(study, timeout_seconds)


class NoticesNobodyElse(JsonLines):
    def _catch_up(self):
        if self._end == 0:
            super()._catch_up()


class ForgetsToSync(JsonLines):
    def append(self, study, at, records, *, durable):
        return super().append(study, at, records, durable=False)


class KeepsTheLastToItself(JsonLines):
    """Writes each batch when the next one comes: said to be kept, and gone with the process."""

    waiting = None

    def append(self, study, at, records, *, durable):
        if self.waiting:
            super().append(study, *self.waiting, durable=durable)
        self.waiting = (at, records)
        return True


class LeavesHalfALineWhenTheDiskIsFull(JsonLines):
    def _put(self, line):
        try:
            super()._put(line)
        except storage_backends.StorageError:
            self._end += os.pwrite(self._fd, b'{"half', self._end)
            self._size = self._end
            raise


PLANTED = {
    "kept": LosesTheLast,
    "order": Reorders,
    "exact": ChangesFloats,
    "position": AcceptsAWrongPosition,
    "conflict": LiesAboutAConflict,
    "batch": AppendsHalfABatch,
    "own": SharesItsRecords,
    "names": MixesStudies,
    "tombstone": ForgetsATombstone,
    "closed": WorksWhenClosed,
    "threads": HasNoLock,
    "turn": GivesEverybodyATurn,
}


@pytest.mark.parametrize("law", PLANTED)
def test_a_planted_fault_is_caught_by_its_law(law):
    found = broken_laws(lambda _: PLANTED[law](), only=set(ALWAYS) - {"machine"})

    assert f"This breaks the law `{law}` of check_log: {ALWAYS[law]}." in found.get(law, found)
    assert next(iter(found)) == law, found


@pytest.mark.parametrize("cls", [SharesWhatItReads, RaisesAnotherErrorWhenClosed])
def test_a_law_is_broken_in_more_ways_than_one(cls):
    law = {"SharesWhatItReads": "own", "RaisesAnotherErrorWhenClosed": "closed"}[cls.__name__]
    assert [law] == list(broken_laws(lambda _: cls(), only=set(ALWAYS) - {"machine"}))


@pytest.mark.parametrize("cls", [AcceptsAWrongPosition, LiesAboutAConflict, AppendsHalfABatch])
def test_the_machine_finds_faults_by_itself(cls):
    assert list(broken_laws(lambda _: cls(), only={"machine"})) == ["machine"]


PERSISTENT = {
    "reopened": ForgetsATombstoneWhenClosed,
    "handles": NoticesNobodyElse,
    "killed": KeepsTheLastToItself,
    "full": LeavesHalfALineWhenTheDiskIsFull,
}


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
@pytest.mark.parametrize("law", PERSISTENT)
def test_a_planted_fault_of_a_file_is_caught_by_its_law(law):
    found = broken_laws(lambda folder: PERSISTENT[law](folder / "log.jsonl"), CLAIMS, only={law})

    assert f"This breaks the law `{law}` of check_log: {CLAIMS[law]}." in found[law]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_log_that_forgets_to_sync_is_caught():
    found = broken_laws(lambda folder: ForgetsToSync(folder / "log.jsonl"), CLAIMS, only={"durable"})

    assert "What was not synced to the disk when a durable append returned" in found["durable"]


def test_without_strace_it_is_said_that_durability_was_not_checked(monkeypatch, tmp_path):
    monkeypatch.setattr(faults_of_kit, "installed", lambda: False)
    with pytest.warns(UserWarning, match="`durable` was not checked, as strace is not installed"):
        faults_of_kit.durable(makes("json"), tmp_path)


def test_what_a_log_raises_passes_through_with_the_name_of_the_law():
    class Raises(InMemory):
        def read(self, study, start=0):
            raise StudyDeleted("always")

    with pytest.raises(StudyDeleted) as caught:
        check_log(lambda _: Raises(), claims=())
    assert caught.value.__notes__[0].startswith("This came while trying the law `kept` of check_log: every record")


def test_a_log_may_give_up_in_its_own_words_while_a_writer_is_stopped(tmp_path):
    class GivesUp(JsonLines):
        n = 0

        def append(self, study, at, records, *, durable):
            self.n += 1
            if self.n > 5:
                raise storage_backends.StorageError("busy")
            return super().append(study, at, records, durable=durable)

    faults_of_kit.stopped(lambda folder: GivesUp(folder / "log.jsonl"), tmp_path)


def test_a_log_of_which_no_file_is_too_large_has_room(tmp_path):
    class Thrifty(JsonLines):
        def append(self, study, at, records, *, durable):
            return super().append(study, at, [dict(record, text=record.get("text", "")[:1]) for record in records], durable=durable)

        def read(self, study, start=0):
            return [record | {"text": "x" * 1000} for record in super().read(study, start)]

    faults_of_kit.full(lambda folder: Thrifty(folder / "log.jsonl"), tmp_path)


def test_an_unknown_claim_is_refused():
    with pytest.raises(ValueError, match="`claims` must be among reopened, .*durable, but got 'fast'"):
        check_log(lambda _: InMemory(), claims=["fast"])


def test_a_child_says_how_it_ended():
    assert Child(lambda say: (say(1), say("two"))).go().ended() == (0, ["1", "two"])
    assert Child(lambda say: signal.pause()).go().killed_after(0.0) == (-9, [])
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        Child(lambda say: 1 / 0).go().ended()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_who_cannot_be_traced_is_told(tmp_path):
    with pytest.raises(OSError, match="strace could not attach"):
        Traced(lambda say: None, tmp_path / "trace", ["--no-such-option"])


def test_the_kit_needs_neither_searches_nor_a_test_runner():
    for path in (ROOT / "storage_backends" / "testing").glob("*.py"):
        assert "pytest" not in path.read_text()
        assert "import askttell" not in path.read_text()

"""What is particular to each storage; the laws of all are those of `check_log`."""

import contextlib
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import url
from processes import HERE

import storage_backends
from storage_backends import Damaged, InMemory, JsonLines, SQLite, StorageError, StudyDeleted, TornTail
from storage_backends.lines import line_of
from storage_backends.locks import Turn
from storage_backends.testing import Child, Traced

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
RECORD = {"event": "x", "f": 0.1, "none": None, "nested": {"é\n": [1, 1.0, True, "\u2028"]}}


def test_what_is_refused_is_named(log):
    log.append("b", 0, [RECORD], durable=True)
    with pytest.raises(ValueError, match="non-empty str"):
        log.append("", 0, [RECORD], durable=True)
    with pytest.raises(LookupError, match="no study 'c' in .*; there: b"):
        log.delete("c")
    log.delete("b")
    with pytest.raises(StudyDeleted, match="'b' in .* was deleted; open it again"):
        log.read("b")


def filled(folder, n=4, *, durable=True):
    path = folder / "log.jsonl"
    log = JsonLines(path)
    for at in range(n):
        log.append("a", at, [{"n": at}], durable=durable)
    log.close()
    return path


def test_a_line_torn_at_any_byte_is_dropped_and_reported(tmp_path):
    path = filled(tmp_path)
    data = path.read_bytes()
    start = data.rindex(b"\n", 0, -1) + 1
    for cut in range(start, len(data) - 1):
        path.write_bytes(data[: cut + 1])
        log = JsonLines(path)
        assert [{"n": n} for n in range(3)] == log.read("a")
        with pytest.warns(TornTail, match=f"from byte {start} on"):
            assert log.append("a", 3, [{"n": "new"}], durable=True)
        log.close()
        assert JsonLines(path).read("a")[3] == {"n": "new"}


def test_a_header_torn_at_any_byte_is_a_fresh_file(tmp_path):
    path = filled(tmp_path, 1)
    header = path.read_bytes().split(b"\n")[0]
    for cut in range(1, len(header)):
        path.write_bytes(header[:cut])
        log = JsonLines(path)
        with pytest.warns(TornTail):
            assert log.append("a", 0, [RECORD], durable=True)
        log.close()


def test_zeros_left_by_a_power_cut_are_a_torn_tail(tmp_path):
    path = filled(tmp_path)
    with path.open("ab") as file:
        file.write(bytes(100))
    log = JsonLines(path)

    assert len(log.read("a")) == 4
    with pytest.warns(TornTail, match="100 bytes"):
        assert log.append("a", 4, [RECORD], durable=True)


def test_a_line_in_the_place_of_a_torn_tail_of_its_length_is_seen_and_kept(tmp_path):
    path = filled(tmp_path)
    size = path.stat().st_size
    JsonLines(path).append("a", 4, [RECORD], durable=True)
    with path.open("r+b") as file:
        file.seek(size)
        file.write(bytes(path.stat().st_size - size))
    saw_the_tail, other = JsonLines(path), JsonLines(path)
    with pytest.warns(TornTail):
        assert other.append("a", 4, [RECORD], durable=True)

    assert saw_the_tail.check() == ""
    assert not saw_the_tail.append("a", 4, [RECORD], durable=True)
    assert saw_the_tail.append("a", 5, [RECORD], durable=True)
    assert len(JsonLines(path).read("a")) == 6


def test_a_bad_line_before_others_that_are_not_durable_takes_them_along(tmp_path):
    path = filled(tmp_path, durable=False)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b'"n":1', b'"n":7')
    path.write_bytes(b"\n".join(lines))

    assert JsonLines(path).read("a") == [{"n": 0}]


@pytest.mark.parametrize("line", [1, 2, 3])
def test_damage_before_a_durable_line_is_reported_with_its_place(tmp_path, line):
    path = filled(tmp_path)
    lines = path.read_bytes().split(b"\n")
    offset = sum(len(whole) + 1 for whole in lines[:line])
    lines[line] = lines[line][:-3] + b"9}}"
    path.write_bytes(b"\n".join(lines))

    with pytest.raises(Damaged, match=f"line {line + 1}, at byte {offset},"):
        JsonLines(path)


def test_json_lines_are_json(tmp_path):
    import json

    lines = [json.loads(line) for line in filled(tmp_path).read_text().splitlines()]

    assert lines[0]["askttell"] == "study log"
    assert [{"n": n} for n in range(4)] == [line["records"][0] for line in lines[1:]]


def test_a_file_that_is_not_ours_is_left_alone(tmp_path):
    text = tmp_path / "notes.jsonl"
    text.write_text('{"a": 1}\n')
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"not a database at all, but long enough" * 100)

    with pytest.raises(StorageError, match="not a study log"):
        JsonLines(text)
    with pytest.raises(StorageError, match="of another program"):
        SQLite(other)
    with pytest.raises(Damaged, match="no SQLite file"):
        SQLite(noise)
    assert text.read_text() == '{"a": 1}\n'


def test_a_newer_format_asks_for_an_upgrade(tmp_path):
    path = tmp_path / "new.jsonl"
    path.write_bytes(line_of(b'"askttell":"study log","format":99'))
    SQLite(tmp_path / "new.db").close()
    connection = sqlite3.connect(tmp_path / "new.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for name in ("new.jsonl", "new.db"):
        with pytest.raises(StorageError, match="format 99, but this askttell reads up to 1; upgrade"):
            storage_backends.connect(tmp_path / name)


def test_a_line_with_a_right_check_sum_that_is_no_header_is_not_ours(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(line_of(b'"a":1'))
    with pytest.raises(StorageError, match="not a study log"):
        JsonLines(path)


def test_a_missing_folder_is_named(kind, tmp_path):
    with pytest.raises(StorageError, match="The folder .*missing' does not exist"):
        storage_backends.connect(url(kind, tmp_path / "missing"))


def test_a_json_file_replaced_or_cut_under_us_is_noticed(tmp_path):
    path = filled(tmp_path)
    log = JsonLines(path)
    shutil.copy(path, tmp_path / "copy")
    os.replace(tmp_path / "copy", path)
    with path.open("ab") as file:
        file.write(b"x" * 20)
    with pytest.raises(StorageError, match="replaced or cut"):
        os.ftruncate(log._fd, 10)
        log.read("a")


def run(program, *arguments):
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # whose files not everybody may write
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent, check=False, env=outside)


READ_ONLY = """
import os, sys
import sqlite3
import storage_backends.json_lines, storage_backends.sqlite
os.setuid(65534)
log = storage_backends.connect(sys.argv[1])
assert len(log.read("a")) == 1
try:
    log.append("a", 1, [{}], durable=True)
except storage_backends.StorageError as error:
    print(error)
with log.turn("a", 0.1) as held:
    print(held)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_read_only_file_can_be_read(kind):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        log = storage_backends.connect(url(kind, folder))
        log.append("a", 0, [{}], durable=True)
        log.close()
        os.chmod(folder, 0o755)
        for path in Path(folder).iterdir():
            path.chmod(0o444)
        done = run(READ_ONLY, url(kind, folder))

    assert (done.returncode, done.stderr) == (0, "")
    assert "read-only" in done.stdout
    assert "False" in done.stdout


def test_a_sync_that_failed_is_not_believed_again(tmp_path, monkeypatch):
    from storage_backends import json_lines

    log = JsonLines(tmp_path / "a.jsonl")

    def broken(_fd):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(json_lines, "_sync", broken)
    with pytest.raises(StorageError, match="Could not sync"):
        log.append("a", 0, [RECORD], durable=True)
    monkeypatch.undo()
    with pytest.raises(StorageError, match="could not be synced before"):
        log.append("a", 1, [RECORD], durable=True)
    log.close()


def test_connect_takes_urls_paths_and_logs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = InMemory()

    assert log is storage_backends.connect(log)
    assert isinstance(storage_backends.connect("memory://"), InMemory)
    assert repr(storage_backends.connect("json:///a.jsonl")) == "JsonLines('a.jsonl')"
    assert repr(storage_backends.connect(Path("a.sqlite"))) == "SQLite('a.sqlite')"
    assert f"SQLite('{tmp_path}/b.db')" == repr(storage_backends.connect(f"sqlite:///{tmp_path}/b.db"))


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("sqlit:///a.db", "Did you mean sqlite://"),
        ("zzz://a", "known: memory, json, sqlite"),
        ("a.txt", "must end in .db, .sqlite, .jsonl"),
        ("sqlite://a.db", "sqlite:///relative/path"),
        ("memory://a", "takes no path"),
        (3, "must be a URL, a path or a log"),
    ],
)
def test_connect_says_what_it_knows(storage, message):
    with pytest.raises((ValueError, TypeError), match=message):
        storage_backends.connect(storage)
    with pytest.raises(AttributeError):
        _ = storage_backends.Redis


def test_connect_finds_installed_storages(monkeypatch):
    class Point:
        name = "redis"

        def load(self):
            return lambda given: ("loaded", given)

    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [Point()])

    assert storage_backends.connect("redis://x") == ("loaded", "redis://x")


def without_writing(monkeypatch):
    """As for a user who may read the file and its folder only; root may write everywhere, so that no real bits can do it."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK and may(path, mode, **more))


@pytest.mark.parametrize("with_wal", [True, False])
def test_a_file_that_must_not_be_written_is_only_read(kind, tmp_path, monkeypatch, with_wal):
    writer = storage_backends.connect(url(kind, tmp_path))
    writer.append("a", 0, [RECORD], durable=True)
    if not with_wal:
        writer.close()
    without_writing(monkeypatch)
    log = storage_backends.connect(url(kind, tmp_path))

    assert list(log.read("a")) == [RECORD]
    with pytest.raises(StorageError, match="is read-only, so nothing was recorded"):
        log.append("a", 1, [RECORD], durable=True)
    log.close()


def test_a_file_that_cannot_be_opened_is_named(kind, tmp_path):
    path = Path(tmp_path / f"log.{'jsonl' if kind == 'json' else 'db'}")
    path.mkdir()

    with pytest.raises(StorageError, match="Could not open"):
        storage_backends.connect(str(path))


@pytest.mark.parametrize("replaced", [True, False])
def test_nothing_is_recorded_in_a_file_that_was_deleted_under_us(kind, tmp_path, replaced):
    log = storage_backends.connect(url(kind, tmp_path))
    log.append("a", 0, [RECORD], durable=True)
    (path,) = (path for path in tmp_path.iterdir() if path.suffix in (".db", ".jsonl"))
    whole = path.read_bytes()
    path.unlink()
    if replaced:
        path.write_bytes(whole)

    with pytest.raises(StorageError, match="was deleted"):
        log.append("a", 1, [RECORD], durable=True)
    log.close()


def test_a_file_that_was_removed_under_us_is_noticed(tmp_path):
    log = JsonLines(tmp_path / "a.jsonl")
    log.append("a", 0, [RECORD], durable=True)
    other = JsonLines(tmp_path / "a.jsonl")
    other.append("a", 1, [RECORD], durable=True)
    (tmp_path / "a.jsonl").unlink()

    with pytest.raises(StorageError, match="was deleted, replaced or cut"):
        log.read("a")
    log.close()
    other.close()


@pytest.mark.parametrize("body", [b'"neither":"study nor header"', b'"study":"a","at":7,"n":1,"durable":false,"records":[{}]'])
def test_a_whole_line_in_the_wrong_place_is_a_torn_tail(tmp_path, body):
    path = tmp_path / "a.jsonl"
    log = JsonLines(path)
    log.append("a", 0, [RECORD], durable=True)
    log.close()
    with path.open("ab") as file:
        file.write(line_of(body))
    log = JsonLines(path)

    with pytest.warns(TornTail):
        assert log.append("a", 1, [RECORD], durable=True)
    assert list(log.read("a")) == [RECORD, RECORD]
    log.close()


def test_a_durable_line_before_which_one_is_missing_is_damage_and_stays(tmp_path):
    path = filled(tmp_path)
    *lines, last, end = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:-1], last, end]))

    with pytest.raises(Damaged, match="is whole, but a line before it is missing"):
        JsonLines(path)


def test_a_parameter_called_durable_makes_no_line_so(tmp_path):
    path = tmp_path / "a.jsonl"
    log = JsonLines(path)
    for at in range(2):
        log.append("a", at, [{"params": {"durable": True, "x": 1}}], durable=False)
    log.close()
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], lines[1].replace(b"x", b"y"), *lines[2:]]))

    assert JsonLines(path).read("a") == []


@pytest.mark.parametrize("value", [10**5000, float("inf"), object()], ids=["large", "infinite", "object"])
def test_memory_refuses_what_a_file_refuses(tmp_path, value):
    for log in (InMemory(), JsonLines(tmp_path / "a.jsonl")):
        with pytest.raises((ValueError, TypeError)):
            log.append("a", 0, [{"x": [value]}], durable=False)
        assert log.read("a") == []


def test_memory_gives_back_what_a_file_gives_back(tmp_path):
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    record = {"é": "ü", "deep": deep, "large": 2**80, "tuple": (1, 2), "none": None, "yes": True, "float": -0.0}
    kept = []
    for log in (InMemory(), JsonLines(tmp_path / "a.jsonl")):
        log.append("a", 0, [record], durable=False)
        kept.append(repr(log.read("a")))
    assert kept[0] == kept[1]


def test_a_write_that_failed_in_the_lock_frees_it(tmp_path, monkeypatch):
    log = JsonLines(tmp_path / "a.jsonl")
    monkeypatch.setattr(os, "pwrite", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StorageError, match="No space left on device; nothing was recorded"):
        log.append("a", 0, [RECORD], durable=True)
    monkeypatch.undo()

    other = JsonLines(tmp_path / "a.jsonl")
    assert other.append("a", 0, [RECORD], durable=True)
    assert list(log.read("a")) == [RECORD]
    log.close()
    other.close()


def test_a_thread_that_was_interrupted_before_it_gave_its_turn_back_has_it_and_gives_it_back_next_time(tmp_path):
    turn, other = Turn(tmp_path / "x.turn"), Turn(tmp_path / "x.turn")
    assert turn.lock(1.0)
    assert not other.lock(0.01)
    with turn.take(0.0) as held:
        assert held
    assert other.lock(0.0)
    other.unlock()


def test_who_cannot_have_its_turn_in_time_goes_on_without(tmp_path, monkeypatch):
    turn = Turn(tmp_path / "x.turn")
    with turn.take(1.0) as held, Turn(tmp_path / "x.turn").take(0.01) as second:
        assert (held, second) == (True, False)
        seen = []
        thread = threading.Thread(target=lambda: seen.append(turn.lock(0.01)))
        thread.start()
        thread.join()
        assert seen == [False]
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(PermissionError))
    for _ in range(2):
        with Turn(tmp_path / "y.turn").take(0.01) as held:
            assert not held


def test_what_is_no_json_in_a_database_is_damage(tmp_path):
    log = SQLite(tmp_path / "a.db")
    log.append("a", 0, [RECORD], durable=True)
    log._connection.execute("UPDATE records SET record = 'nonsense'")

    with pytest.raises(Damaged, match="is not JSON"):
        log.read("a")
    log.close()


def test_a_batch_that_fails_in_the_middle_leaves_nothing(tmp_path):
    log = SQLite(tmp_path / "a.db")
    log._connection.execute("CREATE TRIGGER full BEFORE INSERT ON records WHEN NEW.position = 1 BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(StorageError, match="full"):
        log.append("a", 0, [RECORD, RECORD], durable=True)
    log._connection.execute("DROP TRIGGER full")

    assert list(log.read("a")) == []
    log.close()


def test_what_is_busy_is_tried_again_for_a_while(monkeypatch):
    from storage_backends import sqlite

    def busy():
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error

    answers = iter([busy, lambda: 7])
    assert sqlite._retried(lambda: next(answers)()) == 7
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", -1.0)
    with pytest.raises(sqlite3.OperationalError):
        sqlite._retried(busy)


@needs_strace
def test_after_a_sync_that_failed_no_append_is_believed_until_the_file_is_opened_again(kind, tmp_path):
    """As the kernel may have thrown away what it could not write, a later sync says nothing of it."""
    log = storage_backends.connect(url(kind, tmp_path))
    log.append("a", 0, [RECORD], durable=True)
    log.close()

    def program(say):
        log = storage_backends.connect(url(kind, tmp_path))
        for _ in range(2):
            try:
                log.append("a", 1, [RECORD], durable=True)
            except StorageError as error:
                say(str(error))

    _, said = Traced(program, tmp_path / "trace", ["-e", "inject=fsync,fdatasync:error=EIO:when=1"]).ended()
    assert "Could not" in said[0]
    assert "could not be synced before" in said[1]
    assert storage_backends.connect(url(kind, tmp_path)).append("a", 2, [RECORD], durable=True) or kind == "sqlite"


@needs_strace
def test_a_write_that_failed_and_could_not_be_taken_back_is_a_torn_tail(tmp_path):
    filled(tmp_path)

    def program(say):
        log = JsonLines(tmp_path / "log.jsonl")
        with pytest.raises(StorageError, match="nothing was recorded"):
            log.append("a", 4, [RECORD], durable=True)

    Traced(program, tmp_path / "trace", ["-e", "inject=pwrite64,ftruncate:error=EIO:when=1"]).ended()
    assert len(JsonLines(tmp_path / "log.jsonl").read("a")) == 4


def test_a_fork_waits_for_the_append_of_another_thread(tmp_path):
    """Because no connection may be open while the process forks."""
    log, inside, appended = SQLite(tmp_path / "a.db"), threading.Event(), []

    def append():
        with log._lock:
            inside.set()
            time.sleep(0.05)
            appended.append(log.append("a", 0, [RECORD], durable=True))

    thread = threading.Thread(target=append)
    thread.start()
    inside.wait()
    code, said = Child(lambda say: say(len(log.read("a")))).go().ended()
    thread.join()

    assert (appended, code, said) == ([True], 0, ["1"])
    log.close()


def forbidden(path, *_):
    raise PermissionError(13, "Permission denied", str(path))


def test_a_folder_that_must_not_be_looked_into_is_named(kind, tmp_path, monkeypatch):
    """Done here as the system does it for others than root."""
    log = storage_backends.connect(url(kind, tmp_path))
    other = storage_backends.connect(url(kind, tmp_path))
    log.append("a", 0, [RECORD], durable=True)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", forbidden)
        patch.setattr(Path, "stat", forbidden)
        patch.setattr(Path, "is_dir", forbidden)
        with pytest.raises(StorageError, match="Could not look at .*Permission denied"):
            other.append("a", 1, [RECORD], durable=True)
        with pytest.raises(StorageError, match="Could not open .*Permission denied"):
            storage_backends.connect(url(kind, tmp_path))
    assert log.append("a", 1, [RECORD], durable=True)
    log.close(), other.close()


def test_an_error_of_sqlite_whose_text_quotes_what_is_not_utf8_is_one_of_ours(tmp_path):
    """The names of tables stand in the file, too."""
    SQLite(tmp_path / "a.db").close()
    data = (tmp_path / "a.db").read_bytes()
    odd = data.replace(b"tablerecordsrecords", b"tabler\xd9cordsrecords").replace(b"CREATE TABLE records", b"CREATE TABLE rec rds")
    (tmp_path / "a.db").write_bytes(odd)

    with pytest.raises(Damaged, match="a text in it is not UTF-8; save what is whole by"):
        SQLite(tmp_path / "a.db")


def test_sqlite_checks_its_file(tmp_path):
    with contextlib.closing(SQLite(tmp_path / "a.db")) as log:
        log.append("mlp", 0, [{"a": 1}], durable=True)
        log.check()
    data = bytearray((tmp_path / "a.db").read_bytes())
    data[32:40] = struct.pack(">II", 2, 1)  # a page of the table counts as unused
    (tmp_path / "a.db").write_bytes(data)

    with contextlib.closing(SQLite(tmp_path / "a.db")) as log, pytest.raises(Damaged, match="integrity check says: .* and more"):
        log.check()


@pytest.mark.parametrize("depth", [100, 700])
def test_all_storages_keep_what_is_nested_deeply(tmp_path, depth):
    value = 0.5
    for _ in range(depth):
        value = [value]
    for log in (InMemory(), JsonLines(tmp_path / "s.jsonl"), SQLite(tmp_path / "s.db")):
        assert log.append("a", 0, [{"value": value}], durable=False)
        assert log.read("a") == [{"value": value}]

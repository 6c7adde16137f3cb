"""What is whole in a damaged file."""

import json
import random
import sqlite3
import struct

import pytest

from storage_backends import JsonLines, SQLite
from storage_backends.salvage import salvage
from storage_backends.sqlite_pages import rows

SIZES = (10, 900, 5_000, 70_000)  # in a cell, near its limit, on two pages, on many


def filled(cls, path, n=300, *, keep_open=False):
    log = cls(path)
    for at in range(n):
        log.append("a", at, [{"n": at, "text": "é" * (SIZES[at % 97] if at % 97 < 4 else at % 50)}], durable=False)
    log.append("b", 0, [{"float": 0.1, "big": 2**62}, {}], durable=True)
    if keep_open:
        return log
    log.close()
    return None


@pytest.mark.parametrize(("cls", "name"), [(JsonLines, "x.jsonl"), (SQLite, "x.db")])
def test_all_of_a_file_without_damage_is_whole(cls, name, tmp_path):
    filled(cls, tmp_path / name)
    found, log = salvage(tmp_path / name), cls(tmp_path / name)

    assert found.damage == []
    assert {study: [found.records[study][i] for i in range(len(found.records[study]))] for study in found.records} == {
        study: list(log.read(study)) for study in ("a", "b")
    }
    log.close()


def test_what_is_in_the_write_ahead_log_alone_is_found(tmp_path):
    log = filled(SQLite, tmp_path / "x.db", 20, keep_open=True)
    assert (tmp_path / "x.db-wal").stat().st_size > 4096

    assert list(salvage(tmp_path / "x.db").records["a"].values()) == list(log.read("a"))
    log.close()


def test_what_was_not_committed_is_not_found(tmp_path):
    log = filled(SQLite, tmp_path / "x.db", 3, keep_open=True)
    log._connection.execute("PRAGMA cache_size = 1")
    log._connection.execute("BEGIN")
    for at in range(3, 60):
        log._connection.execute("INSERT INTO records VALUES ('a', ?, ?)", (at, json.dumps({"text": "x" * 3000})))

    assert sorted(salvage(tmp_path / "x.db").records["a"]) == [0, 1, 2]
    log._connection.rollback()
    log.close()


def test_without_its_header_the_rows_are_found_and_it_is_said(tmp_path):
    filled(SQLite, tmp_path / "x.db")
    data = bytearray((tmp_path / "x.db").read_bytes())
    data[:100] = bytes(100)
    (tmp_path / "x.db").write_bytes(data)
    found = salvage(tmp_path / "x.db")

    assert found.damage == ["the header of the file; pages of 4096 bytes are assumed"]
    assert len(found.records["a"]) == 300


def test_the_size_of_pages_is_taken_from_the_write_ahead_log_if_need_be(tmp_path):
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    connection.execute("PRAGMA page_size = 1024")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    log = filled(SQLite, tmp_path / "x.db", 30, keep_open=True)
    damage = []
    found = list(rows(bytes(100), (tmp_path / "x.db-wal").read_bytes(), damage))

    assert damage == ["the header of the file; pages of 1024 bytes are assumed"]
    assert {row[1] for row in found if len(row) == 3 and row[0] == "a"} == set(range(30))
    log.close()


def test_values_of_all_kinds_are_read(tmp_path):
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v) WITHOUT ROWID")
    values = [None, 0, 1, -1, 200, -40_000, 2**23, 2**31, 2**47, -(2**62), 0.5, -1e300, b"\x00\xff", "é", ""]
    connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
    connection.commit()
    connection.close()

    assert list(rows((tmp_path / "x.db").read_bytes(), b"", [])) == list(enumerate(values))


def test_a_chain_of_pages_that_goes_round_ends(tmp_path):
    filled(SQLite, tmp_path / "x.db", 8)
    data = bytearray((tmp_path / "x.db").read_bytes())
    for page in range(2, len(data) // 4096):
        if data[page * 4096] == 0:
            data[page * 4096 : page * 4096 + 4] = struct.pack(">I", page + 1)
    (tmp_path / "x.db").write_bytes(data)

    assert len(salvage(tmp_path / "x.db").records["a"]) < 8


def test_lines_that_are_not_whole_are_named_with_their_place(tmp_path):
    filled(JsonLines, tmp_path / "x.jsonl", 5)
    lines = (tmp_path / "x.jsonl").read_bytes().split(b"\n")
    lines[3] = lines[3][:-5]
    (tmp_path / "x.jsonl").write_bytes(b"\n".join(lines))
    found = salvage(tmp_path / "x.jsonl")

    assert found.damage == [f"line 4, at byte {sum(len(line) + 1 for line in lines[:3])}, is not whole"]
    assert sorted(found.records["a"]) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    "body", [b'"a":1', b'"study":"a","at":0,"n":2,"durable":true,"records":[{}]', b'"study":"a","at":0,"n":1,"durable":true,"records":[3]']
)
def test_a_line_of_another_form_is_not_whole(tmp_path, body):
    from storage_backends.lines import line_of

    (tmp_path / "x.jsonl").write_bytes(line_of(body))
    assert salvage(tmp_path / "x.jsonl").damage == ["line 1, at byte 0, is not whole"]


def test_what_is_no_record_is_named(tmp_path):
    filled(SQLite, tmp_path / "x.db", 3)
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("UPDATE records SET record = '[1]' WHERE position = 1 AND study = 'a'")
    connection.execute("UPDATE records SET record = '{' WHERE position = 2 AND study = 'a'")
    connection.execute("UPDATE records SET record = NULL WHERE position = 0 AND study = 'a'")
    connection.commit()
    connection.close()

    found = salvage(tmp_path / "x.db")
    assert found.damage == ["record 1 of study 'a' is not JSON", "record 2 of study 'a' is not JSON"]
    assert "a" not in found.records


@pytest.mark.parametrize("seed", range(60))
def test_noise_anywhere_raises_nothing(seed, tmp_path):
    dice = random.Random(seed)
    filled(SQLite, tmp_path / "x.db", 30)
    data = bytearray((tmp_path / "x.db").read_bytes())
    for _ in range(dice.randint(1, 30)):
        at = dice.randrange(len(data))
        data[at : at + 40] = dice.randbytes(40)
    (tmp_path / "x.db").write_bytes(data[: dice.randrange(len(data))])

    salvage(tmp_path / "x.db")

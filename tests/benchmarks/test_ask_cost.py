"""The cost of asks, and the line that bounds most of them."""

import sys

import numpy as np

from benchmarks import ask_cost


def test_the_line_leaves_one_in_ten_above_it():
    seconds = 0.03 + 0.0002 * np.arange(50)
    seconds[5::10] += 0.5
    first, each = ask_cost.bound(seconds.tolist(), 0.85)

    assert np.allclose([first, each], [0.03, 0.0002])


def test_all_tables_are_printed(monkeypatch, capsys):
    monkeypatch.setattr(ask_cost, "_BINS", (2, 6, 10, 12))
    monkeypatch.setattr(ask_cost, "_SIZES", (5,))
    monkeypatch.setattr(ask_cost, "_N_ASKS", 4)
    monkeypatch.setattr(sys, "argv", ["ask_cost", "--quick"])
    ask_cost.main()
    tables = [part.splitlines() for part in capsys.readouterr().out.split("\n\n")]

    for table in (tables[0], tables[1], tables[3]):
        assert [line.split()[:3] for line in table[2:4]] == [["2", "to", "6"], ["6", "to", "10"]]
        assert table[-1].startswith("nine of ten asks lie below ")
    assert [line.split()[:2] for line in tables[2][2:4]] == [["5", "1"], ["5", "0.05"]]

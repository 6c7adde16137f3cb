"""The first suggestion on a recorded study is timed in a process of its own."""

import sys

from benchmarks import first_suggestion


def test_each_strategy_is_a_row(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["first_suggestion", "--strategies", "CMAES", "--trials", "12", "--rounds", "1"])
    first_suggestion.main()

    printed = capsys.readouterr().out
    assert "after 12 trials" in printed
    assert float(printed.split("CMAES")[1].split()[0]) > 0

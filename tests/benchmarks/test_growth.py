"""The cost of growth is measured for each strategy and for peers, and shown as ratios."""

import sys

from askttell import strategies
from benchmarks import growth


def test_every_strategy_has_a_row_and_ratios_are_to_random(monkeypatch, capsys):
    monkeypatch.setattr(growth, "SIZES", (5, 20, 40))
    monkeypatch.setattr(sys, "argv", ["growth", "--peers", "random", "--quick"])
    growth.main()
    lines = capsys.readouterr().out.splitlines()

    assert {line.split()[0] for line in lines[2:] if line} == {*strategies.__all__, "random"}
    assert lines[2].split()[3] == "1"


def test_what_takes_too_long_is_left_out_at_larger_sizes(monkeypatch, capsys):
    monkeypatch.setattr(growth, "_PATIENCE_SECONDS", 0.0)
    growth.report(["random"], (5, 20))

    assert "-: not tried" in capsys.readouterr().out


def test_a_missing_peer_is_named(monkeypatch, capsys):
    missing = growth.peers.Peer("nobody", lambda space, seed, budget: None, ("no_such_package",))
    monkeypatch.setattr(growth.peers, "find", lambda name: missing)
    growth.report(["nobody"], (5,))

    assert "nobody: not installed" in capsys.readouterr().out

"""The command shows what workers gain and what a run costs; the times themselves are not asserted."""

import importlib.util
import sys

from benchmarks import parallel


def test_each_executor_that_is_installed_has_a_row(monkeypatch, capsys):
    shown = list(parallel.executors())[:3]
    monkeypatch.setattr(parallel, "executors", lambda: [*shown, ("nobody's", "no_such_package", None)])
    monkeypatch.setattr(parallel, "gain", lambda n, rounds, gain=parallel.gain: gain(2, 1))
    monkeypatch.setattr(parallel, "overheads", lambda n, rounds, overheads=parallel.overheads: overheads(5, 2))
    monkeypatch.setattr(sys, "argv", ["parallel", "--quick"])
    parallel.main()
    lines = capsys.readouterr().out.splitlines()

    assert [line.split("  ")[0] for line in lines if line.startswith(("none", "2 "))] == ["none", "2 threads", "2 processes"]
    assert "nobody's: no_such_package is not installed, so it is left out" in lines


def test_the_others_make_executors_of_two_workers(monkeypatch):
    made = {name: make for name, package, make in parallel.executors() if importlib.util.find_spec(package)}

    assert {"none", "2 threads", "2 processes"} <= set(made)
    if "loky, 2 processes" in made:
        with made["loky, 2 processes"]() as executor:
            assert executor._max_workers == 2

"""The command of laws tells which hold, which are broken and where a search raised."""

import sys

import pytest

pytest.importorskip("hypothesis")
from askttell.testing import ALWAYS, CLAIMS
from benchmarks import laws


def test_each_law_has_a_verdict_and_what_broke_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["laws", "--opts", "random,planted-dud,Grid", "--budget", "6", "--examples", "3", "--why"])
    laws.main()
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: dict(zip([*ALWAYS, *CLAIMS], line.split()[1:], strict=False)) for line in lines if line}

    assert rows["random"]["scale"] == rows["random"]["inside"] == rows["random"]["random"] == "holds"
    assert rows["random"]["learns"] == rows["planted-dud"]["random"] == rows["planted-dud"]["fresh"] == "broken"
    assert rows["Grid"]["learns"] == "raised"
    assert any(line.startswith("planted-dud, random: It is worse than random search") for line in lines)

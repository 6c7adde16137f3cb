"""Values and info: what becomes a plain number or a plain JSON value."""

import runpy
import sys

import numpy as np
import pytest

from askttell.values import check_info, check_values


def test_info_is_copied_into_plain_values():
    info = {"array": np.arange(3), "scalar": np.float64(0.5), "nested": {"pair": (1, None)}, "text": "x"}

    assert check_info(info) == {"array": [0, 1, 2], "scalar": 0.5, "nested": {"pair": [1, None]}, "text": "x"}
    assert check_info(None) is None


def test_several_objectives_come_as_any_sequence():
    assert check_values([1, 2], 2) == check_values(np.array([1.0, 2.0]), 2) == check_values((1.0, np.float32(2.0)), 2) == (1.0, 2.0)
    with pytest.raises(ValueError, match="2 numbers, one per objective, but got 1"):
        check_values(1.0, 2)


def test_the_package_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["askttell", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_module("askttell", run_name="__main__")

    assert "askttell ask" in capsys.readouterr().out

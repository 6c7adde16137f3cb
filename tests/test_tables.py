"""Trials in files and in tables of pandas."""

import csv
import json
import math
import sys

import pandas as pd
import pytest

from askttell import Categorical, Float, Int, Ordinal, Space, Study
from askttell.frames import reports_to_pandas, to_pandas
from askttell.strategies import Random

SPACE = Space(
    lr=Float(1e-5, 0.1, log=True),
    layers=Int(1, 8),
    optimizer=Categorical(["adam", "sgd"]),
    momentum=Float(0.0, 0.99, when={"optimizer": "sgd"}),
    warmup=Int(0, 3, when={"optimizer": "sgd"}),
    batch=Ordinal([16, 32, 64]),
    odd=Categorical([1, True, None, "x", (1, 2)]),
)
GIVEN = {"lr": 0.01, "layers": 2, "optimizer": "adam", "batch": 32, "odd": None}


@pytest.fixture(scope="module")
def study():
    study = Study(SPACE, seed=0, strategy=Random())
    study.add(GIVEN, 0.1 + 0.2, info={"epochs": 3, "f1": 1, "note": 'a, "b"', "huge": 2**70, "mixed": 1})
    study.add(GIVEN | {"optimizer": "sgd", "momentum": 0.9, "warmup": 1}, 2.0, info={"epochs": None, "f1": 0.5, "mixed": "x", "ok": True})
    first = study.ask()
    study.report(first, 0.5, step=1)
    study.report(first, 0.7, step=0)
    study.fail(first, "out of memory")
    study.stop(study.ask())
    study.ask()
    return study


def test_columns_have_the_types_of_the_space(study):
    frame = study.to_pandas()
    types = {name: str(dtype) for name, dtype in frame.dtypes.items()}

    assert types == {
        "number": "int64", "state": "category", "value": "float64", "params_lr": "float64", "params_layers": "Int64",
        "params_optimizer": "category", "params_momentum": "float64", "params_warmup": "Int64", "params_batch": "category",
        "params_odd": "category", "attempts": "int64", "origin": "string", "parent": "Int64", "fidelity": "float64",
        "asked_at": "datetime64[ms, UTC]", "told_at": "datetime64[ms, UTC]", "worker": "string", "reason": "string",
        "info_epochs": "Int64", "info_f1": "float64", "info_note": "string", "info_huge": "object", "info_mixed": "object",
        "info_ok": "boolean",
    }  # fmt: skip
    assert frame["state"].tolist() == ["complete", "complete", "failed", "stopped", "pending"]
    assert frame["params_batch"].cat.ordered
    assert frame["params_batch"].cat.categories.tolist() == [16, 32, 64]
    assert not frame["params_optimizer"].cat.ordered


def test_what_is_inactive_or_unknown_is_missing(study):
    frame = study.to_pandas()

    assert frame.loc[0, "value"] == 0.1 + 0.2
    assert math.isnan(frame.loc[0, "params_momentum"])
    assert frame.loc[0, "params_warmup"] is pd.NA
    assert frame.loc[1, "params_warmup"] == 1
    assert frame["value"].isna().tolist() == [False, False, True, True, True]
    assert frame["reason"].tolist()[2] == "out of memory"
    assert frame["told_at"].isna().tolist() == [False, False, False, False, True]
    assert frame.loc[0, "asked_at"] == study.trials[0].asked_at
    assert frame.loc[0, "info_huge"] == 2**70
    assert frame.loc[0, "worker"] == study.trials[0].worker


def test_choices_that_pandas_takes_for_one_another_are_told_apart(study):
    frame = study.to_pandas()

    assert frame["params_odd"].cat.categories.tolist() == ["1", "True", "None", "'x'", "(1, 2)"]
    assert frame.loc[0, "params_odd"] == "None"


def test_several_objectives_and_reports_have_a_column_each():
    study = Study(SPACE, seed=0, strategy=Random(), directions=("minimize", "maximize"))
    trial = study.ask()
    study.report(trial, (3.0, 4.0), step=2)
    study.tell(trial, (1.0, 2.0))

    assert to_pandas(study)[["values_0", "values_1"]].to_numpy().tolist() == [[1.0, 2.0]]
    assert reports_to_pandas(study).to_dict("list") == {"number": [0], "step": [2], "values_0": [3.0], "values_1": [4.0]}


def test_reports_are_in_the_order_of_their_steps(study):
    assert reports_to_pandas(study).to_dict("list") == {"number": [2, 2], "step": [0, 1], "value": [0.7, 0.5]}


def test_an_empty_study_and_a_history_have_the_same_columns(study):
    empty = Study(SPACE, seed=0).to_pandas()

    assert len(empty) == 0
    assert empty.dtypes.equals(to_pandas(study).dtypes[: len(empty.columns)])
    assert to_pandas(study.history)["asked_at"].isna().all()
    assert len(reports_to_pandas(Study(SPACE, seed=0))) == 0


def test_files_hold_all_trials(study, tmp_path):
    for ending in ("csv", "json", "jsonl"):
        study.export(tmp_path / f"trials.{ending}")
    with open(tmp_path / "trials.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = json.loads((tmp_path / "trials.json").read_text())
    lines = [json.loads(line) for line in (tmp_path / "trials.jsonl").read_text().splitlines()]

    assert float(rows[0]["value"]) == 0.1 + 0.2
    assert [row["state"] for row in rows] == [trial.state for trial in study.trials]
    assert listed == lines
    assert lines[0]["params"]["odd"] is None
    assert lines[0]["info"]["note"] == 'a, "b"'


def test_pandas_is_named_where_it_is_missing(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install 'askttell\\[pandas\\]'"):
        study.to_pandas()

"""`askttell run` and the demonstration: what is shown, what is recorded, what is said when they end early."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import url
from processes import HERE

from askttell import Study, cli, demo
from askttell.cli import evaluating

TRAIN = """
import os
import time
from askttell import Float, Int, Space

SPACE = Space(x=Float(-1.0, 1.0), n=Int(1, 8))
calls = []


def objective(x, n):
    return x * x + n


def nan_first(x, n):
    calls.append(x)
    return float("nan") if len(calls) == 1 else x


def clumsy(x, n):
    raise RuntimeError("out of\\nmemory")


def held(x, n):
    while os.path.exists("hold") and calls:
        time.sleep(0.01)
    calls.append(x)
    return x * x + n


def interrupted(x, n):
    raise KeyboardInterrupt


def two(x, n):
    return x, n
"""


def askttell(*arguments):
    return cli.main([str(argument) for argument in arguments])


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Options for a search of the functions in train.py, in the current folder."""
    (tmp_path / "train.py").write_text(TRAIN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "train", raising=False)
    yield ["--space", "train:SPACE", "--storage", "s.db", "--study", "t", "--seed", "1"]
    sys.modules.pop("train", None)


def test_a_function_is_run_until_the_study_holds_so_many_trials(train, capsys):
    assert askttell("run", "train:objective", *train, "--trials", 4) == 0
    first = capsys.readouterr().out
    assert askttell("run", "train:objective", *train, "--trials", 6) == 0
    second = capsys.readouterr().out
    assert askttell("run", "train:objective", "--storage", "s.db", "--study", "t", "--trials", 6, "--json") == 0
    third = capsys.readouterr()
    summary = json.loads(third.out)

    assert "Study 't' in s.db: starting.\ntrial   0   best " in first
    assert "going on after 4 trials" in second
    assert "6 trials finished, 0 of them failed, 0 pending. Best:\ntrial " in second
    assert (summary["trials"], summary["failed"]) == (6, 0)
    assert "\nEnded by total: the study holds 6 trials.\n" in second
    assert summary["ended"] == "total: the study holds 6 trials."
    assert summary["best"][0]["value"] == Study(storage="s.db", name="t").best_value
    assert "going on after 6 trials" in third.err


def test_settings_of_a_new_study_and_the_strategy_may_be_given(train, capsys):
    code = askttell(
        "run",
        "train:two",
        *train,
        "--trials",
        3,
        "--direction",
        "minimize",
        "--direction",
        "maximize",
        "--strategy",
        "Random",
        "--timeout",
        60,
    )
    study = Study(storage="s.db", name="t")

    assert code == 0
    assert study.history.directions == ("minimize", "maximize")
    assert [trial.origin for trial in study.trials] == ["random"] * 3
    assert "Best:\ntrial " in capsys.readouterr().out


def test_what_a_function_raises_ends_the_run_or_counts_as_a_failure(train, capsys):
    assert askttell("run", "train:clumsy", *train, "--trials", 3) == 1
    err = capsys.readouterr().err
    assert askttell("run", "train:clumsy", *train, "--trials", 3, "--catch") == 0
    out = capsys.readouterr().out

    assert "RuntimeError: out of" in err
    assert "train:clumsy raised RuntimeError; the trial is recorded as failed." in err
    assert "  askttell run train:clumsy --space train:SPACE --storage s.db --study t --seed 1 --trials 3 --catch\n" in err
    assert "trial   2   failed: RuntimeError: out of\n" in out
    assert "3 trials finished, 3 of them failed, 0 pending. Best:\nnone; no trial is complete" in out


def test_nan_is_a_failure_and_the_run_goes_on(train, capsys):
    assert askttell("run", "train:nan_first", *train, "--trials", 3) == 0

    assert [trial.state for trial in Study(storage="s.db", name="t").trials] == ["failed", "complete", "complete"]
    assert "trial   0   failed: the value was nan" in capsys.readouterr().out


def test_an_interrupted_run_says_how_to_go_on(train, capsys):
    assert askttell("run", "train:interrupted", *train, "--trials", 3) == 130
    err = capsys.readouterr().err

    assert "Interrupted after 0 trials; nothing is lost. Go on with:\n  askttell run train:interrupted --space train:SPACE" in err
    assert [trial.state for trial in Study(storage="s.db", name="t").trials] == ["pending"]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_was_killed_goes_on_with_the_same_trials(train, tmp_path, end):
    command = [sys.executable, "-m", "askttell", "run", "train:held", *train, "--trials", "12"]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    tmp_path.joinpath("hold").touch()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while "trial   0" not in process.stdout.readline():
        time.sleep(0.01)
    process.send_signal(end)
    _, err = process.communicate(timeout=60)
    tmp_path.joinpath("hold").unlink()
    before = Study(storage="s.db", name="t").trials
    n_before = len(before)
    subprocess.run(command, env=environment, capture_output=True, check=True)
    after = Study(storage="s.db", name="t")
    assert askttell("run", "train:held", "--space", "train:SPACE", "--storage", "other.db", "--seed", 1, "--trials", 12) == 0

    assert process.returncode == (130 if end == signal.SIGINT else -signal.SIGKILL)
    assert ("Go on with:\n  askttell run train:held" in err) == (end == signal.SIGINT)
    assert 1 <= n_before < 12
    assert [(t.number, t.params, t.value) for t in after.trials] == [
        (t.number, t.params, t.value) for t in Study(storage="other.db").trials
    ]


def test_a_bar_is_shown_at_a_terminal_and_its_absence_explained(monkeypatch, capsys):
    assert evaluating._has_bar() is False
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert evaluating._has_bar() is True
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert evaluating._has_bar() is False
    assert "(no progress bar: pip install 'askttell[progress]')" in capsys.readouterr().err


def test_the_demo_shows_json_and_draws(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "objective", lambda **params: 0.25)
    monkeypatch.setattr(demo, "held_out_accuracy", lambda params: 0.75)
    storage = url("sqlite", tmp_path)
    assert askttell("demo", "--storage", storage, "--trials", 2, "--seed", 1, "--json", "--plot", tmp_path / "p.png") == 0
    captured = capsys.readouterr()
    assert askttell("demo", "--storage", storage, "--trials", 3) == 0

    assert json.loads(captured.out)["best"]["value"] == 0.25
    assert "Plot:" in captured.err
    assert (tmp_path / "p.png").exists()
    assert "Best of 3 trials" in capsys.readouterr().out


def test_the_demo_finds_improvements_resumes_and_ends(tmp_path):
    first, second, third = io.StringIO(), io.StringIO(), io.StringIO()
    storage = url("sqlite", tmp_path)

    assert demo.run(storage, 2, 1, file=first) == 0
    assert demo.run(storage, 3, file=second) == 0
    assert demo.run(storage, 3, file=third) == 0
    assert "starting" in first.getvalue()
    assert "trial   0   error" in first.getvalue()
    assert "resuming after 2 trials" in second.getvalue()
    assert "Best of 3 trials" in third.getvalue()
    assert "Held-out accuracy" in third.getvalue()
    assert len(Study(storage=storage, name="digits").trials) == 3


def test_the_demo_says_how_to_go_on_when_interrupted(tmp_path, monkeypatch):
    out = io.StringIO()

    def interrupt(**params):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "objective", interrupt)

    assert demo.run(url("sqlite", tmp_path), 2, 1, file=out) == 130
    assert f"askttell demo --storage {url('sqlite', tmp_path)} --trials 2" in out.getvalue()


def test_the_demo_records_models_that_fail_and_fits_both_kinds(tmp_path, monkeypatch):
    both = [
        {"model": "svc", "kernel": "linear", "C": 1.0},
        {"model": "boosting", "learning_rate": 0.3, "trees": 2, "depth": 1},
    ]
    errors = [demo.objective(**params) for params in both]

    def fail_first(**params):
        if not calls:
            calls.append(params)
            raise ValueError("bad luck")
        return 0.5

    calls = []
    monkeypatch.setattr(demo, "objective", fail_first)
    assert demo.run(url("sqlite", tmp_path), 2, 1, file=io.StringIO()) == 0

    assert all(0.0 <= error <= 1.0 for error in errors)
    assert Study(storage=url("sqlite", tmp_path), name="digits").trials[0].reason == "ValueError: bad luck"


def test_the_demo_without_its_extra_names_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.chdir(tmp_path)

    assert askttell("demo", "--trials", 1) == 1
    assert "pip install 'askttell[demo]'" in capsys.readouterr().err

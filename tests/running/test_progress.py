"""What the progress bar says."""

import io
import sys

import pytest

from askttell import Float, Space, Study
from askttell.running.progress import best_text, progress_bar, say
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))


def objective(x):
    return float("nan") if x < 0.5 else x


def test_it_counts_what_is_done_failed_and_pending_and_names_the_best(capsys):
    study = Study(X, strategy=Random(), seed=0)
    study.ask_for(2, owner=None)
    study.run(objective, 10, progress=True)
    failed = sum(trial.state == "failed" for trial in study.trials)
    last = capsys.readouterr().err.replace("\r", "\n").strip().splitlines()[-1]

    assert 0 < failed < 10
    assert "10/10" in last
    assert f"best={study.best_value:.6g}, failed={failed}, pending=2" in last


def test_a_total_counts_the_trials_of_earlier_runs(capsys):
    study = Study(X, strategy=Random(), seed=0)
    study.run(objective, 3)
    study.run(objective, total=8, progress=True)
    err = capsys.readouterr().err.replace("\r", "\n")

    assert study.n_finished == 8
    assert "3/8" in err
    assert "8/8" in err
    assert f"failed={sum(trial.state == 'failed' for trial in study.trials)}" in err


def test_the_best_is_a_dash_before_the_first_result_and_a_count_with_several_objectives():
    study = Study(X, directions=("minimize", "maximize"), seed=0)
    study.add({"x": 0.5}, (1.0, 1.0))
    study.add({"x": 0.6}, (2.0, 2.0))

    assert best_text(Study(X, seed=0).history) == "-"
    assert best_text(study.history) == "2 trials that no other dominates"


def test_lines_are_said_without_tqdm_as_well(monkeypatch):
    with_, without = io.StringIO(), io.StringIO()
    say("found", with_)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    say("found", without)

    assert with_.getvalue() == without.getvalue() == "found\n"


def test_a_bar_without_its_extra_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="pip install 'askttell\\[progress\\]'"), progress_bar(Study(X, seed=1), 1, 0):
        pass

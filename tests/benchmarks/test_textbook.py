"""The grid is the grid of scikit-learn, and TPE maximises within its bounds."""

import math
import sys

import pytest

from benchmarks import textbook

pytest.importorskip("sklearn")


def test_the_grid_tries_the_nine_cells_that_scikit_learn_tries_with_the_same_accuracies():
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import GridSearchCV

    study = textbook.search(textbook.JOBS["svc"], 9, n_workers=2)
    theirs = GridSearchCV(textbook.svc(), {"svc__C": [0.1, 1.0, 10.0], "svc__gamma": [0.01, 0.1, 1.0]}, cv=5)
    theirs.fit(*load_breast_cancer(return_X_y=True))
    cells = [(params["svc__C"], params["svc__gamma"]) for params in theirs.cv_results_["params"]]
    ours = {(trial.params["C"], trial.params["gamma"]): trial.value for trial in study.trials}

    assert ours == pytest.approx(dict(zip(cells, theirs.cv_results_["mean_test_score"], strict=True)))
    assert {f"svc__{name}": value for name, value in study.best_params.items()} == theirs.best_params_


def test_boosting_is_searched_in_its_space_for_the_greatest_accuracy():
    job = textbook.JOBS["boosting"]
    study = textbook.search(job, 2, n_workers=2)

    assert job.n_trials == 100
    assert (job.space["learning_rate"].low, job.space["learning_rate"].high) == (math.exp(-5), 1.0)
    assert (job.space["trees"].low, job.space["trees"].high) == (100, 1000)
    assert study.best_value == max(trial.value for trial in study.trials) > 0.9


def test_the_command_lists_the_best_first(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["textbook", "svc", "--trials", "3"])
    textbook.main()
    accuracies = [line.split()[3] for line in capsys.readouterr().out.splitlines()]

    assert len(accuracies) == 3
    assert accuracies == sorted(accuracies, reverse=True)

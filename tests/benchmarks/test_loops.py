"""Training loops report, stop, fail and go on where they were, with PyTorch and without."""

import importlib
import importlib.util
import sys

import numpy as np
import pytest

from askttell.strategies import Random
from benchmarks.loops import images, imbalanced, recommendations, text
from benchmarks.loops.__main__ import NAMES, main
from benchmarks.loops.loop import search, study_of, summary

LOOPS = {name: importlib.import_module(f"benchmarks.loops.{name}").LOOP for name in NAMES}
pytest.importorskip("sklearn")


@pytest.mark.parametrize("name", NAMES)
def test_a_loop_reports_each_epoch_stops_what_is_worse_and_goes_on(name, tmp_path):
    loop, storage = LOOPS[name], str(tmp_path / "loops.db")
    with study_of(loop, storage=storage, strategy=Random()) as study:
        search(loop, study, 3, 4)
    with study_of(loop, storage=storage) as study:
        search(loop, study, 12, 4)
        states = {trial.state for trial in study.trials}
        complete = [trial for trial in study.trials if trial.state == "complete"]
        stopped = [trial for trial in study.trials if trial.state == "stopped"]

        assert study.n_finished == 12
        assert {"complete", "stopped"} <= states <= {"complete", "stopped", "failed"}
        assert all(list(trial.reports) == [0, 1, 2, 3] and trial.reports[3] == trial.value for trial in complete)
        assert all(2 < len(trial.reports) < 4 for trial in stopped)
        assert summary(loop, study, 4)[loop.value] == pytest.approx(study.best_value, abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_training_is_the_same_each_time(name):
    params = study_of(LOOPS[name], strategy=Random(), seed=3).ask().params

    assert list(LOOPS[name].train(2, **params)) == list(LOOPS[name].train(2, **params))


@pytest.mark.parametrize(
    ("train", "best"),
    [(images._perceptron, min), (images._convolutional, min), (text._side_by_side, max), (text._recurrent, max)],
)
def test_a_net_learns(train, best):
    if train in (images._convolutional, text._recurrent):
        pytest.importorskip("torch")
    params = {"kernels": 8, "layers": 2} if best is min else {"embedding": 16, "hidden": 16}
    values = [epoch.value for epoch in train(6, learning_rate=0.01, **params)]

    assert best(values) != values[0]
    assert values[-1] < 0.1 if best is min else values[-1] > 0.75


def test_a_factorisation_learns_and_what_diverges_is_a_failure():
    params = {"user_dimensions": 8, "item_dimensions": 8, "negatives": 0.5}
    values = [epoch.value for epoch in recommendations.train(8, learning_rate=1.0, **params)]
    study = study_of(recommendations.LOOP)
    study.enqueue({"learning_rate": 10.0, "user_dimensions": 2, "item_dimensions": 32, "negatives": 0.1})
    search(recommendations.LOOP, study, 1, 8)

    assert values[-1] > 2 * 10 / recommendations.N_ITEMS  # twice what equal chances give
    assert study.trials[0].state == "failed"
    assert study.trials[0].reason == "the scores are not finite"


def test_the_matrix_between_users_and_items_follows_the_gradient_of_the_logistic_loss():
    """Against differences of the loss, for one click."""
    rng = np.random.default_rng(2)
    start = [rng.normal(size=shape) for shape in ((3, 2), (4, 5), (2, 5))]
    factors = recommendations.Factors(*(part.copy() for part in start))
    factors.step(np.array([1]), np.array([2]), np.array([1.0]), 1e-3)

    def loss(p, q, W):
        return np.log1p(np.exp(-(p[1] @ W @ q[2])))

    for k, after in enumerate((factors.p, factors.q, factors.W)):
        for at in np.ndindex(after.shape):
            moved = [part.copy() for part in start]
            moved[k][at] += 1e-6
            gradient = (loss(*moved) - loss(*start)) / 1e-6
            assert after[at] - start[k][at] == pytest.approx(-1e-3 * gradient, abs=1e-6)


def test_accuracy_and_f1_choose_different_models(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["loops", "imbalanced", "--trials", "12"])
    main()
    out = capsys.readouterr().out
    study = study_of(imbalanced.LOOP)
    search(imbalanced.LOOP, study, 12, 8)
    told, passed = study.best_trial, imbalanced.best_by(study, "f1")

    assert told.number != passed.number
    assert told.value > passed.value
    assert told.info["f1"] + 0.2 < passed.info["f1"]
    assert f"F1{passed.number:>16}" in out


def test_half_of_the_reviews_are_praise_and_words_are_numbered_from_one():
    texts, labels = text.reviews()
    numbers, again = text.numbered()

    assert 0.4 < labels.mean() < 0.6
    assert again is labels
    assert numbers.shape == (len(texts), max(len(review.split()) for review in texts))
    assert [np.count_nonzero(row) for row in numbers] == [len(review.split()) for review in texts]


def test_the_command_says_which_net_it_trains(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["loops", "images", "--trials", "1", "--epochs", "1"])
    main()
    there = importlib.util.find_spec("torch") is not None

    assert capsys.readouterr().out.startswith("with PyTorch\n" if there else "PyTorch is not installed")


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(ImportError, match="The loop 'images' needs sklearn; install it with: pip install 'askttell\\[bench\\]'"):
        study_of(images.LOOP)

"""Runs are written, read, mended and made again as promised; a killed benchmark goes on where it was."""

import subprocess
import sys
import time

import numpy as np
import pytest

pytest.importorskip("tqdm")
from benchmarks import regret
from benchmarks.regret import Task, installed, names, numbers, search, tasks
from benchmarks.runs import Run, mend, read


def run(**changes):
    fields = {"opt": "a", "problem": "branin2", "seed": 0, "budget": 4, "ys": [3.0, 1.0, None, 2.0], "ts": [0.1] * 4}
    return Run(**(fields | changes))


def test_a_run_survives_its_line(tmp_path):
    path = tmp_path / "runs.jsonl"
    first, noisy = run(), run(seed=1, truths=[1.0, 2.0, 3.0, 4.0], error="ValueError: x")
    path.write_text(first.line() + "\n" + noisy.line() + "\n")

    assert [one.line() for one in read(path)] == [first.line(), noisy.line()]
    assert read(tmp_path / "none.jsonl") == []


def test_the_best_so_far_is_noise_free_and_goes_on_after_a_break():
    assert run().best().tolist() == [3.0, 1.0, 1.0, 1.0]
    assert run(ys=[3.0, 1.0], ts=[0.1] * 2, error="broke").best().tolist() == [3.0, 1.0, 1.0, 1.0]
    assert run(truths=[2.5, 2.0, None, 0.5]).best().tolist() == [2.5, 2.0, 2.0, 2.0]
    assert run(ys=[None, None, 2.0, 1.0]).best().tolist() == [np.inf, np.inf, 2.0, 1.0]
    assert run(ys=[], ts=[]).best().tolist() == [np.inf] * 4


def test_problems_recorded_under_an_old_name_have_the_new_one(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text(run(problem="sk_surr:cash_digits").line() + "\n")

    assert [one.problem for one in read(path)] == ["table_cash_digits"]


def test_a_torn_line_is_left_out_and_cut_off(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text(run().line() + "\n" + run(seed=1).line()[:40])

    assert [one.seed for one in read(path)] == [0]
    mend(path)
    mend(path)
    mend(tmp_path / "none.jsonl")
    assert path.read_text() == run().line() + "\n"


def test_of_several_tries_the_last_counts(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text(run(error="broke").line() + "\n" + run().line() + "\n")

    assert [one.error for one in read(path)] == [""]


def test_runs_of_one_problem_and_seed_are_adjacent():
    assert tasks(["a", "b"], ["p", "q"], [0, 1], 5)[:3] == [("a", "p", 0, 5), ("b", "p", 0, 5), ("a", "q", 0, 5)]


def test_lists_on_the_command_line():
    assert numbers("0-2,7") == [0, 1, 2, 7]
    assert names("random,TPE(n_candidates=48, gamma=0.1),Sobol") == ["random", "TPE(n_candidates=48, gamma=0.1)", "Sobol"]


def test_the_same_task_gives_the_same_run():
    one, two = (search(Task("Random", "noisy_branin2", 3, 12)) for _ in range(2))

    assert one.ys == two.ys
    assert one.truths != one.ys
    assert len(one.ts) == 12
    assert min(one.ts) > 0


def test_a_method_that_breaks_off_says_why():
    found = search(Task("Grid", "branin2", 0, 5))

    assert found.error.startswith("ValueError: `x0` is continuous")
    assert found.ys == ()


def test_what_is_not_installed_is_named(capsys, monkeypatch):
    missing = regret.peers.Peer("nobody", lambda space, seed, budget: None, ("no_such_package",))
    monkeypatch.setattr(regret.peers, "find", lambda name: missing)

    assert installed(["nobody"]) == []
    assert "nobody: left out, as no_such_package is not installed" in capsys.readouterr().err


def command(path, *more):
    line = ["--opts", "random,Random", "--problems", "branin2,levy4,mixed_sphere3_1", "--seeds", "0-3", "--budget", "400", "--jobs", "1"]
    return [sys.executable, "-m", "benchmarks.regret", *line, "--out", str(path), *more]


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path):
    path, whole = tmp_path / "killed.jsonl", tmp_path / "whole.jsonl"
    process = subprocess.Popen(command(path), stderr=subprocess.DEVNULL)
    while process.poll() is None and len(read(path)) < 5:
        time.sleep(0.01)
    process.kill()
    process.wait()
    had = [one.line() for one in read(path)]
    assert had
    again = subprocess.run(command(path), capture_output=True, text=True, check=True)
    subprocess.run(command(whole), capture_output=True, check=True)

    assert f"24 runs, {len(had)} of them" in again.stderr
    assert [one.line() for one in read(path)][: len(had)] == had
    assert {(one.key, one.ys) for one in read(path)} == {(one.key, one.ys) for one in read(whole)}

"""A report says who is better, by how much and how sure that is, and puts planted ones where they belong."""

import sys

import attrs
import numpy as np
import pytest

from benchmarks import report, theory
from benchmarks.regret import Task, search
from benchmarks.report import ranked, tables
from benchmarks.runs import Run
from benchmarks.scores import TARGETS, reached, relative, scored, share
from benchmarks.tables import Table

PROBLEMS = ["known_max1", "known_max3"]


def runs(opts, seeds=range(4), budget=20, problems=PROBLEMS):
    return [search(Task(opt, problem, seed, budget)) for opt in opts for problem in problems for seed in seeds]


def test_a_score_is_nought_at_the_optimum_and_one_at_the_median_of_random_search():
    class Known:
        best = 2.0

    assert share(2.0, 6.0, Known) == 0.0
    assert share(6.0, 6.0, Known) == 1.0
    assert share(1.0, 6.0, Known) == 0.0
    assert share(2.0, 2.0, Known) == 0.0
    assert share(3.0, 2.0, Known) == 1.0


def test_half_of_random_searches_score_above_one():
    """Of 200, between 72 and 128 with probability 0.9999."""
    regrets = [relative(run, 20) for run in runs(["random"], range(200), problems=["known_max3"])]

    assert 72 < sum(regret > 1 for regret in regrets) < 128


def test_the_planted_cheat_is_first_and_the_planted_dud_last():
    assert theory.order(["random", "Sobol"], 3).right


def test_random_search_agrees_with_theory():
    assert all(finding.right for opt in ("random", "Random") for finding in theory.agreement(opt, 3, (1, 5, 20), 60))


def test_disagreement_with_theory_is_seen():
    assert not any(finding.right for finding in theory.agreement("Grid(points=3)", 3, (1, 5), 60))
    assert not next(theory.agreement("planted-cheat", 1, (5,), 20)).right


def test_a_method_is_no_different_from_itself_but_from_another():
    problems = ["known_max1", "known_max3", "branin2", "levy4", "ackley5", "hartmann6"]
    found = theory.itself("Random", problems, 4, 20)
    mixed = [attrs.evolve(run, opt="seeds") for run in runs(["Random"], problems=problems)]
    mixed += [attrs.evolve(run, opt="other seeds") for run in runs(["planted-dud"], problems=problems)]

    assert found.right
    assert theory.compared(mixed, 20).low > 0


def test_the_command_says_whether_all_is_as_it_should_be(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["theory", "--seeds", "30"])
    monkeypatch.setattr(theory, "_SAME_ON", ("known_max3", "branin2", "levy4", "ackley5", "hartmann6"))
    monkeypatch.setattr(theory, "_PEERS", ())

    assert theory.main() == 0
    assert "NOT" not in capsys.readouterr().out


def test_all_tables_of_a_report_in_text_and_markdown(tmp_path, monkeypatch, capsys):
    path = tmp_path / "runs.jsonl"
    made = [*runs(["random", "Sobol", "planted-cheat"]), *runs(["planted-dud"], [0], problems=["branin2"])]
    made.append(Run("broken", "branin2", 0, 20, [5.0], [0.1], error="ValueError: no"))
    path.write_text("".join(run.line() + "\n" for run in made))
    arguments = ["report", str(path), "--at", "5,20,500", "--against", "random", "--markdown", str(tmp_path / "r.md")]
    monkeypatch.setattr(sys, "argv", arguments)
    report.main()
    text = capsys.readouterr().out

    assert "broken: 1 runs broke off, ValueError: no" in text
    assert "known: normalised regret" in text
    assert "continuous: normalised regret" in text
    assert "* one seed: an indication" in text
    assert "better" in next(line for line in text.splitlines() if line.startswith("planted-cheat") and "[" in line and "-0." in line)
    assert "at 500" not in text
    assert "| planted-cheat |" in (tmp_path / "r.md").read_text()


def test_shorter_runs_are_left_out_where_they_end():
    scores = scored([*runs(["random"]), *runs(["Sobol"], budget=5)])
    summary = report.summary(scores, [5, 20], None)

    assert summary.rows[1][0] == "Sobol"
    assert summary.rows[1][2] == "-"
    assert dict(ranked(scores, 20, None)) == {"random": 1.0}
    assert list(ranked(scores, 500, None)) == []


def test_few_runs_are_not_ranked_with_many():
    scores = scored([*runs(["random", "Sobol"]), *runs(["planted-cheat"], [0], problems=["known_max1"])])

    assert set(dict(ranked(scores, 20, None))) == {"random", "Sobol"}


def test_targets_are_reached_in_order():
    cheat, dud = (search(Task(opt, "known_max3", 0, 5)) for opt in ("planted-cheat", "planted-dud"))

    assert reached(cheat).tolist() == [1.0] * 5
    assert reached(dud).tolist() == [0.0] * 5
    assert TARGETS[0] == 1.0
    assert (np.diff(reached(search(Task("random", "known_max3", 0, 50)))) >= 0).all()


def test_a_table_of_markdown_escapes_bars():
    assert "a\\|b" in Table("t", ["x"], [["a|b"]]).markdown()


def test_without_shared_runs_there_is_no_difference_to_show():
    scores = scored([*runs(["random"]), *runs(["Sobol"], problems=["branin2"])])

    assert report.differences(scores, [20], None, "random").rows == []
    assert len(list(tables(scores, [20], None))) == 5


def test_the_picture_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    from benchmarks.figures import draw

    draw(scored(runs(["random", "Sobol"])), tmp_path / "r.png")

    assert (tmp_path / "r.png").stat().st_size > 10_000

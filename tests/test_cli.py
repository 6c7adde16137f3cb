"""The command line as a shell script meets it, and the demonstration."""

import io
import json
import os
import subprocess
import sys

import pytest
from conftest import url
from processes import HERE

from askttell import Study, cli, demo


def askttell(*arguments):
    return cli.main([str(argument) for argument in arguments])


@pytest.fixture
def made(tmp_path, capsys):
    """Storage and study options of a fresh study over one float and one choice."""
    space = tmp_path / "space.json"
    space.write_text(
        '{"lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true}, "act": {"type": "categorical", "choices": ["a", null]}}'
    )
    options = ["--storage", tmp_path / "s.db", "--study", "mlp"]
    assert askttell("create", *options, "--space", space, "--seed", 3) == 0
    assert json.loads(capsys.readouterr().out) == {"study": "mlp", "seed": 3, "directions": ["minimize"], "trials": 0}
    return options


def asked(options, capsys, *more):
    code = askttell("ask", *options, *more)
    return code, json.loads(capsys.readouterr().out or "null")


def test_a_loop_of_a_shell(made, capsys):
    for _ in range(3):
        code, trial = asked(made, capsys)
        assert 0 == code == askttell("tell", *made, trial["number"], trial["params"]["lr"])
    asked(made, capsys)
    assert askttell("fail", *made, 3, "out of memory") == 0
    assert askttell("best", *made) == 0
    best = json.loads(capsys.readouterr().out)
    assert askttell("trials", *made) == 0
    table = capsys.readouterr().out.splitlines()
    assert askttell("trials", *made, "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert askttell("verify", *made) == 0

    assert best["value"] == min(row["value"] for row in rows if row["state"] == "complete")
    assert rows[3]["reason"] == "out of memory"
    assert table[0].split() == ["number", "state", "value", "lr", "act"]
    assert len(table) == 5
    assert "mlp: 4 suggestions, 4 same" in capsys.readouterr().out


def test_loops_in_parallel_never_get_each_others_trials(made, capsys):
    numbers = [asked(made, capsys)[1]["number"] for _ in range(3)]
    owned = asked(made, capsys, "--owner-pid", os.getpid())[1]["number"]

    assert [*numbers, owned, asked(made, capsys)[1]["number"]] == [0, 1, 2, 3, 4]


def test_parallel_shell_loops_share_a_study(made):
    script = (
        'for i in 1 2 3 4; do t=$("$0" -m askttell ask "$@") || exit 1; '
        'n=${t#*: }; "$0" -m askttell tell "$@" "${n%%,*}" 0.5 || exit 1; done'
    )
    command = ["bash", "-c", script, sys.executable, *map(str, made)]
    loops = [subprocess.Popen(command, cwd=HERE.parent, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for loop in loops:
        _, err = loop.communicate()
        assert (loop.returncode, err) == (0, "")
    study = Study(storage=str(made[1]), name="mlp")

    assert [trial.state for trial in study.trials] == ["complete"] * 12


def test_a_dead_owners_trial_comes_back(made, capsys):
    sleeper = subprocess.Popen(["sleep", "60"])
    assert asked(made, capsys, "--owner-pid", sleeper.pid)[1]["number"] == 0
    sleeper.kill()
    sleeper.wait()

    assert asked(made, capsys)[1]["number"] == 0


def test_a_total_ends_the_loop_with_its_own_code(made, capsys):
    assert asked(made, capsys, "--total", 1)[0] == 0
    assert askttell("ask", *made, "--total", 1) == 3
    assert "total=1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tell", 7, 1.0], "There is no trial 7"),
        (["tell", 0, "nan"], "must be finite"),
        (["tell", 0, 1.0, 2.0], "one number, one per objective, but got 2"),
        (["best"], "No trial is complete"),
        (["ask", "--owner-pid", 2**22 + 1], "There is no process"),
    ],
)
def test_mistakes_are_answered_in_one_line(made, capsys, arguments, message):
    asked(made, capsys)
    verb, *rest = arguments
    assert askttell(verb, *made, *rest) == 1
    err = capsys.readouterr().err

    assert message in err
    assert err.count("\n") == 1


def test_a_typo_in_the_path_or_name_leaves_no_file_behind(tmp_path, made, capsys):
    assert askttell("ask", "--storage", tmp_path / "typo.db") == 1
    assert askttell("ask", "--storage", f"json:///{tmp_path}/typo.jsonl") == 1
    assert askttell("ask", *made[:2], "--study", "typo") == 1
    err = capsys.readouterr().err

    assert err.count("There is no file") == 2
    assert "There is no study 'typo'" in err
    assert "there: mlp" in err
    assert not (tmp_path / "typo.db").exists()


def test_several_objectives_are_shown_as_a_pareto_set(tmp_path, capsys):
    from askttell import Float, Space

    study = Study(Space(x=Float(0, 1)), storage=tmp_path / "p.db", directions=("minimize", "minimize"), seed=0)
    study.ask(2)
    for number, values in enumerate([(1, 2), (2, 1)]):
        assert askttell("tell", "--storage", tmp_path / "p.db", number, *values) == 0
    assert askttell("best", "--storage", tmp_path / "p.db") == 0

    assert [json.loads(line)["values"] for line in capsys.readouterr().out.splitlines()] == [[1.0, 2.0], [2.0, 1.0]]


def test_a_changed_log_fails_verification(made, capsys):
    import sqlite3

    asked(made, capsys)
    connection = sqlite3.connect(made[1])
    connection.execute("""UPDATE records SET record = replace(record, '"lr":', '"lr":0.05,"_":')""")
    connection.execute("""UPDATE records SET record = json_remove(record, '$.params._') WHERE record LIKE '%asked%'""")
    connection.commit()
    connection.close()
    code = askttell("verify", *made)

    assert code == 1
    captured = capsys.readouterr()
    assert "trial 0: different, `lr`" in captured.out or "record 0" in captured.err


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

"""The verb copy between our storages and Optuna's."""

import json

import optuna
import pytest

from askttell import Float, Int, Space, Study, cli
from askttell.strategies import Random


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a study of ours in s.db and one of Optuna's in o.db."""
    monkeypatch.chdir(tmp_path)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with Study(Space(x=Float(0.0, 1.0)), storage="s.db", name="mlp", strategy=Random(), seed=1) as study:
        study.run(lambda x: x, 3)
    theirs = optuna.create_study(storage="sqlite:///o.db", study_name="theirs")
    theirs.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0), n_trials=2)
    theirs.enqueue_trial({})
    return tmp_path


def askttell(*arguments):
    return cli.main(arguments)


def test_a_study_of_ours_is_copied_to_optuna(folder, capsys):
    assert askttell("copy", "s.db", "optuna+journal:///there.log", "--study", "mlp") == 0
    assert capsys.readouterr().out == "Study 'mlp' of s.db is study 'mlp' of optuna+journal:///there.log: 3 trials.\n"
    assert askttell("copy", "s.db", "optuna+sqlite:///o.db", "--study", "mlp", "--to-study", "ours", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"study": "ours", "trials": 3}
    assert len(optuna.load_study(storage="sqlite:///o.db", study_name="ours").trials) == 3


def test_a_study_of_optuna_is_copied_to_ours(folder, capsys):
    assert askttell("copy", "optuna+sqlite:///o.db", "s.db", "--study", "theirs", "--seed", "5") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Study 'theirs' of s.db: 2 trials kept, 1 left behind; seed 5.",
        "  trial 2 {}: `x` is missing; it must be given: Float(0.0, 1.0).",
    ]
    with Study(storage="s.db", name="theirs") as study:
        assert study.n_finished == 2


def test_the_space_may_be_given(folder, capsys):
    (folder / "space.json").write_text(json.dumps(Space(x=Float(0.0, 2.0), n=Int(1, 2)).to_json()))
    command = ("copy", "optuna+sqlite:///o.db", "new.jsonl", "--study", "theirs", "--to-study", "here", "--space", "space.json", "--json")
    assert askttell(*command) == 0
    said = json.loads(capsys.readouterr().out)

    assert (said["study"], said["kept"], len(said["left"])) == ("here", 0, 3)
    assert said["left"][0]["why"] == "`n` is missing; it must be given: Int(1, 2)."

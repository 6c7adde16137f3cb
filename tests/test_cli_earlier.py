"""Earlier studies on the command line: `--prior`, and who shows them."""

import json

import pytest

from askttell import Float, Space, Study, cli
from askttell.errors import EarlierStudyGrew
from askttell.pages.summary import facts
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))
OBJECTIVE = """
from askttell import Float, Space

SPACE = Space(x=Float(0.0, 1.0))


def objective(x):
    return x
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with studies `a` and `b` in old.db, `only` in one:two.jsonl, and a space in space.json."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for storage, name, n in (("old.db", "a", 3), ("old.db", "b", 2), ("one:two.jsonl", "only", 4)):
        with Study(X, storage=storage, name=name, seed=n, strategy=Random()) as study:
            study.run(lambda x: x, n)
    (tmp_path / "space.json").write_text(json.dumps(X.to_json()))
    (tmp_path / "objective_of_earlier.py").write_text(OBJECTIVE)
    return tmp_path


def create(*arguments):
    return cli.main(["create", "--storage", "new.db", "--space", "space.json", "--seed", "0", *arguments])


def test_a_study_made_by_a_shell_is_the_one_made_in_python(folder, capsys):
    assert create("--prior", "old.db:a", "--prior", "one:two.jsonl", "--prior", "sqlite:///old.db:b") == 0
    assert (
        capsys.readouterr().out == "Study 'study' in new.db: minimize, seed 0, 0 trials, after 3 earlier searches, of 3, 4 and 2 results.\n"
    )
    earlier = [Study(storage="old.db", name="a"), Study(storage="one:two.jsonl", name="only"), Study(storage="old.db", name="b")]

    assert Study(storage="new.db").history.prior == Study(X, seed=0, prior=earlier).history.prior


def test_a_run_begins_after_earlier_studies_and_goes_on_with_the_same_command(folder, capsys):
    command = ["run", "objective_of_earlier:objective", "--space", "space.json", "--storage", "new.db", "--prior", "old.db:a"]
    assert cli.main([*command, "--strategy", "Random", "--trials", "2"]) == 0
    assert cli.main([*command, "--trials", "3"]) == 0
    with Study(storage="new.db") as study:
        assert [len(prior.params) for prior in study.history.prior] == [3]
        assert study.n_finished == 3


@pytest.mark.parametrize("sizes", [[3], [3, 2]])
def test_every_summary_of_a_study_says_that_it_has_earlier_ones(folder, capsys, sizes):
    assert create(*(word for name, _ in zip("ab", sizes, strict=False) for word in ("--prior", f"old.db:{name}"))) == 0
    capsys.readouterr()
    assert cli.main(["show", "--storage", "new.db"]) == 0
    text = "an earlier search of 3 results" if sizes == [3] else "2 earlier searches, of 3 and 2 results"
    with Study(storage="new.db") as study:
        assert f"prior      {text}\n" in capsys.readouterr().out
        assert f"prior={text}" in repr(study)
        assert f"<td>{text}</td>" in study._repr_html_()
        assert [fact.value for fact in facts(study) if fact.name == "prior"] == [text]
    with Study(X) as without:
        assert "prior" not in repr(without)
        assert "prior" not in [fact.name for fact in facts(without)]


@pytest.mark.filterwarnings("always::askttell.errors.EarlierStudyGrew")
def test_a_study_goes_on_with_what_it_recorded_when_an_earlier_one_has_grown(folder, capsys):
    command = ["run", "objective_of_earlier:objective", "--space", "space.json", "--storage", "new.db", "--prior", "old.db:b"]
    command += ["--prior", "old.db:a", "--strategy", "Random", "--trials"]
    assert cli.main([*command, "1"]) == 0
    with Study(storage="old.db", name="a") as study:
        study.run(lambda x: x, 1)
    with Study(storage="old.db", name="b") as study:
        study.run(lambda x: x, 2)
    capsys.readouterr()
    assert cli.main([*command, "2"]) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first == (
        "askttell: `--prior` number 1 has 2 results more than when this study began, which goes on with the 2 of then;"
        " for a study that begins with all of them, choose another `--study`."
    )
    assert second.startswith("askttell: `--prior` number 2 has 1 result more than when this study began, which goes on with the 3 of then;")
    with Study(storage="new.db") as study:
        assert [len(prior.params) for prior in study.history.prior] == [2, 3]


def test_in_python_an_earlier_study_that_has_grown_is_a_warning_that_points_to_the_caller(folder):
    with Study(storage="old.db", name="a") as old:
        Study(X, storage="new.db", seed=0, prior=[old]).close()
        old.run(lambda x: x, 1)
        with pytest.warns(EarlierStudyGrew, match=r"`prior\[0\]` has 1 result more") as caught:
            Study(storage="new.db", prior=[old]).close()
    assert caught[0].filename == __file__

"""The command line as a shell script meets it."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import warnings

import pytest
from canary import Canary
from processes import HERE

from askttell import Categorical, Float, Space, Study, cli, plotting
from askttell.cli import drawing


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
    assert capsys.readouterr().out == f"Study 'mlp' in {tmp_path / 's.db'}: minimize, seed 3, 0 trials.\n"
    return options


def test_making_a_study_again_opens_it(made, tmp_path, capsys):
    asked(made, capsys)
    assert askttell("create", *made, "--space", tmp_path / "space.json", "--json") == 0

    assert printed(capsys) == [{"study": "mlp", "seed": 3, "directions": ["minimize"], "trials": 1, "prior": []}]


def asked(options, capsys, *more):
    code = askttell("ask", *options, *more)
    return code, json.loads(capsys.readouterr().out or "null")


def printed(capsys):
    """The JSON values on the standard output stream, one a line."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_loop_of_a_shell(made, capsys):
    for _ in range(3):
        code, trial = asked(made, capsys)
        assert 0 == code == askttell("tell", *made, trial["number"], trial["params"]["lr"])
    asked(made, capsys)
    assert askttell("fail", *made, 3, "out of memory") == 0
    assert askttell("best", *made, "--json") == 0
    (best,) = printed(capsys)
    assert askttell("best", *made) == 0
    shown = capsys.readouterr().out
    assert askttell("trials", *made) == 0
    table = capsys.readouterr().out.splitlines()
    assert askttell("trials", *made, "--json") == 0
    rows = printed(capsys)
    assert askttell("verify", *made) == 0

    assert best["value"] == min(row["value"] for row in rows if row["state"] == "complete")
    assert shown.startswith(f"trial {best['number']}: {best['value']:.6g}\n  lr   ")
    assert rows[3]["reason"] == "out of memory"
    assert table[0].split() == ["number", "state", "value", "lr", "act"]
    assert "out of memory" in table[4]
    assert len(table) == 5
    assert "mlp: 4 suggestions, 4 same" in capsys.readouterr().out


def test_the_line_that_ask_prints_stands_for_its_number(made, capsys):
    assert askttell("ask", *made) == 0
    line = capsys.readouterr().out.strip()
    assert askttell("report", *made, line, "-1e-3", "--step", 0) == 0
    assert askttell("tell", *made, line, "-1e-3", "--info", '{"epochs": 5}', "--json") == 0
    (trial,) = printed(capsys)

    assert (trial["number"], trial["value"], trial["info"], trial["reports"]) == (0, -0.001, {"epochs": 5}, {"0": -0.001})


@pytest.mark.parametrize("verb", ["tell", "fail", "stop", "report", "requeue", "why"])
def test_the_line_of_another_study_is_refused(made, tmp_path, capsys, verb):
    """Because its number would be a trial of this study, and the value that of another."""
    space = tmp_path / "space.json"
    others = [["--storage", tmp_path / "other.db", "--study", "mlp"], ["--storage", tmp_path / "s.db", "--study", "cnn"]]
    asked(made, capsys)
    for other in others:
        assert askttell("create", *other, "--space", space, "--seed", 3) == 0
        capsys.readouterr()
        _, trial = asked(other, capsys)
        more = [0.5] if verb == "tell" else [0.5, "--step", 0] if verb == "report" else []
        assert askttell(verb, *made, json.dumps(trial), *more) == 1
        assert "`TRIAL` is a line of" in capsys.readouterr().err
    assert Study(storage=made[1], name="mlp").trials[0].state == "pending"


def test_the_line_of_a_trial_names_its_study_where_no_option_does(made, tmp_path, capsys):
    assert askttell("create", *made[:2], "--study", "cnn", "--space", tmp_path / "space.json") == 0
    capsys.readouterr()
    _, trial = asked([*made[:2], "--study", "cnn"], capsys)
    assert askttell("tell", *made[:2], json.dumps(trial), 0.5) == 0
    assert askttell("tell", *made[:2], trial["number"], 0.5) == 1
    assert "name one by `--study`" in capsys.readouterr().err
    assert Study(storage=made[1], name="cnn").trials[0].state == "complete"


def test_a_line_that_nests_too_deeply_is_no_trial(made, capsys):
    assert askttell("tell", *made, "[" * 100_000, 0.5) == 1
    assert "`TRIAL` must be a trial's number" in capsys.readouterr().err


def test_the_line_of_a_trial_needs_its_number_only(made, capsys):
    """As programs make it themselves, or cut it down."""
    _, trial = asked(made, capsys)
    assert trial.keys() == {"number", "params", "study", "id"}
    assert askttell("report", *made, json.dumps({"number": 0, "id": trial["id"]}), 0.5, "--step", 0) == 0
    assert askttell("tell", *made, '{"number": 0}', 0.5) == 0


def test_every_verb_that_records_shows_the_trial_as_json(made, capsys):
    lines = []
    for arguments in (
        ["ask", "-n", 3],
        ["stop", 0, "--json"],
        ["report", 1, 0.5, "--step", 2, "--json"],
        ["fail", 1, "--json"],
        ["requeue", 2, "--json"],
        ["enqueue", "lr=0.01", "act=null", "--json"],
        ["add", "lr=0.01", "act=a", "--value", 0.25, "--info", '{"by": "hand"}', "--json"],
        ["add", '{"lr": 0.02, "act": null}', "--value", 0.5],
    ):
        assert askttell(arguments[0], *made, *arguments[1:]) == 0
        lines.append(printed(capsys))
    _, again = asked(made, capsys)
    _, queued = asked(made, capsys)

    assert [trial["number"] for trial in lines[0]] == [0, 1, 2]
    assert [line[0].get("state") for line in lines[1:5]] == ["stopped", "pending", "failed", "pending"]
    assert (lines[5], lines[7]) == ([{"enqueued": 1}], [])
    assert (lines[6][0]["value"], lines[6][0]["info"], lines[6][0]["origin"]) == (0.25, {"by": "hand"}, "added")
    assert (again["number"], queued["params"]) == (2, {"lr": 0.01, "act": None})


def test_bash_takes_number_and_params_by_eval(tmp_path, capsys):
    storage = tmp_path / "s.db"
    with Study(
        Space({"x y": Float(0, 1), "it's": Categorical(["a 'b' $c", None]), "n": Categorical([3])}), storage=storage, seed=0
    ) as study:
        study.enqueue({"x y": 0.1, "it's": "a 'b' $c", "n": 3})
    assert askttell("ask", "--storage", storage, "--bash") == 0
    script = 'eval "$0"; echo "$number|${#params[@]}|${params[x y]}|${params["it\'s"]}|${params[n]}"'
    done = subprocess.run(["bash", "-c", script, capsys.readouterr().out], capture_output=True, text=True, check=True)

    assert done.stdout == "0|3|0.1|a 'b' $c|3\n"


def test_storage_and_study_may_come_from_the_environment(made, monkeypatch, capsys):
    monkeypatch.setenv("ASKTTELL_STORAGE", str(made[1]))
    monkeypatch.setenv("ASKTTELL_STUDY", "mlp")

    assert asked([], capsys)[1]["number"] == 0
    assert askttell("best") == 1
    assert "No trial is complete yet" in capsys.readouterr().err


def test_trials_are_written_as_csv(made, capsys):
    askttell("add", *made, "lr=0.01", "act=a", "--value", 0.25, "--info", '{"k": 1}')
    asked(made, capsys)
    askttell("fail", *made, 1, "a, b")
    assert askttell("trials", *made, "--csv") == 0
    first, second = csv.DictReader(io.StringIO(capsys.readouterr().out))

    assert (first["number"], first["state"], first["value"], first["params_lr"], first["params_act"], first["info"]) == (
        ("0", "complete", "0.25", "0.01", "a", '{"k": 1}')
    )
    assert (second["state"], second["value"], second["reason"]) == ("failed", "", "a, b")
    assert float(second["params_lr"]) > 0


def test_a_study_is_shown_whole(made, capsys):
    asked(made, capsys, "--strategy", "Grid(points=3)")
    askttell("tell", *made, 0, 0.5)
    askttell("enqueue", *made, "lr=0.01", "act=a")
    assert askttell("show", *made) == 0
    text = capsys.readouterr().out
    assert askttell("show", *made, "--json") == 0
    (about,) = printed(capsys)
    assert askttell("studies", *made[:2]) == 0
    table = capsys.readouterr().out.splitlines()
    assert askttell("studies", *made[:2], "--json") == 0

    assert "Grid(points=3), version 1: 1 trials" in text
    assert "  lr" in text
    assert "1 complete, 0 failed, 0 stopped, 0 pending, 1 enqueued" in text
    assert about["counts"] == {"complete": 1, "failed": 0, "stopped": 0, "pending": 0, "enqueued": 1}
    assert about["space"]["act"] == {"type": "categorical", "choices": ["a", None]}
    assert about["strategies"][0]["platform"].keys() >= {"askttell", "numpy", "scipy", "machine"}
    assert [line.split() for line in table] == [["study", "trials", "finished", "best"], ["mlp", "1", "1", "0.5"]]
    assert printed(capsys) == [{"study": "mlp", "trials": 1, "finished": 1, "best": "0.5"}]


def test_a_study_is_copied_record_for_record_or_into_a_changed_space(made, tmp_path, capsys):
    for lr, value in (("0.001", 2), ("0.05", 1), ("0.002", 3)):
        askttell("add", *made, f"lr={lr}", "act=a", "--value", value)
    wide = tmp_path / "wide.json"
    act = Categorical(["a", "b"])
    wide.write_text(json.dumps(Space(lr=Float(1e-5, 0.01, log=True), act=act).to_json()))
    plain = ["copy", made[1], tmp_path / "copy.jsonl", "--study", "mlp"]
    changed = ["copy", made[1], made[1], "--study", "mlp", "--space", wide]
    assert askttell(*plain) == 0
    assert "record for record" in capsys.readouterr().out
    assert askttell(*plain, "--to-study", "second", "--json") == 0
    assert printed(capsys) == [{"study": "second"}]
    assert askttell(*plain) == 1
    assert "holds a study 'mlp' already" in capsys.readouterr().err
    assert askttell(*plain, "--seed", 3) == 1
    assert "without `--space`" in capsys.readouterr().err
    assert askttell(*changed, "--to-study", "wide", "--seed", 5) == 0
    out = capsys.readouterr().out
    assert askttell(*changed, "--to-study", "wider", "--json") == 0
    (moved,) = printed(capsys)

    assert "2 trials kept, 1 left behind; seed 5" in out
    assert "trial 1 {'lr': 0.05, 'act': 'a'}: `lr` must lie in [1e-05, 0.01], but got 0.05." in out
    assert (moved["kept"], [left["number"] for left in moved["left"]]) == ([0, 2], [1])
    assert [trial.value for trial in Study(storage=made[1], name="wide").trials] == [2.0, 3.0]


def test_a_study_is_deleted_only_when_that_is_meant(made, capsys):
    asked(made, capsys)
    assert askttell("delete", *made) == 1
    assert "This would delete study 'mlp' with 1 trials" in capsys.readouterr().err
    assert askttell("delete", *made, "--yes", "--json") == 0
    assert printed(capsys) == [{"study": "mlp", "trials": 1}]
    assert askttell("studies", *made[:2]) == 0
    assert capsys.readouterr().out.split() == ["study", "trials", "finished", "best"]
    with Study(Space(x=Float(0, 1)), storage=made[1], name="mlp") as study:
        study.ask()
    assert askttell("delete", *made, "--yes") == 0
    assert askttell("best", *made) == 1
    assert "There is no study `mlp`" in capsys.readouterr().err


def test_why_names_the_strategy_and_what_it_had_seen(made, capsys):
    asked(made, capsys, "--strategy", "Random")
    askttell("tell", *made, 0, 0.5)
    asked(made, capsys)
    assert askttell("why", *made, 1) == 0
    text = capsys.readouterr().out
    assert askttell("why", *made, 1, "--json") == 0
    (account,) = printed(capsys)

    assert "from        Random()\n" in text
    assert "seen        1 result and no pending trials, in 4 events\n" in text
    assert "recomputed  same\n" in text
    assert account["seen"] == {"events": 4, "finished": 1, "pending": 0}


def test_why_is_told_for_people_one_thing_a_line_and_nothing_twice(made, capsys, monkeypatch):
    from askttell.cli import looking

    account = {
        "number": 7, "params": {"lr": 0.012345678, "act": None}, "from": "GP()", "origin": "gp", "parent": 3,
        "seen": {"finished": 4, "pending": 1, "events": 9}, "recomputed": "different", "why": "because",
        "facts": {
            "number": 7, "origin": "gp", "params": {"lr": 0.012345678, "act": None}, "probability_of_success": 0.123456,
            "length_scales": {"lr": 0.5060085904485122, "act": 1.0}, "arms": [1, 0.25],
        },
    }  # fmt: skip
    monkeypatch.setattr(looking, "why", lambda history, number: account)
    assert askttell("why", *made, 7) == 0

    assert (
        capsys.readouterr().out
        == """\
trial                     7
params
  lr                      0.01235
  act                     None
from                      GP()
origin                    gp
parent                    trial 3
seen                      4 results and 1 pending trial, in 9 events
recomputed                different: because

its own account
  probability of success  0.1235
  length scales
    lr                    0.506
    act                   1
  arms                    1, 0.25
"""
    )


def test_an_audit_is_shown_as_json(made, capsys):
    asked(made, capsys)
    assert askttell("verify", *made, "--json") == 0

    assert printed(capsys) == [
        {"study": "mlp", "passed": True, "complete": True, "counts": {"same": 1}, "problems": [], "verdicts": [], "note": ""}
    ]


def test_an_audit_that_could_compare_nothing_has_a_code_of_its_own(made, capsys):
    """Because a script must not take it for one that passed."""
    with Study(storage=made[1], name=made[3], strategy=Canary()) as study:
        study.ask(3)
    assert askttell("verify", *made) == 4
    assert "nothing differs, but only 0 of 3 suggestions could be compared" in capsys.readouterr().out
    assert askttell("verify", *made, "--json") == 4
    assert [(audit["passed"], audit["complete"]) for audit in printed(capsys)] == [(True, False)]


@pytest.mark.parametrize("kind", ["history", "parameters", "parallel", "timeline", "incumbent", "ecdf"])
def test_a_study_is_drawn(made, tmp_path, monkeypatch, capsys, kind):
    monkeypatch.chdir(tmp_path)
    askttell("add", *made, "lr=0.01", "act=a", "--value", 0.25)
    assert askttell("plot", *made, "--kind", kind) == 0
    assert capsys.readouterr().out == f"mlp-{kind}.png\n"
    assert askttell("plot", *made, "--kind", kind, "--out", "p.svg", "--json") == 0

    assert printed(capsys) == [{"file": "p.svg"}]
    assert (tmp_path / f"mlp-{kind}.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "p.svg").read_text()
    assert set(drawing._KINDS) == set(plotting.KINDS)


def test_a_contour_is_drawn_of_the_parameters_that_are_named(made, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for k in range(5):
        askttell("add", *made, f"lr={0.01 * (k + 1)}", "act=a", "--value", k)
    assert askttell("plot", *made, "--kind", "contour", "--parameters", "lr", "act", "--worst", 3, "--output", "c.svg") == 0
    assert capsys.readouterr().out == "c.svg\n"


def test_groups_of_studies_are_compared(made, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    askttell("add", *made, "lr=0.01", "act=a", "--value", 0.25)
    askttell("copy", made[1], made[1], "--study", "mlp", "--to-study", "mlp-2")
    assert askttell("plot", *made, "--kind", "incumbent", "--group", "all=mlp*", "--group", "mlp", "--out", "g.svg") == 0
    assert (
        "all (2 searches)" in re.sub(r"<[^>]*>", "", (tmp_path / "g.svg").read_text())
        or "all (2 searches)" in (tmp_path / "g.svg").read_text()
    )


def test_the_importance_of_parameters_is_printed(made, capsys):
    for k in range(6):
        askttell("add", *made, f"lr={0.01 * (k + 1)}", "act=a", "--value", k)
    assert askttell("importance", "--storage", made[1], "mlp") == 0
    assert re.match(
        r"parameter  total  alone\nlr +\d+%  +\d+%\nact +\d+% +\d+%\n\nThe model of 6 results predicts ", capsys.readouterr().out
    )
    assert askttell("importance", *made, "--json", "--objective", 0, "--worst", 3) == 0
    (shares,) = printed(capsys)

    assert (shares["n"], shares["shares"][0]["name"]) == (6, "lr")


def test_the_importance_is_printed_of_each_of_several_objectives(tmp_path, capsys):
    log = ("--storage", str(tmp_path / "two.db"))
    with Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), storage=log[1], directions=("minimize", "maximize")) as study:
        for x, y in [(0.1, 0.9), (0.3, 0.2), (0.6, 0.7), (0.8, 0.4), (0.9, 0.1)]:
            study.add({"x": x, "y": y}, (x, y))
    assert askttell("importance", *log) == 0
    assert re.match(r"objective 0\nparameter .*\nx +.*\n\nobjective 1\nparameter +total +alone\ny ", capsys.readouterr().out, re.DOTALL)
    assert askttell("importance", *log, "--json") == 0
    found = printed(capsys)
    assert [(shares["objective"], shares["shares"][0]["name"]) for shares in found] == [(0, "x"), (1, "y")]
    assert askttell("importance", *log, "--objective", 1, "--json") == 0
    (shares,) = printed(capsys)
    assert "objective" not in shares
    assert shares["shares"][0]["name"] == "y"


def test_a_page_about_a_study_is_written_by_page_and_by_report(made, tmp_path, monkeypatch, capsys):
    """The latter is older."""
    monkeypatch.chdir(tmp_path)
    askttell("add", *made, "lr=0.01", "act=a", "--value", 0.25)
    assert askttell("page", "--storage", made[1], "mlp") == 0
    assert askttell("page", *made[:2], "--output", "only.html", "--json") == 0
    assert askttell("report", "--storage", made[1], "mlp", "--output", "report.html") == 0
    assert askttell("report", *made[:2], "--output", "report2.html") == 0
    assert capsys.readouterr().out == 'mlp.html\n{"file": "only.html"}\nreport.html\nreport2.html\n'
    for name in ("mlp", "only", "report", "report2"):
        assert "<h1>mlp</h1>" in (tmp_path / f"{name}.html").read_text()
    assert len(Study(storage=made[1], name="mlp").trials) == 1


def test_trials_are_written_to_a_file(made, tmp_path, capsys):
    askttell("add", *made, "lr=0.01", "act=a", "--value", 0.25)
    assert askttell("trials", *made, "--out", tmp_path / "t.json", "--json") == 0
    assert printed(capsys) == [{"file": str(tmp_path / "t.json")}]
    assert json.loads((tmp_path / "t.json").read_text())[0]["value"] == 0.25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["aks"], "There is no verb `aks`; known: create, ask, .* Did you mean `ask`?"),
        (["tell", "--storag", "s.db", "0", "1"], "There is no option `--storag`; .* Did you mean `--storage`?"),
        (["ask", "--totl=3", "--storage", "s.db"], "Did you mean `--total`?"),
        (["--storage", "s.db", "ask"], "the verb comes first: askttell VERB --storage"),
        ([], "give a verb, such as `askttell demo`"),
        (["tell", "--storage", "s.db"], "the following arguments are required: TRIAL, VALUE"),
    ],
)
def test_a_misspelt_command_names_the_nearest(arguments, message, capsys, monkeypatch):
    monkeypatch.delenv("ASKTTELL_STORAGE", raising=False)
    with pytest.raises(SystemExit) as stop:
        askttell(*arguments)

    assert stop.value.code == 2
    assert re.search(message, capsys.readouterr().err)


def test_what_follows_two_dashes_is_no_option(made, capsys):
    asked(made, capsys)
    assert askttell("fail", *made, "--", 0, "--unknown") == 0
    assert Study(storage=made[1], name="mlp").trials[0].reason == "--unknown"


def test_every_verb_has_json_and_an_example_that_begins_with_its_name(capsys):
    with pytest.raises(SystemExit):
        askttell("--help")
    verbs = re.findall(r"^    ([a-z]+)(?: |$)", capsys.readouterr().out, flags=re.MULTILINE)
    for verb in verbs:
        with pytest.raises(SystemExit):
            askttell(verb, "--help")
        text = capsys.readouterr().out
        assert "--json" in text
        assert f"example:\n  askttell {verb}" in text

    assert set(verbs) == {
        "create", "ask", "tell", "fail", "stop", "report", "enqueue", "add", "requeue", "trials", "best", "studies", "show", "copy",
        "importance", "page", "verify", "why", "delete", "repair", "run", "plot", "demo",
    }  # fmt: skip


def test_its_version_is_shown(capsys):
    with pytest.raises(SystemExit) as stop:
        askttell("--version")

    assert stop.value.code == 0
    assert re.fullmatch(r"askttell \S+\n", capsys.readouterr().out)


def test_a_reader_that_has_gone_is_no_error(made):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "askttell", "trials", *map(str, made)], stdout=writer, stderr=subprocess.PIPE, cwd=HERE.parent, check=False
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


def test_an_interrupt_is_no_traceback(made, monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "ask_for", interrupt)

    assert askttell("ask", *made) == 130
    assert capsys.readouterr().err == "askttell: interrupted; what was told is recorded\n"


def test_a_torn_tail_is_named_in_one_line_and_other_warnings_as_ever(made, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(warnings, "filters", [("default", None, Warning, None, 0)])
    storage = tmp_path / "log.jsonl"
    with Study(Space(x=Float(0, 1)), storage=storage):
        pass
    with open(storage, "ab") as file:
        file.write(b'{"crc32":"0')
    assert askttell("ask", "--storage", storage) == 0
    err = capsys.readouterr().err

    assert err.startswith(f"askttell: {storage}: the last 11 bytes")
    assert err.count("\n") == 1

    def warn(*_, **__):
        warnings.warn("mind the gap", UserWarning, stacklevel=1)
        raise LookupError("over")

    monkeypatch.setattr(Study, "ask_for", warn)
    assert askttell("ask", *made) == 1
    assert "UserWarning: mind the gap" in capsys.readouterr().err


def test_loops_in_parallel_never_get_each_others_trials(made, capsys):
    numbers = [asked(made, capsys)[1]["number"] for _ in range(3)]
    owned = asked(made, capsys, "--owner-pid", os.getpid())[1]["number"]

    assert [*numbers, owned, asked(made, capsys)[1]["number"]] == [0, 1, 2, 3, 4]


def test_an_ask_that_waits_says_for_what_and_how_to_end_that(made):
    command = [sys.executable, "-m", "askttell", "ask", *map(str, made), "--strategy", "Lagged(Random(), lag=1)"]
    assert subprocess.run(command, cwd=HERE.parent, check=True, capture_output=True).stderr == b""
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as waiting:
        line = waiting.stderr.readline()
        assert askttell("tell", *made, 0, 0.5) == 0
        out, err = waiting.communicate()

    assert re.fullmatch(
        r"askttell: waiting for the result of trial 0, asked at [-0-9]{10} [:0-9]{8} UTC by \S+; "
        r"tell or fail it, or have it evaluated again: askttell requeue 0\n",
        line,
    )
    assert (waiting.returncode, json.loads(out)["number"], err) == (0, 1, "")


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


def test_the_only_study_there_is_need_not_be_named(made, tmp_path, capsys):
    code, trial = asked(made[:2], capsys)
    assert code == 0
    for command in (
        ("report", *made[:2], 0, 0.5, "--step", 1), ("tell", *made[:2], 0, 0.25), ("best", *made[:2]), ("trials", *made[:2]),
        ("show", *made[:2]), ("verify", *made[:2]), ("why", *made[:2], 0), ("importance", *made[:2]),
        ("copy", made[1], tmp_path / "copy.jsonl"),
    ):  # fmt: skip
        assert askttell(*command) == 0 or command[0] == "importance"
    assert "mlp: 1 suggestions, 1 same" in capsys.readouterr().out
    assert Study(storage=tmp_path / "copy.jsonl", name="mlp").best_value == 0.25


def test_the_study_called_study_is_meant_where_none_is_named(made, tmp_path, capsys):
    assert askttell("create", *made[:2], "--space", tmp_path / "space.json") == 0
    assert askttell("create", *made[:2], "--space", tmp_path / "space.json", "--study", "third") == 0
    capsys.readouterr()
    assert askttell("show", *made[:2]) == 0
    assert capsys.readouterr().out.startswith("study      'study' in ")


def test_a_copy_of_a_study_that_is_not_there_makes_no_file(made, tmp_path, capsys):
    assert askttell("copy", made[1], tmp_path / "new.db", "--study", "typo") == 1
    assert "There is no study `typo`" in capsys.readouterr().err
    assert not (tmp_path / "new.db").exists()


def test_a_typo_in_the_path_or_name_leaves_no_file_behind(tmp_path, made, capsys):
    assert askttell("ask", "--storage", tmp_path / "typo.db") == 1
    assert askttell("ask", "--storage", f"json:///{tmp_path}/typo.jsonl") == 1
    assert askttell("ask", *made[:2], "--study", "typo") == 1
    err = capsys.readouterr().err

    assert err.count("There is no file") == 2
    assert "There is no study `typo`" in err
    assert "known: mlp" in err
    assert not (tmp_path / "typo.db").exists()


def test_a_reason_too_long_for_a_table_ends_in_an_ellipsis(made, capsys):
    for reason in ("short", "x" * 60, "y" * 61, "first\nsecond"):
        _, trial = asked(made, capsys)
        assert askttell("fail", *made, trial["number"], reason) == 0
    assert askttell("trials", *made) == 0

    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()[1:]] == ["short", "x" * 60, "y" * 59 + "…", "first…"]


def test_several_objectives_are_shown_as_a_pareto_set(tmp_path, capsys):
    study = Study(Space(x=Float(0, 1)), storage=tmp_path / "p.db", directions=("minimize", "minimize"), seed=0)
    study.ask(2)
    for number, values in enumerate([(1, 2), (2, 1)]):
        assert askttell("tell", "--storage", tmp_path / "p.db", number, *values) == 0
    assert askttell("best", "--storage", tmp_path / "p.db", "--json") == 0

    assert [about["values"] for about in printed(capsys)] == [[1.0, 2.0], [2.0, 1.0]]
    assert askttell("best", "--storage", tmp_path / "p.db") == 0
    assert capsys.readouterr().out.startswith("trial 0: 1 2\n")
    assert askttell("trials", "--storage", tmp_path / "p.db", "--csv") == 0
    assert capsys.readouterr().out.startswith("number,state,values_0,values_1,params_x,")


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
    assert "trial 0: different, `lr`" in captured.out or "record 0" in captured.out

"""Golden logs: recorded suggestions are recomputed, so no change of a suggestion goes unnoticed; a log of format 1 opens for ever."""

import math

import pytest
from golden.record import FOLDER, GOLDEN, N, path

from askttell import Candidate, Categorical, Float, Int, Ordinal, Space, Study, strategies, wrappers
from askttell.audit import verify
from askttell.events import Asked, Claimed, Enqueued, Opened, Prior, Reported, Told, Using
from askttell.journal import Journal
from askttell.registry import rebuild, versions
from askttell.strategies import GP, LengthScales
from askttell.strategy import describe
from storage_backends import connect


def check(name):
    """Whether the golden log could be compared, and else why not; a suggestion that differs fails."""
    log = connect(str(path(name)))
    anew = f"record anew with this command: python tests/golden/record.py {name}"
    for using in Journal(log, "study").history.using:
        strategy = rebuild(using)
        assert strategy is not None, f"{name}: {using.name} takes other settings than {dict(using.settings)}; {anew}"
        recorded, here = versions(using.name, using.version, using.settings), versions(*describe(strategy))
        assert recorded == here, f"{name}: the log holds {recorded} and here are {here}; {anew}"
    audit = verify(log)
    log.close()
    assert audit.passed, f"{name}: suggestions have changed; raise the strategy's version and {anew}\n{audit}"
    return "" if audit.complete else str(audit)


@pytest.mark.parametrize("name", GOLDEN)
def test_suggestions_are_those_that_were_recorded(name):
    if reason := check(name):
        pytest.skip(f"{reason}\n(python tests/golden/record.py records for this machine)")


def test_every_strategy_and_wrapper_has_a_golden_log():
    assert {*strategies.__all__, *wrappers.__all__} == {type(strategy).__name__ for strategy, _ in GOLDEN.values()}
    assert {*GOLDEN, "format-1"} == {file.stem for file in FOLDER.glob("*.jsonl")}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_log_holds_what_makes_suggestions_hard(name):
    with Study(storage=str(path(name))) as study:
        trials = study.trials

    assert len(trials) == N
    assert {trial.state for trial in trials} == {"pending", "complete", "failed", "stopped"}
    assert {"enqueued", "added", "random"} <= {trial.origin for trial in trials}
    assert path(name).stat().st_size < 10_000


def test_a_changed_suggestion_tells_what_to_do(monkeypatch):
    if check("Random"):
        pytest.skip("it cannot be compared here")
    monkeypatch.setattr(strategies.Random, "ask", lambda self, history: Candidate({"kind": None, "step": 0.5, "y": 0.5}))
    with pytest.raises(AssertionError, match=r"raise the strategy's version and record anew with this command: .*record\.py Random"):
        check("Random")


def test_a_raised_version_tells_to_record_anew(monkeypatch):
    monkeypatch.setattr(strategies.TPE, "version", 1000)
    for name in ("TPE", "Lagged"):
        with pytest.raises(AssertionError, match=rf"'TPE', 1000.*; record anew with this command: .*record\.py {name}"):
            check(name)


def test_other_versions_of_numpy_are_not_comparable(monkeypatch):
    monkeypatch.setattr("askttell.audit.platform_here", lambda: {"numpy": "0.1"})

    assert "numpy was" in check("Random")


FORMAT_1 = [
    Opened(
        Space(
            kind=Categorical(["a", 1, 1.0, True, None, ("b", 2)]),
            lr=Float(1e-5, 0.1, log=True, default=0.01, when={"kind": ["a", 1]}),
            layers=Int(1, 8, when={"kind": 1.0}),
            dropout=Float(0.0, 0.5, step=0.1),
            batch=Ordinal([16, 32, 64], when={"layers": range(2, 9, 3)}),
        ),
        ("minimize", "maximize"),
        12345,
        max_attempts=3,
        prior=(Prior(Space(dropout=Float(0.0, 1.0)), (Space(dropout=Float(0.0, 1.0)).check({"dropout": 0.25}),), ((0.5, -1.0),)),),
        id="0123456789abcdef",
    ),
    Using(
        0,
        "GP",
        1,
        {
            "scales": [{"name": "LengthScales", "settings": {"center": 0.5, "deviation": 1.0}}],
            "reach": math.inf,
            "inner": {"name": "Random", "version": 1, "settings": {}},
        },
        {"askttell": "0.1.0", "numpy": "2.0.0", "scipy": "1.14.0", "machine": "Linux x86_64"},
    ),
    Asked(0, Candidate({"kind": "a", "lr": 0.001, "dropout": 0.1}, "gp"), 0, 1),
    Claimed(0, 2),
    Reported(0, 2, 0, (0.5, -math.inf)),
    Told(0, "complete", (0.1, -5e-324), info={"epochs": 5, "odd": [math.inf, None, {"ä": True}]}),
    Enqueued(Space(kind=Categorical([1.0]), layers=Int(1, 8), dropout=Float(0, 1), batch=Ordinal([32])).params(
        {"kind": 1.0, "layers": 5, "dropout": 0.4, "batch": 32})),
    Asked(1, Candidate({"kind": 1.0, "layers": 5, "dropout": 0.4, "batch": 32}, "enqueued"), None, 7),
    Told(1, "failed", reason="out of memory: ✗"),
    Asked(2, Candidate({"kind": True, "dropout": 0.0}, "gp", 0.25, 0), 0, 7),
    Told(2, "stopped"),
    Asked(3, Candidate({"kind": ("b", 2), "dropout": 0.5}, "added"), None, 11),
    Told(3, "complete", (1e300, 0.0)),
    Asked(4, Candidate({"kind": 1, "lr": 1e-5, "dropout": 0.2}), 0, 13),
]  # fmt: skip


def test_a_log_of_format_1_opens_as_it_did_when_it_was_written():
    """Because what is recorded once must open for ever: whoever changes the codec raises FORMAT and still reads this file."""
    log = connect(str(FOLDER / "format-1.jsonl"))
    journal = Journal(log, "mlp")

    assert list(journal.history.events) == FORMAT_1
    assert repr(journal.history.events) == repr(tuple(FORMAT_1))
    assert (journal.holders[4].owner, journal.holders[4].lease_seconds) == (("boot", "namespace", 17, "42"), 60.0)
    assert log.studies() == ["mlp"]


def test_a_study_of_format_1_is_read_as_a_user_reads_it():
    with Study(storage=str(FOLDER / "format-1.jsonl"), name="mlp", strategy=GP(scales=LengthScales(0.5, 1.0))) as study:
        trials = study.trials

        assert [trial.state for trial in trials] == ["complete", "failed", "stopped", "complete", "pending"]
        assert trials[0].asked_at.year == 2026
        assert trials[0].worker == "host:17"
        assert trials[0].attempts == 2
        assert [trial.number for trial in study.best_trials] == [0, 3]

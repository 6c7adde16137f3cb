"""The command that counts what a search survives, in small numbers, and that it would notice what it looks for."""

import random
import shutil
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

from askttell.strategies import Random
from benchmarks.robustness import __main__ as command
from benchmarks.robustness import crowd, endurance, faults, fuzz, kills, mutations, outcome, searches, torn
from benchmarks.robustness.outcome import Outcome
from storage_backends import JsonLines

pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
    pytest.mark.filterwarnings("ignore::storage_backends.TornTail"),
]


@pytest.fixture(scope="module", autouse=True)
def warm():
    searches.warm_up()


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    return fuzz._templates(tmp_path_factory.mktemp("templates"))


@pytest.mark.parametrize("kind", searches.STORAGES)
@pytest.mark.parametrize("way", [lambda *given: kills._at_an_instant(0.2, *given), kills._at_a_system_call], ids=["instant", "call"])
def test_a_killed_search_is_as_if_it_had_not_been(kind, way, tmp_path):
    found = kills.killed_until_done(tmp_path, "kill", kind, "Random", way, random.Random(1))

    assert found.passed
    assert found.tried > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "least"),
    [(lambda: kills.kills(30), 1_000), (lambda: faults.faults(12), 400)],
    ids=["a thousand kills", "faults of each kind"],
)
def test_over_all_strategies_and_storages_nothing_is_lost_or_changed(trouble, least):
    found = outcome.merged(trouble())
    print(outcome.table(found).text())

    assert all(one.passed for one in found)
    assert sum(one.tried for one in found) >= least


def test_a_torn_write_loses_the_torn_tail_alone():
    found = outcome.merged(torn.torn({"json": 2, "sqlite": 1}, step=211))

    assert all(one.passed for one in found)
    assert all(one.tried > 5 for one in found)


@pytest.mark.parametrize("kind", searches.STORAGES)
@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.name)
def test_a_system_call_that_fails_ends_in_an_error_of_ours(kind, fault, tmp_path):
    assert faults._injected(kind, fault, 3, tmp_path).passed


@pytest.mark.parametrize("kind", searches.STORAGES)
@pytest.mark.parametrize("trouble", faults.TROUBLES, ids=lambda trouble: trouble.__name__)
def test_nothing_is_lost_in_other_troubles(kind, trouble, tmp_path):
    assert trouble(kind, 2, tmp_path).passed


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_no_input_raises_anything_but_our_own_errors(target, templates, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("fuzz"))

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 2**64))
    def attempt(seed):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert fuzz._problem(lambda: fuzz.TARGETS[target](templates, random.Random(seed))) == ""

    attempt()


def test_a_batch_of_inputs_runs_in_a_process_of_its_own(templates, tmp_path):
    found = fuzz._batch("records", templates, tmp_path / "work", range(5), 0)
    assert (found.tried, found.passed) == (5, True)


def test_what_is_not_our_error_is_told(templates, tmp_path, monkeypatch):
    def odd(_templates, dice):
        raise [KeyError("x"), SystemExit(3), SystemExit(2), RecursionError(), MemoryError()][dice.randrange(5)]

    monkeypatch.setitem(fuzz.TARGETS, "records", odd)
    said = " ".join(fuzz._batch("records", templates, tmp_path / "work", range(60), 0).problems)
    assert "KeyError" in said
    assert "exit code 3" in said
    assert "RecursionError" in said
    assert "MemoryError" in said
    assert "exit code 2" not in said


def test_mutations_differ_and_leave_the_original():
    original = {"a": [1, {"b": 2.5}], "c": "d"}
    found = {repr(mutations.mutated(original, random.Random(i))) for i in range(200)}

    assert len(found) > 50
    assert original == {"a": [1, {"b": 2.5}], "c": "d"}


def test_processes_that_are_killed_and_replaced_leave_no_gap():
    for one in crowd.crowd(3, 6, 0.2):
        assert one.passed


def test_sizes_are_measured_and_their_growth_is_told():
    runs = list(endurance.sizes(40, n_looks=4))

    assert [found[0].where for found in runs] == ["memory", "json", "sqlite"]
    assert all(len(found) == 4 for found in runs)
    assert "json: growth in the second half / in the first: memory" in endurance.table(runs).text()


class Forgetful(JsonLines):
    """Loses what another process appended last."""

    def __init__(self, path):
        path = Path(path)
        if path.exists():
            lines = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(lines[:-1]) if len(lines) > 6 else b"".join(lines))
        super().__init__(path)


def test_a_lost_record_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("storage_backends.json_lines.JsonLines", Forgetful)
    found = kills.killed_until_done(tmp_path, "kill", "json", "Random", kills._at_a_system_call, random.Random(1))
    assert found.lost > 0


def test_a_suggestion_that_differs_is_counted(tmp_path, monkeypatch):
    wanted = searches.undisturbed("Sobol", 5)
    monkeypatch.setitem(searches.STRATEGIES, "Sobol", Random())
    assert wanted
    assert searches.looked_at(searches.place(tmp_path / "x", "json"), "Sobol", 5, {}).differ == 5


def test_outcomes_add_up_and_what_was_wrong_is_told():
    found = outcome.merged([Outcome("a", "json", 2, lost=1), Outcome("a", "json", 3), Outcome("b", "", 1, problems=("odd",))])
    text = outcome.table(found).text()

    assert (found[0].tried, found[0].lost, found[0].passed, found[1].passed) == (5, 1, False, False)
    assert "all" in text
    assert "b, : odd" in text


def test_the_command_prints_a_table_and_says_whether_all_is_well(monkeypatch, capsys):
    parts = {"good": (None, lambda: iter([Outcome("a", "json", 2)])), "bad": (None, lambda: iter([Outcome("b", "json", 1, lost=1)]))}
    monkeypatch.setattr(command, "_PARTS", parts)
    monkeypatch.setattr(endurance, "sizes", lambda _n: iter(()))
    monkeypatch.setattr(sys, "argv", ["robustness", "--quick", "--only", "good,endurance"])
    assert command.main() == 0
    monkeypatch.setattr(sys, "argv", ["robustness", "--quick", "--markdown", "--only", "good,bad"])
    assert command.main() == 1
    captured = capsys.readouterr()
    assert "what a search survives" in captured.out
    assert "bad: Outcome" in captured.err

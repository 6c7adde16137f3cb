"""check_strategy passes what keeps its laws and names the law that a planted fault breaks."""

import re
import subprocess
import sys
import unittest

import attrs
import planted
import pytest
from canary import Canary

from askttell import Candidate, Categorical, Float, Int, Space
from askttell.strategies import Grid, Random
from askttell.testing import STRATEGY_CLAIMS, STRATEGY_LAWS, Refused, check_strategy
from askttell.testing.trying import tried
from askttell.testing.watching import EndlessError, limited

X = Space(x=Float(0.0, 1.0))
FAULTS = {
    planted.LeavesTheSpace: "inside",
    planted.ForgetsConditions: "inside",
    planted.ReturnsADict: "inside",
    planted.DiesOnFailures: "survives",
    planted.DiesOnTies: "survives",
    planted.DiesOnExtremes: "survives",
    planted.WaitsForNothing: "survives",
    planted.HidesASetting: "recorded",
    planted.AssumesItsOwnHistory: "swap",
    planted.UsesTheClock: "clock",
    planted.UsesTheDate: "clock",
    planted.ReadsTheEnvironment: "environment",
    planted.UsesAGlobalGenerator: "random",
    planted.UsesPythonsGenerator: "random",
    planted.DrawsEntropy: "random",
    planted.ChangesTheHistory: "unchanged",
    planted.KeepsState: "state",
    planted.StartsFromTheLastFit: "memory",
    planted.CountsEvents: "travel",
    planted.DependsOnDictionaryOrder: "order",
    planted.ReadsTheStudysId: "identity",
    planted.ReadsThePlatform: "identity",
    planted.ReadsNotes: "identity",
    planted.DependsOnHashOrder: "process",
    planted.DependsOnItsProcess: "process",
    planted.IgnoresPending: "pending",
    planted.RepeatsTheBest: "fresh",
    planted.SearchesForEver: "ends",
    planted.RepeatsACell: "finite",
    planted.EndsEarly: "finite",
    planted.PrefersTheFirst: "commutes",
}


@pytest.mark.parametrize(("fault", "law"), FAULTS.items(), ids=lambda part: getattr(part, "__name__", part))
def test_a_fault_is_named(fault, law):
    claims = {law} & set(STRATEGY_CLAIMS)
    with pytest.raises(Refused) as caught:
        check_strategy(fault(), claims=claims)
    refusal = str(caught.value)

    assert refusal.startswith(f"{fault.__name__} breaks the law `{law}`: {(STRATEGY_LAWS | STRATEGY_CLAIMS)[law]}.\n")
    program = [line.strip() for line in refusal.partition("as a program:\n\n")[2].splitlines()]
    exec("\n".join(program[:-1]), dict(vars(planted)))
    assert program[-1] == f"{fault()!r}.ask(history)" or fault in (planted.KeepsState, planted.HidesASetting)


def test_a_refusal_is_a_text_that_a_stranger_understands():
    with pytest.raises(Refused) as caught:
        check_strategy(planted.IgnoresPending(), spaces={"line": X})

    assert re.sub(r"\d\.\d+", "0.5", str(caught.value)) == (
        "IgnoresPending breaks the law `pending`:"
        " it does not propose again what is being evaluated, where any number of other points is left.\n"
        "Trial 1 is {'x': 0.5}, as was trial 0, which was being evaluated.\n\n"
        "seed: 0\n"
        "space: Space(x=Float(0.5, 0.5))\n"
        "the smallest history found, as a program:\n\n"
        "    from askttell import *\n"
        "    from askttell.strategies import Random\n"
        "    history = History.start(Space(x=Float(0.5, 0.5)), seed=0)\n"
        "    history, _ = ask(history, IgnoresPending())\n"
        "    history, _ = ask(history, IgnoresPending())\n"
        "    IgnoresPending().ask(history)\n"
    )
    assert caught.value.__cause__ is None


def test_what_reaches_outside_is_named_with_its_place():
    with pytest.raises(Refused, match=r"It used time\.time, in line \d+ of .*planted\.py\."):
        check_strategy(planted.UsesTheClock(), examples=2)
    with pytest.raises(Refused, match=r"It used date(time)?\.now, in line"):
        check_strategy(planted.UsesTheDate(), examples=2)
    with pytest.raises(Refused, match=r"It used os\.environ, in line"):
        check_strategy(planted.ReadsTheEnvironment(), examples=2)
    with pytest.raises(Refused, match=r"It used the global generator of numpy\.random, in somewhere"):
        check_strategy(planted.UsesAGlobalGenerator(), examples=2)
    with pytest.raises(Refused, match=r"It used os\.urandom, in line"):
        check_strategy(planted.DrawsEntropy(), examples=2)


def test_every_law_has_a_fault_but_that_of_storages():
    """Because a history read from a log is that of its records: a strategy that could tell storages apart is named before."""
    assert {*STRATEGY_LAWS, *STRATEGY_CLAIMS} - {"resume", "storage", "several"} == set(FAULTS.values())


@pytest.mark.parametrize("strategy", [planted.Faultless(), Canary(), Random()], ids=lambda s: type(s).__name__)
def test_what_has_no_fault_passes(strategy):
    check_strategy(strategy, claims={"several"})


class InUnittest(unittest.TestCase):
    """A test as unittest has it."""

    def test_strategy(self):
        check_strategy(Random(), examples=2)


def test_it_works_in_unittest():
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(InUnittest).run(result)

    assert (result.testsRun, result.failures, result.errors) == (1, [], [])


@pytest.mark.parametrize(("fault", "code"), [("0.25", 0), ("id(history) % 97 / 97", 1)])
def test_it_works_in_a_script_without_pytest(tmp_path, fault, code):
    """Also in one whose last line is not guarded, which the other process runs once more to find the class."""
    script = tmp_path / "mine.py"
    script.write_text(f"""
import sys
import attrs
from askttell import Candidate
from askttell.testing import check_strategy
from askttell.unit import decode
from askttell.seed import uniforms

print("made")

@attrs.frozen
class Mine:
    def ask(self, history):
        u = (uniforms(history.seed, history.number, len(history.space)) + {fault}) % 1.0
        return Candidate(decode(history.space, u.tolist()))

check_strategy(Mine(), examples=4)
assert "pytest" not in sys.modules
print("checked")
""")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == code
    assert (done.stdout == "made\nchecked\n") == (code == 0), done.stderr
    assert ("Refused: Mine breaks the law" in done.stderr) == (code == 1)


def test_a_strategy_that_no_other_process_can_import_says_so():
    @attrs.frozen
    class Local:
        def ask(self, history):
            return planted.Faultless().ask(history)

    with pytest.raises(RuntimeError, match=r"Local\(\) cannot be made in another process.*Define the strategy at the top of a module"):
        check_strategy(Local(), examples=1)


def test_spaces_are_those_that_were_given():
    seen = []

    class Spy:
        def ask(self, history):
            seen.append(history.space)
            raise KeyError(17)

    spaces = [Space(n=Int(1, 3)), Space(kind=Categorical(["a", "b"]))]
    with pytest.raises(Refused, match="breaks the law `survives`.*\nIt raised KeyError: 17\n"):
        check_strategy(Spy(), spaces)
    assert set(seen) <= set(spaces)
    check_strategy(Grid(), spaces, claims={"finite", "commutes", "several"}, examples=5)


def test_a_space_that_a_strategy_does_not_serve_is_named():
    with pytest.raises(Refused, match=r"`survives`.*\nIt raised ValueError: `x` is continuous, so Grid needs its number of points"):
        check_strategy(Grid(), {"x": X})


def test_an_unknown_claim_is_named():
    with pytest.raises(ValueError, match="`claims` must be among finite, commutes, several, but got 'fast'."):
        check_strategy(Random(), claims={"fast"})


def test_what_behaves_differently_each_time_is_refused_as_such():
    calls = iter(range(10**6))

    def law(choose):
        if next(calls) == 0 and choose(5) >= 0:
            raise Refused("once")

    with pytest.raises(Refused, match="broken once, and not when all was repeated alike; so the search depends on more than it is given"):
        tried(law, 5)


def test_endless_code_is_ended_by_its_lines():
    def endless():
        while True:
            pass

    with pytest.raises(EndlessError), limited():
        endless()


def test_a_step_back_from_a_trace_function_restores_it():
    before = sys.gettrace()
    with limited():
        assert sys.gettrace() is not before
    assert sys.gettrace() is before


def test_a_claim_of_several_objectives_is_tried():
    @attrs.frozen
    class One:
        def ask(self, history):
            assert history.n_objectives == 1
            return Candidate({"x": 0.5})

    with pytest.raises(Refused, match="It raised AssertionError"):
        check_strategy(One(), {"x": X}, claims={"several"})

"""G1: a search that is killed at any instant and started again makes the trials of one that was not."""

import random
import shutil

import pytest
from canary import SPACE, Canary, rows
from conftest import url
from processes import finish, start
from worker import STRATEGIES, acknowledge, loop

import storage_backends
from askttell import Study, verify
from storage_backends.testing import power_cut

N = 25
POPULATIONS = ["CMAES", "Genetic", "DifferentialEvolution"]
LEARNING = ["TPE", "GP"]  # on one storage by default, on all with `-m slow`


def uninterrupted(strategy):
    log = storage_backends.InMemory()
    loop(log, strategy, N)
    return rows(Study(storage=log, strategy=STRATEGIES[strategy]).trials)


def killed_until_done(storage, strategy, dice, verb):
    """How often a worker was killed before the search was done."""
    for kills in range(60):
        argument = dice.uniform(0.3, 0.8) if verb == "doomed" else dice.randrange(2**30)
        code, _, _ = finish(start(verb, storage, strategy, N, argument))
        if code == 0:
            return kills
    raise AssertionError("the search never ended")


def check(kind, folder, strategy, seed, verb):
    storage = url(kind, folder)
    kills = killed_until_done(storage, strategy, random.Random(seed), verb)
    study = Study(storage=storage, strategy=STRATEGIES[strategy])
    assert uninterrupted(strategy) == rows(study.trials)
    audit = verify(storage_backends.connect(storage), strategies=[Canary])
    assert audit.passed
    assert {verdict.outcome for verdict in audit.verdicts} == {"same"}
    return kills


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in [*LEARNING, *POPULATIONS]])
def test_a_search_killed_inside_appends_makes_the_same_trials(kind, tmp_path, strategy):
    assert check(kind, tmp_path, strategy, 1, "doomed_inside") > 1


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
@pytest.mark.parametrize("strategy", POPULATIONS)
def test_a_search_killed_in_mid_generation_makes_the_same_trials(tmp_path, strategy):
    """In one kind of storage, as the ways in which each can be killed are tried above."""
    assert check("sqlite", tmp_path, strategy, 1, "doomed_inside") > 1


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
@pytest.mark.parametrize("strategy", POPULATIONS)
def test_killed_with_eight_pending_and_failures_in_any_order_every_ask_can_be_recomputed(tmp_path, strategy):
    """Because what an ask saw is in the log, also in mid-generation; results of a crowd have no one order to be compared in."""
    storage = url("sqlite", tmp_path)
    kills = killed_until_done(storage, strategy, random.Random(3), "doomed_crowd")
    audit = verify(storage_backends.connect(storage))
    assert kills > 0
    assert audit.passed
    assert {verdict.outcome for verdict in audit.verdicts} == {"same"}
    states = [trial.state for trial in Study(storage=storage, strategy=STRATEGIES[strategy]).trials]
    assert states.count("failed") > 2


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
@pytest.mark.parametrize("strategy", LEARNING)
def test_a_learning_search_killed_inside_appends_makes_the_same_trials(tmp_path, strategy):
    assert check("json", tmp_path, strategy, 1, "doomed_inside") > 1


@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
def test_a_search_killed_at_random_instants_makes_the_same_trials(kind, tmp_path):
    check(kind, tmp_path, "Canary", 2, "doomed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::storage_backends.TornTail")
def test_two_hundred_kills_change_nothing(tmp_path):
    kills, seed = 0, 100
    while kills < 200:
        for kind in ("json", "sqlite"):
            for strategy in STRATEGIES:
                for verb in ("doomed", "doomed_inside"):
                    seed += 1
                    folder = tmp_path / str(seed)
                    folder.mkdir()
                    kills += check(kind, folder, strategy, seed, verb)
    print(f"{kills} kills, no difference")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_study_loses_no_result_in_a_power_cut_and_goes_on_as_if_there_had_been_none(kind, tmp_path):
    folder = tmp_path / "log"
    folder.mkdir()
    acknowledged, early, cut = power_cut(lambda say: acknowledge(url(kind, folder), "Canary", 10, say), folder)
    before = Study(storage=url(kind, cut), strategy=Canary())

    assert (acknowledged, early, before.n_finished) == (10, [], 10)
    before.close()
    loop(url(kind, cut), "Canary", 15, reports=0)
    memory = storage_backends.InMemory()
    loop(memory, "Canary", 15, reports=0)
    assert rows(Study(storage=url(kind, cut)).trials) == rows(Study(storage=memory).trials)


def test_a_killed_workers_trial_comes_back_once_without_reopening(kind, tmp_path):
    storage = url(kind, tmp_path)
    study = Study(SPACE, storage=storage, seed=1)
    number = int(finish(start("die", storage))[1])
    other = Study(storage=storage)

    again = study.ask()

    assert (number, 2) == (again.number, again.attempts)
    assert other.ask().number == number + 1


def test_a_trial_that_kills_its_process_five_times_is_told_as_failed(kind, tmp_path):
    storage = url(kind, tmp_path)
    study = Study(SPACE, storage=storage, seed=1)
    numbers = [int(finish(start("die", storage))[1]) for _ in range(5)]

    following = study.ask()

    assert numbers == [0] * 5
    assert following.number == 1
    assert study.trials[0].state == "failed"
    assert study.trials[0].reason == "5 evaluations of it died"

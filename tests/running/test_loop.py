"""`Study.run` with workers: threads and processes here, others in `test_executors`."""

import itertools
import multiprocessing
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from types import SimpleNamespace

import attrs
import objectives
import pytest
from conftest import url

import storage_backends
from askttell import Categorical, Float, NotReady, Space, Study, no_improvement, target
from askttell.events import Claimed
from askttell.running import loop as running
from askttell.strategies import TPE, Grid, Random
from askttell.wrappers import Lagged

X = Space(x=Float(0.0, 1.0))


def study(**settings):
    return Study(X, seed=0, strategy=Random(), **settings)


def params(study):
    return [trial.params for trial in study.trials]


@pytest.fixture
def two():
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def processes():
    with ProcessPoolExecutor(2) as executor:
        yield executor


@attrs.frozen
class Waiting:
    """Asks no further while a trial is pending."""

    def ask(self, history):
        if len(history.pending):
            raise NotReady(history.pending[0].number)
        return Random().ask(history)


def test_one_worker_makes_the_trials_of_a_loop_of_one_s_own():
    mine, alone, workers = study(), study(), study()
    for _ in range(5):
        trial = mine.ask()
        mine.tell(trial, trial.params["x"])
    alone.run(objectives.identity, 5)
    with ThreadPoolExecutor(1) as executor:
        workers.run(objectives.identity, 5, executor=executor)

    assert alone.history.digest == workers.history.digest == mine.history.digest


def test_results_are_told_in_the_order_they_finish(two):
    searched, second_is_done = study(), threading.Event()

    def objective(x):
        if x == searched.trials[0].params["x"]:
            assert second_is_done.wait(60)
        return x

    searched.run(objective, 2, executor=two, callbacks=[lambda s, t: second_is_done.set()])

    assert searched.history.told.tolist() == [1, 0]


@pytest.mark.parametrize(("given", "most"), [(None, 2), (1, 1), (3, 3)])
def test_so_many_are_in_flight_as_there_are_workers_or_as_is_said(two, given, most):
    searched, pending = study(), []
    searched.run(objectives.identity, 9, executor=two, max_workers=given, callbacks=[lambda s, t: pending.append(len(s.history.pending))])

    assert searched.n_finished == len(pending) == 9
    assert [trial.state for trial in searched.trials] == ["complete"] * 9
    seen = [max(0, number - searched.history.view_of(number).n_finished) for number in range(9)]
    assert max(seen) == most - 1  # each ask saw so many of the trials before it pending


def in_three_threads(do):
    """Nothing; it was done in three threads at once."""
    threads = [threading.Thread(target=do) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_total_is_exact_over_several_runs_at_once(tmp_path):
    where = url("sqlite", tmp_path)
    study(storage=where).close()

    def search():
        with ThreadPoolExecutor(2) as executor, study(storage=where) as mine:
            mine.run(objectives.identity, executor=executor, total=15)

    in_three_threads(search)

    assert Study(storage=where).n_finished == len(Study(storage=where).trials) == 15


def test_an_error_ends_the_run_when_the_others_in_flight_are_told(two):
    searched, failed = study(), threading.Event()

    def objective(x):
        if x == searched.trials[0].params["x"]:
            assert failed.wait(60)
            return x
        raise ZeroDivisionError("no")

    with pytest.raises(ZeroDivisionError):
        searched.run(objective, 10, executor=two, callbacks=[lambda s, t: t.state == "failed" and failed.set()])

    assert [trial.state for trial in searched.trials] == ["complete", "failed"]


def test_what_is_caught_is_a_failure_in_whichever_process_it_was(processes):
    searched = study()
    searched.run(objectives.failing, 4, executor=processes, catch=OSError)
    with pytest.raises(FileNotFoundError, match="no file") as caught:
        searched.run(objectives.failing, 4, executor=processes)

    assert {trial.state for trial in searched.trials} == {"failed"}
    assert "In the worker" in caught.value.__notes__[0]


def test_an_interrupt_gives_back_what_is_in_flight(two):
    searched, let_go = study(), threading.Event()

    def interrupt(study, trial):
        raise KeyboardInterrupt

    def objective(x):
        if x != searched.trials[0].params["x"]:
            assert let_go.wait(60)
        return x

    with pytest.raises(KeyboardInterrupt):
        searched.run(objective, 10, executor=two, callbacks=[interrupt])
    let_go.set()

    assert [trial.state for trial in searched.trials] == ["complete", "pending"]
    assert (searched.ask().number, searched.ask().number) == (1, 2)


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_interrupt_that_a_worker_meets_ends_the_run(kind):
    searched = study()
    with kind(1) as executor, pytest.raises(KeyboardInterrupt):
        searched.run(objectives.interrupted, 10, executor=executor)

    assert searched.ask().number == 0


def test_no_trial_begins_after_the_time_and_those_in_flight_are_told(two, monkeypatch):
    searched, evaluated, now = study(), [], [0.0]
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def objective(x):
        evaluated.append(x)
        now[0] = 11.0 if len(evaluated) == 3 else now[0]
        return x

    searched.run(objective, timeout=10.0, executor=two)

    assert [trial.state for trial in searched.trials] == ["complete"] * len(evaluated)
    assert len(evaluated) in (3, 4)


@pytest.mark.parametrize(
    ("limits", "ended"),
    [
        ({"n_trials": 2}, "n_trials: 2 trials were begun."),
        ({"timeout": 0.0}, "timeout: 0.0 seconds have passed."),
        ({"until": no_improvement(90) | target(2.0)}, "until: target(2.0) holds."),
        ({"until": target(1.0) | target(2.0)}, "until: target(1.0) and target(2.0) hold."),
        ({"until": target(2.0) & no_improvement(1)}, "until: (target(2.0) & no_improvement(1)) holds."),
        ({"until": bool}, "until: bool holds."),
        ({"total": 1}, "total: the study holds 1 trials."),
    ],
)
def test_a_run_says_why_it_ended(limits, ended, two, caplog):
    for settings in ({}, {"executor": two}):
        searched = study()
        with caplog.at_level("INFO", "askttell"):
            assert searched.run(objectives.identity, **limits, **settings) is None

        assert searched.ended == ended
        assert caplog.messages[-1] == f"The run of study 'study' ended. {ended}"


def test_a_run_on_a_space_that_is_tried_in_full_says_so_and_one_that_raised_says_nothing():
    searched = Study(Space(x=Categorical([0, 1])), seed=0, strategy=Grid())
    searched.run(objectives.identity, 5)
    assert searched.ended.startswith("exhausted: ")
    with pytest.raises(FileNotFoundError):
        study().run(objectives.failing, 1)
    with pytest.raises(TypeError):
        searched.run(None, 1, until=1)
    searched.enqueue({"x": 0})
    with pytest.raises(FileNotFoundError):
        searched.run(objectives.failing, 1)
    assert searched.ended is None


def test_a_strategy_that_waits_for_a_result_is_asked_again_when_it_is_there(two):
    searched = Study(X, seed=0, strategy=Waiting())
    searched.run(objectives.identity, 3, executor=two)

    assert searched.n_finished == 3
    assert all(searched.history.view_of(number).n_finished == number for number in range(3))
    searched.ask()
    with pytest.raises(NotReady):
        searched.run(objectives.identity, 3, executor=two)


def test_runs_at_once_wait_for_each_other_s_results():
    """Each needs what the other evaluates, and together they make the trials of one run."""
    alone, searched = (Study(X, seed=0, strategy=Lagged(TPE(n_startup=2), 2)) for _ in range(2))
    alone.run(objectives.identity, 12)

    def search():
        with ThreadPoolExecutor(2) as executor:
            searched.run(objectives.slowly, executor=executor, total=12)

    in_three_threads(search)

    assert searched.n_finished == len(searched.trials) == 12
    assert params(searched) == params(alone)


def test_runs_of_several_processes_wait_for_each_other_s_results(tmp_path):
    where, context = url("sqlite", tmp_path), multiprocessing.get_context("fork")
    searched = Study(X, seed=0, storage=where)
    processes = [context.Process(target=run_in_process, args=(where,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert params(searched) == params_of_random(12)
    assert searched.n_finished == 12


def run_in_process(where):
    with Study(storage=where, strategy=Lagged(Random(), 1)) as searched:
        searched.run(objectives.slowly, total=12)


def test_a_run_that_waits_for_another_s_result_tells_its_own_meanwhile(two):
    searched = Study(X, seed=0, strategy=Lagged(Random(), 2))
    searched.ask_for(owner=None)
    timer = threading.Timer(0.05, searched.tell, (0, 1.0))
    searched.run(objectives.identity, 3, executor=two, callbacks=[lambda study, trial: trial.number == 1 and timer.start()])

    assert searched.history.told.tolist()[:2] == [1, 0]
    assert searched.n_finished == 4


def test_a_run_that_waits_for_another_s_result_ends_in_time(monkeypatch):
    searched, clock = Study(X, seed=0, strategy=Lagged(Random(), 1)), itertools.count()
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    searched.ask_for(owner=None)
    searched.run(objectives.identity, timeout=5)

    assert [trial.state for trial in searched.trials] == ["pending"]
    assert next(clock) > 5


def test_leases_are_renewed_while_workers_work(two):
    searched = study(lease_seconds=0.2)

    def until_renewed(x):
        while not any(isinstance(event, Claimed) for event in searched.history.events):
            threading.Event().wait(0.01)
        return x

    searched.run(until_renewed, 2, executor=two)

    assert [trial.attempts for trial in searched.trials] == [1, 1]


def test_a_lease_that_another_took_is_not_renewed_and_the_first_result_counts(two):
    searched = study(lease_seconds=0.2)

    def told_meanwhile(x):
        searched.tell(0, 7.0)
        threading.Event().wait(0.2)  # long enough for a renewal to be tried
        return x

    searched.run(told_meanwhile, 1, executor=two)

    assert searched.trials[0].value == 7.0


def test_a_trial_that_a_run_is_given_again_while_it_evaluates_it_is_evaluated_once(two):
    searched, evaluated, go_on = study(), [], threading.Event()

    def objective(x):
        evaluated.append(x)
        assert x != searched.trials[0].params["x"] or go_on.wait(60)
        return x

    def requeue(study, trial):
        if trial.number == 1:
            study.requeue(0)
        elif trial.number == 2:
            go_on.set()

    searched.run(objective, 4, executor=two, callbacks=[requeue])

    assert len(evaluated) == 4
    assert [(trial.state, trial.attempts) for trial in searched.trials] == [("complete", 2 if n == 0 else 1) for n in range(4)]


class Noting(storage_backends.InMemory):
    """Notes which asks were durable."""

    def __init__(self):
        super().__init__()
        self.durable = []

    def append(self, study, at, records, *, durable):
        self.durable += [durable for record in records if record["event"] == "asked"]
        return super().append(study, at, records, durable=durable)


@pytest.mark.parametrize(("kind", "durable"), [(ThreadPoolExecutor, False), (ProcessPoolExecutor, True)])
def test_asks_for_workers_elsewhere_are_on_disk_before_they_are_handed_out(kind, durable):
    log = Noting()
    with kind(2) as executor:
        study(storage=log).run(objectives.identity, 3, executor=executor)

    assert log.durable == [durable] * 3


def test_trials_whose_worker_died_are_tried_again_and_no_other_loses_an_attempt(processes):
    searched = study()
    searched.run(objectives.deadly, 20, executor=processes)
    dead = {trial.number for trial in searched.trials if 0.3 < trial.params["x"] < 0.4}

    assert dead
    assert {trial.number for trial in searched.trials if trial.state == "failed"} == dead
    assert {trial.number: trial.attempts for trial in searched.trials} == {n: 5 if n in dead else 1 for n in range(20)}
    assert searched.trials[min(dead)].reason.startswith("5 evaluations of it died, the last by BrokenProcessPool: A process")
    assert params(searched) == params_of_random(20)


def params_of_random(n):
    searched = study()
    return [trial.params for trial in searched.ask(n)]


@pytest.mark.parametrize("n", [1, 2])
def test_a_trial_whose_worker_died_by_accident_is_completed(n, tmp_path):
    searched = Study(Space(flag=Categorical([str(tmp_path / "flag")])), seed=0, strategy=Random(), max_attempts=2)
    with ProcessPoolExecutor(n) as executor:
        searched.run(objectives.deadly_once, 3, executor=executor)

    assert [trial.state for trial in searched.trials] == ["complete"] * 3
    assert [trial.attempts for trial in searched.trials] == [2 if n == 1 else 1, 1, 1]


def test_a_run_of_which_nothing_comes_back_ends(processes):
    searched = study(max_attempts=2)
    with pytest.raises(RuntimeError, match="No evaluation came back from ProcessPoolExecutor; .* Of trial [01], 2 evaluations"):
        searched.run(objectives.deadly_everywhere, 10, executor=processes)

    assert sorted(trial.state for trial in searched.trials) == ["failed", "pending"]


def test_where_nothing_is_handed_out_again_a_lost_trial_counts_and_stays_pending(processes):
    searched, seen = study(reissue=False), []
    searched.run(objectives.deadly, 20, executor=processes, callbacks=[lambda s, t: seen.append((t.number, t.state))])
    dead = {trial.number for trial in searched.trials if 0.3 < trial.params["x"] < 0.4}

    assert dead
    assert {trial.number for trial in searched.trials if trial.state == "pending"} == dead
    assert sorted(seen) == [(number, "pending" if number in dead else "complete") for number in range(20)]
    assert params(searched) == params_of_random(20)
    assert Study(storage=searched._log).ask().number == min(dead), "another study may hand it out again"


def test_where_nothing_is_handed_out_again_a_run_of_which_nothing_comes_back_ends(processes):
    searched = study(reissue=False, max_attempts=3)
    with pytest.raises(RuntimeError, match="No evaluation came back from ProcessPoolExecutor"):
        searched.run(objectives.deadly_everywhere, 10, executor=processes)

    assert {trial.state for trial in searched.trials} == {"pending"}
    assert len(searched.trials) in (3, 4)


def test_two_processes_evaluate_at_once(processes, tmp_path):
    searched = Study(Space(folder=Categorical([str(tmp_path)])), seed=0, strategy=Random())
    searched.run(objectives.meeting, 4, executor=processes)

    assert {trial.value for trial in searched.trials} == {2.0}


class Losing(Executor):
    """Does something else with its first call."""

    def __init__(self, lose):
        self.losing = [lose]

    def submit(self, function, /, *arguments, **named):
        future = Future()
        lose = self.losing.pop() if self.losing else lambda future: future.set_result(function(*arguments, **named))
        lose(future)
        return future


def test_an_evaluation_that_the_executor_gave_up_is_made_again():
    """As when a cluster was restarted."""
    searched = study()
    searched.run(objectives.identity, 3, executor=Losing(Future.cancel), max_workers=2)

    assert [trial.state for trial in searched.trials] == ["complete"] * 3
    assert searched.trials[0].attempts == 2


def test_a_result_that_is_there_when_the_run_breaks_off_is_told():
    searched = study()
    with pytest.raises(RuntimeError, match="Losing could not evaluate"):
        searched.run(objectives.identity, 3, executor=Losing(lambda future: future.set_exception(OSError("no route"))), max_workers=2)

    assert [trial.state for trial in searched.trials] == ["pending", "complete"]


def test_an_objective_that_cannot_be_sent_is_no_failed_trial(processes):
    searched = study()
    with pytest.raises(RuntimeError, match="could not evaluate the objective .*Nothing is lost") as caught:
        searched.run(lambda x: x, 3, executor=processes)

    assert caught.value.__cause__ is not None
    assert {trial.state for trial in searched.trials} == {"pending"}

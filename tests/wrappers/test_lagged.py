"""Lagged: workers of any speed make one and the same list of trials."""

import contextlib
import multiprocessing
import random
import threading
import time

import pytest
from canary import SPACE, Canary, loss, rows
from conftest import url
from processes import finish, start

import storage_backends
from askttell import (
    Exhausted,
    Float,
    History,
    NotReady,
    Space,
    Study,
    add,
    ask,
    ask_many,
    cli,
    enqueue,
    fail,
    report,
    stop,
    strategies,
    tell,
    verify,
    why,
)
from askttell.events import Claimed
from askttell.strategies import CMAES, GP, TPE, Auto, Random
from askttell.wrappers import Lagged

LAGGED = Lagged(Canary(), 4)
X = Space(x=Float(0.0, 1.0))
WORKERS = 8


def played(strategy, order, n=24, workers=4):
    """The trials that `workers` workers make, of which `order(waiting)` says who is ready next."""
    history, waiting = History.start(SPACE, seed=3), []
    while history.n_finished < n:
        try:
            while len(waiting) < workers and history.number < n:
                history, trial = ask(history, strategy)
                waiting.append(trial)
        except NotReady:
            assert waiting
        trial = waiting.pop(order(len(waiting)))
        if trial.number % 5 == 2:
            history = fail(history, trial, "each fifth fails")
        elif trial.number % 7 == 3:
            history = stop(report(history, trial, 9.0, step=0), trial)
        else:
            history = tell(report(history, trial, 1.0, step=trial.number), trial, loss(trial.params), info={"seconds": time.time()})
    return history


@pytest.mark.parametrize("strategy", [Canary(), TPE(n_startup=2), CMAES(population=4), GP()], ids=lambda s: type(s).__name__)
def test_workers_of_any_speed_make_the_same_trials(strategy):
    dice = random.Random(5)
    lagged = Lagged(strategy, 6)
    first, last, other = (played(lagged, order, n=18) for order in (lambda _: 0, lambda n: n - 1, dice.randrange))

    assert rows(first.trials) == rows(last.trials) == rows(other.trials)
    assert first.told.tolist() != last.told.tolist()


def test_with_a_lag_of_one_it_is_the_strategy_itself_one_by_one():
    one, other = History.start(SPACE, seed=3), History.start(SPACE, seed=3)
    for _ in range(8):
        (one, a), (other, b) = ask(one, Canary()), ask(other, Lagged(Canary(), 1))
        assert a == b
        with pytest.raises(NotReady):
            ask(other, Lagged(Canary(), 1))
        one, other = tell(one, a, loss(a.params)), tell(other, b, loss(b.params))


def test_an_ask_sees_the_results_up_to_its_lag_in_the_order_of_numbers():
    seen = []

    class Spy:
        def ask(self, history):
            seen.append((history.number, history.told.tolist(), history.pending_numbers.tolist(), len(history.queue)))
            assert [trial.attempts for trial in history.trials] == [1] * history.number
            assert all(not trial.info for trial in history.trials)
            return Random().ask(history)

    history, _ = ask_many(History.start(X, seed=0), Lagged(Random(), 3), 3)
    history = tell(tell(fail(history, 2, "x"), 0, 1.0, info={"a": 1}), 1, 2.0)
    Lagged(Spy(), 3).ask(history.then(*()))
    Lagged(Spy(), 2).ask(history)
    Lagged(Spy(), 1).ask(history)

    assert [told for _, told, _, _ in seen] == [[0], [0, 1], [0, 1, 2]]
    assert [pending for _, _, pending, _ in seen] == [[1, 2], [2], []]


def test_the_result_that_is_needed_first_is_named():
    history, _ = ask_many(History.start(X, seed=0), Lagged(Random(), 3), 3)
    for number in (2, 1):
        history = tell(history, number, 0.0)
    with pytest.raises(NotReady, match="The result of trial 0 must be told before the next ask") as early:
        ask(history, Lagged(Random(), 3))
    assert early.value.number == 0
    assert ask(tell(history, 0, 0.0), Lagged(Random(), 3))[1].number == 3


def test_what_is_enqueued_needs_no_result_and_takes_a_number_like_others():
    history, _ = ask_many(History.start(X, seed=0), Lagged(Random(), 2), 2)
    history, trial = ask(enqueue(history, {"x": 0.5}), Lagged(Random(), 2))

    assert trial.params == {"x": 0.5}
    with pytest.raises(NotReady):
        ask(history, Lagged(Random(), 2))


def test_added_results_are_known_at_once():
    told = []

    class Spy:
        def ask(self, history):
            told.append(history.told.tolist())
            return Random().ask(history)

    history = History.start(SPACE, seed=0)
    for i in range(3):
        history = add(history, Random().ask(history).params, float(i))
    history, _ = ask(history, Lagged(Random(), 8))
    Lagged(Spy(), 8).ask(add(history, Random().ask(history).params, 7.0))

    assert told == [[0, 1, 2, 4]]


def test_which_attempt_gave_a_result_makes_no_difference():
    history, trial = ask(History.start(SPACE, seed=0), LAGGED)
    once = tell(report(history, trial, 1.0, step=0), trial, 2.0)
    died = report(history, trial, 5.0, step=3).then(Claimed(0, 2))
    twice = tell(report(died, 0, 1.0, step=0), 0, 2.0)

    assert Lagged(Canary(), 1).ask(once) == Lagged(Canary(), 1).ask(twice)


def test_it_explains_what_the_wrapped_strategy_was_shown():
    lagged = Lagged(Auto(), 4)
    history = played(lagged, lambda n: n - 1, n=15)
    facts = why(history, 14)["facts"]

    assert facts["strategy"] == "GP"
    assert facts == lagged.explain(history.view_of(14).then(history.asked(14)), 14)
    assert Lagged(Random(), 2).explain(history, 1) == {}


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Lagged(Random, 4), "`strategy` must be a strategy such as TPE(), but got <class 'askttell.strategies.random.Random'>."),
        (lambda: Lagged(3, 4), "`strategy` must be a strategy such as TPE(), but got 3."),
        (lambda: Lagged(Random(), 0), "`lag` must be an integer from 1, best twice the number of workers, but got 0."),
        (lambda: Lagged(Random(), True), "`lag` must be an integer from 1, best twice the number of workers, but got True."),
        (lambda: Lagged(Random(), 2.0), "`lag` must be an integer from 1, best twice the number of workers, but got 2.0."),
    ],
)
def test_wrong_settings_are_named(make, text):
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    assert str(caught.value) == text


def test_the_log_holds_the_wrapped_strategy_and_the_audit_recomputes_it(log):
    with Study(X, storage=log, strategy=Lagged(TPE(n_startup=2), 3), seed=1) as study:
        study.run(lambda x: x, 8)
    again = Study(storage=log)

    assert again.strategy == Lagged(TPE(n_startup=2), 3)
    assert str(verify(log)) == "study: 8 suggestions, 8 same"
    assert why(again.history, 3)["from"] == "Lagged(strategy=TPE(n_startup=2, n_candidates=24), lag=3)"


def test_the_audit_tells_that_the_wrapped_strategy_has_another_version(monkeypatch):
    log = storage_backends.InMemory()
    Study(X, storage=log, strategy=Lagged(Lagged(Random(), 2), 3), seed=1).ask()
    monkeypatch.setattr(strategies.Random, "version", 99)
    (verdict,) = verify(log).verdicts

    assert (verdict.outcome, verdict.why) == ("not comparable", "Random was version 1 and is version 99 here")


def worked(study, seed, pause=0.004):
    """Ask, evaluate for a random time, tell, until all is done."""
    dice = random.Random(seed)
    while True:
        try:
            trial = study.ask(total=48)
        except Exhausted:
            return
        time.sleep(dice.random() * pause)
        study.tell(trial, loss(trial.params))


def in_threads(run):
    study = Study(SPACE, strategy=Lagged(Canary(), 2 * WORKERS), seed=7)
    threads = [threading.Thread(target=worked, args=(study, 100 * run + i)) for i in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return study.history


def in_processes(storage, run):
    def work(i):
        with Study(storage=storage, strategy=Lagged(Canary(), 2 * WORKERS)) as study:
            worked(study, 100 * run + i)

    Study(SPACE, storage=storage, strategy=Lagged(Canary(), 2 * WORKERS), seed=7).close()
    processes = [multiprocessing.get_context("fork").Process(target=work, args=(i,)) for i in range(WORKERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WORKERS
    with Study(storage=storage) as study:
        return study.history


def check_runs(histories):
    expected = rows(histories[0].trials)
    assert [rows(history.trials) for history in histories] == [expected] * len(histories)
    assert len({tuple(history.told.tolist()) for history in histories}) > 1, "the workers were not of different speed"


def test_eight_threads_of_random_speed_make_one_list_of_trials():
    check_runs([in_threads(run) for run in range(3)])


def test_eight_processes_of_random_speed_make_one_list_of_trials(tmp_path):
    check_runs([in_threads(0), *(in_processes(url("sqlite", tmp_path, f"run{run}"), run) for run in range(2))])


@pytest.mark.slow
def test_twenty_runs_of_eight_workers_in_threads_and_in_processes_make_one_list_of_trials(tmp_path):
    runs = range(20)
    check_runs([*map(in_threads, runs), *(in_processes(url("sqlite", tmp_path, f"run{run}"), run) for run in runs)])


@contextlib.contextmanager
def unrelated_thread():
    """As a progress bar or a notebook has them."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_thread_does_not_wait_for_itself(log):
    study = Study(X, storage=log, strategy=Lagged(Random(), 3), seed=0)
    study.ask(2)
    study.ask()
    with unrelated_thread(), pytest.raises(NotReady):
        study.ask()
    study.tell(0, 1.0)
    assert study.may_come(0)
    assert study.ask().number == 3


def test_a_thread_does_not_wait_for_what_it_asked_for_by_another_study_object(tmp_path):
    """As when the cell of a notebook is run again."""
    storage = url("sqlite", tmp_path)
    with Study(X, storage=storage, strategy=Lagged(Random(), 1), seed=0) as study:
        study.ask()
    with Study(X, storage=storage, strategy=Lagged(Random(), 1)) as study:
        with unrelated_thread(), pytest.raises(NotReady):
            study.ask()
        study.tell(0, 1.0)
        assert study.ask().number == 1


def test_a_thread_that_ended_without_a_result_is_not_waited_for():
    study = Study(X, strategy=Lagged(Random(), 1), seed=0)
    thread = threading.Thread(target=study.ask)
    thread.start()
    thread.join()
    with unrelated_thread(), pytest.raises(NotReady):
        study.ask()


def told_later(study, begin):
    """A thread that began an evaluation, and tells its result in a moment."""
    begun = threading.Event()

    def evaluate():
        trial = begin()
        begun.set()
        time.sleep(0.05)
        study.tell(trial, 1.0)

    thread = threading.Thread(target=evaluate)
    thread.start()
    assert begun.wait(60)
    return thread


def test_a_trial_whose_evaluation_another_thread_renews_is_waited_for():
    study = Study(X, strategy=Lagged(Random(), 1), seed=0)
    trial = study.ask()
    thread = told_later(study, lambda: study.renew(trial) or trial)

    assert study.ask().number == 1
    thread.join()


def test_a_batch_is_cut_short_where_its_own_results_are_needed():
    study = Study(X, strategy=Lagged(Random(), 3), seed=0)

    assert [trial.number for trial in study.ask(5)] == [0, 1, 2]


def test_who_can_tell_other_results_meanwhile_is_not_made_to_wait():
    study = Study(X, strategy=Lagged(Random(), 1), seed=0)
    study.ask_for(owner=None)
    with pytest.raises(NotReady):
        study.ask_for(owner=None)
    with pytest.raises(NotReady):
        study.peek()


def test_an_ask_waits_until_another_thread_tells():
    study = Study(X, strategy=Lagged(Random(), 1), seed=0)
    thread = told_later(study, study.ask)

    assert study.ask().number == 1
    thread.join()


def test_an_ask_that_waits_is_given_the_trial_of_a_process_that_dies(kind, tmp_path):
    """Because else it would wait for ever."""
    storage = url(kind, tmp_path)
    study = Study(SPACE, storage=storage, strategy=Lagged(Random(), 1), seed=0)
    worker = start("die_late", storage, 0.3)
    assert worker.stdout.readline() == "0\n"

    trial = study.ask()

    assert (trial.number, trial.attempts) == (0, 2)
    finish(worker)


def test_where_nothing_is_handed_out_again_a_dead_process_is_not_waited_for(tmp_path):
    storage = url("sqlite", tmp_path)
    study = Study(SPACE, storage=storage, strategy=Lagged(Random(), 1), seed=0, reissue=False)
    finish(start("die", storage))

    with pytest.raises(NotReady):
        study.ask()


def test_the_command_line_waits_and_takes_the_wrapped_strategy_as_a_call(tmp_path, capsys):
    storage = str(tmp_path / "s.db")
    with Study(X, storage=storage, seed=0) as study:
        ask_once = ["ask", "--storage", storage, "--strategy", "Lagged(TPE(n_startup=3), lag=1)"]
        assert cli.main(ask_once) == 0
        timer = threading.Timer(0.05, study.tell, (0, 1.0))
        timer.start()
        assert cli.main(ask_once) == 0
        timer.join()

    assert capsys.readouterr().out.count('"number"') == 2

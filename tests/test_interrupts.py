"""Ctrl-C at any line of an ask and of a tell: the same Study goes on, and nothing that was told is lost."""

import itertools
import linecache
import sys
import threading
from pathlib import Path

import pytest
from conftest import STORAGES, url

import askttell
import storage_backends
from askttell import Float, Space, Study, journal, verify
from askttell.running.in_flight import InFlight
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))
OURS = tuple(str(Path(package.__file__).parent) for package in (askttell, storage_backends))
SECONDS = 20  # less than any wait for a turn


def interrupted(do, at):
    """The line of `do()`, counted from 0, at which a KeyboardInterrupt was raised; None if it has not so many."""
    lines, places, before = itertools.count(), [], sys.gettrace()

    def trace(frame, event, arg):
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line" and not is_with(frame) and next(lines) == at:
            places.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        do()
    except KeyboardInterrupt:
        return places[0]
    finally:
        sys.settrace(before)
    return None


def is_with(frame):
    """Whether the line opens a block and, which is why it is passed over, closes it: Python looks for signals only before and after."""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("with ")


def in_time(do):
    """Nothing; AssertionError if it hangs, as where an interrupt left something locked."""
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert not thread.is_alive()


def evaluated(study, told):
    trial = study.ask()
    study.tell(trial, trial.params["x"])
    told[trial.number] = trial.params["x"]


def check_goes_on(study, log, told):
    """The same object, in this thread and in others, and a new one find all that was told, and a log that may be replayed."""
    evaluated(study, told)
    in_time(lambda: evaluated(study, told))
    in_time(lambda: told.update(turn=turn_is_free(log)))
    assert told.pop("turn")
    with Study(storage=log) as again:
        assert again.history.digest == study.history.digest
        assert {trial.number: trial.value for trial in again.trials if trial.state == "complete"}.items() >= told.items()
        assert [trial.asked_at for trial in study.trials] == [trial.asked_at for trial in again.trials]
        assert [trial.told_at is None for trial in study.trials] == [trial.state == "pending" for trial in study.trials]
    assert {verdict.outcome for verdict in verify(log).verdicts} == {"same"}


def turn_is_free(log):
    with log.turn("study", 0.0) as held:
        return held


def news(storage, log):
    """What another study object, as in another process, has done."""
    with Study(storage=storage if storage != "memory://" else log) as other:
        trials = other.ask(2)
        other.tell(trials[0], trials[0].params["x"])
        return trials[0].number, trials[0].params["x"]


DEEDS = {"ask": lambda study: study.ask, "ask for two": lambda study: lambda: study.ask(2), "tell": lambda study: evaluation(study)}


def evaluation(study):
    trial = study.ask()
    return lambda: study.tell(trial, trial.params["x"])


def check_all(kind, deed, tmp_path, monkeypatch, lines):
    monkeypatch.setattr(journal, "_TURN_SECONDS", 0.5)
    spoilt = {}
    for at in lines:
        storage = url(kind, tmp_path, f"log{at}")
        log = storage_backends.connect(storage)
        study, told = Study(X, storage=log, seed=0, strategy=Random()), {}
        evaluated(study, told)
        do = DEEDS[deed](study)
        told |= dict([news(storage, log)])
        place = interrupted(do, at)
        if place is None:
            break
        try:
            check_goes_on(study, log, told)
        except Exception as error:  # noqa: BLE001 - all places are told at once
            spoilt[place] = repr(error)
        log.close()

    assert spoilt == {}
    assert at > 50


@pytest.mark.parametrize(("deed", "first"), [("ask", 0), ("ask for two", 1), ("tell", 2)])
@pytest.mark.parametrize("kind", STORAGES)
def test_an_interrupt_at_one_line_of_seven_spoils_nothing(kind, deed, first, tmp_path, monkeypatch):
    check_all(kind, deed, tmp_path, monkeypatch, itertools.count(first, 7))


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("kind", STORAGES)
def test_an_interrupt_at_any_line_spoils_nothing(kind, deed, tmp_path, monkeypatch):
    check_all(kind, deed, tmp_path, monkeypatch, itertools.count())


@pytest.mark.parametrize("kind", STORAGES)
def test_what_was_recorded_but_never_returned_comes_again(kind, tmp_path, monkeypatch):
    study = Study(X, storage=url(kind, tmp_path), seed=0, strategy=Random())
    study.tell(study.ask(), 0.5)
    made = Study._trial

    def interrupted(self, number):
        monkeypatch.setattr(Study, "_trial", made)
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "_trial", interrupted)
    with pytest.raises(KeyboardInterrupt):
        study.ask()
    assert study.ask().number == 1
    study.close()


@pytest.mark.parametrize("kind", STORAGES)
def test_an_orphan_that_was_claimed_but_never_returned_comes_again(kind, tmp_path, monkeypatch):
    """At any line of the ask; while a trial that was returned before, and is being evaluated, does not."""
    for at in itertools.count(0, 5):
        study = Study(X, storage=url(kind, tmp_path, f"log{at}"), seed=0, strategy=Random())
        orphan, held = study.ask(2)
        study.requeue(orphan)
        place = interrupted(study.ask, at)
        if place is None:
            break
        assert study.ask().number == orphan.number, place
        assert study.ask().number == 2
        assert study.trials[held.number].attempts == 1
        study.close()
    assert at > 50


def test_a_run_gives_back_the_orphan_that_it_had_claimed_and_not_begun(monkeypatch):
    study = Study(X, seed=0, strategy=Random())
    study.requeue(study.ask())

    def interrupted(self, trial):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(InFlight, "_take", interrupted)
        study.run(lambda x: x, 5)
    assert study.ask().number == 0


def test_a_run_gives_back_what_it_had_asked_for_and_not_begun(monkeypatch):
    study = Study(Space(x=Float(0.0, 1.0)), seed=0, strategy=Random())
    begun = InFlight._take

    def interrupted(self, trial):
        if trial.number == 2:
            monkeypatch.setattr(InFlight, "_take", begun)
            raise KeyboardInterrupt
        begun(self, trial)

    monkeypatch.setattr(InFlight, "_take", interrupted)
    with pytest.raises(KeyboardInterrupt):
        study.run(lambda x: x, 5)
    study.run(lambda x: x, total=5)
    assert [trial.state for trial in study.trials] == ["complete"] * 5

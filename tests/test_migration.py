"""A search on a changed space: what fits is kept, what does not is named."""

import pytest
from canary import Canary
from conftest import url
from hypothesis import given
from hypothesis import strategies as st

import storage_backends
from askttell import (
    Categorical,
    Float,
    History,
    Int,
    Space,
    Study,
    add,
    ask,
    copy_to_space,
    enqueue,
    fail,
    journal,
    report,
    stop,
    tell,
    verify,
)
from askttell.events import Asked, Enqueued
from askttell.migration import migrate
from askttell.strategies import Random, Sobol

OLD = Space(
    x=Float(0.0, 1.0),
    n=Int(1, 10),
    kind=Categorical(["a", "b"]),
    z=Float(0.0, 1.0, when={"kind": "b"}),
)
NARROW = Space(x=Float(0.0, 0.5), n=Int(1, 10), kind=Categorical(["a", "b"]), z=Float(0.0, 1.0, when={"kind": "b"}))
WIDE = Space(x=Float(-1.0, 2.0), n=Int(1, 20), kind=Categorical(["c", "b", "a"]), z=Float(0.0, 1.0, when={"kind": ["b", "c"]}))
NEW_SPACES = {
    "the same": OLD,
    "narrower": NARROW,
    "wider": WIDE,
    "one less": Space(n=Int(1, 10), kind=Categorical(["a", "b"])),
    "one more with a default": Space({**dict(zip(OLD.names, OLD.domains, strict=True)), "drop": Float(0.0, 0.5, default=0.1)}),
    "one more without": Space({**dict(zip(OLD.names, OLD.domains, strict=True)), "drop": Float(0.0, 0.5)}),
    "unconditional": Space(x=Float(0.0, 1.0), n=Int(1, 10), kind=Categorical(["a", "b"]), z=Float(0.0, 1.0)),
}
DIRECTIONS = [("minimize",), ("maximize",), ("minimize", "maximize")]

actions = st.lists(st.sampled_from(["tell", "fail", "stop", "pend", "add", "enqueue"]), max_size=15)
spaces = pytest.mark.parametrize("space", NEW_SPACES.values(), ids=NEW_SPACES)


def story(actions, directions, order):
    """A history in which the trials end in a shuffled order."""
    history = History.start(OLD, directions=directions, seed=5)
    for action in actions:
        if action == "add":
            history = add(history, {"x": 0.25, "n": 3, "kind": "a"}, [1.0] * len(directions), info={"from": "elsewhere"})
        elif action == "enqueue":
            history = enqueue(history, {"x": 0.75, "n": 3, "kind": "b", "z": 0.5})
        else:
            history, trial = ask(history, Random())
            history = report(history, trial, [0.5] * len(directions), step=trial.number)
    for trial in sorted(history.pending, key=lambda trial: order.random()):
        action = actions[trial.number] if trial.number < len(actions) else "tell"
        if action == "fail":
            history = fail(history, trial, f"reason {trial.number}")
        elif action == "stop":
            history = stop(history, trial)
        elif action != "pend":
            history = tell(history, trial, [float(trial.number)] * len(directions), info={"number": trial.number})
    return history


def about(trial):
    """What must survive a move."""
    return trial.state, trial.values, trial.reports, trial.info, trial.reason


@spaces
@given(actions=actions, directions=st.sampled_from(DIRECTIONS), order=st.randoms(use_true_random=False))
def test_every_finished_trial_is_kept_as_it_was_or_named_with_the_reason(space, actions, directions, order):
    history = story(actions, directions, order)
    moved = migrate(history, space, 6)
    new = moved.history
    named = [left.number for left in moved.left if left.number is not None]

    assert sorted([*moved.kept, *named]) == list(range(history.number))
    assert [trial.number for trial in new.finished] == list(range(len(moved.kept)))
    assert [number for number in history.told.tolist() if number not in named] == list(moved.kept)
    assert [about(trial) for trial in new.trials] == [about(history.trial(number)) for number in moved.kept]
    for trial, number in zip(new.trials, moved.kept, strict=True):
        assert trial.params == space.check(trial.params)
        assert trial.origin == "added"
        assert {name: value for name, value in trial.params.items() if name in OLD} == history.trial(number).params
    for left in moved.left:
        assert left.why
        if left.number is not None and not history.is_pending(left.number) and space is not NEW_SPACES["one more with a default"]:
            with pytest.raises((ValueError, TypeError)):
                space.check(left.params)


@given(actions=actions, directions=st.sampled_from(DIRECTIONS), order=st.randoms(use_true_random=False))
def test_moving_to_the_same_or_a_wider_space_leaves_the_pending_trials_only(actions, directions, order):
    history = story(actions, directions, order)
    for space in (OLD, WIDE):
        assert [left.number for left in migrate(history, space, 6).left] == history.pending_numbers.tolist()


@given(actions=actions, order=st.randoms(use_true_random=False))
def test_moving_there_and_back_gives_what_a_move_in_place_gives(actions, order):
    history = story(actions, ("minimize",), order)
    there = migrate(history, WIDE, 6).history

    assert migrate(there, OLD, 7).history == migrate(history, OLD, 7).history


@given(actions=actions, order=st.randoms(use_true_random=False))
def test_the_queue_and_the_settings_move_along(actions, order):
    history = story(actions, ("maximize",), order)
    new = migrate(history, WIDE, 6).history
    waiting = sum(isinstance(event, Enqueued) for event in history.events) - history.count_of("enqueued")

    assert sum(isinstance(event, Enqueued) for event in new.events) == waiting
    assert (new.directions, new.max_attempts, new.seed) == (("maximize",), history.max_attempts, 6)
    assert [using.name for using in new.using] == [using.name for using in history.using[-1:]]


def test_what_does_not_fit_is_named_with_its_reason():
    history = enqueue(add(History.start(OLD, seed=0), {"x": 0.75, "n": 3, "kind": "a"}, 1.0), {"x": 0.75, "n": 3, "kind": "a"})
    history = add(history, {"x": 0.25, "n": 3, "kind": "a"}, 2.0)
    moved = migrate(history, NARROW, 1)

    assert moved.kept == (1,)
    assert [str(left) for left in moved.left] == [
        "trial 0 {'x': 0.75, 'n': 3, 'kind': 'a'}: `x` must lie in [0.0, 0.5], but got 0.75.",
        "enqueued parameters {'x': 0.75, 'n': 3, 'kind': 'a'}: `x` must lie in [0.0, 0.5], but got 0.75.",
    ]


def test_a_new_parameter_takes_its_default_where_it_is_active():
    space = Space(x=Float(0.0, 1.0), n=Int(1, 10), kind=Categorical(["a", "b"]), z=Float(0.0, 1.0, when={"kind": "b"}),
                  momentum=Float(0.0, 1.0, default=0.9, when={"kind": "b"}))  # fmt: skip
    history = add(History.start(OLD, seed=0), {"x": 0.5, "n": 3, "kind": "a"}, 1.0)
    history = add(history, {"x": 0.5, "n": 3, "kind": "b", "z": 0.5}, 2.0)

    assert [trial.params.get("momentum") for trial in migrate(history, space, 1).history.trials] == [None, 0.9]


@pytest.mark.parametrize("strategy", [Random(), Sobol()], ids=["Random", "Sobol"])
def test_a_moved_study_goes_on_with_its_strategy_and_suggests_nothing_again(kind, tmp_path, strategy):
    source, target = (storage_backends.connect(url(kind, tmp_path, name)) for name in ("from", "to"))
    study = Study(OLD, storage=source, strategy=strategy, seed=1)
    for trial in study.ask(12):
        study.tell(trial, trial.params["x"])
    moved = copy_to_space(source, "study", target, "wide", space=WIDE)
    new = Study(WIDE, storage=target, name="wide")
    old_points = {repr(trial.params) for trial in study.trials}

    assert new.history == moved.history
    assert new.strategy == strategy
    assert old_points.isdisjoint(repr(trial.params) for trial in new.ask(12))
    assert verify(target, "wide").passed
    assert len(study.trials) == 12


def test_a_move_that_was_interrupted_goes_on(kind, tmp_path, monkeypatch):
    source, target = (storage_backends.connect(url(kind, tmp_path, name)) for name in ("from", "to"))
    study = Study(OLD, storage=source, strategy=Random(), seed=1)
    for trial in study.ask(9):
        study.tell(trial, trial.params["x"])

    def killed(log, key, records, at=0):
        assert log.append(key, at, records[at : at + 8], durable=False)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(journal, "write", killed)
        copy_to_space(source, "study", target, "wide", space=WIDE)
    begun = list(target.read("wide"))
    moved = copy_to_space(source, "study", target, "wide", space=WIDE)

    assert Study(storage=target, name="wide").history == moved.history
    assert (len(begun), list(target.read("wide"))[:8]) == (8, begun)
    assert len(moved.kept) == 9
    with pytest.raises(ValueError, match="holds a study 'wide' already"):
        copy_to_space(source, "study", target, "wide", space=WIDE)


def test_a_move_refuses_what_is_not_there_and_what_is(tmp_path):
    log = storage_backends.InMemory()
    Study(OLD, storage=log, strategy=Canary())
    with pytest.raises(LookupError, match="There is no study 'other' in InMemory"):
        copy_to_space(log, "other", log, "new", space=WIDE)
    with pytest.raises(ValueError, match="holds a study 'study' already; delete it first or copy under another name"):
        copy_to_space(log, "study", log, space=WIDE, seed=3)


def test_a_moved_trial_had_seen_what_lay_before_it():
    history = tell(*_asked(History.start(OLD, seed=0)), 1.0)
    new = migrate(history, OLD, 1).history

    assert [event.seen for event in new.events if isinstance(event, Asked)] == [2]
    assert new.view_of(0).number == 0


def _asked(history):
    return ask(history, Random())

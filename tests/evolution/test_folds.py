import signal
import threading

import pytest

from askttell import Float, History, Space, ask, tell
from askttell.evolution.folds import Folds, given
from askttell.strategies import Random
from storage_backends.testing import Child

SPACE = Space(x=Float(0.0, 1.0))


def story(n, seed=0):
    history = History.start(SPACE, seed=seed)
    for i in range(n):
        history, trial = ask(history, Random())
        history = tell(history, trial, float(i))
    return history


def fold(folds, history, key="key", steps=None):
    def step(state, row):
        if steps is not None:
            steps.append(row)
        return (*state, row)

    return folds.state(history, key, tuple, step)


def test_a_fold_goes_on_from_the_longest_known_prefix():
    folds, steps, history = Folds(), [], story(5)

    assert fold(folds, history.at(8), steps=steps) == (0, 1, 2)
    assert fold(folds, history, steps=steps) == (0, 1, 2, 3, 4)
    assert fold(folds, history, steps=steps) == (0, 1, 2, 3, 4)
    assert steps == [0, 1, 2, 3, 4]


def test_what_is_forgotten_is_made_again():
    folds, steps, history = Folds(size=2), [], story(5)
    fold(folds, history, steps=steps)
    fold(folds, history.at(4), steps=steps)
    folds.cache_clear()
    fold(folds, history, steps=steps)

    assert steps == [0, 1, 2, 3, 4, 0, 0, 1, 2, 3, 4]


def test_only_prefixes_as_long_as_known_ones_are_compared(monkeypatch):
    """Because a digest for each of 100,000 results takes longer than the steps of a fold."""
    folds, asked = Folds(size=2), []
    digest = History.told_digest
    monkeypatch.setattr(History, "told_digest", lambda history, k=None: asked.append(k) or digest(history, k))

    fold(folds, story(40))
    assert asked == [39, 40]
    fold(folds, story(60, seed=1))
    assert asked[2:] == [40, 39, 59, 60]
    fold(folds, story(61, seed=1))
    assert asked[6:] == [60, 61]
    assert set(folds._lengths) == {60, 61}


def test_values_are_remembered_by_prefix_and_key():
    folds, history, made = Folds(), story(3), []

    def compute():
        made.append(len(made))
        return made[-1]

    assert [folds.value(history, key, k, compute) for key, k in [("a", 2), ("a", 2), ("b", 2), ("a", 3)]] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    "changed", [{"seed": 1}, {"direction": "maximize"}, {"prior": [[({"x": 0.5}, 1.0)]]}, {"space": Space(x=Float(0.0, 2.0))}]
)
def test_the_key_tells_apart_what_the_results_do_not(changed):
    plain = given(("a", 1), History.start(SPACE, seed=0))
    other = given(("a", 1), History.start(**{"space": SPACE, "seed": 0, **changed}))

    assert plain == given(("a", 1), History.start(SPACE, seed=0))
    assert plain != other
    assert plain != given(("a", 2), History.start(SPACE, seed=0))
    assert hash(plain) == hash(given(("a", 1), History.start(SPACE, seed=0)))


def test_priors_of_the_same_size_are_two():
    first, second = (given((), History.start(SPACE, seed=0, prior=[[({"x": x}, 1.0)]])) for x in (0.1, 0.2))

    assert first != second


def test_a_child_forked_while_another_thread_folds_and_appends_can_do_both():
    """Because nobody in the child would ever free the locks that the thread held; an alarm ends a child that waits for them."""
    folds, history, held, done = Folds(), story(3), threading.Event(), threading.Event()

    def hold():
        with folds._lock, history._store.lock:
            held.set()
            done.wait()

    def program(say):
        signal.alarm(20)
        say(fold(folds, history))
        say(len(tell(*ask(history, Random()), 1.0).finished))

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = Child(program)
    done.set()
    thread.join()

    assert child.go().ended() == (0, ["(0, 1, 2)", "4"])

"""Histories as values: sharing, time travel, results and their refusals."""

import copy
import enum
import pickle

import numpy as np
import pytest
from canary import SPACE, Canary, rows
from hypothesis import given
from hypothesis import strategies as st

from askttell import (
    AlreadyTold,
    Candidate,
    Categorical,
    Float,
    History,
    MedianRule,
    NotReady,
    ReplayError,
    Space,
    add,
    ask,
    ask_many,
    enqueue,
    fail,
    report,
    stop,
    tell,
)
from askttell.codec import event_from_json, event_to_json
from askttell.events import Asked, Claimed, Told, Using
from askttell.seed import uniforms
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))
CANDIDATES = [
    Candidate({"x": 0.5}),
    Candidate({"x": 0.25}),
    Candidate({"x": 0.5}, "arm"),
    Candidate({"x": 0.5}, fidelity=0.5),
    Candidate({"x": 0.5}, parent=0),
]


def start(n=3, space=X, **settings):
    return ask_many(History.start(space, seed=0, **settings), Random(), n)[0]


def test_an_older_version_never_sees_what_was_added_later():
    old = start()
    new = tell(old, 1, 5.0)
    other = tell(old, 1, 7.0)

    assert (old.n_finished, new.n_finished, other.n_finished) == (0, 1, 1)
    assert (new.losses.tolist(), other.losses.tolist()) == ([[5.0]], [[7.0]])
    assert [trial.number for trial in old.pending] == [0, 1, 2]
    assert new != other
    assert new == tell(old, 1, 5.0)
    assert len({new, other, old}) == 3


def test_the_queue_is_what_was_enqueued_and_not_yet_asked():
    history = enqueue(enqueue(start(0), {"x": 0.25}), {"x": 0.5})
    later, _ = ask(history, Random())

    assert (history.queue, later.queue) == ([{"x": 0.25}, {"x": 0.5}], [{"x": 0.5}])
    assert [history.at(k).queue for k in (1, 2)] == [[], [{"x": 0.25}]]
    assert later.view_of(0).queue == history.queue


def test_arrays_are_read_only():
    history = tell(start(), 0, 1.0)
    for array in (history.units, history.losses, history.told):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def drawn_story(data, **settings):
    """A history of any events, each ask knowing all that was there."""
    history = start(0, SPACE, **settings)
    for action in data.draw(st.lists(st.sampled_from(["ask", "tell", "fail", "report", "enqueue", "add"]), max_size=25)):
        pending = history.pending_numbers.tolist()
        if action == "ask":
            history, _ = ask(history, Canary())
        elif action == "enqueue":
            history = enqueue(history, {"x": 0.5, "y": 1.0, "n": 3, "kind": "a"})
        elif action == "add":
            history = add(history, {"x": 0.5, "y": 1.0, "n": 3, "kind": "a"}, 2.0)
        elif pending:
            number = data.draw(st.sampled_from(pending))
            history = {
                "tell": lambda h, n: tell(h, n, n / 3 - 1),
                "fail": lambda h, n: fail(h, n, "x"),
                "report": lambda h, n: report(h, n, (7 * n % 5) - 2.0, step=h.n_events % 3),
            }[action](history, number)
    return history


@given(data=st.data())
def test_the_history_at_k_is_the_fold_of_the_first_k_events(data):
    history = drawn_story(data)
    k = data.draw(st.integers(1, history.n_events))
    at, folded = history.at(k), History.replay(history.events[:k])

    assert at == folded
    assert rows(at.trials) == rows(folded.trials)
    assert Canary().ask(at) == Canary().ask(folded)
    assert at.told_digest() == folded.told_digest()
    assert [event_from_json(event_to_json(event), history.space) for event in history.events] == list(history.events)
    for number in range(history.number):
        view = history.view_of(number)
        assert view == History.replay(view.events)
        assert view == view.at(view.n_events)


def test_a_view_leaves_out_what_came_after_the_asker_had_read():
    history = start(2)
    late = Asked(2, Candidate({"x": 0.5}), 0, seen=history.n_events)
    told = tell(history, 0, 1.0).then(late)
    view = told.view_of(2)

    assert (view.number, view.n_finished) == (2, 0)
    assert history == view
    two = told.then(Asked(3, Candidate({"x": 0.25}), 0, seen=history.n_events))
    assert (two.view_of(3).number, two.view_of(3).n_finished) == (3, 0)
    assert two.view_of(3) == History.replay(two.view_of(3).events)
    assert two.view_of(3) != two
    assert tell(two.view_of(3), 2, 1.0).n_finished == 1


def test_losses_are_minimised_and_values_are_the_users_own():
    history = tell(tell(start(direction="maximize"), 0, 1.0), 1, 2.0)

    assert history.losses.tolist() == [[-1.0], [-2.0]]
    assert (history.best.number, history.best.value) == (1, 2.0)


def test_the_pareto_set_holds_what_nothing_dominates():
    history = start(4, directions=("minimize", "maximize"))
    for number, values in enumerate([(1, 1), (2, 2), (2, 1), (1, 1)]):
        history = tell(history, number, values)

    assert [trial.number for trial in history.best_trials] == [0, 1, 3]
    with pytest.raises(LookupError, match="use `best_trials`"):
        _ = history.best
    with pytest.raises(ValueError, match="use `values`"):
        _ = history.trial(0).value


def test_there_is_no_best_before_a_result():
    with pytest.raises(LookupError, match="No trial is complete"):
        _ = fail(start(), 0, "x").best


def test_telling_the_same_again_changes_nothing_and_another_is_refused():
    history = tell(start(), 0, 1.0)

    assert history is tell(history, 0, 1.0) or history == tell(history, 0, 1.0)
    with pytest.raises(AlreadyTold, match="complete with .* already, but now complete with"):
        tell(history, 0, 2.0)
    with pytest.raises(AlreadyTold, match="now failed came"):
        fail(history, 0, "x")
    with pytest.raises(AlreadyTold, match="nothing more can be reported"):
        report(history, 0, 1.0, step=0)
    assert fail(fail(history, 1, "a"), 1, "b").trial(1).reason == "a"
    assert stop(stop(history, 1), 1).trial(1).state == "stopped"


@pytest.mark.parametrize("value", [np.float32(0.5), np.array(0.5), np.array([0.5]), [0.5], (0.5,), 0.5])
def test_any_number_of_size_one_can_be_told(value):
    assert tell(start(), 0, value).trial(0).value == 0.5


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.5", "`value` must be a number, but got '0.5'"),
        (None, "must be a number"),
        (1j, "must be a number"),
        ([1, 2], "one number, one per objective, but got 2"),
        (np.zeros(2), "one number"),
        (np.zeros((2, 2)), "must be a number"),
        (float("nan"), "must be finite, but got nan; record a failure by fail"),
        (float("inf"), "must be finite"),
    ],
)
def test_what_is_no_value_is_refused(value, message):
    history = start()
    with pytest.raises((TypeError, ValueError), match=message):
        tell(history, 0, value)
    assert history.n_finished == 0


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda h: tell(h, 9, 1.0), LookupError, "There is no trial 9; 3 have been asked"),
        (lambda h: tell(History.start(X, seed=0), 0, 1.0), LookupError, "none has been asked yet"),
        (lambda h: tell(h, "0", 1.0), TypeError, "`trial` must be a Trial or its number"),
        (lambda h: tell(h, True, 1.0), TypeError, "`trial` must be"),
        (lambda h: tell(h, 0, 1.0, info=3), TypeError, "`info` must be a dict"),
        (lambda h: tell(h, 0, 1.0, info={1: 2}), TypeError, "str keys"),
        (lambda h: tell(h, 0, 1.0, info={"a": [object()]}), TypeError, "info\\['a'\\]\\[0\\]"),
        (lambda h: report(h, 0, 1.0, step=-1), ValueError, "`step` must be an integer from 0"),
        (lambda h: report(h, 0, 1.0, step=0.5), ValueError, "`step`"),
        (lambda h: report(h, 0, float("nan"), step=1), ValueError, "must be finite"),
        (lambda h: enqueue(h, {"y": 1}), ValueError, "no parameter `y`"),
        (lambda h: add(h, {"x": 2.0}, 1.0), ValueError, "`x` must lie in"),
        (lambda h: h.at(0), LookupError, "`k` must lie in"),
        (lambda h: h.trial(7), LookupError, "no trial 7"),
        (lambda h: h.view_of(7), LookupError, "no trial 7"),
        (lambda h: h.then(Told(7, "failed")), ReplayError, "never asked"),
        (lambda h: h.then(Asked(7, Candidate({}), 0, 0)), ReplayError, "Trial 3 comes next"),
        (lambda h: h.then(Asked(3, Candidate({}), 0, 99)), ReplayError, "cannot have seen 99"),
        (lambda h: h.then(Using(5, "a", 1, {})), ReplayError, "Strategy 1 comes next"),
        (lambda h: h.then(h.events[0]), ReplayError, "only once"),
        (lambda h: tell(h, 0, 1.0).then(Told(0, "failed")), AlreadyTold, "complete already"),
        (lambda h: History.replay([]), ReplayError, "must be an Opened"),
        (lambda h: start(seed=1) if False else History.start(X, seed="a"), TypeError, "`seed` must be an integer"),
        (lambda h: History.start(X, seed=-1), ValueError, "`seed` must be"),
        (lambda h: History.start(X, direction="up"), ValueError, "'minimize' or 'maximize', but got"),
        (lambda h: History.start(X, directions="minimize"), TypeError, "for one use `direction`"),
        (lambda h: History.start(X, direction="minimize", directions=("minimize",)), ValueError, "not both"),
        (lambda h: History.start(X, prior=h), TypeError, "put it into a list"),
        (lambda h: uniforms(0, 2**32, 1), ValueError, "2\\*\\*32"),
        (lambda h: uniforms(0, 1, 1, 2**32), ValueError, "Path words must lie in"),
        (lambda h: ask(h, Random), TypeError, "such as Random\\(\\)"),
        (lambda h: event_from_json({"event": "nonsense"}), ReplayError, "not an event"),
        (lambda h: event_from_json({"event": "opened", "format": 99}), ReplayError, "format 99, .* upgrade"),
    ],
)
def test_what_cannot_be_is_refused_in_words(use, error, message):
    with pytest.raises(error, match=message):
        use(start())


def test_a_strategy_that_leaves_the_space_is_named():
    class Stray:
        def ask(self, history):
            return Candidate({"x": 7.0})

    class Silent:
        def ask(self, history):
            return None

    with pytest.raises(ValueError, match="Stray proposed what is not in the space: `x` must lie"):
        ask(start(), Stray())
    with pytest.raises(TypeError, match="Silent.ask must return a Candidate"):
        ask(start(), Silent())


def test_a_setting_that_is_data_is_refused():
    class Greedy:
        def __init__(self):
            self.data = np.zeros(3)

        def ask(self, history):
            return Candidate({"x": 0.5})

    with pytest.raises(TypeError, match="`Greedy.data` must be a plain value .* data belong in the history"):
        ask(start(), Greedy())


def test_only_reports_of_the_newest_attempt_count():
    history = report(report(start(), 0, 1.0, step=0), 0, 2.0, step=1)
    again = report(history.then(Claimed(0, 2)), 0, 5.0, step=0)

    assert history.trial(0).reports == {0: 1.0, 1: 2.0}
    assert again.trial(0).reports == {0: 5.0}
    assert again.trial(0).attempts == 2
    assert report(again, history.trial(0), 9.0, step=3).trial(0).reports == {0: 5.0}


def test_wrappers_can_show_another_history():
    history = tell(tell(fail(start(4), 2, "x"), 0, 1.0), 1, 2.0)
    shown = history.showing(hide=[1], extra={3: [7.0]})
    changed = history.showing(losses=np.array([[np.nan, np.nan], [1.0, 2.0], [3.0, 4.0]]))

    assert (history.number, history.seed, history.space) == (shown.number, shown.seed, shown.space)
    assert shown.told.tolist() == [2, 0, 3]
    assert shown.pending_numbers.tolist() == [1]
    assert shown.losses[1:].tolist() == [[1.0], [7.0]]
    assert changed.losses[1:].tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@given(data=st.data())
def test_a_history_shown_as_it_is_differs_in_nothing_but_its_direction(direction, data):
    history = drawn_story(data, direction=direction)
    shown, rule = history.showing(), MedianRule(n_startup=1)

    assert history.losses.tobytes() == shown.losses.tobytes()
    assert history.units.tobytes() == shown.units.tobytes()
    assert history.told.tolist() == shown.told.tolist()
    assert (history == shown) == (direction == "minimize")
    assert shown == shown.showing()
    for number in range(history.number):
        assert rule.should_stop(history, number) == rule.should_stop(shown, number)
        assert shown.view_of(number) == history.view_of(number).showing()


@given(data=st.data())
def test_what_an_ask_had_seen_is_shown_without_what_is_hidden(data):
    history = drawn_story(data, direction="maximize")
    hidden = data.draw(st.sets(st.sampled_from(history.told.tolist()))) if history.n_finished else set()
    extra = {number: [float(number)] for number in history.pending_numbers.tolist()[:2]}
    shown = history.showing(hide=hidden, extra=extra)

    assert {*history.told.tolist(), *extra} - hidden == set(shown.told.tolist())
    for number in range(history.number):
        assert shown.view_of(number) == history.view_of(number).showing(hide=hidden)
    for k in range(1, history.n_events + 1):
        early = history.at(k)
        assert early.showing(hide=hidden) == History.replay(early.showing(hide=hidden).events)


def test_a_result_can_be_hidden_though_later_asks_had_seen_it():
    history, first = ask(History.start(X, seed=0), Random())
    history, second = ask(tell(history, first, 1.0), Random())
    shown = tell(history, second, 2.0).showing(hide=[0])

    assert shown.told.tolist() == [1]
    assert (shown.view_of(1).number, shown.view_of(1).n_finished) == (1, 0)


def test_the_median_rule_decides_alike_on_what_is_shown_minimised():
    history = start(2, direction="maximize")
    history = report(tell(report(history, 0, 1.0, step=0), 0, 1.0), 1, 2.0, step=0)

    assert not MedianRule(n_startup=1).should_stop(history, 1)
    assert not MedianRule(n_startup=1).should_stop(history.showing(), 1)


def test_a_history_is_copied_and_pickled_as_what_it_is():
    history = fail(start(2), 1, "x")
    assert copy.deepcopy([history])[0] is history
    assert pickle.loads(pickle.dumps(history)) == history


def test_priors_are_recorded_as_losses():
    earlier = tell(fail(start(2, direction="maximize"), 1, "x"), 0, 3.0)
    history = History.start(X, seed=0, direction="maximize", prior=[earlier, [({"x": 0.5}, 2.0)]])
    again = event_from_json(event_to_json(history.events[0]))

    assert [prior.losses for prior in history.prior] == [((-3.0,),), ((-2.0,),)]
    assert again == history.events[0]
    assert History.start(X, seed=0, prior=history.prior).prior == history.prior


def test_trials_are_a_sequence():
    history = start()

    assert [trial.number for trial in history.trials] == [0, 1, 2]
    assert [trial.number for trial in history.trials[1:]] == [1, 2]
    assert history.trials[-1].number == 2
    assert history.trials == list(history.trials)
    assert history.trials != 3
    assert repr(list(history.trials)) == repr(history.trials)
    with pytest.raises(IndexError):
        history.trials[3]


def test_params_are_fresh_at_each_access():
    trial = start().trial(0)
    trial.params["x"] = 9

    assert trial.params["x"] != 9


def test_a_not_ready_ask_names_the_trial():
    assert NotReady(7).number == 7


def test_the_median_rule_stops_what_is_strictly_worse_than_the_median_of_averages():
    history = start(5)
    for number in range(3):
        for step in range(3):
            history = report(history, number, float(number), step=step)
        history = tell(history, number, float(number))
    rule = MedianRule(n_startup=3, n_warmup=1)
    worse = report(report(history, 3, 1.5, step=0), 3, 2.0, step=2)
    equal = report(report(history, 3, 1.0, step=0), 3, 2.0, step=2)
    early = report(history, 3, 9.0, step=0)

    assert [rule.should_stop(h, 3) for h in (worse, equal, early, history)] == [True, False, False, False]
    assert not MedianRule(n_startup=4).should_stop(worse, 3)
    with pytest.raises(ValueError, match="one objective"):
        rule.should_stop(start(directions=("minimize", "minimize")), 0)


def test_the_digest_of_results_is_that_of_the_first_k():
    history = tell(tell(start(), 0, 1.0), 1, 2.0)

    assert tell(start(), 0, 1.0).told_digest() == history.told_digest(1)
    assert history.told_digest(1) != history.told_digest()
    assert repr(history) == "History(3 trials, 2 finished, 1 parameters, seed=0)"


def test_an_arm_that_is_called_by_a_kind_of_text_of_its_own_has_a_digest():
    arm = enum.StrEnum("arm", {"A": "a"}).A
    asked = History.start(Space(x=Float(0.0, 1.0)), seed=0).then(Asked(0, Candidate({"x": 0.5}, arm), None, 1))
    assert tell(asked, 0, 1.0).told_digest() == tell(asked, 0, 1.0).told_digest() != tell(asked, 0, 2.0).told_digest()


def test_whatever_a_strategy_sees_of_a_result_changes_its_digest():
    history, either = start(), Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0))
    told = [tell(history, 0, 1.0), tell(history, 0, 1.5), tell(history, 1, 1.0), fail(history, 0, "no"), stop(history, 0)]
    reported = [tell(report(history, 0, value, step=step), 0, 1.0) for value, step in [(0.5, 1), (0.5, 2), (0.25, 1)]]
    asked = [History.start(X, seed=0).then(Asked(0, candidate, None, 1), Told(0, "complete", (1.0,))) for candidate in CANDIDATES]
    named = [add(History.start(either, seed=0), {"x": 0.5, "y": 0.25}, 1.0), add(History.start(either, seed=0), {"x": 0.25, "y": 0.5}, 1.0)]

    assert len({h.told_digest() for h in (*told, *reported, *asked, *named)}) == 15
    assert told[0].told_digest() == tell(report(history, 1, 0.5, step=0), 0, 1.0).told_digest()


def test_which_parameters_are_active_changes_the_digest():
    space = Space(kind=Categorical(["a", "b"]), a=Float(0.0, 1.0, when={"kind": "a"}), b=Float(0.0, 1.0, when={"kind": ["a"]}))
    one, other = (History.start(space, seed=0).then(Asked(0, Candidate({"kind": "a", name: 0.5}), None, 1)) for name in "ab")

    assert tell(one, 0, 1.0).told_digest() != tell(other, 0, 1.0).told_digest()


def test_a_view_can_be_looked_at_as_it_was_too():
    history = start(2)
    view = tell(history, 0, 1.0).then(Asked(2, Candidate({"x": 0.5}), 0, seen=2)).view_of(2)

    assert [view.at(k).number for k in range(1, view.n_events + 1)] == [0, 0, 1, 2][: view.n_events]


def test_equal_rows_of_other_histories_count_as_the_events_that_come_next():
    """Because a batch is thought out on a version of its own and then recorded."""
    base = start(1)
    ahead, other = tell(base, 0, 1.0), tell(base, 0, 2.0)

    assert ahead != other
    assert tell(base, 0, 1.0) == ahead
    assert base.then(*ahead.since(base)) == ahead
    assert base.then(*ahead.since(base))._store is ahead._store


def test_settings_of_strategies_may_hold_dicts():
    from askttell.strategy import describe

    class Odd:
        def __init__(self):
            self.weights = {"a": 1, 2: (0.5, None)}

        ask = None

    assert describe(Odd())[2] == {"weights": {"a": 1, "2": [0.5, None]}}

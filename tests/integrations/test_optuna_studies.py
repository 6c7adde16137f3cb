"""Studies of the real Optuna into ours, and ours into Optuna, its plots and its dashboard."""

import json
import threading
import urllib.request
from datetime import datetime, timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from askttell import Categorical, Float, Int, Ordinal, Space, Study, add, enqueue
from askttell.history import History
from askttell.integrations import from_optuna, to_optuna
from askttell.integrations.optuna_storages import optuna_storage
from askttell.strategies import Random
from storage_backends import connect

SPACE = Space(
    lr=Float(1e-5, 0.1, log=True),
    layers=Int(1, 8),
    dropout=Float(0.0, 0.5, step=0.1),
    batch=Ordinal([16, 32]),
    optimizer=Categorical(["adam", "sgd", None]),
    momentum=Float(0.0, 0.99, when={"optimizer": ["sgd", None]}),
    shape=Categorical([(1, 2), 1, True]),
)


@pytest.fixture(autouse=True)
def silent():
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def ours(**settings):
    """A study with complete, failed, stopped, pending and enqueued trials."""
    study = Study(SPACE, seed=0, strategy=Random(), name="mlp", **settings)
    for k in range(12):
        trial = study.ask()
        for step in range(2):
            study.report(trial, k / (step + 1), step=step)
        if k % 4 == 1:
            study.fail(trial, "out of memory")
        elif k % 4 == 2:
            study.stop(trial)
        elif k < 11:
            study.tell(trial, float(k % 5), info={"f1": 0.5, "tags": ["a", None]})
    study.enqueue(study.trials[0].params)
    return study


def known(study):
    """All that is known of the trials."""
    return [(*fields(trial), trial.reports, trial.info, trial.asked_at, trial.told_at) for trial in study.trials]


def fields(trial):
    return trial.number, trial.state, trial.recorded, trial.values, trial.reason, trial.origin


@pytest.mark.parametrize("storage", [None, "sqlite:///{}/optuna.db", "journal:///{}/optuna.log", "{}/optuna.log"])
def test_a_study_comes_back_from_optuna_as_it_went(storage, tmp_path):
    storage = storage and storage.format(tmp_path)
    study = ours()
    there = to_optuna(study, storage)
    back = from_optuna(there if storage is None else storage, storage=f"{tmp_path}/back.db")

    assert back.left == ()
    assert back.study.space == SPACE
    assert known(back.study) == known(study)
    assert back.study.history.queue == study.history.queue
    assert back.study.name == "mlp"
    assert [trial.number for trial in back.study.history.finished] == [trial.number for trial in study.history.finished]
    back.study.close()


def test_optuna_knows_the_states_values_and_times_of_our_trials():
    study = ours(direction="maximize")
    there = to_optuna(study)
    states = {"complete": "COMPLETE", "failed": "FAIL", "stopped": "PRUNED", "pending": "RUNNING"}

    assert there.direction.name == "MAXIMIZE"
    assert there.best_value == study.best_value
    assert [trial.state.name for trial in there.trials] == [*(states[trial.state] for trial in study.trials), "WAITING"]
    for theirs, trial in zip(there.trials, study.trials, strict=False):
        assert theirs.intermediate_values == trial.reports
        assert set(theirs.distributions) == set(trial.params) == set(theirs.params)
        assert theirs.params["lr"] == trial.params["lr"]
        assert abs(theirs.datetime_start.astimezone() - trial.asked_at) < timedelta(milliseconds=1)
    assert there.trials[1].user_attrs["askttell:reason"] == "out of memory"
    assert there.trials[0].user_attrs["f1"] == 0.5


def test_optuna_goes_on_with_our_study():
    there = to_optuna(ours(), study_name="further")
    there.sampler = optuna.samplers.TPESampler(seed=0)
    there.optimize(lambda trial: trial.suggest_float("lr", 1e-5, 0.1, log=True), n_trials=3)

    assert there.study_name == "further"
    assert there.trials[12].params["lr"] == there.trials[0].params["lr"]  # the one in the queue comes first


def test_a_history_without_times_can_be_shown_as_well():
    history = add(History.start(Space(x=Float(0.0, 1.0)), seed=0, directions=("minimize", "maximize")), {"x": 0.5}, (1.0, 2.0))
    there = to_optuna(enqueue(history, {"x": 0.25}))

    assert [way.name for way in there.directions] == ["MINIMIZE", "MAXIMIZE"]
    assert there.trials[0].values == [1.0, 2.0]
    assert from_optuna(there).study.trials[0].values == (1.0, 2.0)


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
@pytest.mark.parametrize(
    "plot", ["contour", "edf", "intermediate_values", "optimization_history", "parallel_coordinate", "rank", "slice", "timeline"]
)
def test_the_plots_of_optuna_show_our_study(plot):
    figure = getattr(optuna.visualization, f"plot_{plot}")(to_optuna(ours()))

    assert len(figure.data) > 0


def test_the_dashboard_of_optuna_shows_our_study(tmp_path):
    import optuna_dashboard

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            pass

    study, url = ours(), f"sqlite:///{tmp_path}/optuna.db"
    to_optuna(study, url)
    app = optuna_dashboard.wsgi(optuna.storages.RDBStorage(url))
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            (summary,) = fetched(server, "/api/studies")["study_summaries"]
            shown = fetched(server, f"/api/studies/{summary['study_id']}")
        finally:
            server.shutdown()
            thread.join()

    assert summary["study_name"] == "mlp"
    assert [trial["state"] for trial in shown["trials"][:4]] == ["Complete", "Fail", "Pruned", "Complete"]
    assert shown["trials"][-1]["state"] == "Waiting"
    assert shown["trials"][0]["values"] == [study.trials[0].value]
    assert {axis["name"] for axis in shown["union_search_space"]} == set(SPACE)
    assert shown["has_intermediate_values"]
    assert {"key": "f1", "sortable": True} in shown["union_user_attrs"]


def fetched(server, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}") as answer:
        return json.load(answer)


def define_by_run(trial):
    """An objective with a branch, reports, failures, and pruned trials."""
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    lr = trial.suggest_float("lr", 1e-5, 0.1, log=True)
    momentum = trial.suggest_float("momentum", 0.0, 0.99) if optimizer == "sgd" else 0.0
    trial.set_user_attr("f1", lr)
    trial.report(lr, step=1)
    if trial.number % 5 == 2:
        raise optuna.TrialPruned
    if trial.number % 5 == 3:
        raise ArithmeticError
    return lr + momentum


def optimised(**settings):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **settings)
    study.optimize(define_by_run, n_trials=15, catch=ArithmeticError)
    return study


@pytest.mark.parametrize("place", ["live", "sqlite:///{}/o.db", "journal:///{}/o.log"])
def test_what_optuna_recorded_is_kept(place, tmp_path):
    url = place.format(tmp_path)
    study = optimised() if place == "live" else optimised(storage=optuna_storage(url), study_name="theirs")
    moved = from_optuna(study) if place == "live" else from_optuna(url, "theirs", name="here")
    states = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "stopped", TrialState.FAIL: "failed"}

    assert moved.left == ()
    assert moved.study.space == Space(
        optimizer=Categorical(["adam", "sgd"]), lr=Float(1e-5, 0.1, log=True), momentum=Float(0.0, 0.99, when={"optimizer": "sgd"})
    )
    for trial, theirs in zip(moved.study.trials, study.trials, strict=True):
        assert trial.state == states[theirs.state]
        assert trial.params == theirs.params
        assert trial.values == tuple(theirs.values if theirs.state == TrialState.COMPLETE else ())
        assert trial.reports == theirs.intermediate_values
        assert trial.info == theirs.user_attrs
        assert abs(trial.told_at.timestamp() - theirs.datetime_complete.timestamp()) < 0.001
    assert moved.study.best_value == study.best_value
    assert moved.study.trials[3].reason == "failed in Optuna, which keeps no reason"
    moved.study.run(lambda **params: params["lr"], 2)
    assert moved.study.n_finished == 17


def frozen(number, params, distributions, *, state="COMPLETE", start=0, seconds=1, values=(1.0,), **attrs):
    """A trial that began `start` seconds after midnight."""
    state, begun = TrialState[state], datetime(2026, 1, 1) + timedelta(seconds=start)  # noqa: DTZ001 - Optuna's times are local
    return FrozenTrial(
        number=number, trial_id=-1, state=state, value=None, values=list(values) if state == TrialState.COMPLETE else None,
        datetime_start=None if state == TrialState.WAITING else begun,
        datetime_complete=begun + timedelta(seconds=seconds) if state.is_finished() else None,
        params=params, distributions={name: distributions[name] for name in params}, user_attrs=attrs, system_attrs={},
        intermediate_values={},
    )  # fmt: skip


def made_of(*trials, directions=("minimize",)):
    study = optuna.create_study(directions=directions)
    study.add_trials(trials)
    return study


X = {"x": FloatDistribution(0.0, 1.0), "n": IntDistribution(1, 9), "c": CategoricalDistribution(["a", "b"])}


def test_results_stand_in_the_order_in_which_they_came():
    """So that a strategy sees what it would have seen: trial 1 began after trial 0, and ended before it."""
    moved = from_optuna(made_of(
        frozen(0, {"x": 0.1}, X, start=0, seconds=10), frozen(1, {"x": 0.2}, X, start=1, seconds=2),
        frozen(2, {"x": 0.3}, X, start=5), frozen(3, {"x": 0.4}, X, state="RUNNING", start=20),
    ))  # fmt: skip
    history = moved.study.history

    assert [trial.number for trial in history.finished] == [1, 2, 0]
    assert [history.view_of(number).n_finished for number in range(4)] == [0, 0, 1, 3]
    assert history.trials[3].state == "pending"
    moved.study.requeue(3)
    assert moved.study.ask().number == 3


def test_reports_of_running_trials_are_kept():
    study = optuna.create_study()
    trial = study.ask(X)
    trial.report(0.5, step=3)
    moved = from_optuna(study)

    assert moved.study.trials[0].reports == {3: 0.5}


def test_an_infinite_value_is_a_failure_and_numbers_are_given_anew_where_trials_are_left():
    study = made_of(
        frozen(0, {"x": 0.1, "n": 3}, X, values=(float("inf"),)), frozen(1, {"x": 0.1}, X, state="FAIL"), frozen(2, {"x": 0.2, "n": 4}, X)
    )
    moved = from_optuna(study)

    assert [(trial.state, trial.reason) for trial in moved.study.trials] == [("failed", "the value was inf"), ("complete", None)]
    assert [str(left) for left in moved.left] == ["trial 1 {'x': 0.1}: `n` is missing; it must be given: Int(1, 9)."]


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution:UserWarning")
def test_choices_may_be_any_objects():
    study = optuna.create_study()
    study.optimize(lambda trial: float(len(trial.suggest_categorical("shape", [[1, 2], [3]]))), n_trials=3)
    moved = from_optuna(study)

    assert moved.study.space == Space(shape=Categorical(["[1, 2]", "[3]"]))
    assert [trial.params for trial in moved.study.trials] == [trial.params for trial in study.trials]


def test_waiting_trials_are_enqueued_if_they_fix_all_parameters():
    study = made_of(frozen(0, {"x": 0.1, "n": 3}, X))
    study.enqueue_trial({"x": 0.5, "n": 2})
    study.enqueue_trial({"x": 0.5})
    moved = from_optuna(study)

    assert [params.plain() for params in moved.study.history.queue] == [{"x": 0.5, "n": 2}]
    assert [left.number for left in moved.left] == [2]


def test_of_a_waiting_trial_what_its_branch_would_not_suggest_is_passed_over():
    branch = frozen(0, {"c": "a", "x": 0.1}, X), frozen(1, {"c": "b"}, X)
    study = made_of(*branch)
    study.enqueue_trial({"c": "b", "x": 0.5})
    study.enqueue_trial({"c": "a", "x": 0.5})
    moved = from_optuna(study)

    assert [params.plain() for params in moved.study.history.queue] == [{"c": "b"}, {"c": "a", "x": 0.5}]
    assert moved.left == ()


@pytest.mark.parametrize("state", ["PRUNED", "FAIL"])
def test_a_trial_that_ended_early_says_nothing_of_conditions(state):
    """Though it lacks what a complete trial with the same choice has."""
    early = frozen(0, {"c": "a"}, X, state=state)
    moved = from_optuna(made_of(early, frozen(1, {"c": "a", "x": 0.5, "n": 1}, X), frozen(2, {"c": "b", "n": 2}, X)))

    assert moved.study.space == Space(c=Categorical(["a", "b"]), x=Float(0.0, 1.0, when={"c": "a"}), n=Int(1, 9))
    assert [str(left) for left in moved.left] == ["trial 0 {'c': 'a'}: `x` is missing; it must be given: Float(0.0, 1.0, when={'c': 'a'})."]
    assert len(moved.study.trials) == 2


def test_ranges_that_changed_are_spanned():
    wide = {"x": FloatDistribution(-1.0, 0.5), "n": IntDistribution(1, 20)}

    moved = from_optuna(made_of(frozen(0, {"x": 0.1, "n": 3}, X), frozen(1, {"x": -0.1, "n": 20}, wide)))

    assert moved.study.space == Space(x=Float(-1.0, 1.0), n=Int(1, 20))
    assert moved.left == ()


def test_conditions_are_those_of_the_nearest_choice_that_explains_what_is_missing():
    moved = from_optuna(made_of(
        frozen(0, {"c": "a", "n": 1, "x": 0.5}, X), frozen(1, {"c": "b", "n": 2}, X), frozen(2, {"c": "a", "n": 3, "x": 0.5}, X)
    ))  # fmt: skip
    assert moved.study.space == Space(c=Categorical(["a", "b"]), n=Int(1, 9), x=Float(0.0, 1.0, when={"n": [1, 3]}))

    moved = from_optuna(made_of(
        frozen(0, {"c": "a", "n": 1, "x": 0.5}, X), frozen(1, {"c": "b", "n": 1}, X), frozen(2, {"c": "a", "n": 3, "x": 0.5}, X)
    ))  # fmt: skip
    assert moved.study.space["x"].when == (("c", ("a",)),)


@pytest.mark.parametrize(
    ("trials", "text"),
    [
        (
            [frozen(0, {"c": "a", "x": 0.5}, X), frozen(1, {"c": "a"}, X)],
            "`x` is in 1 trials and missing in 1 complete ones, and the values of no other parameter say when; give `space`.",
        ),
        (
            [frozen(0, {"x": 0.5}, X), frozen(1, {"x": 0.5}, {"x": FloatDistribution(0.1, 1.0, log=True)})],
            f"`x` has distributions that no one domain holds, {X['x']!r} and {FloatDistribution(0.1, 1.0, log=True)!r}; give `space`.",
        ),
        ([], "No trial has a parameter, so the space is not known; give `space`."),
    ],
)
def test_a_space_that_cannot_be_inferred_must_be_given(trials, text):
    study = made_of(*trials)
    with pytest.raises(ValueError) as error:
        from_optuna(study)

    assert str(error.value) == text
    moved = from_optuna(study, space={"x": Float(0.0, 1.0)}, seed=5)
    assert moved.study.history.seed == 5
    assert len(moved.left) == sum("c" in trial.params for trial in trials)


def test_trials_that_failed_early_say_nothing_of_conditions():
    moved = from_optuna(made_of(frozen(0, {"x": 0.1}, X, state="FAIL"), frozen(1, {"x": 0.1, "n": 1}, X)))

    assert moved.study.space == Space(x=Float(0.0, 1.0), n=Int(1, 9))
    assert len(moved.left) == 1
    assert len(from_optuna(made_of(frozen(0, {"x": 0.1}, X, state="FAIL"))).study.trials) == 1


def test_a_study_that_is_there_already_is_not_touched(tmp_path):
    with Study(SPACE, storage=f"{tmp_path}/s.db", name="taken"):
        pass
    log = connect("memory://")
    assert from_optuna(made_of(frozen(0, {"x": 0.1}, X)), storage=log, name="free").study.n_finished == 1
    with pytest.raises(ValueError, match="InMemory.. holds a study 'free' already"):
        from_optuna(made_of(frozen(0, {"x": 0.1}, X)), storage=log, name="free")
    with pytest.raises(ValueError, match="holds a study 'taken' already; delete it first or import under another `name`."):
        from_optuna(made_of(frozen(0, {"x": 0.1}, X)), storage=f"{tmp_path}/s.db", name="taken")


def test_an_import_that_was_interrupted_goes_on():
    theirs = made_of(*(frozen(n, {"x": 0.1 * n}, X) for n in range(9)))
    whole, begun = connect("memory://"), connect("memory://")
    from_optuna(theirs, storage=whole, name="mlp")
    records = whole.read("mlp")
    begun.append("mlp", 0, records[:8], durable=False)
    from_optuna(theirs, storage=begun, name="mlp")

    assert list(begun.read("mlp")) == list(records)


def test_a_study_that_optuna_has_already_is_not_touched(tmp_path):
    url = f"sqlite:///{tmp_path}/o.db"
    to_optuna(ours(), url)
    with pytest.raises(ValueError, match="o.db' holds a study 'mlp' already; delete it first or give another `study_name`."):
        to_optuna(ours(), url)

    assert from_optuna(optuna.storages.RDBStorage(url)).study.history.number == 12


@pytest.mark.parametrize(
    ("url", "name", "text"),
    [
        (
            "sqlite:///{}/typo.db",
            None,
            "There is no file .*typo.db; give Optuna's own, such as sqlite:///optuna.db or journal:///optuna.log",
        ),
        ("{}/typo.log", None, "There is no file .*typo.log"),
        ("sqlite:///{}/o.db", "typo", "There is no study 'typo' in '.*o.db'; there: one, two."),
        ("sqlite:///{}/o.db", None, "Say which study of '.*o.db' is meant; there: one, two."),
    ],
)
def test_a_study_that_is_not_there_is_missed_by_name(url, name, text, tmp_path):
    for made in ("one", "two"):
        optuna.create_study(storage=f"sqlite:///{tmp_path}/o.db", study_name=made)
    with pytest.raises(LookupError, match=text):
        from_optuna(url.format(tmp_path), name)
    assert not list(tmp_path.glob("typo*"))

"""AskTellSearchCV against scikit-learn itself: its checks of estimators, and its own searches."""

import pickle
import subprocess
import sys
import warnings

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_iris, make_regression
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedShuffleSplit,
    cross_val_score,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from askttell import Categorical, Float, Int, Ordinal, Space, Study
from askttell.errors import EarlierStudyGrew
from askttell.integrations import AskTellSearchCV
from askttell.integrations.cross_validation import CrossValidation
from askttell.strategies import GP, Grid, Random
from storage_backends import connect

X, Y = load_iris(return_X_y=True)
X, Y = X[::3], Y[::3]
DEPTH = {"max_depth": Int(1, 6)}
SVM = Space(
    kernel=Categorical(["linear", "rbf"]),
    C=Float(0.01, 100.0, log=True),
    gamma=Float(1e-3, 10.0, log=True, when={"kernel": "rbf"}),
)


class Fragile(ClassifierMixin, BaseEstimator):
    """A classifier that cannot be fitted with some settings, or on some folds."""

    def __init__(self, setting=0, fails=(), on_odd_sums=()):
        self.setting = setting
        self.fails = fails
        self.on_odd_sums = on_odd_sums

    def fit(self, X, y):
        if self.setting in self.fails or (self.setting in self.on_odd_sums and int(X.sum() * 10) % 2):
            raise RuntimeError(f"setting {self.setting} cannot be fitted")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[self.setting % len(self.classes_)])


def tree(**settings):
    return AskTellSearchCV(
        DecisionTreeClassifier(random_state=0), DEPTH, **{"n_trials": 4, "random_state": 0, "strategy": Random()} | settings
    )


def quiet(search, *data, **params):
    """The fitted search, whatever failed on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return search.fit(*data, **params)


def scores(search):
    """What a search found out, without the times that it took."""
    return {key: np.asarray(value).tolist() for key, value in search.cv_results_.items() if not key.endswith("_time")}


@parametrize_with_checks(
    [
        AskTellSearchCV(SVC(), {"C": Float(0.1, 1.0)}, n_trials=2, cv=2, strategy=Random(), random_state=0),
        AskTellSearchCV(SVR(), {"C": Float(0.1, 1.0)}, n_trials=2, cv=2, strategy=Random(), random_state=0),
    ]
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_takes_it_for_an_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("settings", [{}, {"return_train_score": True}, {"scoring": ["accuracy", "f1_macro"], "refit": "f1_macro"}])
def test_it_has_the_results_and_attributes_of_a_randomized_search(settings):
    ours = AskTellSearchCV(SVC(), SVM, n_trials=6, strategy=Random(), random_state=0, **settings).fit(X, Y)
    theirs = RandomizedSearchCV(
        SVC(), {"kernel": ["linear", "rbf"], "C": [1.0, 2.0], "gamma": [0.1, 1.0]}, n_iter=6, random_state=0, **settings
    ).fit(X, Y)

    assert set(ours.cv_results_) == set(theirs.cv_results_)
    for key, value in theirs.cv_results_.items():
        assert type(ours.cv_results_[key]) is type(value)
        assert len(ours.cv_results_[key]) == len(value)
    fitted = {name for name in vars(ours) if name.endswith("_")}
    assert fitted == {name for name in vars(theirs) if name.endswith("_")} | {"study_name_"}
    assert ours.score(X, Y) == ours.scorer_[settings["refit"]](ours.best_estimator_, X, Y) if "refit" in settings else True


def test_on_a_grid_it_finds_what_a_grid_search_finds():
    space = {"svc__C": Ordinal([0.1, 1, 10]), "svc__gamma": Ordinal([0.01, 0.1, 1])}
    grid = {"svc__C": [0.1, 1, 10], "svc__gamma": [0.01, 0.1, 1]}
    model = Pipeline([("scale", StandardScaler()), ("svc", SVC())])
    ours = AskTellSearchCV(model, space, n_trials=20, strategy=Grid(), random_state=0).fit(X, Y)
    theirs = GridSearchCV(model, grid).fit(X, Y)

    assert len(ours.cv_results_["params"]) == 9
    found, expected = (
        {(p["svc__C"], p["svc__gamma"]): x for p, x in zip(r["params"], r["mean_test_score"], strict=True)}
        for r in (ours.cv_results_, theirs.cv_results_)
    )
    assert found == expected
    assert ours.best_score_ == theirs.best_score_


def test_a_parameter_that_is_inactive_is_masked_and_left_to_the_estimator():
    search = AskTellSearchCV(SVC(gamma=0.5), SVM, n_trials=8, strategy=Random(), random_state=1).fit(X, Y)
    linear = search.cv_results_["param_kernel"] == "linear"

    assert 0 < linear.sum() < 8
    assert (search.cv_results_["param_gamma"].mask == linear).all()
    assert all(("gamma" in params) == (params["kernel"] == "rbf") for params in search.cv_results_["params"])
    row = int(np.flatnonzero(linear)[0])
    alone = cross_val_score(SVC(gamma=0.5).set_params(**search.cv_results_["params"][row]), X, Y)
    assert alone.mean() == search.cv_results_["mean_test_score"][row]


def test_whole_steps_of_a_pipeline_can_be_searched_by_name():
    space = Space(
        {
            "scale": Categorical({"standard": StandardScaler(), "range": MinMaxScaler(), "none": "passthrough"}),
            "svc__C": Float(0.1, 10.0, log=True),
        }
    )
    search = AskTellSearchCV(Pipeline([("scale", None), ("svc", SVC())]), space, n_trials=6, strategy=Random(), random_state=0).fit(X, Y)

    assert search.history_.best.recorded["scale"] in ("standard", "range", "none")
    assert type(search.best_estimator_.named_steps["scale"]) is type(search.best_params_["scale"])


@pytest.mark.parametrize("random_state", [7, np.random.RandomState(7)])
def test_each_fit_is_a_search_of_its_own(random_state):
    search = tree(random_state=random_state)
    first, again = scores(search.fit(X, Y)), scores(search.fit(X, Y))

    assert len(first["params"]) == len(again["params"]) == 4
    assert (first == again) == (random_state == 7)
    assert scores(clone(tree(random_state=7)).fit(X, Y)) == scores(tree(random_state=7).fit(X, Y))


def test_it_begins_after_earlier_searches_also_when_it_is_copied(tmp_path):
    space, (X, y) = {"C": Float(1e-3, 1e3, log=True)}, load_iris(return_X_y=True)

    def fitted(n_trials, prior, **settings):
        search = AskTellSearchCV(SVC(), space, n_trials=n_trials, strategy=GP(), prior=prior, random_state=0, **settings)
        return clone(pickle.loads(pickle.dumps(search))).fit(X, y)

    earlier = fitted(6, ())
    later = fitted(2, [earlier.history_], storage=str(tmp_path / "s.db"))
    assert later.history_.trials[0].origin == "gp:prior"
    assert later.history_.trials[0].params in [trial.params for trial in earlier.history_.trials]
    more = fitted(7, ())
    with pytest.warns(EarlierStudyGrew, match="1 result more"):
        again = fitted(3, [more.history_], storage=str(tmp_path / "s.db"))
    assert again.history_.trials[:2] == later.history_.trials[:2]
    assert [len(prior.params) for prior in again.history_.prior] == [6]


def test_a_seed_is_drawn_for_each_fit_if_none_is_given():
    search = tree(random_state=None)

    assert search.fit(X, Y).history_.seed != search.fit(X, Y).history_.seed


def test_what_is_fitted_can_be_pickled_and_looked_at():
    search = pickle.loads(pickle.dumps(tree().fit(X, Y)))

    assert search.history_.n_finished == 4
    assert search.history_.best.value == search.best_score_
    assert (search.predict(X) == tree().fit(X, Y).predict(X)).all()
    with pytest.raises(NotFittedError):
        _ = tree().history_


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
def test_workers_change_neither_candidates_nor_scores(backend):
    with joblib.parallel_config(backend):
        together = tree(batch_size=2, n_jobs=2).fit(X, Y)

    assert scores(tree(batch_size=2).fit(X, Y)) == scores(together)


SHUFFLING = [
    KFold(3, shuffle=True),
    StratifiedShuffleSplit(3, test_size=0.3),
    RepeatedStratifiedKFold(n_splits=2, n_repeats=2),
    GroupShuffleSplit(3),
    ShuffleSplit(3, random_state=np.random.RandomState(5)),
]


def which_fold(estimator, X, y):
    return float(X.sum())


def on_folds(cv, **settings):
    """A search whose scores tell the folds apart and nothing else."""
    settings = {"n_trials": 4, "strategy": Random(), "random_state": 0, "scoring": which_fold} | settings
    return AskTellSearchCV(SVC(), {"C": Float(0.1, 1.0)}, cv=cv, **settings)


def split_scores(search):
    """The test scores by candidate and fold."""
    names = sorted(name for name in search.cv_results_ if name.startswith("split") and name.endswith("test_score"))
    return np.transpose([search.cv_results_[name] for name in names])


@pytest.mark.parametrize("cv", SHUFFLING, ids=lambda cv: type(cv).__name__)
def test_all_candidates_are_compared_on_the_same_folds(cv):
    by_group = isinstance(cv, GroupShuffleSplit)
    search = on_folds(cv).fit(X, Y, groups=np.arange(len(X)) % 10 if by_group else None)
    rows = split_scores(search)

    assert rows.shape == (4, search.n_splits_)
    assert (rows == rows[0]).all()
    assert len(set(rows[0])) > 1, "folds that nothing tells apart"


def test_what_a_splitter_leaves_to_chance_follows_the_seed_of_the_search(tmp_path):
    cv = KFold(5, shuffle=True)
    first, again, other = (split_scores(on_folds(cv, random_state=seed).fit(X, Y))[0].tolist() for seed in (0, 0, 1))
    part, whole = (on_folds(cv, random_state=None, n_trials=n, storage=f"{tmp_path}/s.db").fit(X, Y) for n in (2, 4))

    assert first == again != other
    assert (split_scores(whole) == split_scores(part)[0]).all()
    assert cv.random_state is None


def test_a_splitter_whose_count_is_wrong_is_refused_as_by_scikit_learn():
    class Miscounted(KFold):
        def get_n_splits(self, *data, **params):
            return 4

    with pytest.raises(ValueError, match="Expected 4 splits, got 3"):
        on_folds(Miscounted(3)).fit(X, Y)


def test_as_many_candidates_are_asked_at_once_as_keep_the_workers_busy():
    """Four workers and two folds make two candidates, of which the second cannot know the first's result."""
    with joblib.parallel_config("threading"):
        together = tree(n_jobs=4, cv=2, n_trials=5).fit(X, Y).history_

        splits = AskTellSearchCV(SVC(), SVM, n_trials=5, n_jobs=4, cv=(split for split in KFold(2, shuffle=True).split(X))).fit(X, Y)

    assert [together.view_of(number).n_finished for number in range(5)] == [0, 0, 2, 2, 4]
    assert [splits.history_.view_of(number).n_finished for number in range(5)] == [0, 0, 0, 0, 4]
    assert [tree(cv=2).fit(X, Y).history_.view_of(number).n_finished for number in range(4)] == [0, 1, 2, 3]


def test_of_several_scores_the_one_that_refit_names_is_maximised():
    search = tree(scoring={"acc": "accuracy", "f1": make_scorer(f1_score, average="macro")}, refit="f1", n_trials=3).fit(X, Y)

    assert [trial.value for trial in search.history_.trials] == search.cv_results_["mean_test_f1"].tolist()
    assert search.history_.directions == ("maximize",)


@pytest.mark.parametrize("refit", [False, lambda results: int(np.argmin(results["rank_test_acc"]))])
def test_several_scores_without_a_name_are_objectives(refit):
    search = tree(scoring={"acc": "accuracy", "f1": "f1_macro"}, refit=refit, n_trials=3).fit(X, Y)
    pairs = zip(search.cv_results_["mean_test_acc"], search.cv_results_["mean_test_f1"], strict=True)

    assert [trial.values for trial in search.history_.trials] == list(pairs)
    assert hasattr(search, "best_estimator_") is bool(refit)


def both(estimator, X, y):
    guess = estimator.predict(X)
    return {"acc": accuracy_score(y, guess), "f1": f1_score(y, guess, average="macro")}


def test_a_scoring_function_may_give_one_score_or_several():
    search = tree(scoring=both, refit="f1", n_trials=2).fit(X, Y)
    single = tree(scoring=lambda *a: both(*a)["f1"], refit=lambda results: 0, n_trials=2).fit(X, Y)

    assert [trial.value for trial in search.history_.trials] == search.cv_results_["mean_test_f1"].tolist()
    assert single.best_index_ == 0
    assert [trial.value for trial in single.history_.trials] == single.cv_results_["mean_test_score"].tolist()
    with pytest.raises(
        ValueError, match=r"`scoring` gives several scores, \['acc', 'f1'\]; set `refit` to the name of the one to maximise."
    ):
        tree(scoring=both, refit=True).fit(X, Y)


def test_metadata_are_routed_to_the_estimator_the_scorer_and_the_splitter():
    weights, groups = np.linspace(0.1, 1.0, len(X)), np.arange(len(X)) % 3
    with sklearn.config_context(enable_metadata_routing=True):
        model = LogisticRegression(max_iter=1000).set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        settings = {"cv": GroupKFold(3), "scoring": scorer}
        ours = AskTellSearchCV(model, {"C": Ordinal([0.1, 1.0])}, n_trials=2, strategy=Grid(), **settings)
        theirs = GridSearchCV(model, {"C": [0.1, 1.0]}, **settings)
        for search in (ours, theirs):
            search.fit(X, Y, sample_weight=weights, groups=groups)

    assert ours.best_score_ == theirs.best_score_
    assert (ours.best_estimator_.coef_ == theirs.best_estimator_.coef_).all()


def test_a_candidate_that_cannot_be_fitted_is_a_failed_trial_and_the_search_goes_on():
    search = AskTellSearchCV(Fragile(fails=(1, 2)), {"setting": Int(0, 3)}, n_trials=4, strategy=Grid(), cv=3, batch_size=2)
    with (
        pytest.warns(FitFailedWarning, match="fits failed"),
        pytest.warns(UserWarning, match="One or more of the test scores are non-finite"),
    ):
        search.fit(X, Y)
    states = {trial.params["setting"]: trial.state for trial in search.history_.trials}
    reasons = [trial.reason for trial in search.history_.trials if trial.state == "failed"]

    assert states == {0: "complete", 1: "failed", 2: "failed", 3: "complete"}
    said = "RuntimeError: setting 1 cannot be fitted; RuntimeError: setting 2 cannot be fitted"
    assert reasons == [f"one of 2 candidates of which every fit failed: {said}"] * 2
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert failed.tolist() == [params["setting"] in (1, 2) for params in search.cv_results_["params"]]
    assert (search.cv_results_["rank_test_score"][failed] == 3).all()
    assert not np.isnan(search.best_score_)


def test_a_candidate_that_fails_on_some_folds_only_has_no_score():
    search = quiet(AskTellSearchCV(Fragile(on_odd_sums=(0, 1, 2)), {"setting": Int(0, 3)}, n_trials=4, strategy=Grid(), cv=KFold(7)), X, Y)
    splits = np.array([search.cv_results_[f"split{i}_test_score"] for i in range(7)])

    for trial in search.history_.trials:
        assert (trial.state == "failed") == (trial.params["setting"] != 3)
        assert 0 < np.isnan(splits[:, trial.number]).sum() < 7 or trial.state == "complete"


def test_a_score_that_is_not_a_number_is_a_failure_with_that_reason():
    search = quiet(tree(scoring=lambda estimator, X, y: np.nan if estimator.max_depth > 2 else 1.0, n_trials=6, strategy=Grid()), X, Y)

    assert {trial.reason for trial in search.history_.trials if trial.params["max_depth"] > 2} == {"the score was nan"}


def test_an_error_score_counts_as_a_score():
    settings = {"n_trials": 4, "strategy": Grid(), "error_score": -1.0, "return_train_score": True}
    search = quiet(AskTellSearchCV(Fragile(fails=(1,)), {"setting": Int(0, 3)}, **settings), X, Y)
    trial = next(trial for trial in search.history_.trials if trial.params["setting"] == 1)

    assert trial.value == search.cv_results_["mean_test_score"][trial.number] == search.cv_results_["mean_train_score"][trial.number] == -1
    assert trial.info == {"failure": "RuntimeError: setting 1 cannot be fitted"}


def test_if_nothing_can_be_fitted_scikit_learn_says_so():
    search = AskTellSearchCV(Fragile(fails=(0, 1)), {"setting": Int(0, 1)}, n_trials=4, strategy=Grid())
    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match="All the 5 fits failed"):
        search.fit(X, Y)


def test_an_error_is_raised_where_that_is_wanted():
    search = AskTellSearchCV(Fragile(fails=(0, 1)), {"setting": Int(0, 1)}, n_trials=4, strategy=Grid(), error_score="raise")

    with pytest.raises(RuntimeError, match="setting 0 cannot be fitted"):
        search.fit(X, Y)
    assert "_search" not in vars(search)


def test_an_interrupted_search_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """With the interrupted trial under its number, and with all that the earlier run had found out in `cv_results_`."""
    settings = {"space": {"setting": Int(0, 5)}, "n_trials": 6, "strategy": Grid(), "random_state": 0, "return_train_score": True}
    whole = AskTellSearchCV(Fragile(), **settings).fit(X, Y)
    search = AskTellSearchCV(Fragile(), storage=f"{tmp_path}/s.db", **settings)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Fragile, "predict", interrupted_at(whole.cv_results_["params"][2]["setting"]))
        search.fit(X, Y)
    with Study(storage=f"{tmp_path}/s.db", name=only_study(tmp_path)) as study:
        assert study.n_finished == 2
    search.fit(X, Y)

    assert scores(search) == scores(whole)
    assert [trial.attempts for trial in search.history_.trials] == [1, 1, 2, 1, 1, 1]


def interrupted_at(setting, predict=Fragile.predict):
    """A prediction during which somebody presses Ctrl-C."""

    def interrupted(self, X):
        if self.setting == setting:
            raise KeyboardInterrupt
        return predict(self, X)

    return interrupted


def only_study(folder):
    with_names = connect(f"{folder}/s.db")
    (name,) = with_names.studies()
    with_names.close()
    return name


def test_a_fit_that_is_done_evaluates_nothing_but_what_scikit_learn_wants_and_more_trials_go_on(tmp_path):
    settings = {"storage": f"{tmp_path}/s.db", "scoring": ["accuracy", "f1_macro"], "refit": "accuracy"}
    first = tree(n_trials=3, **settings).fit(X, Y)
    again, more = tree(n_trials=3, **settings).fit(X, Y), tree(n_trials=5, **settings).fit(X, Y)

    assert scores(again) == scores(first)
    assert again.history_.number == 3
    assert scores(more)["params"][:3] == scores(first)["params"]
    assert scores(more) == scores(tree(n_trials=5, scoring=["accuracy", "f1_macro"], refit="accuracy").fit(X, Y))
    assert first.study_name_ == more.study_name_


def test_trials_that_another_process_evaluates_are_not_waited_for(tmp_path):
    """Here another one took all of them."""
    with Study(Space(DEPTH), storage=f"{tmp_path}/s.db", name="s", directions=["maximize"], seed=0) as study:
        study.ask(2)
        search = CrossValidation(study, ("score",), 0.0, 1)
        with pytest.raises(LookupError, match="All 2 trials of study 's' are being evaluated by another process; wait for it, or raise"):
            search.run(None, 2)


def test_failures_are_known_to_the_fit_that_goes_on(tmp_path):
    settings = {"space": {"setting": Int(0, 3)}, "strategy": Grid(), "storage": f"{tmp_path}/s.db", "random_state": 0}
    first = quiet(AskTellSearchCV(Fragile(fails=(1, 2)), n_trials=3, **settings), X, Y)
    more = quiet(AskTellSearchCV(Fragile(fails=(1, 2)), n_trials=4, **settings), X, Y)

    assert more.study_name_ == first.study_name_
    assert np.isnan(more.cv_results_["mean_test_score"]).sum() == 2


@pytest.mark.parametrize(
    "change", [{"estimator": SVC()}, {"space": {"C": Float(0.1, 2.0)}}, {"cv": 3}, {"scoring": "f1_macro"}, {"random_state": 1}]
)
def test_another_search_is_another_study(tmp_path, change):
    settings = {
        "estimator": SVC(C=2.0),
        "space": {"C": Float(0.1, 1.0)},
        "n_trials": 1,
        "storage": f"{tmp_path}/s.db",
    }
    names = {AskTellSearchCV(**settings | others).fit(X, Y).study_name_ for others in ({}, {}, change)}

    assert len(names) == 2
    assert AskTellSearchCV(**settings).fit(X[1:], Y[1:]).study_name_ not in names


def test_another_process_knows_the_search_again(tmp_path):
    program = f"""
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
from askttell import Int
from askttell.errors import EarlierStudyGrew
from askttell.integrations import AskTellSearchCV
from askttell.integrations.cross_validation import CrossValidation
from askttell.strategies import Random
X, Y = load_iris(return_X_y=True)
search = AskTellSearchCV(DecisionTreeClassifier(random_state=0), {{"max_depth": Int(1, 6)}}, n_trials=4, strategy=Random(), random_state=0,
    storage={str(tmp_path / "s.db")!r})
print(search.fit(X[::3], Y[::3]).study_name_)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == tree(storage=f"{tmp_path}/s.db").fit(X, Y).study_name_


def test_the_folds_of_a_nested_cross_validation_are_studies_of_their_own(tmp_path):
    search = tree(storage=f"{tmp_path}/s.db", n_trials=2, cv=2)
    nested = cross_val_score(search, X, Y, cv=3)

    assert nested.tolist() == cross_val_score(tree(n_trials=2, cv=2), X, Y, cv=3).tolist()
    log = connect(f"{tmp_path}/s.db")
    assert len(log.studies()) == 3
    log.close()


def test_a_regressor_is_searched_by_its_own_score():
    data = make_regression(40, 3, noise=1.0, random_state=0)
    search = AskTellSearchCV(Ridge(), {"alpha": Float(1e-3, 1e3, log=True)}, n_trials=5, random_state=0).fit(*data)

    assert search.best_score_ == max(search.cv_results_["mean_test_score"])
    assert search.best_params_["alpha"] < 10


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"n_trials": 0}, "`n_trials` must be an integer from 1, but got 0."),
        ({"batch_size": True}, "`batch_size` must be an integer from 1, but got True."),
        ({"space": {}}, "A space needs at least one parameter"),
    ],
)
def test_what_is_given_is_checked(settings, text):
    with pytest.raises(ValueError, match=text):
        AskTellSearchCV(**{"estimator": SVC(), "space": SVM, "n_trials": 2} | settings).fit(X, Y)


def test_what_cannot_be_known_again_is_refused_with_a_storage(tmp_path):
    with pytest.raises(TypeError, match="With `storage`, all that defines the search must be picklable, .*; use a function of a module"):
        tree(scoring=lambda estimator, X, y: 1.0, storage=f"{tmp_path}/s.db").fit(X, Y)

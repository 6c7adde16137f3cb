"""AskTellSampler in the real Optuna: the suggestions of our own studies, define-by-run, workers, failures, other processes."""

import pickle
import threading
import time

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from askttell import Categorical, Exhausted, Float, Int, NotReady, Space, Study
from askttell.integrations import AskTellSampler, space_to_optuna
from askttell.integrations.optuna_mirror import PROPOSAL, Mirror
from askttell.owner import this_process
from askttell.strategies import CMAES, GP, TPE, Auto, DifferentialEvolution, Genetic, Grid, Random, Sobol
from askttell.wrappers import Lagged

SPACE = Space(
    optimizer=Categorical(["adam", "sgd"]),
    lr=Float(1e-5, 0.1, log=True),
    momentum=Float(0.0, 1.0, when={"optimizer": "sgd"}),
    dropout=Float(0.0, 0.5, step=0.1),
    layers=Int(1, 8),
)
SPACE_OF_OPTUNA = space_to_optuna(SPACE)
STRATEGIES = [Auto(), CMAES(), DifferentialEvolution(), GP(), Genetic(), Random(), Sobol(), TPE()]


@pytest.fixture(autouse=True)
def silent():
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def loss(optimizer, lr, dropout, layers, momentum=0.5):
    return abs(lr - 0.01) + momentum * (optimizer == "sgd") + dropout + abs(layers - 4)


def objective(trial):
    """Define-by-run, in the order of the space."""
    params = {"optimizer": trial.suggest_categorical("optimizer", ["adam", "sgd"]), "lr": trial.suggest_float("lr", 1e-5, 0.1, log=True)}
    if params["optimizer"] == "sgd":
        params["momentum"] = trial.suggest_float("momentum", 0.0, 1.0)
    params["dropout"] = trial.suggest_float("dropout", 0.0, 0.5, step=0.1)
    params["layers"] = trial.suggest_int("layers", 1, 8)
    return loss(**params)


def optimised(sampler, n_trials=12, objective=objective, catch=(), **settings):
    study = optuna.create_study(sampler=sampler, **settings)
    study.optimize(objective, n_trials=n_trials, catch=catch)
    return study


def params_of(study):
    return [trial.params for trial in study.trials]


@pytest.mark.parametrize("strategy", STRATEGIES, ids=repr)
def test_optuna_is_given_the_suggestions_of_our_own_study(strategy, one_thread):
    """To the last bit, with the space given: the mirror is the history that a Study of ours would have."""
    ours = Study(SPACE, strategy=strategy, seed=3)
    ours.run(loss, 12)
    theirs = optimised(AskTellSampler(strategy, space=SPACE, seed=3))

    assert params_of(theirs) == [trial.params for trial in ours.trials]
    assert theirs.best_value == ours.best_value


def test_failed_and_pruned_trials_are_known_as_such(one_thread):
    def failing(trial):
        value = objective(trial)
        if trial.number % 4 == 1:
            raise ArithmeticError
        if trial.number % 4 == 2:
            raise optuna.TrialPruned
        return value

    ours = Study(SPACE, strategy=TPE(n_startup=4), seed=3, direction="maximize")
    for number in range(12):
        trial = ours.ask()
        if number % 4 == 1:
            ours.fail(trial, "failed")
        elif number % 4 == 2:
            ours.stop(trial)
        else:
            ours.tell(trial, loss(**trial.params))
    sampler = AskTellSampler(TPE(n_startup=4), space=SPACE, seed=3)
    theirs = optimised(sampler, objective=failing, direction="maximize", catch=ArithmeticError)

    assert params_of(theirs) == [trial.params for trial in ours.trials]


@pytest.mark.parametrize("strategy", [GP(), Sobol(), TPE()], ids=repr)
def test_without_a_space_it_is_that_of_all_complete_trials(strategy, one_thread):
    """The first trial is random, and so is what only some trials have."""
    study = optimised(AskTellSampler(strategy, seed=3))
    relative = AskTellSampler(strategy, seed=3).infer_relative_search_space(study, study.trials[-1])

    assert set(relative) == {"optimizer", "lr", "dropout", "layers"}
    assert len({trial.params["lr"] for trial in study.trials}) == 12
    assert params_of(study) == params_of(optimised(AskTellSampler(strategy, seed=3)))
    assert params_of(study) != params_of(optimised(AskTellSampler(strategy, seed=4)))
    proposed = [trial for trial in study.trials if "askttell:proposal" in trial.system_attrs]
    assert [trial.number for trial in proposed] == list(range(1, 12))


def test_distributions_of_optuna_may_be_given_as_the_space():
    distributions = {"x": FloatDistribution(0.0, 1.0), "c": CategoricalDistribution(["a", "b"]), "n": IntDistribution(3, 3)}
    study = optuna.create_study(sampler=AskTellSampler(Sobol(), space=distributions, seed=1))
    for _ in range(3):
        study.tell(study.ask(distributions), 0.5)
    ours = Study(Space(x=Float(0.0, 1.0), c=Categorical(["a", "b"]), n=Categorical([3])), strategy=Sobol(), seed=1)

    assert params_of(study) == [ours.ask().params for _ in range(3)]


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution:UserWarning")
def test_choices_may_be_any_objects():
    study = optimised(AskTellSampler(TPE(), seed=1), 2, lambda trial: sum(trial.suggest_categorical("shape", [(1, 2), [3]])))

    assert {str(trial.params["shape"]) for trial in study.trials} == {"(1, 2)", "[3]"}


def test_running_trials_are_pending():
    """As eight workers ask before the first result, all ask for something else; a seeded Sobol sequence shows it exactly."""
    study = optuna.create_study(sampler=AskTellSampler(Sobol(), space={"x": Float(0.0, 1.0)}, seed=1))
    trials = [study.ask({"x": FloatDistribution(0.0, 1.0)}) for _ in range(8)]
    ours = Study(Space(x=Float(0.0, 1.0)), strategy=Sobol(), seed=1)

    assert [trial.params for trial in trials] == [trial.params for trial in ours.ask(8)]


def test_what_other_workers_are_asking_for_is_foreseen():
    """Trials 0 to 2 were created, and trial 2 asks first: it does not get what the others will, and they get what it foresaw."""
    study = optuna.create_study(sampler=AskTellSampler(Sobol(), space=SPACE, seed=1))
    trials = [study.ask() for _ in range(3)]
    lrs = [trial.suggest_float("lr", 1e-5, 0.1, log=True) for trial in reversed(trials)]
    ours = Study(SPACE, strategy=Sobol(), seed=1)

    assert lrs[::-1] == [trial.params["lr"] for trial in ours.ask(3)]
    for trial in trials:
        study.tell(trial, 1.0)
    study.tell(study.ask(SPACE_OF_OPTUNA), 1.0)
    (_, mirror) = study.sampler._mirror
    assert [trial.state for trial in mirror.history(study.trials, Sobol()).trials] == ["complete"] * 4


def test_a_proposal_is_known_to_other_workers_before_the_objective_suggests_it(one_thread):
    """Here the other workers ask when the first has suggested one of its parameters, the last that it will ever suggest."""
    study = optuna.create_study(sampler=AskTellSampler(Random(), space=SPACE, seed=1))
    for trial in (study.ask(), study.ask()):
        trial.suggest_int("layers", 1, 8)
    history = Mirror(SPACE, ("minimize",), 1).history(study.trials, Sobol())
    ours = Study(SPACE, strategy=Random(), seed=1)

    assert [trial.params for trial in history.trials] == [trial.params for trial in ours.ask(2)]


def test_a_worker_that_meets_the_end_of_a_space_is_not_foreseen():
    study = optuna.create_study(sampler=AskTellSampler(Grid(), space={"n": Int(0, 1)}, seed=1))
    trials = [study.ask() for _ in range(4)]

    with pytest.raises(Exhausted):
        trials[3].suggest_int("n", 0, 1)
    assert sorted(trial.suggest_int("n", 0, 1) for trial in trials[:2]) == [0, 1]


def test_an_earlier_trial_may_ask_after_a_later_one_was_told():
    study = optuna.create_study(sampler=AskTellSampler(Random(), space=SPACE, seed=1))
    first, second = study.ask(), study.ask()
    study.tell(second, second.suggest_float("lr", 1e-5, 0.1, log=True))
    ours = Study(SPACE, strategy=Random(), seed=1)

    assert first.suggest_float("lr", 1e-5, 0.1, log=True) == ours.ask().params["lr"]


@pytest.mark.parametrize("space", [None, SPACE])
def test_threads_share_a_sampler(space):
    study = optuna.create_study(sampler=AskTellSampler(TPE(n_startup=4), space=space, seed=1))
    study.optimize(objective, n_trials=16, n_jobs=4)

    assert all(trial.state == TrialState.COMPLETE for trial in study.trials)
    assert len({trial.params["lr"] for trial in study.trials}) == 16


@pytest.mark.parametrize("strategy", [CMAES(), TPE(n_startup=3)], ids=repr)
def test_a_study_goes_on_in_another_process_as_if_nothing_had_happened(strategy, tmp_path, one_thread):
    """Here with a pickled sampler, and one of the same seed, each of which makes the mirror anew."""
    whole = optimised(AskTellSampler(strategy, space=SPACE, seed=3), 12)
    settings = {"storage": f"sqlite:///{tmp_path}/o.db", "study_name": "s", "load_if_exists": True}
    sampler = AskTellSampler(strategy, space=SPACE, seed=3)
    optimised(sampler, 4, **settings)
    optimised(pickle.loads(pickle.dumps(sampler)), 4, **settings)
    study = optimised(AskTellSampler(strategy, space=SPACE, seed=3), 4, **settings)

    assert params_of(study) == params_of(whole)


def test_one_sampler_may_serve_several_studies(one_thread):
    sampler = AskTellSampler(TPE(n_startup=3), space=SPACE, seed=3)
    studies = [optuna.create_study(sampler=sampler, direction=way) for way in ("minimize", "maximize")]
    for _ in range(6):
        for study in studies:
            study.optimize(objective, n_trials=1)

    for study, way in zip(studies, ("minimize", "maximize"), strict=True):
        assert params_of(study) == params_of(optimised(AskTellSampler(TPE(n_startup=3), space=SPACE, seed=3), 6, direction=way))


def test_an_enqueued_trial_is_known_with_what_was_tried_in_fact(one_thread):
    study = optuna.create_study(sampler=AskTellSampler(Random(), space=SPACE, seed=1))
    study.enqueue_trial({"optimizer": "sgd", "lr": 0.05, "momentum": 0.25})
    study.optimize(objective, n_trials=2)
    history = Mirror(SPACE, ("minimize",), 1).history(study.trials, Random())

    assert study.trials[0].params["momentum"] == 0.25
    assert history.trials[0].params == study.trials[0].params
    assert [trial.origin for trial in history.trials] == ["optuna", "random"]


def test_trials_of_which_nothing_is_known_take_a_number_only():
    """Because numbers seed the strategy; and a grid must not take a cell for tried that was not."""

    def fails_at_first(trial):
        if trial.number < 2:
            raise ArithmeticError
        return trial.suggest_int("n", 0, 3)

    study = optimised(AskTellSampler(Grid(), space={"n": Int(0, 3)}, seed=1), 20, fails_at_first, ArithmeticError)
    tried = [trial.params["n"] for trial in study.trials if trial.state == TrialState.COMPLETE]
    history = Mirror(Space(n=Int(0, 3)), ("minimize",), 1).history(study.trials, Random())

    assert sorted(tried) == [0, 1, 2, 3]
    assert [trial.state for trial in history.trials][:3] == ["pending", "pending", "complete"]


@pytest.mark.filterwarnings("ignore:.*drawn at random")
def test_trials_in_another_space_are_not_known():
    study = optuna.create_study(sampler=AskTellSampler(Random(), space={"x": Float(0.0, 1.0)}, seed=1))
    study.optimize(lambda trial: trial.suggest_float("y", 0.0, 5.0), n_trials=2)
    study.add_trial(optuna.trial.create_trial(params={"x": 5.0}, distributions={"x": FloatDistribution(0.0, 9.0)}, value=1.0))
    study.enqueue_trial({"x": 0.5})
    trial = study.ask()
    study.enqueue_trial({"x": 0.25})
    later = study.ask({"x": FloatDistribution(0.0, 1.0)})
    history = Mirror(Space(x=Float(0.0, 1.0)), ("minimize",), 1).history(study.get_trials(), Random())

    assert trial.number == 3
    assert later.params == {"x": 0.25}
    assert [trial.origin for trial in history.trials] == ["random", "random", "unknown", "optuna", "optuna"]


def test_a_proposal_of_another_space_is_not_taken_for_one_of_this():
    study = optimised(AskTellSampler(Random(), space={"x": Float(0.0, 1.0)}, seed=1), 2, lambda trial: trial.suggest_float("x", 0.0, 1.0))
    study.trials[0].system_attrs["askttell:proposal"] = {"event": "of another version"}
    trials = study.get_trials(deepcopy=False)
    trials[1].system_attrs["askttell:proposal"] = {"event": "of another version"}
    history = Mirror(Space(x=Float(0.0, 1.0)), ("minimize",), 1).history(trials, Random())

    assert [trial.origin for trial in history.trials] == ["random", "optuna"]


def test_an_exhausted_space_ends_the_run():
    study = optimised(AskTellSampler(Grid(), space={"n": Int(0, 3)}, seed=1), 20, lambda trial: trial.suggest_int("n", 0, 3))

    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 4 + ["PRUNED"]
    with pytest.raises(Exhausted, match="All 4 cells of the grid have been tried"):
        study.ask().suggest_int("n", 0, 3)


def test_several_objectives_are_served_by_strategies_that_can():
    def two(trial):
        value = trial.suggest_float("x", 0.0, 1.0)
        return value, 1.0 - value

    study = optimised(AskTellSampler(space={"x": Float(0.0, 1.0)}, seed=1), 15, two, directions=["minimize", "maximize"])
    assert len(study.best_trials) >= 1
    with pytest.raises(ValueError, match="GP minimises one objective, but the search has 2; use Genetic or TPE"):
        optimised(AskTellSampler(GP(), space={"x": Float(0.0, 1.0)}, seed=1), 2, two, directions=["minimize", "minimize"])


def test_what_is_given_is_checked():
    with pytest.raises(TypeError, match="A strategy must be an object with a method ask"):
        AskTellSampler(Random)
    with pytest.raises(ValueError, match="`seed` must be an integer from 0"):
        AskTellSampler(seed=-1)
    assert AskTellSampler()._seed != AskTellSampler()._seed


def slowly(trial):
    time.sleep(0.002 * (trial.number % 3))
    return objective(trial)


def test_threads_that_need_each_other_s_results_make_the_trials_of_one():
    strategy = Lagged(TPE(n_startup=3), 2)
    alone = optimised(AskTellSampler(strategy, space=SPACE, seed=3))
    together = optuna.create_study(sampler=AskTellSampler(strategy, space=SPACE, seed=3))
    together.optimize(slowly, n_trials=12, n_jobs=3)

    assert params_of(together) == params_of(alone)


FLAT = Space(x=Float(0.0, 1.0))
FLAT_OF_OPTUNA = space_to_optuna(FLAT)


def test_a_result_that_this_thread_would_have_to_tell_is_not_waited_for():
    study = optuna.create_study(sampler=AskTellSampler(Lagged(Random(), 1), space=FLAT, seed=3))
    study.ask(FLAT_OF_OPTUNA)
    with pytest.raises(NotReady, match="trial 0"):
        study.ask(FLAT_OF_OPTUNA)


def test_a_result_of_a_thread_that_ended_is_not_waited_for_by_another_sampler_either():
    study = optuna.create_study(sampler=AskTellSampler(Lagged(Random(), 1), space=FLAT, seed=3))
    thread = threading.Thread(target=study.ask, args=(FLAT_OF_OPTUNA,))
    thread.start()
    thread.join()
    with pytest.raises(NotReady, match="trial 0"):
        study.ask(FLAT_OF_OPTUNA)
    study.sampler = AskTellSampler(Lagged(Random(), 1), space=FLAT, seed=3)
    with pytest.raises(NotReady, match="trial 0"):
        study.ask(FLAT_OF_OPTUNA)


@pytest.mark.parametrize(("owner", "comes"), [(None, True), (("boot", "ns", 1, "x"), False), (this_process(), False)])
def test_a_running_trial_of_another_process_is_waited_for_unless_that_is_dead(owner, comes):
    mirror = Mirror(SPACE, ("minimize",), 3)
    trial = optuna.trial.create_trial(state=TrialState.RUNNING, system_attrs={PROPOSAL: {"owner": owner}})

    assert mirror.may_come(trial) == comes


def test_a_trial_of_which_nothing_is_known_is_not_waited_for():
    """It failed before its parameters were suggested, and takes its number only."""
    study = optuna.create_study()
    study.add_trial(optuna.trial.create_trial(state=TrialState.FAIL))
    study.sampler = AskTellSampler(Lagged(Random(), 1), space=FLAT, seed=3)
    with pytest.raises(NotReady, match="trial 0"):
        study.ask(FLAT_OF_OPTUNA)


def test_what_the_objective_suggests_beside_the_space_is_warned_of_once_a_name():
    def beyond(trial):
        return trial.suggest_float("x", 2.0, 3.0) + trial.suggest_int("z", 1, 4) + trial.suggest_float("y", 0.0, 1.0)

    study = optuna.create_study(sampler=AskTellSampler(Random(), space=Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), seed=3))
    with pytest.warns(UserWarning, match="drawn at random") as warned:
        study.optimize(beyond, n_trials=3)

    assert [str(warning.message) for warning in warned] == [
        (
            "`x` from FloatDistribution(high=3.0, log=False, low=2.0, step=None) is drawn at random: the space given has Float(0.0, 1.0),"
            " which in this trial is inactive or lies outside of that; let the space agree with the objective."
        ),
        "`z` is drawn at random, as the space given has only x, y; add it: Int(1, 4).",
    ]
    assert {warning.filename for warning in warned} == {__file__}

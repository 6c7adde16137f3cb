"""The demonstration: tune scikit-learn on the handwritten digits that ship with it, and go on where it stopped."""

import sys
from typing import Any, TextIO

from threadpoolctl import threadpool_limits

from askttell.domains import Categorical, Float, Int
from askttell.running.progress import say
from askttell.space import Space
from askttell.study import Study
from askttell.trial import Trial

NAME = "digits"
DEFAULT_STORAGE = "sqlite:///askttell-demo.db"

SPACE = Space(
    model=Categorical(["svc", "boosting"]),
    kernel=Categorical(["rbf", "poly", "linear"], when={"model": "svc"}),
    C=Float(1e-3, 1e3, log=True, when={"model": "svc"}),
    gamma=Float(1e-5, 1e-1, log=True, when={"kernel": ["rbf", "poly"]}),
    learning_rate=Float(0.02, 0.5, log=True, when={"model": "boosting"}),
    trees=Int(5, 40, log=True, when={"model": "boosting"}),
    depth=Int(1, 6, when={"model": "boosting"}),
)


def estimator(params: dict[str, Any]) -> Any:
    """The scikit-learn model of a configuration."""
    if params["model"] == "svc":
        from sklearn.svm import SVC  # noqa: PLC0415 - an optional extra

        return SVC(C=params["C"], kernel=params["kernel"], gamma=params.get("gamma", "scale"))
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - an optional extra

    return HistGradientBoostingClassifier(
        learning_rate=params["learning_rate"], max_iter=params["trees"], max_depth=params["depth"], early_stopping=False, random_state=0
    )


def split() -> list[Any]:
    """Training images, held-out images, training labels, held-out labels: three quarters and one."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - an optional extra
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - an optional extra

    images, labels = load_digits(return_X_y=True)
    parts: list[Any] = train_test_split(images, labels, test_size=0.25, stratify=labels, random_state=0)
    return parts


def objective(**params: Any) -> float:
    """The 3-fold cross-validated share of errors on the training images."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score  # noqa: PLC0415 - an optional extra

    images, _, labels, _ = split()
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    with threadpool_limits(1):  # on a busy machine several threads wait for one another most of the time
        return 1.0 - float(cross_val_score(estimator(params), images, labels, cv=folds).mean())


def held_out_accuracy(params: dict[str, Any]) -> float:
    """The share of held-out images that the model labels rightly after training on the others."""
    train, test, train_labels, test_labels = split()
    with threadpool_limits(1):
        return float(estimator(params).fit(train, train_labels).score(test, test_labels))


def run(storage: str = DEFAULT_STORAGE, trials: int = 40, seed: int | None = None, *, file: TextIO | None = None) -> int:
    """The exit code: 0 when `trials` trials are done, 130 if it was interrupted and can be resumed."""
    out = file or sys.stdout
    _check_extra()
    with Study(SPACE, storage=storage, name=NAME, seed=seed) as study:
        again = f"askttell demo --storage {storage} --trials"
        done = study.n_finished
        state = f"resuming after {done} trials" if done else "starting"
        print(f"Tuning an SVC and gradient boosting on 1,797 handwritten digits; {state}.\nThe search is kept in {storage}.", file=out)
        try:
            _search(study, trials, out)
        except KeyboardInterrupt:
            print(f"\nInterrupted after {study.n_finished} trials; nothing is lost. Go on with:\n  {again} {trials}", file=out)
            return 130
        _summarise(study, out)
        print(f"\nAll trials:     askttell trials --storage {storage} --study {NAME}", file=out)
        print(f"More of them:   {again} {2 * trials}", file=out)
    return 0


def _check_extra() -> None:
    try:
        import sklearn  # noqa: F401, PLC0415 - an optional extra
        import tqdm  # noqa: F401, PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError(f"The demo needs {error.name}; install it with: pip install 'askttell[demo]'.") from error


def _search(study: Study, trials: int, out: TextIO) -> None:
    def report(study: Study, trial: Trial) -> None:
        if trial.state == "complete" and trial.number == study.best_trial.number:
            say(f"trial {trial.number:3d}   error {trial.values[0]:.4f}   {_compact(trial)}", out)

    # a model that cannot be trained is a result like another
    study.run(objective, total=trials, catch=Exception, callbacks=[report], progress=sys.stderr.isatty())


def _compact(trial: Trial) -> str:
    return "  ".join(f"{name}={_short(value)}" for name, value in trial.params.items())


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _summarise(study: Study, out: TextIO) -> None:
    best = study.best_trial
    print(f"\nBest of {study.n_finished} trials: number {best.number}", file=out)
    for name, value in best.params.items():
        print(f"  {name:<14} {_short(value)}", file=out)
    print(f"Cross-validated error  {best.values[0]:.4f}", file=out)
    print(f"Held-out accuracy      {held_out_accuracy(best.params):.4f}", file=out)

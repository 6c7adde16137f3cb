"""`python -m benchmarks.textbook NAME`: the two jobs that every course begins with.

`svc`: a grid over C in 0.1, 1, 10 and gamma in 0.01, 0.1, 1 of a support vector machine, five-fold cross-validation, nine cells.
`boosting`: TPE over the learning rate of boosting, log-uniform from e⁻⁵ to 1, and 100 to 1,000 trees, accuracy maximised over 100
evaluations by three-fold cross-validation. Both on the breast-cancer data of scikit-learn.
"""

import argparse
import math
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import attrs

from askttell import Float, Int, Ordinal, Space, Study
from askttell.strategies import TPE, Grid
from askttell.strategy import Strategy


@attrs.frozen
class Job:
    """What is searched, by which strategy, and how often."""

    space: Space
    strategy: Strategy
    accuracy: Callable[..., float]
    n_trials: int


def svc(**params: float) -> Any:
    """The support vector machine of a cell, on standardised data."""
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - optional
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - optional
    from sklearn.svm import SVC  # noqa: PLC0415 - optional

    return make_pipeline(StandardScaler(), SVC(**params))


def svc_accuracy(**params: float) -> float:
    """The accuracy in five-fold cross-validation."""
    return cross_validated(svc(**params), 5)


def boosting_accuracy(learning_rate: float, trees: int) -> float:
    """The accuracy in three-fold cross-validation."""
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415 - optional

    settings: dict[str, Any] = {"max_depth": 2, "max_features": "sqrt", "random_state": 0}  # few features a split: faster
    return cross_validated(GradientBoostingClassifier(learning_rate=learning_rate, n_estimators=trees, **settings), 3)


def cross_validated(model: Any, folds: int) -> float:
    """The mean accuracy over stratified folds."""
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415 - optional
    from sklearn.model_selection import cross_val_score  # noqa: PLC0415 - optional

    return float(cross_val_score(model, *load_breast_cancer(return_X_y=True), cv=folds).mean())


JOBS = {
    "svc": Job(Space(C=Ordinal([0.1, 1.0, 10.0]), gamma=Ordinal([0.01, 0.1, 1.0])), Grid(), svc_accuracy, 9),
    "boosting": Job(Space(learning_rate=Float(math.exp(-5), 1.0, log=True), trees=Int(100, 1000)), TPE(), boosting_accuracy, 100),
}


def search(job: Job, n_trials: int, *, n_workers: int = 1, seed: int = 0, progress: bool = False) -> Study:
    """The study after so many evaluations, as many at once as there are processes."""
    study = Study(job.space, strategy=job.strategy, direction="maximize", seed=seed)
    with ProcessPoolExecutor(n_workers) as executor:
        study.run(job.accuracy, n_trials, executor=executor, progress=progress)
    return study


def main() -> None:
    """Print the ten best trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=JOBS)
    parser.add_argument("--trials", type=int, metavar="N", help="default: all nine cells, 100 evaluations")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that evaluate (default: %(default)s)")
    given = parser.parse_args()
    job = JOBS[given.name]
    study = search(job, job.n_trials if given.trials is None else given.trials, n_workers=given.workers, progress=True)
    for trial in sorted(study.trials, key=lambda trial: -trial.values[0])[:10]:
        params = "  ".join(f"{name} {value:<8.4g}" for name, value in trial.params.items())
        print(f"trial {trial.number:3d}   accuracy {trial.values[0]:.4f}   {params}")


if __name__ == "__main__":
    main()

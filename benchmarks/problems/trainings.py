"""Real trainings on data sets that ship with scikit-learn: cross-validated errors of six kinds of models, and of a choice among all.

An evaluation takes a tenth of a second to seconds, and is the same each time. Classifiers: handwritten digits, 400 of them, three
folds; the elastic net: the diabetes data, five folds.
"""

import functools
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from askttell import Categorical, Float, Int, Space
from askttell.space import Domain
from benchmarks.problems.problem import Evaluate, Problem

SPACES: dict[str, dict[str, Domain]] = {
    "svc": {
        "C": Float(1e-3, 1e3, log=True),
        "kernel": Categorical(["linear", "rbf", "poly"]),
        "gamma": Float(1e-6, 1.0, log=True, when={"kernel": ["rbf", "poly"]}),
        "degree": Int(2, 5, when={"kernel": "poly"}),
    },
    "forest": {
        "n_estimators": Int(4, 32, log=True),
        "max_features": Float(0.05, 1.0),
        "min_samples_leaf": Int(1, 30, log=True),
        "bootstrap": Categorical([True, False]),
    },
    "boosting": {
        "learning_rate": Float(1e-2, 1.0, log=True),
        "max_iter": Int(2, 12, log=True),
        "max_leaf_nodes": Int(2, 31, log=True),
        "l2_regularization": Float(1e-6, 1e2, log=True),
    },
    "mlp": {
        "hidden_layer_sizes": Int(4, 64, log=True),
        "learning_rate_init": Float(1e-5, 1e-1, log=True),
        "alpha": Float(1e-7, 1.0, log=True),
        "activation": Categorical(["relu", "tanh", "logistic"]),
        "solver": Categorical(["adam", "sgd"]),
        "momentum": Float(0.5, 0.99, when={"solver": "sgd"}),
    },
    "knn": {"n_neighbors": Int(1, 60, log=True), "p": Float(1.0, 4.0), "weights": Categorical(["uniform", "distance"])},
    "elastic_net": {"alpha": Float(1e-4, 1e2, log=True), "l1_ratio": Float(0.0, 1.0), "positive": Categorical([False, True])},
}


def problems() -> Iterator[Problem]:
    """One per kind of model, and `training_cash`, the choice among the five kinds of classifiers."""
    for kind, domains in SPACES.items():
        build = functools.partial(_alone, kind)
        yield Problem(f"training_{kind}", "trainings", Space(domains), build, tags=("slow",))
    yield Problem("training_cash", "trainings", cash_space(), lambda: _cash, tags=("slow", "conditional"))


def cash_space() -> Space:
    """The kind of classifier, and the parameters of each kind under it."""
    kinds = [kind for kind in SPACES if kind != "elastic_net"]
    domains: dict[str, Domain] = {"kind": Categorical(kinds)}
    for kind in kinds:
        for name, domain in SPACES[kind].items():
            inside = {f"{kind}_{parent}": list(values) for parent, values in domain.when}
            domains[f"{kind}_{name}"] = attrs.evolve(domain, when=inside or {"kind": kind})  # type: ignore[misc]
    return Space(domains)


def _alone(kind: str) -> Evaluate:
    return lambda params: error(kind, params)


def _cash(params: Mapping[str, Any]) -> float:
    kind = params["kind"]
    return error(kind, {name.removeprefix(f"{kind}_"): value for name, value in params.items() if name != "kind"})


def error(kind: str, params: Mapping[str, Any]) -> float:
    """The cross-validated error of a classifier, or 1 - R² of the elastic net, at most 2."""
    from sklearn.model_selection import cross_val_score  # noqa: PLC0415 - it takes a second to import

    X, y, folds = _data("diabetes" if kind == "elastic_net" else "digits")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of trainings that have not converged
        scores = cross_val_score(_MODELS[kind](params), X, y, cv=folds, error_score="raise")
    return min(1.0 - float(scores.mean()), 2.0)


@functools.cache
def _data(name: str) -> tuple[Any, Any, int]:
    from sklearn import datasets, preprocessing  # noqa: PLC0415

    if name == "digits":
        X, y = datasets.load_digits(return_X_y=True)
        return X[:400] / 16.0, y[:400], 3
    X, y = datasets.load_diabetes(return_X_y=True)
    return preprocessing.scale(X), y, 5


def _svc(params: Mapping[str, Any]) -> Any:
    from sklearn.svm import SVC  # noqa: PLC0415

    return SVC(**params, max_iter=20_000)


def _forest(params: Mapping[str, Any]) -> Any:
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415

    return RandomForestClassifier(**params, random_state=0)


def _boosting(params: Mapping[str, Any]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

    return HistGradientBoostingClassifier(**params, early_stopping=False, random_state=0)


def _mlp(params: Mapping[str, Any]) -> Any:
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

    return MLPClassifier(**params, max_iter=30, random_state=0)


def _knn(params: Mapping[str, Any]) -> Any:
    from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415

    return KNeighborsClassifier(**params)


def _elastic_net(params: Mapping[str, Any]) -> Any:
    from sklearn.linear_model import ElasticNet  # noqa: PLC0415

    return ElasticNet(**params)


_MODELS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "svc": _svc,
    "forest": _forest,
    "boosting": _boosting,
    "mlp": _mlp,
    "knn": _knn,
    "elastic_net": _elastic_net,
}

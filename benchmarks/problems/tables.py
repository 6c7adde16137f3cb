"""Recorded tuning tables: trainings of scikit-learn models, and forests of regression trees fitted to them.

`data/README.md` describes the recordings. A configuration becomes a row x, and its loss is the mean over the trees of the leaf
that x falls into, so an evaluation takes microseconds and stands for a training of seconds.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from askttell import Categorical, Float, Int, Ordinal, Space
from benchmarks.problems.problem import Evaluate, Problem

_DATA = Path(__file__).with_name("data")
_INACTIVE = -99.0

CASH = Space(
    algo=Categorical(["svm", "knn", "forest", "logreg", "mlp"]),
    svm_C=Float(1e-4, 1e3, log=True, when={"algo": "svm"}),
    svm_kernel=Categorical(["linear", "rbf", "poly"], when={"algo": "svm"}),
    svm_gamma=Float(1e-5, 10.0, log=True, when={"svm_kernel": ["rbf", "poly"]}),
    svm_degree=Int(2, 5, when={"svm_kernel": "poly"}),
    knn_k=Int(1, 60, log=True, when={"algo": "knn"}),
    knn_p=Float(1.0, 4.0, when={"algo": "knn"}),
    knn_weights=Categorical(["uniform", "distance"], when={"algo": "knn"}),
    rf_trees=Int(4, 64, log=True, when={"algo": "forest"}),
    rf_max_features=Float(0.05, 1.0, when={"algo": "forest"}),
    rf_min_leaf=Int(1, 32, log=True, when={"algo": "forest"}),
    rf_bootstrap=Categorical([False, True], when={"algo": "forest"}),
    lr_C=Float(1e-5, 1e3, log=True, when={"algo": "logreg"}),
    mlp_width=Int(4, 64, log=True, when={"algo": "mlp"}),
    mlp_lr=Float(1e-5, 1e-1, log=True, when={"algo": "mlp"}),
    mlp_alpha=Float(1e-7, 1.0, log=True, when={"algo": "mlp"}),
    mlp_act=Categorical(["relu", "tanh", "logistic"], when={"algo": "mlp"}),
)
MLP = Space(
    layers=Int(1, 3),
    width=Int(8, 128, log=True),
    lr=Float(1e-5, 1e-1, log=True),
    alpha=Float(1e-7, 1.0, log=True),
    batch=Ordinal([16, 32, 64, 128, 256]),
    act=Categorical(["relu", "tanh", "logistic"]),
    solver=Categorical(["adam", "sgd"]),
    momentum=Float(0.5, 0.99, when={"solver": "sgd"}),
)


def problems() -> Iterator[Problem]:
    """The two choices of an algorithm and the multi-layer perceptron."""
    for name, space in (("cash_digits", CASH), ("cash_breast", CASH), ("mlp_digits", MLP)):
        yield Problem(f"table_{name}", "tables", space, lambda name=name, space=space: _forest(name, space), tags=("recorded",))


def _forest(name: str, space: Space) -> Evaluate:
    """The mean over the trees at the last output. Plain lists: to walk down a tree, NumPy would take a microsecond a step."""
    with np.load(_DATA / f"{name}.npz") as table:
        roots, f, left, right = (table[key].tolist() for key in ("roots", "f", "l", "r"))
        t, v = table["t"].tolist(), table["v"].astype(float)[:, -1].tolist()
    encoders = [(name, column(domain)) for name, domain in zip(space.names, space.domains, strict=True)]

    def evaluate(params: Mapping[str, Any]) -> float:
        x = [encode(params[name]) if name in params else _INACTIVE for name, encode in encoders]
        total = 0.0
        for node in roots:
            while (feature := f[node]) >= 0:
                node = left[node] if x[feature] <= t[node] else right[node]  # noqa: PLW2901
            total += v[node]
        return total / len(roots)

    return evaluate


def column(domain: Any) -> Callable[[Any], float]:
    """How a value of the domain is written in a row, in the precision of the recordings."""
    if isinstance(domain, Ordinal) or getattr(domain, "log", False):
        return lambda value: float(np.float32(math.log10(value)))
    if isinstance(domain, Categorical):
        return lambda value: float(domain.index(value))
    return lambda value: float(np.float32(value))

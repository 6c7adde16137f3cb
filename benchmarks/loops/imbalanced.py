"""Which metric is told decides what is chosen: is a handwritten digit an 8? One in ten is.

A linear model of row and column means is trained by stochastic gradient descent; `weight` is what an 8 counts in its loss. Accuracy is
told, F1, precision and recall are passed as `info`, so the trial that F1 would have chosen can be read from the same search.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from askttell import Float, Space, Study
from askttell.trial import Trial
from benchmarks.loops.images import digits
from benchmarks.loops.loop import Epoch, Loop

SPACE = Space(
    alpha=Float(1e-6, 1e-1, log=True),
    weight=Float(0.5, 20.0, log=True),
)


def train(n_epochs: int, alpha: float, weight: float) -> Iterator[Epoch]:
    """Accuracy on the held-out digits after each epoch, with F1, precision and recall of the eights."""
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415 - optional
    from sklearn.metrics import f1_score, precision_score, recall_score  # noqa: PLC0415 - optional

    images, held_out, labels, held_out_labels = digits()
    images, held_out = _profiles(images), _profiles(held_out)
    model = SGDClassifier(loss="log_loss", alpha=alpha, class_weight={False: 1.0, True: weight}, average=True, random_state=0)
    truth = held_out_labels == 8
    for _ in range(n_epochs):
        model.partial_fit(images, labels == 8, classes=[False, True])
        found = model.predict(held_out)
        others = {"f1": f1_score, "precision": precision_score, "recall": recall_score}
        info = {name: float(score(truth, found, zero_division=0.0)) for name, score in others.items()}
        yield Epoch(float((found == truth).mean()), info)


def _profiles(images: Any) -> Any:
    """The means of the rows and of the columns of eight by eight pixels, so that the classes overlap."""
    square = images.reshape(-1, 8, 8)
    return np.concatenate([square.mean(axis=2), square.mean(axis=1)], axis=1)


def best_by(study: Study, name: str) -> Trial:
    """The complete trial with the greatest value of what was passed as `info`."""
    return max((trial for trial in study.trials if trial.state == "complete"), key=lambda trial: trial.info[name])


LOOP = Loop("imbalanced", SPACE, "maximize", "accuracy", train, "sklearn")

"""Loop: a space, a training that yields after each epoch, and the search around it."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from askttell import MedianRule, Space, Study
from askttell.events import Direction
from askttell.strategy import Strategy


@attrs.frozen
class Epoch:
    """What is known after an epoch: the value that is searched for, and what is worth keeping beside it."""

    value: float
    info: dict[str, float] = attrs.field(factory=dict)


@attrs.frozen
class Loop:
    """A training to be tuned. `train(n_epochs, **params)` yields an Epoch after each epoch and is the same each time."""

    name: str
    space: Space
    direction: Direction
    value: str  # what the value is
    train: Callable[..., Iterator[Epoch]]
    needs: str  # the package that it cannot do without


def study_of(loop: Loop, *, storage: str | None = None, seed: int | None = 0, strategy: Strategy | None = None) -> Study:
    """The study of a loop; what is worse than the median at the same epoch is stopped."""
    if importlib.util.find_spec(loop.needs) is None:
        raise ImportError(f"The loop {loop.name!r} needs {loop.needs}; install it with: pip install 'askttell[bench]'.")
    rule = MedianRule(n_startup=4, n_warmup=2)
    return Study(loop.space, storage=storage, name=loop.name, direction=loop.direction, seed=seed, strategy=strategy, stopping=rule)


def search(loop: Loop, study: Study, n_trials: int, n_epochs: int) -> None:
    """Nothing; the study then holds so many finished trials. This is the loop of one's own, whole."""
    while study.n_finished < n_trials:
        trial = study.ask()
        try:
            for step, epoch in enumerate(loop.train(n_epochs, **trial.params)):
                study.report(trial, epoch.value, step=step)
                if step + 1 < n_epochs and study.should_stop(trial):
                    study.stop(trial)
                    break
            else:
                study.tell(trial, epoch.value, info=epoch.info)
        except FloatingPointError as diverged:
            study.fail(trial, diverged)


def summary(loop: Loop, study: Study, n_epochs: int) -> dict[str, Any]:
    """What a search came to, and how many of the epochs it spared."""
    states = [trial.state for trial in study.trials]
    epochs = sum(len(trial.reports) for trial in study.trials)
    return {
        "complete": states.count("complete"),
        "stopped": states.count("stopped"),
        "failed": states.count("failed"),
        "epochs": f"{epochs} of {len(states) * n_epochs}",
        loop.value: round(study.best_value, 4),
        "parameters": study.best_params,
        **study.best_trial.info,
    }

"""Optuna and Rustuna: spaces are written while a trial runs, so a condition is an `if`.

An ordinal is suggested as the integer of its place, as a categorical would hide its order; tuples, which Optuna's categoricals do not
take, by their place too.
"""

import importlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from askttell import Categorical, Float, Int, Space
from askttell.space import holds
from askttell.testing import Start
from benchmarks.peers.peer import Params, Peer


def peers() -> Iterator[Peer]:
    """Optuna's samplers with their defaults, and those of Rustuna."""
    for name, sampler, needs in (
        ("optuna-tpe", "TPESampler", ()),
        ("optuna-gp", "GPSampler", ("torch",)),
        ("optuna-cmaes", "CmaEsSampler", ("cmaes",)),
        ("optuna-random", "RandomSampler", ()),
    ):
        yield Peer(name, _maker(optuna, sampler), ("optuna", *needs))
    for name, sampler in (("rustuna", "TPESampler"), ("rustuna-cmaes", "CmaEsSampler"), ("rustuna-random", "RandomSampler")):
        yield Peer(name, _maker(rustuna, sampler), ("rustuna",))


def _maker(library: Callable[[str, int], Any], sampler: str) -> Start:
    return lambda space, seed, _: DefineByRun(space, *library(sampler, seed))


def optuna(sampler: str, seed: int) -> tuple[Any, Any]:
    """A study in memory, and the state of a failed trial."""
    library = importlib.import_module("optuna")
    library.logging.set_verbosity(library.logging.ERROR)
    warnings.simplefilter("ignore", library.exceptions.ExperimentalWarning)
    study = library.create_study(sampler=getattr(library.samplers, sampler)(seed=seed))
    return study, {"state": library.trial.TrialState.FAIL}


def rustuna(sampler: str, seed: int) -> tuple[Any, Any]:
    """The same by Rustuna."""
    library = importlib.import_module("rustuna")
    study = library.create_study(storage=library.storages.InMemoryStorage(), sampler=getattr(library.samplers, sampler)(seed=seed))
    return study, {"state": library.trial.TrialState.FAIL}


class DefineByRun:
    """A study whose trials suggest the active parameters one after another."""

    def __init__(self, space: Space, study: Any, failed: dict[str, Any]) -> None:
        self._space, self._study, self._failed = space, study, failed
        self._trial: Any = None

    def ask(self) -> Params:
        """The values suggested by a new trial."""
        self._trial = self._study.ask()
        known: Params = {}
        for name, domain, conditions in zip(self._space.names, self._space.domains, self._space.conditions, strict=True):
            if holds(conditions, known):
                known[name] = suggest(self._trial, name, domain)
        return known

    def tell(self, params: Params, loss: float | None) -> None:
        """The trial is complete or failed."""
        del params
        trial = getattr(self._trial, "number", self._trial)
        if loss is None:
            self._study.tell(trial, **self._failed)
        else:
            self._study.tell(trial, loss)


def suggest(trial: Any, name: str, domain: Any) -> Any:
    """The value of one parameter."""
    match domain:
        case Float(low=low, high=high, step=None, log=log):
            return trial.suggest_float(name, low, high, log=log)
        case Float(low=low, high=high, step=step):
            return domain.check(name, trial.suggest_float(name, low, high, step=step))
        case Int(low=low, high=high, step=step, log=log):
            return trial.suggest_int(name, low, high, step=step, log=log)
        case Categorical(choices=choices) if not any(isinstance(choice, tuple) for choice in choices):
            return trial.suggest_categorical(name, list(choices))
        case _:
            return domain.at(trial.suggest_int(name, 0, int(domain.size) - 1)) if domain.size > 1 else domain.at(0)

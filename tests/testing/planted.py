"""Strategies with one fault each, which check_strategy must name. All but for the fault they are random search."""

import functools
import math
import os
import random
from datetime import datetime
from time import time

import attrs
import numpy as np

from askttell import Candidate, NotReady
from askttell.cells import cells_of
from askttell.errors import Exhausted
from askttell.seed import uniforms
from askttell.unit import decode


def at(history, u):
    return Candidate(decode(history.space, list(u)), origin="planted")


def drawn(history, *path, number=None):
    return uniforms(history.seed, history.number if number is None else number, len(history.space), *path)


def shifted(history, by):
    """Another point for each `by`."""
    return at(history, (drawn(history) + by) % 1.0)


def known(history):
    """The losses of complete trials."""
    return [loss for loss in history.losses[:, 0].tolist() if not math.isnan(loss)]


@attrs.frozen
class Faultless:
    def ask(self, history):
        return at(history, drawn(history))


@attrs.frozen
class UsesTheClock:
    def ask(self, history):
        return shifted(history, time() % 1.0)


@attrs.frozen
class UsesTheDate:
    def ask(self, history):
        return shifted(history, datetime.now().toordinal() % 7 / 7)  # noqa: DTZ005 - the fault


@attrs.frozen
class ReadsTheEnvironment:
    def ask(self, history):
        return shifted(history, len(os.environ.get("HOME", "")) % 7 / 7)


@attrs.frozen
class UsesAGlobalGenerator:
    def ask(self, history):
        return at(history, np.random.rand(len(history.space)))  # noqa: NPY002 - the fault


@attrs.frozen
class UsesPythonsGenerator:
    def ask(self, history):
        return shifted(history, random.uniform(0.0, 1.0))


@attrs.frozen
class DrawsEntropy:
    def ask(self, history):
        return at(history, np.random.default_rng().random(len(history.space)))


class KeepsState:
    calls = 0

    def ask(self, history):
        KeepsState.calls += 1
        return shifted(history, KeepsState.calls % 1000 / 1000)


@functools.lru_cache(maxsize=1)
def last_fit():
    return []


@attrs.frozen
class StartsFromTheLastFit:
    """Its points depend on the first history that it saw since its memory was cleared."""

    def ask(self, history):
        if not last_fit():
            last_fit().append(history.number)
        return shifted(history, last_fit()[0] / 100)


@attrs.frozen
class ChangesTheHistory:
    def ask(self, history):
        events = history._store.events
        events[0] = attrs.evolve(events[0], id=events[0].id + "x")
        return at(history, drawn(history))


@attrs.frozen
class IgnoresPending:
    """Draws by the number of results, so two asks without one agree."""

    def ask(self, history):
        return at(history, drawn(history, number=history.n_finished))


@attrs.frozen
class RepeatsTheBest:
    def ask(self, history):
        done = [trial for trial in history.finished if trial.state == "complete"]
        return Candidate(done[0].recorded) if done and history.number % 3 == 2 else at(history, drawn(history))


@attrs.frozen
class LeavesTheSpace:
    def ask(self, history):
        candidate = at(history, drawn(history))
        name = history.space.names[0]
        return Candidate({**candidate.params, name: 1e9}) if history.number == 2 else candidate


@attrs.frozen
class ForgetsConditions:
    def ask(self, history):
        space = history.space
        return Candidate({name: domain.from_unit(x) for name, domain, x in zip(space.names, space.domains, drawn(history), strict=True)})


@attrs.frozen
class ReturnsADict:
    def ask(self, history):
        return dict(at(history, drawn(history)).params)


@attrs.frozen
class DependsOnDictionaryOrder:
    weights: dict = attrs.field(factory=lambda: {"explore": 0.25, "exploit": 0.5})

    def ask(self, history):
        return shifted(history, next(iter(self.weights.values())))


@attrs.frozen
class DependsOnHashOrder:
    def ask(self, history):
        arms = {f"arm {i}" for i in range(12)}
        return shifted(history, sum(int(arm[4:]) * 12.0 ** -(place + 1) for place, arm in enumerate(arms)))


@attrs.frozen
class DependsOnItsProcess:
    def ask(self, history):
        return shifted(history, os.getpid() % 10_007 / 10_007)


@attrs.frozen
class DiesOnFailures:
    def ask(self, history):
        order = sorted(range(history.n_finished), key=lambda row: history.finished[row].values[0])
        return shifted(history, len(order) / 100)


@attrs.frozen
class DiesOnTies:
    def ask(self, history):
        losses = known(history)
        return shifted(history, (losses[0] - min(losses)) / (max(losses) - min(losses)) / 2 if len(losses) > 1 else 0.0)


@attrs.frozen
class DiesOnExtremes:
    def ask(self, history):
        return shifted(history, int(sum(loss**2 for loss in known(history))) % 7 / 7)


@attrs.frozen
class WaitsForNothing:
    def ask(self, history):
        if history.number == 2:
            raise NotReady(99)
        return at(history, drawn(history))


@attrs.frozen
class AssumesItsOwnHistory:
    """Counts its generations by the origin of the newest trial."""

    def ask(self, history):
        generation = int(history.asked(history.number - 1).candidate.origin.removeprefix("generation ")) + 1 if history.number else 0
        return attrs.evolve(at(history, drawn(history)), origin=f"generation {generation}")


class HidesASetting:
    def __init__(self, scale=0.5):
        self.factor = scale / 2

    def ask(self, history):
        return shifted(history, self.factor)


@attrs.frozen
class ReadsTheStudysId:
    def ask(self, history):
        return shifted(history, len(history.events[0].id) / 100)


@attrs.frozen
class ReadsThePlatform:
    def ask(self, history):
        return shifted(history, len(history.using[0].platform) / 100 if history.using else 0.0)


@attrs.frozen
class ReadsNotes:
    def ask(self, history):
        return shifted(history, sum(len(trial.info) for trial in history.finished) / 100)


@attrs.frozen
class SearchesForEver:
    """Draws until it has a new point, of which a finite space has only so many."""

    def ask(self, history):
        tried, path = {history.asked(number).candidate.params for number in range(history.number)}, 0
        while (candidate := at(history, drawn(history, path))).params in tried:
            path += 1
        return candidate


@attrs.frozen
class RepeatsACell:
    """Claims to be finite."""

    def ask(self, history):
        return at(history, drawn(history))


@attrs.frozen
class EndsEarly:
    """Claims to be finite."""

    def ask(self, history):
        tried = {history.asked(number).candidate.params for number in range(history.number)}
        cells = cells_of(history.space, tuple((name, 400) for name in history.space.names))
        left = [cell for cell in map(cells.cell, range(min(cells.count, 500))) if cell not in tried]
        if len(left) < 2:
            raise Exhausted("enough")
        return Candidate(left[0])


@attrs.frozen
class PrefersTheFirst:
    """Claims that results commute."""

    def ask(self, history):
        return shifted(history, int(history.told[0]) / 100 if history.n_finished else 0.0)


@attrs.frozen
class CountsEvents:
    """Reads what is no part of the search: how the table behind the history grew."""

    def ask(self, history):
        return shifted(history, len(history._store.events) / 1000)

"""Canary: a strategy whose candidate is a digest of all that a strategy can see, so that a wrong history cannot hide."""

import hashlib
import time
from typing import ClassVar

import attrs

from askttell import Categorical, Float, Int, Space
from askttell.events import Candidate
from askttell.unit import decode

SPACE = Space(
    x=Float(0.0, 1.0),
    y=Float(1e-3, 1e3, log=True),
    n=Int(1, 1000),
    kind=Categorical(["a", "b"]),
    z=Float(0.0, 1.0, when={"kind": "b"}),
)


@attrs.frozen
class Canary:
    """Order of results, losses, pending trials, reports and number go into every parameter."""

    version: ClassVar[int] = 1

    def ask(self, history):
        seen = hashlib.sha256(repr((history.seed, history.number)).encode())
        for trial in history.finished:
            seen.update(repr((trial.number, trial.state, trial.params, trial.values, trial.reports, trial.origin)).encode())
        for trial in history.pending:
            seen.update(repr((trial.number, trial.params, trial.reports)).encode())
        seen.update(history.units.tobytes() + history.losses.tobytes() + history.told.tobytes() + history.told_digest())
        words = hashlib.sha512(seen.digest()).digest()
        units = [int.from_bytes(words[8 * i : 8 * i + 8]) / 2**64 for i in range(len(history.space))]
        return Candidate(decode(history.space, units), origin="canary")


@attrs.frozen
class Slow:
    """Canary, after a pause, leaving a mark in a file for each ask that it computed."""

    marks: str
    seconds: float
    version: ClassVar[int] = 1

    def ask(self, history):
        time.sleep(self.seconds)
        with open(self.marks, "ab") as file:
            file.write(b".")
        return Canary().ask(history)


def loss(params):
    """A deterministic function of the parameters."""
    return sum(value for value in params.values() if isinstance(value, float)) + params.get("n", 0) / 1000


def rows(trials):
    """What must be equal, bit for bit, in two runs of the same search."""
    return [(trial.number, trial.state, repr(trial.params), trial.values, trial.reports, trial.origin) for trial in trials]

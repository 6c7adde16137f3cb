"""The searches that are disturbed, what they say while they run, and whether one came out as if it had not been disturbed.

Everything runs in forked children, so that no child finds in memory what an earlier one has computed.
"""

import functools
import importlib
import json
import pkgutil
import warnings
from pathlib import Path
from typing import Any

import attrs

from askttell import Categorical, Exhausted, Float, Int, Space, Study, evolution, numerics, strategies, verify
from askttell.strategies import CMAES, GP, TPE, Auto, DifferentialEvolution, Genetic, Grid, Random, Sobol
from storage_backends import StorageError, TornTail, connect
from storage_backends.testing import Child, Say

SPACE = Space(
    x=Float(0.0, 1.0),
    y=Float(1e-3, 1e3, log=True),
    n=Int(1, 1000),
    kind=Categorical(["a", "b"]),
    z=Float(0.0, 1.0, when={"kind": "b"}),
)
STRATEGIES = {
    "Random": Random(),
    "Sobol": Sobol(),
    "Grid": Grid(points=4),
    "TPE": TPE(n_startup=5),
    "GP": GP(),
    "CMAES": CMAES(population=6),
    "Genetic": Genetic(population=8),
    "DifferentialEvolution": DifferentialEvolution(population=6),
    "Auto": Auto(),
}
STORAGES = {"json": "log.jsonl", "sqlite": "log.db"}
SEED = 7
_FAILED = "StorageError: "


def warm_up() -> None:
    """Import what strategies import when they are first asked, so that no child has to; nothing is computed."""
    for package in (numerics, evolution, strategies):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def loss(params: dict[str, Any]) -> float:
    """A deterministic function of the parameters."""
    return sum(value for value in params.values() if isinstance(value, float)) + params.get("n", 0) / 1000


def opened(storage: Any, strategy: str) -> Study:
    """The study, new or recorded; a torn tail is no news here."""
    warnings.simplefilter("ignore", TornTail)
    return Study(SPACE, storage=storage, strategy=STRATEGIES[strategy], seed=SEED, max_attempts=10_000)


def loop(storage: Any, strategy: str, n: int, say: Say) -> None:
    """Ask, report and tell until the study holds n finished trials; say so after each tell, and how it ended if a storage gave up."""
    try:
        with opened(storage, strategy) as study:
            evaluate(study, n, say)
    except StorageError as error:
        say(f"{_FAILED}{error}")


def evaluate(study: Study, n: int, say: Say) -> None:
    """The loop of an open study."""
    while True:
        try:
            trial = study.ask(total=n)
        except Exhausted:
            return
        value = loss(trial.params)
        study.report(trial, value + 1.0, step=0)
        study.tell(trial, value)
        say(json.dumps([trial.number, value]))


def rows(study: Study) -> list[str]:
    """What must be equal, bit for bit, in two runs of the same search."""
    return [repr((t.number, t.state, t.params, t.values, t.reports, t.origin)) for t in study.trials]


@functools.cache
def undisturbed(strategy: str, n: int) -> list[str]:
    """The trials of a search that nothing happens to, in memory."""

    def program(say: Say) -> None:
        log = connect("memory://")
        loop(log, strategy, n, lambda _: None)
        for row in rows(Study(storage=log, strategy=STRATEGIES[strategy])):
            say(row)

    return Child(program).go().ended()[1]


@attrs.frozen
class Found:
    """What a look at a disturbed study found."""

    lost: int
    differ: int
    problems: tuple[str, ...]


def acknowledged(said: list[str]) -> dict[int, float]:
    """The results whose tells had returned, by trial number."""
    told = [json.loads(line) for line in said if line.startswith("[")]
    return {number: value for number, value in told}  # noqa: C416 - pairs from JSON are lists


def given_up(said: list[str]) -> list[str]:
    """What the storage said when it gave up."""
    return [line.removeprefix(_FAILED) for line in said if line.startswith(_FAILED)]


def looked_at(storage: str, strategy: str, n: int, told: dict[int, float], *, ends: bool = True) -> Found:
    """What is missing of the acknowledged results; if the search is to end, also what differs from an undisturbed one, and the audit."""

    def program(say: Say) -> None:
        with opened(storage, strategy) as study:
            there = {trial.number: trial.values for trial in study.trials}
            lost = sum(there.get(number) != (value,) for number, value in told.items())
            if ends:
                evaluate(study, n, lambda _: None)
            found = rows(study)
        problems = [] if not ends else _audited(storage, strategy)
        say(json.dumps({"lost": lost, "rows": found if ends else [], "problems": problems}))

    _, said = Child(program).go().ended()
    about = json.loads(said[-1])
    differ = _differ(undisturbed(strategy, n), about["rows"]) if ends else 0
    return Found(about["lost"], differ, tuple(about["problems"]))


def _audited(storage: str, strategy: str) -> list[str]:
    """What the audit of the whole log does not like."""
    log = connect(storage)
    audit = verify(log, strategies=[type(STRATEGIES[strategy])])
    log.close()
    return [str(verdict) for verdict in audit.verdicts if verdict.outcome != "same"]


def _differ(wanted: list[str], found: list[str]) -> int:
    return sum(one != other for one, other in zip(wanted, found, strict=False)) + abs(len(wanted) - len(found))


def place(folder: Path, kind: str) -> str:
    """The path of a storage of that kind in a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / STORAGES[kind])

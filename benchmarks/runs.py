"""Run, and a file of runs: one JSON line each, appended whole, so that a killed benchmark loses at most the run it was at."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

_RENAMED = {"sk_surr:": "table_"}  # names in files recorded earlier
_NAN = float("nan")


def _floats(values: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(_NAN if value is None else float(value) for value in values)


@attrs.frozen
class Run:
    """One search: `ys` the losses as told, NaN where an evaluation failed; `ts` the seconds of ask and tell together.

    `truths` are the noise-free losses where `ys` are noisy. `error` tells why the search ended early.
    """

    opt: str
    problem: str
    seed: int
    budget: int
    ys: tuple[float, ...] = attrs.field(converter=_floats)
    ts: tuple[float, ...] = attrs.field(converter=_floats)
    truths: tuple[float, ...] = attrs.field(default=(), converter=_floats)
    error: str = ""

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What makes two runs the same."""
        return self.opt, self.problem, self.seed, self.budget

    def best(self) -> NDArray[np.float64]:
        """The noise-free loss of the best told so far, shape (budget,), infinite before any; a search that broke off keeps its last."""
        ys = np.nan_to_num(np.array(self.ys, float), nan=np.inf)
        truths = np.nan_to_num(np.array(self.truths or self.ys, float), nan=np.inf)
        if not len(ys):
            return np.full(self.budget, np.inf)
        improved = ys < np.concatenate([[np.inf], np.minimum.accumulate(ys)[:-1]])
        at = np.maximum.accumulate(np.where(improved, np.arange(len(ys)), 0))
        best = truths[at]
        return np.concatenate([best, np.full(self.budget - len(best), best[-1])])

    def line(self) -> str:
        """The run as a line of JSON; NaN as null."""
        fields = {key: value for key, value in attrs.asdict(self).items() if value or key not in ("truths", "error")}
        for key in ("ys", "ts", "truths"):
            if key in fields:
                fields[key] = [None if value != value else value for value in fields[key]]  # noqa: PLR0124 - only NaN differs from itself
        return json.dumps(fields)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """The run of a parsed line; problems under their present names."""
        for old, new in _RENAMED.items():
            if fields["problem"].startswith(old):
                fields = fields | {"problem": new + fields["problem"].removeprefix(old)}
        return cls(**fields)


def read(path: Path) -> list[Run]:
    """The runs of a file, of several tries at one run the last; a torn last line is left out; none if there is no file."""
    if not path.exists():
        return []
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    runs = [Run.of(json.loads(line)) for line in whole.splitlines() if line]
    return list({run.key: run for run in runs}.values())


def mend(path: Path) -> None:
    """Nothing; cuts off a torn last line, so that the next is appended to a whole one."""
    if path.exists():
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            path.write_bytes(data[:whole])

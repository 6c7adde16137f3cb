"""Candidate, what a strategy returns, and the events, of which a log consists and nothing else."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs

from askttell.space import Params, Space

State: TypeAlias = Literal["pending", "complete", "failed", "stopped"]
Direction: TypeAlias = Literal["minimize", "maximize"]
Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"

QUEUE = "enqueued"  # origin of a candidate that a user put in the queue
ADDED = "added"  # origin of a result made elsewhere


def _immutable(params: Mapping[str, Any]) -> Params:
    return params if isinstance(params, Params) else Params(tuple(params), tuple(params.values()))


@attrs.frozen
class Candidate:
    """What to try next: the parameters, the arm that proposed them, and for partial evaluations how much of one and of which trial."""

    params: Params = attrs.field(converter=_immutable)
    origin: str = ""
    fidelity: float | None = None
    parent: int | None = None


@attrs.frozen
class Prior:
    """Results of an earlier search, minimised, on a space that may differ: `losses` has one tuple per entry of `params`."""

    space: Space
    params: tuple[Params, ...]
    losses: tuple[tuple[float, ...], ...]


@attrs.frozen
class Opened:
    """A study began. `id` tells studies apart and is no part of what a strategy sees."""

    space: Space
    directions: tuple[Direction, ...]
    seed: int
    max_attempts: int = 5
    prior: tuple[Prior, ...] = ()
    id: str = ""


@attrs.frozen
class Using:
    """From here on asks may name this strategy. `platform` holds versions and CPU of the process that wrote it."""

    id: int
    name: str
    version: int
    settings: Mapping[str, Json]
    platform: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Enqueued:
    """These parameters are to be tried before the strategy is asked again."""

    params: Params


@attrs.frozen
class Asked:
    """Trial `number` was handed out. `by` is the id of a Using, None if a user gave it; `seen` counts the events its asker had read."""

    number: int
    candidate: Candidate
    by: int | None
    seen: int


@attrs.frozen
class Claimed:
    """A pending trial is evaluated for the `attempt`-th time; the same attempt again renews a lease."""

    number: int
    attempt: int


@attrs.frozen
class Reported:
    """An intermediate result of a running evaluation."""

    number: int
    attempt: int
    step: int
    values: tuple[float, ...]


@attrs.frozen
class Told:
    """The one result of a trial: values if complete, a reason if failed, neither if stopped. `info` is the user's, never a strategy's."""

    number: int
    state: State
    values: tuple[float, ...] = ()
    info: Mapping[str, Json] | None = None
    reason: str | None = None


Event: TypeAlias = Opened | Using | Enqueued | Asked | Claimed | Reported | Told


def canonical(event: Event) -> str:
    """A text that differs for events that a strategy could tell apart: ids of studies and platforms are left out."""
    match event:
        case Opened():
            return f"Opened{(event.space, event.directions, event.seed, event.max_attempts, event.prior)}"
        case Using():
            return f"Using{(event.id, event.name, event.version, event.settings)}"
        case _:
            return repr(event)

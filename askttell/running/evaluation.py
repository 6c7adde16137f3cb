"""What a worker does with a trial, and what comes back from it: numbers, or the error that was raised.

Whatever else comes back from an executor is the executor's own: a worker died, or the call could not be sent.
"""

import pickle
import traceback
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from askttell.running.objective import add_hint
from askttell.values import check_values

Catch: TypeAlias = type[Exception] | tuple[type[Exception], ...]


@attrs.frozen
class Returned:
    """The values that the objective returned, as plain floats: a tensor need not travel."""

    values: tuple[float, ...]


@attrs.frozen
class Raised:
    """The error that the objective raised, and whether the run goes on after it."""

    error: Exception
    reason: str
    caught: bool

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes without traceback, so that goes along as a note; what cannot travel, by its words alone."""
        error = self.error if _can_travel(self.error) else RuntimeError(self.reason)
        return _arrived, (error, self.reason, self.caught, "".join(traceback.format_exception(self.error)))


def evaluate(
    objective: Callable[..., Any], *, params: dict[str, Any], n_objectives: int, catch: Catch, call: tuple[str, int]
) -> Returned | Raised:
    """What came of the objective. `call` is unlike that of any other evaluation, as Dask evaluates equal calls only once."""
    del call
    try:
        return Returned(check_values(objective(**params), n_objectives))
    except Exception as error:  # noqa: BLE001 - a failed evaluation is data
        add_hint(error, params)
        return Raised(error, f"{type(error).__name__}: {error}", isinstance(error, catch))


def _can_travel(error: Exception) -> bool:
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - an error's own pickling may raise anything
        return False


def _arrived(error: Exception, reason: str, caught: bool, told: str) -> Raised:  # noqa: FBT001 - as it was packed
    error.add_note(f"In the worker:\n{told}")
    return Raised(error, reason, caught)

"""Saying what an ask waits for, so that a shell which stands still does not look broken."""

import sys
import time
from collections.abc import Callable
from typing import Any

_SILENT_SECONDS = 1.0


def announced(study: Any) -> Callable[[int], bool]:
    """What answers as `study.may_come` does, and says once on the standard error stream which trial is waited for, after a second."""
    begun = time.monotonic()
    said: set[int] = set()

    def may_come(number: int) -> bool:
        comes: bool = study.may_come(number)
        if comes and number not in said and time.monotonic() - begun > _SILENT_SECONDS:
            said.add(number)
            print(f"askttell: waiting for the result of trial {number}, {_about(study, number)}", file=sys.stderr, flush=True)
        return comes

    return may_come


def _about(study: Any, number: int) -> str:
    trial = study.trials[number]
    return (
        f"asked at {trial.asked_at:%Y-%m-%d %H:%M:%S} UTC by {trial.worker}; tell or fail it, or have it evaluated again:"
        f" askttell requeue {number}"
    )

"""Rules that say, from the history alone, whether a running evaluation should end early.

The median stopping rule is that of Golovin et al. 2017, "Google Vizier: A Service for Black-Box Optimization", §3.2.2,
doi:10.1145/3097983.3098043: stop if the best value reported so far is strictly worse than the median, over all complete trials, of the
running average of what they had reported up to the same step.
"""

import math
from typing import Protocol

import attrs
import numpy as np

from askttell.history import History


class Stopping(Protocol):
    """A pure rule."""

    def should_stop(self, history: History, number: int) -> bool:
        """Whether the evaluation of that trial should end now."""
        ...


@attrs.frozen
class MedianRule:
    """Stops what is worse than the median at its newest step; not before `n_startup` complete trials, nor at steps below `n_warmup`."""

    n_startup: int = attrs.field(default=5, validator=attrs.validators.ge(1))
    n_warmup: int = attrs.field(default=0, validator=attrs.validators.ge(0))

    def should_stop(self, history: History, number: int) -> bool:
        """Whether the trial's best report is strictly worse than the median; a report that is not finite is worse than any. O(n)."""
        if history.n_objectives > 1:
            raise ValueError("MedianRule compares one objective; with several, decide from `trial.reports` yourself.")
        mine = _losses(history, number, math.inf)
        if not mine or max(mine) < self.n_warmup:
            return False
        step = max(mine)
        others = [_losses(history, int(told), step) for told in history.told]
        complete = [history.trial(int(told)).state == "complete" for told in history.told]
        averages = [sum(other.values()) / len(other) for other, done in zip(others, complete, strict=True) if other and done]
        return len(averages) >= self.n_startup and min(mine.values()) > float(np.median(averages))


def _losses(history: History, number: int, last: float) -> dict[int, float]:
    """What the trial reported up to a step, minimised, by step."""
    sign = 1.0 if history.directions[0] == "minimize" else -1.0
    reports = history.trial(number).reports
    losses = {step: sign * float(value) for step, value in reports.items() if step <= last}  # type: ignore[arg-type]
    return {step: math.inf if math.isnan(loss) else loss for step, loss in losses.items()}

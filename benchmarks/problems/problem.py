"""Problem: a function to minimise whose best value is known, or the best that anybody found."""

import functools
import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any

import attrs

from askttell import Space
from askttell.seed import uniforms

Evaluate = Callable[[Mapping[str, Any]], float]
_NOISE = 7  # the path of the noise, apart from every other draw


@attrs.frozen(slots=False)
class Problem:
    """A problem by name. `build` returns the function of the parameters; it is called when the first value is wanted.

    The function returns a loss, or NaN where an evaluation fails. `least` is the least loss, or a function that finds it out; None
    if nobody knows, then the best known is recorded beside the baselines. `noise` is the standard deviation that is added to what
    an optimiser is told.
    """

    name: str
    family: str
    space: Space
    build: Callable[[], Evaluate]
    least: float | Callable[[], float] | None = None
    noise: float = 0.0
    tags: tuple[str, ...] = ()
    directions: tuple[str, ...] = ("minimize",)

    @functools.cached_property
    def evaluate(self) -> Evaluate:
        """The noise-free loss of a configuration."""
        return self.build()

    @functools.cached_property
    def optimum(self) -> float | None:
        """The least loss, None if nobody knows it."""
        return self.least() if callable(self.least) else self.least

    def told(self, loss: float, seed: int, number: int) -> float:
        """The loss that the optimiser is told of evaluation `number` in the run of that seed: with noise, if the problem has any."""
        if self.noise == 0.0 or math.isnan(loss):
            return loss
        (u,) = uniforms(seed, number, 1, _NOISE).tolist()
        return loss + self.noise * NormalDist().inv_cdf(min(max(u, 1e-12), 1 - 1e-12))

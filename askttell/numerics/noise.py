"""What is known of the noise's variance, in units of the transformed results, whose variance is 1."""

import math
from typing import Protocol

import attrs


class Noise(Protocol):
    """The variance if it is fixed, else the prior under which it is learned."""

    @property
    def fixed(self) -> float | None:
        """The variance, None if it is learned."""
        ...

    @property
    def prior(self) -> tuple[float, float] | None:
        """Mean and deviation of the logarithm of the variance, None if it is fixed."""
        ...


def _positive(_: object, field: "attrs.Attribute[float]", value: float) -> None:
    if not 0.0 < value < math.inf:
        raise ValueError(f"`{field.name}` must be a number greater than 0, but got {value!r}.")


@attrs.frozen
class FixedNoise:
    """Noise of a known variance; the default is as little as keeps the numerics well-behaved, for objectives without noise."""

    variance: float = attrs.field(default=1e-6, converter=float, validator=_positive)

    @property
    def fixed(self) -> float:
        """The variance."""
        return self.variance

    @property
    def prior(self) -> None:
        """Nothing is learned."""
        return


@attrs.frozen
class LearnedNoise:
    """Noise whose variance is learned from the results, with a log-normal prior of this median and deviation of its logarithm."""

    median: float = attrs.field(default=1e-4, converter=float, validator=_positive)
    spread: float = attrs.field(default=3.0, converter=float, validator=_positive)

    @property
    def fixed(self) -> None:
        """The variance is not fixed."""
        return

    @property
    def prior(self) -> tuple[float, float]:
        """Mean and deviation of the logarithm of the variance."""
        return math.log(self.median), self.spread

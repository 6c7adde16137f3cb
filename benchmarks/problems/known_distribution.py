"""Functions of which the distribution is known, so that random search's results can be compared with theory.

The greatest of d uniforms lies below t with probability t^d; so the best of n draws lies above t with probability (1 - t^d)^n.
"""

import math
from collections.abc import Iterator

from askttell import Float, Space
from benchmarks.problems.problem import Problem


def problems() -> Iterator[Problem]:
    """One and three parameters."""
    for d in (1, 3):
        space = Space({f"x{i}": Float(0.0, 1.0) for i in range(d)})
        yield Problem(f"known_max{d}", "known", space, lambda: lambda params: max(params.values()), 0.0, tags=("known distribution",))


def probability(d: int, n: int, t: float) -> float:
    """The probability that the best of n draws is at most t."""
    return -math.expm1(n * math.log1p(-(t**d))) if t < 1 else 1.0


def median(d: int, n: int) -> float:
    """The median of the best of n draws."""
    return (1 - 0.5 ** (1 / n)) ** (1 / d)

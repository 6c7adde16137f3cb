"""Where the values of a parameter lie on an axis of a picture."""

import math
from typing import Any

from askttell.domains import Categorical, Domain, Ordinal

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def is_listed(domain: Domain) -> bool:
    """Whether the axis shows names at equal distances."""
    return isinstance(domain, Categorical | Ordinal)


def is_log(domain: Domain) -> bool:
    """Whether the axis is a log one."""
    return not isinstance(domain, Categorical | Ordinal) and bool(getattr(domain, "log", False))


def place(domain: Domain, value: Any, number: int) -> float:
    """The coordinate of a value; a category's is spread a little by the trial's number, so that equal ones can be told apart."""
    return domain.index(value) + 0.4 * spread(domain, number) if is_listed(domain) else float(value)


def spread(domain: Domain, number: int) -> float:
    """A number in [-0.5, 0.5) that differs from trial to trial, the same each time; 0 if there is one value only."""
    return number * _GOLDEN % 1.0 - 0.5 if domain.size > 1 else 0.0


def log_marks(low: float, high: float, n: int = 4) -> list[float]:
    """Powers of ten within the bounds, at most about n of them; the bounds themselves if there is less than two."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first) / n))
    powers = [10.0**k for k in range(first, last + 1, step)]
    if len(powers) >= 2:
        return powers
    return [float(low), math.sqrt(low * high), float(high)] if high / low > 4 else [float(low), float(high)]

"""The functional analysis of variance of a function of the unit cube, whose coordinates are independent and uniform.

V is the variance of f; V_i that of E[f | u_i], what coordinate i explains alone; and T_i = E[Var(f | all but u_i)], what only i can
explain, by itself or together with others (Sobol' 2001, doi:10.1016/S0378-4754(00)00270-6). Estimated from points A and B (n, d) and,
for each i, A with the column i of B, as in Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018, table 2: V_i by (b), T_i by (f).
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from askttell.numerics import sobol

Array: TypeAlias = NDArray[np.float64]

_N = 2048
_SEED = 0  # the same points each time, so that the same model has the same indices


def indices(f: Callable[[Array], Array], d: int) -> tuple[Array, Array]:
    """The shares V_i / V and T_i / V, both (d,), in [0, 1]; all 0 for a constant. `f` takes (n, d) and returns (n,)."""
    both = sobol.points(_SEED, 2 * d, 0, _N)
    A, B = both[:, :d], both[:, d:]
    at_a, at_b = f(A), f(B)
    middle = 0.5 * (at_a.mean() + at_b.mean())
    at_a, at_b = at_a - middle, at_b - middle
    variance = 0.5 * float(np.mean(at_a**2) + np.mean(at_b**2))
    alone, total = np.zeros(d), np.zeros(d)
    if variance == 0.0:
        return alone, total
    for i in range(d):
        mixed = A.copy()
        mixed[:, i] = B[:, i]
        at_mixed = f(mixed) - middle
        alone[i] = np.mean(at_b * (at_mixed - at_a)) / variance  # (b)
        total[i] = 0.5 * np.mean((at_a - at_mixed) ** 2) / variance  # (f)
    total = np.minimum(total, 1.0)
    return np.clip(alone, 0.0, total), total

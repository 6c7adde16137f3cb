"""Differential evolution that remembers which settings succeed (L-SHADE, Tanabe & Fukunaga 2014, doi:10.1109/CEC.2014.6900380).

x, best, one, two (d,): the target, one of the best, and two others, in the unit cube · F: scale of differences · CR: share of
parameters that are taken from the donor · M_F, M_CR (H,): memories of both; -1 in M_CR is the terminal value, zero for good.
"""

import math

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]

H = 6
TERMINAL = -1.0
_SPREAD = 0.1
_LEAST = 2.0**-54


@attrs.frozen(eq=False)
class Memory:
    """Settings that succeeded; `k` is the place that is written next."""

    M_F: Array = attrs.field(factory=lambda: np.full(H, 0.5))
    M_CR: Array = attrs.field(factory=lambda: np.full(H, 0.5))
    k: int = 0


def settings(memory: Memory, u: Array) -> tuple[float, float]:
    """F and CR of one trial (eqs 1, 2), by inverse CDF; u (3,) are uniforms. F is Cauchy, drawn again until positive, at most 1."""
    at = int(u[0] * H)
    center, mean = float(memory.M_F[at]), float(memory.M_CR[at])
    below = 0.5 - math.atan(center / _SPREAD) / math.pi  # the chance of a draw below zero
    v = below + (1.0 - below) * float(u[1])
    F = min(1.0, max(center + _SPREAD * math.tan(math.pi * (v - 0.5)), _LEAST))
    CR = 0.0 if mean == TERMINAL else min(1.0, max(0.0, mean + _SPREAD * float(ndtri(max(u[2], _LEAST)))))
    return F, CR


def donor(x: Array, best: Array, one: Array, two: Array, F: float) -> Array:
    """The mutant of current-to-pbest/1 (eq. 3); what leaves the cube goes half-way from x to the bound (eq. 6 of JADE)."""
    v = x + F * (best - x) + F * (one - two)
    v = np.where(v < 0.0, x / 2.0, v)
    return np.where(v > 1.0, (1.0 + x) / 2.0, v)


def learnt(memory: Memory, F: Array, CR: Array, gains: Array) -> Memory:
    """The memory after a generation in which these settings succeeded, by gains in loss (Algorithm 1, eqs 7-9)."""
    if not len(F):
        return memory
    w = gains / gains.max() if gains.max() > 0 else np.ones(len(gains))  # a sum may overflow
    w /= w.sum()
    M_F, M_CR = memory.M_F.copy(), memory.M_CR.copy()
    M_F[memory.k] = _lehmer(F, w)
    M_CR[memory.k] = TERMINAL if M_CR[memory.k] == TERMINAL or CR.max() == 0.0 else _lehmer(CR, w)
    return Memory(M_F, M_CR, (memory.k + 1) % H)


def _lehmer(s: Array, w: Array) -> float:
    return float((w * s * s).sum() / (w * s).sum())

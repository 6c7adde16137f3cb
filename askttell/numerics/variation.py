"""How genetic algorithms make a number from two, or another from one, in the unit interval.

Simulated binary crossover (Deb & Agrawal 1995, Complex Systems 9:115-148) and polynomial mutation (Deb & Goyal 1996, Computer Science and
Informatics 26:30-45), both in the form that keeps to bounds, as in Deb et al. 2002, doi:10.1109/4235.996017. The larger eta, the nearer
children lie to their parents. All arrays have shape (n,).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST = 1e-14  # parents nearer than this are one


def crossed(a: Array, b: Array, u: Array, eta: float) -> Array:
    """The child nearer to a of parents a and b; u are uniforms. Equal parents have children like them."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    apart = np.maximum(high - low, _LEAST)
    room = np.where(a <= b, low, 1.0 - high)  # from a outwards
    alpha = 2.0 - (1.0 + 2.0 * room / apart) ** -(eta + 1.0)
    inward = u <= 1.0 / alpha
    beta = np.where(inward, u * alpha, 1.0 / np.maximum(2.0 - u * alpha, _LEAST)) ** (1.0 / (eta + 1.0))
    child = 0.5 * ((low + high) - np.where(a <= b, beta, -beta) * apart)
    return np.where(high - low < _LEAST, a, np.clip(child, 0.0, 1.0))


def mutated(a: Array, u: Array, eta: float) -> Array:
    """A neighbour of a; u are uniforms."""
    down = u < 0.5
    room = np.where(down, a, 1.0 - a)
    v = np.where(down, 2.0 * u, 2.0 * (1.0 - u))
    step = 1.0 - (v + (1.0 - v) * (1.0 - room) ** (eta + 1.0)) ** (1.0 / (eta + 1.0))
    return np.clip(np.where(down, a - step, a + step), 0.0, 1.0)

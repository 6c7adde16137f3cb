"""Gradients by finite differences."""

import numpy as np


def central(function, x, step=1e-5):
    """The gradient of a scalar function at x (d,), by central differences of fourth order."""
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = step
        near, far = function(x + e) - function(x - e), function(x + 2 * e) - function(x - 2 * e)
        gradient[i] = (8 * near - far) / (12 * step)
    return gradient

"""Categories for an evolution strategy: independent categorical distributions that follow the natural gradient.

The step is that of ASNG, Akimoto et al. 2019, Adaptive Stochastic Natural Gradient Method for One-Shot Neural Architecture Search,
PMLR 97, Algorithm 1 and Appendix B; the margin, which no probability goes below, that of Hamano et al. 2025, arXiv:2504.07884.

q (n, K): probabilities, one row a parameter, zero beyond its number of choices K_j · s (sum of K_j - 1,): accumulated direction.
"""

import math

import attrs
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ALPHA_SNR = 1.5
_EPS = 1e-8


@attrs.frozen(eq=False)
class Choices:
    """The distributions and the memory of their step size; `trust` is the Delta of ASNG, `norm` its gamma."""

    q: Array
    sizes: NDArray[np.int64]
    s: Array
    norm: float = 0.0
    trust: float = 1.0


def choices(q: Array, sizes: NDArray[np.int64]) -> Choices:
    """Distributions without a past."""
    return Choices(q, sizes, np.zeros(int((sizes - 1).sum())))


def uniform(sizes: NDArray[np.int64]) -> Array:
    """Equal probabilities, shape (n, K)."""
    there = np.arange(max(sizes, default=1)) < sizes[:, None]
    q: Array = there / np.maximum(sizes[:, None], 1)
    return q


def counted(K: NDArray[np.int64], sizes: NDArray[np.int64]) -> Array:
    """The shares of the choices K (k, n), each counted once more, so that none is impossible; -1 is no choice."""
    prior = uniform(sizes)
    hot = K[:, :, None] == np.arange(prior.shape[1])
    counts = hot.sum(axis=0) + (prior > 0)
    q: Array = counts / counts.sum(axis=1, keepdims=True)
    return q


def drawn(choices: Choices, u: Array) -> NDArray[np.int64]:
    """The choices at u, shape (n,), uniforms in [0, 1)."""
    index: NDArray[np.int64] = (np.cumsum(choices.q, axis=1) <= u[:, None]).sum(axis=1)
    return np.minimum(index, choices.sizes - 1)


def updated(choices: Choices, taken: Array, weights: Array, alpha: float) -> Choices:
    """The distributions after a generation. taken (lam, n, K): what each sample chose, one-hot, or q where it chose nothing.

    weights (lam,): zero for the worse half, else summing to one. alpha: the least chance of another choice than the likeliest.
    """
    gradient = np.einsum("i,ijk->jk", weights, taken - choices.q)
    root = _root(choices, gradient)
    length = math.sqrt(root @ root)
    if length < _EPS:
        return choices
    delta = 1.0 / choices.trust
    q = choices.q + delta / length * gradient
    beta = delta / math.sqrt(len(root))
    s = (1 - beta) * choices.s + math.sqrt(beta * (2 - beta)) * root / length
    norm = (1 - beta) ** 2 * choices.norm + beta * (2 - beta)
    trust = choices.trust * math.exp(beta * (norm - s @ s / _ALPHA_SNR))
    return Choices(_with_margin(q, choices.sizes, alpha), choices.sizes, s, norm, max(trust, 1.0 / math.sqrt(len(root))))


def _root(choices: Choices, gradient: Array) -> Array:
    """The gradient times the root of the Fisher information, shape (sum of K_j - 1,)."""
    parts = []
    for q, g, size in zip(choices.q, gradient, choices.sizes.tolist(), strict=True):
        root, last = np.sqrt(q[: size - 1]), q[size - 1]
        parts.append(g[: size - 1] / root + root * g[: size - 1].sum() / (last + math.sqrt(last)))
    return np.concatenate(parts)


def _with_margin(q: Array, sizes: NDArray[np.int64], alpha: float) -> Array:
    least = (alpha / (sizes - 1))[:, None]
    there = np.arange(q.shape[1]) < sizes[:, None]
    q = np.where(there, np.maximum(q, least), 0.0)
    above = np.where(there, q - least, 0.0)
    q = q - (q.sum(axis=1, keepdims=True) - 1.0) * above / above.sum(axis=1, keepdims=True)
    q = np.where(there, np.maximum(q, 0.0), 0.0)
    shares: Array = q / q.sum(axis=1, keepdims=True)
    return shares

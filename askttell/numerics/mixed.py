"""One search distribution for numbers and categories: CatCMA with Margin (Hamano et al. 2025, arXiv:2504.07884).

A normal distribution over the numeric coordinates and independent distributions over the categories share the weights of a
generation. Samples outside the unit interval on a continuous coordinate are drawn again, up to 31 times, and then reflected into it;
on a discrete one they count for the last cell.

X (lam, n): numeric coordinates as sampled · K (lam, n_cat): indices of choices, -1 where none was made.
"""

import math

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from askttell.numerics import choices as categories
from askttell.numerics import covariance, margin
from askttell.numerics.choices import Choices
from askttell.numerics.covariance import Normal
from askttell.numerics.margin import Axes
from askttell.seed import uniforms

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_N_AGAIN = 31
_NO_CHOICES = np.zeros(0, np.int64)
_LEAST = 2.0**-54  # half the spacing of uniforms, as zero has no normal quantile


@attrs.frozen(eq=False)
class Mixed:
    """The distribution; A (n,) and p_mut (n,) are those of the margin, `choices` is None without categories."""

    axes: Axes
    normal: Normal
    A: Array
    p_mut: Array
    choices: Choices

    @property
    def spread(self) -> Array:
        """The standard deviation of each numeric coordinate, shape (n,)."""
        normal = self.normal
        return normal.sigma * self.A * np.sqrt(np.diag(normal.C))


def mixed(axes: Axes, normal: Normal, choices: Choices) -> Mixed:
    """A distribution without a past."""
    n = len(normal.m)
    return Mixed(axes, normal, np.ones(n), np.full(n, 0.5), choices)


def sample(mixed: Mixed, seed: int, number: int, attempt: int) -> tuple[Array, Ints]:
    """The numeric coordinates (n,) and choices (n_cat,) of a trial; a pure function of the distribution, seed, number and attempt."""
    n, n_cat = len(mixed.normal.m), len(mixed.choices.sizes)
    u = uniforms(seed, number, n + n_cat, attempt)
    x = _at(mixed, u[:n])
    if not _inside(mixed, x):
        again = _at(mixed, uniforms(seed, number, _N_AGAIN * n, attempt, 1).reshape(_N_AGAIN, n))
        inside = _inside(mixed, again)
        x = again[inside.argmax()] if inside.any() else np.where(mixed.axes.discrete, x, 1.0 - np.abs(1.0 - x % 2.0))
    return x, categories.drawn(mixed.choices, u[n:]) if n_cat else _NO_CHOICES


def _at(mixed: Mixed, U: Array) -> Array:
    """The samples at uniforms U (…, n). They are summed without BLAS, so that an ask that learns nothing need not hold its threads."""
    normal = mixed.normal
    z = ndtri(np.maximum(U, _LEAST))  # eq. 38 of the tutorial
    x: Array = normal.m + normal.sigma * mixed.A * np.einsum("...j,ij->...i", z * normal.D, normal.B)  # eqs 39, 40
    return x


def _inside(mixed: Mixed, X: Array) -> NDArray[np.bool_]:
    return np.asarray((mixed.axes.discrete | ((X >= 0.0) & (X <= 1.0))).all(axis=-1))


def steps(mixed: Mixed, X: Array) -> Array:
    """The steps y of samples x = m + sigma A y, shape (lam, n)."""
    y: Array = (X - mixed.normal.m) / (mixed.normal.sigma * mixed.A)
    return y


def shortened(mixed: Mixed, x: Array) -> Array:
    """A point x (n,) that was not sampled from this distribution, brought near enough to learn from; NaN goes to the mean."""
    if not len(x):
        return x
    y = np.nan_to_num(steps(mixed, x[None])[0], nan=0.0)
    near: Array = mixed.normal.m + mixed.normal.sigma * mixed.A * covariance.shortened(mixed.normal, y)
    return near


def updated(mixed: Mixed, X: Array, K: Ints, losses: Array) -> Mixed:
    """The distribution after a generation, whose members are in any order; infinite losses are the worst."""
    lam = len(losses)
    n_margin = int(mixed.axes.discrete.sum()) + len(mixed.choices.sizes)
    alpha = 1.0 - 0.73 ** (1.0 / max(n_margin, 1))
    normal, A, p_mut, choices = mixed.normal, mixed.A, mixed.p_mut, mixed.choices
    if len(normal.m):
        normal, A, p_mut = _updated_numbers(mixed, X, losses, alpha)
    if len(choices.sizes):
        positive = covariance.shared_weights(covariance.rates(max(len(normal.m), 1), lam).positive, losses)
        choices = categories.updated(choices, _taken(choices, K), positive, alpha)
    return Mixed(mixed.axes, normal, A, p_mut, choices)


def _updated_numbers(mixed: Mixed, X: Array, losses: Array, alpha: float) -> tuple[Normal, Array, Array]:
    axes = mixed.axes
    if not axes.discrete.any():
        return covariance.updated(mixed.normal, steps(mixed, X), losses), mixed.A, mixed.p_mut
    good = np.argsort(losses, kind="stable")[: len(losses) // 2]
    X = X.copy()
    X[good], left = margin.centred(axes, mixed.normal.m, X[good])
    normal = covariance.updated(mixed.normal, steps(mixed, X), losses)
    spread = normal.sigma * np.sqrt(np.diag(normal.C))
    m, A, p_mut = margin.corrected(axes, normal.m, spread, mixed.A, mixed.p_mut, left, alpha)
    return attrs.evolve(normal, m=m), A, p_mut


def _taken(choices: Choices, K: Ints) -> Array:
    """One-hot rows, shape (lam, n_cat, max K_j); where no choice was made the probabilities, which pull nowhere."""
    hot = K[:, :, None] == np.arange(choices.q.shape[1])
    return np.where(K[:, :, None] < 0, choices.q, hot)


def warm(U: Array, alpha: float = 0.1) -> tuple[Array, float, Array]:
    """Mean, step size and covariance of the good points U (k, n) of another search (Nomura et al. 2021, WS-CMA-ES, arXiv:2012.06932).

    NaN, where a parameter was inactive, counts as the mean of the others, or as the centre.
    """
    k, n = U.shape
    there = ~np.isnan(U)
    mean = np.where(there.any(axis=0), np.where(there, U, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1), 0.5)
    apart = np.where(there, U - mean, 0.0)
    S = alpha**2 * np.eye(n) + apart.T @ apart / k
    sigma = math.exp(np.linalg.slogdet(S)[1] / (2 * n)) if n else alpha
    return mean, sigma, S / sigma**2

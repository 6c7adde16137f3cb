"""A factorisation that recommends items to users: dimensions of users and of items, share of negative samples, learning rate.

The score of user u and item i is p_u · W q_i (p: users' vectors, q: items' vectors, W: a matrix between the two spaces), trained by
stochastic gradient descent on the logistic loss of clicks, which are positive, and of random items, which are taken as negative
(Rendle et al. 2020, "Neural Collaborative Filtering vs. Matrix Factorization Revisited", doi:10.1145/3383313.3412488, §4.1). One click
of each user is held out; the value is the share of users that find it among the first ten of the items they have not clicked.
"""

import functools
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell import Float, Int, Space
from benchmarks.loops.loop import Epoch, Loop

SPACE = Space(
    user_dimensions=Int(2, 32, log=True),
    item_dimensions=Int(2, 32, log=True),
    negatives=Float(0.1, 0.95),
    learning_rate=Float(1e-2, 10.0, log=True),
)
N_USERS, N_ITEMS, N_CLICKS = 300, 200, 15
_BATCH = 256

Floats: TypeAlias = NDArray[np.float64]


@functools.cache
def clicks() -> NDArray[np.int64]:
    """The items that each user clicked, shape (users, clicks); the last one is held out. Users and items have six hidden tastes."""
    random = np.random.default_rng(0)
    users, items = random.normal(size=(N_USERS, 6)), random.normal(size=(N_ITEMS, 6))
    appeal = users @ items.T + random.gumbel(scale=1.5, size=(N_USERS, N_ITEMS))
    chosen = np.argsort(-appeal, axis=1)[:, :N_CLICKS]
    return random.permuted(chosen, axis=1)


@attrs.define
class Factors:
    """The vectors of users (users, a) and of items (items, b), and the matrix between them (a, b)."""

    p: Floats
    q: Floats
    W: Floats

    def step(self, users: NDArray[np.int64], items: NDArray[np.int64], clicked: Floats, rate: float) -> None:
        """One step down the gradient of the mean logistic loss."""
        p, q = self.p[users], self.q[items]  # (batch, a), (batch, b)
        surplus = _sigmoid(np.einsum("na,ab,nb->n", p, self.W, q)) - clicked
        slope = rate * surplus[:, None] / np.sqrt(len(users))
        np.add.at(self.p, users, -slope * (q @ self.W.T))
        np.add.at(self.q, items, -slope * (p @ self.W))
        self.W -= p.T @ (slope * q) / np.sqrt(len(users))


def train(n_epochs: int, user_dimensions: int, item_dimensions: int, negatives: float, learning_rate: float) -> Iterator[Epoch]:
    """The share of users whose held-out click is among the ten best, after each epoch; FloatingPointError if it diverges."""
    random = np.random.default_rng(1)
    seen, held_out = clicks()[:, :-1], clicks()[:, -1]
    factors = Factors(
        random.normal(scale=0.3, size=(N_USERS, user_dimensions)),
        random.normal(scale=0.3, size=(N_ITEMS, item_dimensions)),
        random.normal(size=(user_dimensions, item_dimensions)) / np.sqrt(user_dimensions),
    )
    for _ in range(n_epochs):
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is found below
            for users, items, clicked in _batches(random, seen, negatives):
                factors.step(users, items, clicked, learning_rate)
            hits = _hits(factors, seen, held_out)
        yield Epoch(hits)


def _batches(random: np.random.Generator, seen: NDArray[np.int64], negatives: float) -> Iterator[tuple[Any, Any, Floats]]:
    """Clicks and random items in random order, so that negatives have their share."""
    users, items = np.repeat(np.arange(len(seen)), seen.shape[1]), seen.ravel()
    n = round(len(users) * negatives / (1.0 - negatives))
    users, items = np.append(users, random.integers(len(seen), size=n)), np.append(items, random.integers(N_ITEMS, size=n))
    clicked = np.append(np.ones(seen.size), np.zeros(n))
    order = random.permutation(len(users))
    for at in range(0, len(order), _BATCH):
        batch = order[at : at + _BATCH]
        yield users[batch], items[batch], clicked[batch]


def _hits(factors: Factors, seen: NDArray[np.int64], held_out: NDArray[np.int64]) -> float:
    scores = factors.p @ factors.W @ factors.q.T
    if not np.isfinite(scores).all():
        raise FloatingPointError("the scores are not finite")
    np.put_along_axis(scores, seen, -np.inf, axis=1)
    at_least = scores >= np.take_along_axis(scores, held_out[:, None], axis=1)  # ties count against it, so equal scores find nothing
    return float((at_least.sum(axis=1) <= 10).mean())


def _sigmoid(x: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * x))


LOOP = Loop("recommendations", SPACE, "maximize", "hits among ten", train, "numpy")

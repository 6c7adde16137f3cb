import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.covariance import Normal, normal, rates, shared_weights, shortened, updated


def slow(state, Y, losses):
    """The generation of the tutorial's Figure 6 in loops, with the parameters of its Table 1; losses differ."""
    n, lam = len(state.m), len(losses)
    w = [math.log((lam + 1) / 2) - math.log(i) for i in range(1, lam + 1)]
    mu = lam // 2
    mu_eff = sum(w[:mu]) ** 2 / sum(v**2 for v in w[:mu])
    mu_minus = sum(w[mu:]) ** 2 / sum(v**2 for v in w[mu:])
    c_1 = 2 / ((n + 1.3) ** 2 + mu_eff)
    c_mu = min(1 - c_1, 2 * (1 / 4 + mu_eff + 1 / mu_eff - 2) / ((n + 2) ** 2 + 2 * mu_eff / 2))
    alpha = min(1 + c_1 / c_mu, 1 + 2 * mu_minus / (mu_eff + 2), (1 - c_1 - c_mu) / (n * c_mu))
    w = [v / sum(w[:mu]) if v >= 0 else alpha * v / -sum(v for v in w if v < 0) for v in w]
    c_s = (mu_eff + 2) / (n + mu_eff + 5)
    d_s = 1 + 2 * max(0, math.sqrt((mu_eff - 1) / (n + 1)) - 1) + c_s
    c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n)
    E = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2))
    ys = [Y[i] for i in sorted(range(lam), key=lambda i: losses[i])]
    root = np.linalg.inv(state.B @ np.diag(state.D) @ state.B.T)
    y = sum(w[i] * ys[i] for i in range(mu))
    p_s = (1 - c_s) * state.p_sigma + math.sqrt(c_s * (2 - c_s) * mu_eff) * root @ y
    sigma = state.sigma * math.exp(c_s / d_s * (np.linalg.norm(p_s) / E - 1))
    h = np.linalg.norm(p_s) / math.sqrt(1 - (1 - c_s) ** (2 * (state.age + 1))) < (1.4 + 2 / (n + 1)) * E
    p_c = (1 - c_c) * state.p_c + (math.sqrt(c_c * (2 - c_c) * mu_eff) * y if h else 0 * y)
    C = (1 + c_1 * (0 if h else c_c * (2 - c_c)) - c_1 - c_mu * sum(w)) * state.C + c_1 * np.outer(p_c, p_c)
    for weight, step in zip(w, ys, strict=True):
        short = 1 if weight >= 0 else n / np.linalg.norm(root @ step) ** 2
        C = C + c_mu * weight * short * np.outer(step, step)
    return state.m + state.sigma * y, sigma, C, p_s, p_c


@pytest.mark.parametrize(("n", "lam"), [(1, 4), (2, 6), (5, 8), (5, 9), (10, 40)])
def test_a_generation_is_that_of_the_tutorial(n, lam):
    dice = np.random.default_rng(n)
    state = normal(dice.random(n), 0.3, np.diag(dice.uniform(0.5, 2.0, n)))
    for _ in range(12):
        Y, losses = (state.B @ (state.D[:, None] * dice.standard_normal((n, lam)))).T * 2.0, dice.random(lam)
        m, sigma, C, p_s, p_c = slow(state, Y, losses)
        after = updated(state, Y, losses)
        for expected, came in [(m, after.m), (sigma, after.sigma), (C, after.C), (p_s, after.p_sigma), (p_c, after.p_c)]:
            assert came == pytest.approx(expected, rel=1e-9, abs=1e-12)
        state = after

    assert state.age == 12


@given(seed=st.integers(0, 10**6))
def test_the_covariance_stays_positive_and_its_factors_belong_to_it(seed):
    dice = np.random.default_rng(seed)
    state = normal(dice.random(4), 0.3, np.eye(4))
    for _ in range(30):
        state = updated(state, dice.standard_normal((8, 4)) * dice.uniform(0.1, 5.0, 4), dice.integers(0, 3, 8) * 1.0)

    assert (state.D > 0).all()
    assert state.B @ np.diag(state.D**2) @ state.B.T == pytest.approx(state.C, rel=1e-9, abs=1e-12)


def test_in_many_dimensions_the_axes_are_found_less_often():
    """Because that costs more than all else together (B.2)."""
    assert rates(10, 10).lag == 1
    assert rates(300, 21).lag > 1
    state = normal(np.zeros(300), 1.0, np.eye(300))
    after = updated(state, np.random.default_rng(0).standard_normal((21, 300)), np.arange(21.0))

    assert after.B is state.B


@given(losses=st.lists(st.integers(0, 3), min_size=4, max_size=12))
def test_equal_losses_share_their_weights_and_none_is_lost(losses):
    weights = np.arange(len(losses))[::-1] / 10
    shared = shared_weights(weights, np.array(losses, float))

    assert shared.sum() == pytest.approx(weights.sum())
    for a, loss in zip(shared, losses, strict=True):
        assert a == pytest.approx(np.mean(weights[[sum(x < loss for x in losses) + i for i in range(losses.count(loss))]]))


def test_a_flat_objective_neither_shrinks_nor_grows_the_steps_for_long():
    """Because all samples have the same weight, and the paths know how many there are."""
    dice, sigmas = np.random.default_rng(0), []
    for _ in range(20):
        state = normal(np.zeros(5), 1.0, np.eye(5))
        for _ in range(100):
            Y = (state.B @ (state.D[:, None] * dice.standard_normal((5, 8)))).T
            state = updated(state, Y, np.zeros(8))
        sigmas.append(math.log(state.sigma * math.sqrt(np.trace(state.C) / 5)))

    assert abs(np.mean(sigmas)) < 1.0


def test_a_foreign_step_is_shortened_to_what_a_sample_might_be():
    state = Normal(np.zeros(2), 1.0, np.diag([1.0, 4.0]), np.eye(2), np.array([1.0, 2.0]), np.zeros(2), np.zeros(2))
    longest = math.sqrt(2) + 4 / 4

    assert shortened(state, np.array([0.1, -0.2])).tolist() == [0.1, -0.2]
    assert shortened(state, np.array([0.0, 100.0])) == pytest.approx([0.0, 2 * longest])

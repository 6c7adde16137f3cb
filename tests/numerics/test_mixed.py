import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics import choices, covariance, mixed
from askttell.numerics.margin import Axes


def distribution(m, sigma, n_cells=np.inf, sizes=()):
    sizes, n = np.array(sizes, np.int64), len(m)
    axes = Axes(np.broadcast_to(np.array(n_cells, float), (n,)), np.full(n, np.nan))
    return mixed.mixed(axes, covariance.normal(np.array(m, float), sigma, np.eye(n)), choices.choices(choices.uniform(sizes), sizes))


@given(m=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4), sigma=st.floats(1e-6, 10.0), number=st.integers(0, 100))
def test_samples_of_continuous_coordinates_lie_in_the_box(m, sigma, number):
    x, k = mixed.sample(distribution(m, sigma, sizes=[3, 2]), 0, number, 0)

    assert ((x >= 0) & (x <= 1)).all()
    assert ((k >= 0) & (k < [3, 2])).all()


def test_a_sample_far_outside_is_reflected_and_a_discrete_one_stays():
    far = distribution([1.0] * 30, 50.0)
    half = distribution([1.0] * 2, 50.0, n_cells=[4, np.inf])
    samples = np.array([mixed.sample(half, 0, number, 0)[0] for number in range(20)])

    assert np.ptp(mixed.sample(far, 0, 0, 0)[0]) > 0.1
    assert (np.abs(samples[:, 0]) > 1).any()


def test_samples_have_the_mean_and_covariance_of_the_distribution():
    C = np.array([[1.0, 0.6], [0.6, 1.5]])
    made = mixed.mixed(
        Axes(np.full(2, np.inf), np.full(2, np.nan)),
        covariance.normal(np.array([0.4, 0.6]), 0.05, C),
        choices.choices(choices.uniform(np.array([], np.int64)), np.array([], np.int64)),
    )
    X = np.array([mixed.sample(made, 1, number, 0)[0] for number in range(4000)])

    assert X.mean(axis=0) == pytest.approx([0.4, 0.6], abs=0.005)
    assert np.cov(X.T) == pytest.approx(0.05**2 * C, rel=0.15)


def test_attempts_and_numbers_give_other_samples():
    made = distribution([0.5], 0.1)

    assert len({float(mixed.sample(made, 0, number, attempt)[0][0]) for number in range(5) for attempt in range(5)}) == 25


def test_a_point_from_elsewhere_is_drawn_near_and_nan_goes_to_the_mean():
    made = distribution([0.5, 0.5], 0.01)

    assert mixed.shortened(made, np.array([np.nan, 0.505])).tolist() == [0.5, 0.505]
    assert mixed.shortened(made, np.array([np.nan, 1.0]))[1] == pytest.approx(0.5 + 0.01 * (2**0.5 + 1.0))
    assert mixed.shortened(distribution([], 0.1, sizes=[2]), np.zeros(0)).shape == (0,)


def test_a_warm_start_is_that_of_the_paper():
    U = np.random.default_rng(0).random((30, 3))
    mean, sigma, C = mixed.warm(U)
    S = 0.01 * np.eye(3) + sum(np.outer(u - U.mean(axis=0), u - U.mean(axis=0)) for u in U) / 30

    assert mean == pytest.approx(U.mean(axis=0))
    assert sigma == pytest.approx(np.linalg.det(S) ** (1 / 6))
    assert sigma**2 * C == pytest.approx(S)


def test_a_warm_start_knows_inactive_parameters():
    mean, sigma, C = mixed.warm(np.array([[0.2, np.nan], [np.nan, np.nan]]))

    assert mean.tolist() == [0.2, 0.5]
    assert sigma**2 * C == pytest.approx(0.01 * np.eye(2))
    assert mixed.warm(np.zeros((2, 0)))[1] == 0.1


def test_a_generation_moves_numbers_and_choices_together():
    made = distribution([0.5, 0.5], 0.2, n_cells=[np.inf, 11], sizes=[3])
    for _ in range(60):
        pairs = [mixed.sample(made, 7, made.normal.age * 8 + i, 0) for i in range(8)]
        X, K = np.array([x for x, _ in pairs]), np.array([k for _, k in pairs])
        losses = (X[:, 0] - 0.2) ** 2 + (np.clip(np.floor(X[:, 1] * 11), 0, 10) - 9) ** 2 / 50 + (K[:, 0] != 2)
        made = mixed.updated(made, X, K, losses)

    assert made.normal.m[0] == pytest.approx(0.2, abs=0.02)
    assert 9 / 11 <= made.normal.m[1] <= 10 / 11
    assert made.choices.q[0].argmax() == 2


def test_categories_alone_are_learnt_too():
    made = distribution([], 0.1, sizes=[2, 4])
    for generation in range(20):
        K = np.array([mixed.sample(made, 3, generation * 6 + i, 0)[1] for i in range(6)])
        made = mixed.updated(made, np.zeros((6, 0)), K, (K[:, 0] != 1) + (K[:, 1] != 2) * 1.0)

    assert made.choices.q.argmax(axis=1).tolist() == [1, 2]
    assert made.spread.shape == (0,)

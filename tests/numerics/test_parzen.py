"""Mixtures against sums over kernels, quadrature and scipy.stats."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats

from askttell import Float, Int, Ordinal
from askttell.numerics.parzen import Axes, EqualCells, LogCells, Observed, even_bandwidths, fit, gap_bandwidths, log_densities, sample
from askttell.seed import uniforms

AXES = Axes(reals=(0, 3), steps=((1, EqualCells(4)), (4, LogCells(1, 9))), choices=((2, 3),))
LOG_INT = Int(1, 9, log=True)


def observations(n, seed=0):
    """Rows of five columns: real, one of four, category of three, real, integer on a log scale."""
    u = uniforms(seed, 0, 5 * n).reshape(n, 5)
    u[:, 1] = EqualCells(4).around(u[:, 1])[1]
    u[:, 2] = EqualCells(3).around(u[:, 2])[1]
    u[:, 4] = LogCells(1, 9).around(u[:, 4])[1]
    return u


def mixture_of(U, weights, axes=AXES, bandwidths=gap_bandwidths):
    return fit(axes, Observed(U, weights, bandwidths))


def log_density(mixture, X):
    return log_densities(mixture, X)[:, 0]


def mass(mu, sigma, low, high):
    share = stats.norm(mu, sigma).cdf
    return (share(high) - share(low)) / (share(1.0) - share(0.0))


def slow_density(U, weights, x):
    """The density of AXES at x, kernel by kernel and column by column, from the definition."""
    n, total = len(U) + 1, 0.0
    edges = [EqualCells(4), LogCells(1, 9)]
    sigma = gap_bandwidths(U[:, [0, 3, 1, 4]].T).T if len(U) else np.empty((0, 4))
    for j in range(n):
        prior = j == len(U)
        mu = np.full(4, 0.5) if prior else U[j, [0, 3, 1, 4]]
        s = np.ones(4) if prior else sigma[j]
        kernel = (1.0 if prior else weights[j]) / (sum(weights) + 1.0)
        for i, column in enumerate((0, 3)):
            kernel *= stats.truncnorm(-mu[i] / s[i], (1 - mu[i]) / s[i], mu[i], s[i]).pdf(x[column])
        for i, column in enumerate((1, 4)):
            low, _, width = edges[i].around(np.array(x[column]))
            kernel *= mass(mu[2 + i], s[2 + i], float(low), float(low + width))
        kernel *= 1 / 3 if prior else ((int(x[2] * 3) == int(U[j, 2] * 3)) + 1 / n) / (1 + 3 / n)
        total += kernel
    return total


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_the_density_is_the_sum_over_kernels(n):
    U, X, weights = observations(n), observations(20, seed=1), 0.5 + uniforms(2, 0, n)
    expected = [math.log(slow_density(U, weights, x)) for x in X]
    found = log_density(mixture_of(U, weights), X)

    assert pytest.approx(expected, abs=3e-7) == found.tolist()


def test_mixtures_side_by_side_are_those_that_each_is_alone():
    few, many, X = observations(2), observations(30, seed=3), observations(20, seed=1)
    both = log_densities(fit(AXES, Observed(few, np.ones(2), gap_bandwidths), Observed(many, np.ones(30), even_bandwidths)), X)

    assert both.T[0] == pytest.approx(log_density(mixture_of(few, np.ones(2)), X), abs=3e-7)
    assert both.T[1] == pytest.approx(log_density(mixture_of(many, np.ones(30), bandwidths=even_bandwidths), X), abs=3e-7)


@pytest.mark.parametrize("reals", [(0, 1, 2), (1, 2), (2, 0)])
def test_columns_next_to_one_another_are_as_good_as_others(reals):
    """The density of columns that can be taken as a slice, in part or not at all, is that of the columns moved to the front."""
    U, X = uniforms(0, 0, 15).reshape(5, 3), uniforms(1, 0, 30).reshape(10, 3)
    front = Axes(tuple(range(len(reals))), (), ())
    found = log_density(mixture_of(U, np.ones(5), Axes(reals, (), ())), X)

    assert found == pytest.approx(log_density(mixture_of(U[:, reals], np.ones(5), front), X[:, reals]), abs=3e-7)


def test_the_density_of_real_columns_integrates_to_one():
    U = uniforms(0, 0, 5).reshape(-1, 1)
    mixture = mixture_of(U, np.ones(5), Axes(reals=(0,), steps=(), choices=()))

    total, _ = integrate.quad(lambda x: math.exp(log_density(mixture, np.array([[x]]))[0]), 0.0, 1.0, points=U[:, 0].tolist(), limit=200)

    assert pytest.approx(1.0, abs=3e-7) == total


def test_the_masses_of_all_discrete_points_sum_to_one():
    axes = Axes(reals=(), steps=((0, EqualCells(4)), (2, LogCells(2, 6))), choices=((1, 3),))
    values = [[(i + 0.5) / 4 for i in range(4)], [(i + 0.5) / 3 for i in range(3)], [Int(2, 6, log=True).to_unit(v) for v in range(2, 7)]]
    X = np.array(list(itertools.product(*values)))

    assert pytest.approx(1.0, abs=3e-7) == np.exp(log_density(mixture_of(X[[3, 30, 57, 58]], np.ones(4), axes), X)).sum()


def test_a_far_kernel_adds_what_is_left_of_it_and_no_nan():
    mixture = mixture_of(np.array([[0.0], [0.01], [1.0]]), np.ones(3), Axes((0,), (), ()))

    assert np.isfinite(log_density(mixture, np.array([[0.0], [0.5], [1.0]]))).all()


def slow_bandwidths(x):
    """One column: the larger gap to the neighbours in order, clipped."""
    order = sorted(range(len(x)), key=lambda i: x[i])
    sigma = [0.0] * len(x)
    for place, i in enumerate(order):
        gaps = [abs(x[i] - x[order[p]]) for p in (place - 1, place + 1) if 0 <= p < len(x)]
        sigma[i] = max(gaps) if gaps else max(x[i], 1 - x[i])
    floor = 1.0 / min(100, len(x) + 2) if len(x) > 1 else 0.0
    return [min(max(s, floor), 1.0) for s in sigma]


@given(arrays(float, st.tuples(st.integers(0, 120), st.just(2)), elements=st.floats(0.0, 1.0), unique=True))
def test_bandwidths_are_the_larger_gaps(mu):
    assert pytest.approx(gap_bandwidths(mu.T).T) == np.column_stack([slow_bandwidths(x) for x in mu.T.tolist()])


def test_even_bandwidths_shrink_at_the_rate_of_scott():
    assert even_bandwidths(np.zeros((3, 0))) == 0.15
    assert even_bandwidths(np.zeros((1, 32))) == pytest.approx(0.075)
    assert even_bandwidths(np.zeros((2, 64))) == pytest.approx(0.075)


def test_samples_follow_the_density():
    """Kolmogorov's distance of 4,000 points on a real axis, and the shares of discrete values, within 4 standard errors; fixed seed."""
    U, k = observations(3), 4000
    mixture = mixture_of(U, np.array([1.0, 2.0, 0.5]))
    X = sample(mixture, uniforms(5, 0, 6 * k).reshape(k, 6))
    sigma = gap_bandwidths(U[:, [0]].T)[0]
    shares = np.array([1.0, 2.0, 0.5, 1.0]) / 4.5

    def distribution(x):
        kernels = [*zip(U[:, 0], sigma, strict=True), (0.5, 1.0)]
        return sum(w * mass(mu, s, 0.0, x) for w, (mu, s) in zip(shares, kernels, strict=True))

    ordered = np.sort(X[:, 0])
    expected = distribution(ordered)
    assert np.abs(expected - (np.arange(k) + 0.5) / k).max() < 1.95 / math.sqrt(k)
    for column, axis in ((1, Axes((), ((0, EqualCells(4)),), ())), (2, Axes((), (), ((0, 3),))), (4, Axes((), ((0, LogCells(1, 9)),), ()))):
        values, counts = np.unique(X[:, column], return_counts=True)
        p = np.exp(log_density(mixture_of(U[:, [column]], np.array([1.0, 2.0, 0.5]), axis), values[:, None]))
        assert pytest.approx(1.0, abs=3e-7) == p.sum()
        assert (np.abs(counts / k - p) < 4 * np.sqrt(p * (1 - p) / k)).all()


def test_a_sample_is_a_representative_of_its_cell():
    X = sample(mixture_of(observations(5), np.ones(5)), uniforms(1, 0, 600).reshape(100, 6))

    assert (X >= 0).all()
    assert (X <= 1).all()
    assert set(X[:, 1]) <= {Ordinal([1, 2, 3, 4]).to_unit(v) for v in (1, 2, 3, 4)}
    assert set(X[:, 2]) <= {(i + 0.5) / 3 for i in range(3)}
    assert all(abs(u - LOG_INT.to_unit(LOG_INT.from_unit(u))) < 1e-15 for u in X[:, 4])


@given(st.floats(0.0, 1.0), st.integers(2, 10**6), st.integers(1, 1000), st.integers(1, 10**6))
def test_cells_are_those_of_the_domains(u, n, low, more):
    for cells, domain in ((EqualCells(n), Int(1, n)), (LogCells(low, low + more), Int(low, low + more, log=True))):
        bottom, middle, width = cells.around(np.array(u))
        value = domain.from_unit(float(middle))
        assert abs(domain.to_unit(value) - middle) < 1e-12
        assert bottom - 1e-12 <= u <= bottom + width + 1e-12
        assert abs(value - domain.from_unit(u)) <= (1 if min(u - bottom, bottom + width - u) < 1e-12 else 0)


def test_huge_domains_have_finite_densities():
    axes = Axes((), ((0, EqualCells(2**53)), (1, LogCells(1, 2**53))), ())
    X = sample(mixture_of(np.array([[0.3, 0.7]]), np.ones(1), axes), uniforms(1, 0, 60).reshape(20, 3))

    assert np.isfinite(log_density(mixture_of(X, np.ones(20), axes), X)).all()
    assert Float(0, 1).to_unit(0.3) == 0.3

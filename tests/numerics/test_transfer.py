"""Earlier searches as trends: identities against plain formulas, gradients, and what becomes of searches that mislead."""

import numpy as np
import pytest
from differences import central

from askttell.numerics.acquisition import LogEI
from askttell.numerics.axes import Axes, Axis
from askttell.numerics.kernels import Matern52
from askttell.numerics.noise import LearnedNoise
from askttell.numerics.priors import LengthScales
from askttell.numerics.regression import extended, factorised, posterior_of
from askttell.numerics.score import Score
from askttell.numerics.surrogate import Recipe
from askttell.numerics.transfer import fitted, informed, portfolio, trend_weights
from askttell.numerics.transforms import HalfRank

pytestmark = pytest.mark.usefixtures("one_thread")

AXES = Axes((Axis(None, category=False), Axis(None, category=False)))
RECIPE = Recipe(Matern52(), LearnedNoise(), HalfRank(), LengthScales())
rng = np.random.default_rng(0)
U = rng.random((40, 2))
NONE = np.zeros((0, 1))


def bowl(u):
    return ((u - np.array([0.3, 0.6])) ** 2).sum(axis=-1)


def hill(u):
    return -bowl(u)


def source(function, n=40):
    return fitted(AXES, U[:n], 1e3 * function(U[:n]) + 7.0, RECIPE)


def here(n=6):
    U = np.random.default_rng(1).random((n, 2))
    y = bowl(U)
    return factorised(Matern52(), AXES.at(U), np.array([0.5, 0.5]), 1.0, 1e-6), (y - y.mean()) / y.std()


def test_the_mean_of_a_source_is_that_of_its_process():
    found, Z = source(bowl), rng.random((9, 2))
    posterior = posterior_of(found.factor, found.factor.X[:, 0], NONE)
    plain = type(found)(found.factor, posterior.mean, posterior.A[:, 0])
    assert np.allclose(plain.means(Z), posterior.moments(Z)[0][:, 0], rtol=1e-12)
    means, gradient = plain.slopes(Z)
    assert np.allclose(means, plain.means(Z), rtol=1e-12)
    for z, by_z in zip(Z, gradient, strict=True):
        assert np.allclose(by_z, central(lambda x: float(plain.means(x[None])[0]), z), rtol=1e-6, atol=1e-7)


def test_a_source_knows_only_the_order_of_its_results():
    Z = rng.random((9, 2))
    stretched = fitted(AXES, U, np.exp(9.0 * bowl(U)), RECIPE)
    assert np.array_equal(stretched.means(Z), source(bowl).means(Z))


def test_of_many_results_some_hundreds_are_modelled():
    many = rng.random((700, 2))
    found = fitted(AXES, many, bowl(many), RECIPE)
    assert len(found.factor.X) == 300
    assert (AXES.at(many[[bowl(many).argmin()]]) == found.factor.X).all(axis=1).any()


def test_weights_minimise_what_they_are_said_to():
    R, Phi, y = np.tril(rng.normal(size=(8, 8))) + 3 * np.eye(8), rng.normal(size=(8, 3)), rng.normal(size=8)

    def cost(w):
        return ((R @ (y - Phi @ w)) ** 2).sum() + 9 * ((w - 1 / 6) ** 2).sum()

    found = trend_weights(R, Phi, y)
    assert (found >= 0).all()
    assert all(cost(found) <= cost(np.maximum(found + step, 0)) + 1e-12 for step in rng.normal(0, 0.1, (200, 3)))


def test_without_results_half_of_a_trend_is_believed():
    assert np.allclose(trend_weights(np.zeros((0, 0)), np.zeros((0, 2)), np.zeros(0)), 0.25)


def test_a_search_that_is_alike_counts_and_one_that_misleads_does_not():
    factor, y = here()
    good, bad = source(bowl), source(hill)
    found = informed(factor, y, NONE, (bad, good))
    assert found.sources == (good,)
    assert found.weights[0] > 0.5
    assert informed(factor, y, NONE, (bad,)).sources == ()


def test_results_of_this_search_are_met_whatever_others_say():
    factor, y = here()
    mean, sd = informed(factor, y, NONE, (source(bowl), source(hill))).moments(factor.X)
    assert np.allclose(mean[:, 0], y, atol=1e-3)
    assert sd.max() < 0.01


def test_without_weight_nothing_is_added():
    factor, y = here()
    found, plain = informed(factor, y, NONE, (source(hill),)), posterior_of(factor, y, NONE)
    Z = rng.random((5, 2))
    assert np.allclose(found.moments(Z)[0], plain.moments(Z)[0], rtol=1e-12)
    assert np.allclose(found.best, (plain.mean + factor.s2 * factor.kernel.correlation(_distances(factor)) @ plain.A).min())


def _distances(factor):
    return (((factor.X[:, None] - factor.X[None]) / factor.ell) ** 2).sum(axis=2)


def test_the_gradient_of_a_score_is_that_of_finite_differences_also_with_pending_trials():
    factor, y = here()
    factor = extended(factor, AXES.at(rng.random((2, 2))))
    posterior = informed(factor, y, rng.standard_normal((2, 5)), (source(bowl, 20), source(lambda u: bowl(u[..., ::-1]))))
    score = Score(AXES, LogEI(), posterior, None)
    points = rng.random((6, 2))
    values, gradient = score.with_gradient(points, AXES.active(points))
    assert np.allclose(values, score(points), rtol=1e-9)
    for point, by_point in zip(points, gradient, strict=True):
        numeric = central(lambda x: float(score(x[None])[0]), point, step=1e-4)
        assert np.allclose(by_point, numeric, rtol=1e-5, atol=1e-6)


def test_a_portfolio_begins_with_what_is_good_on_average_and_goes_on_with_what_it_lacks():
    predicted = np.array([[0.0, 0.4, 0.9], [0.9, 0.4, 0.1]])
    assert portfolio(predicted, 2) == [1, 0]
    assert portfolio(predicted, 9) == [1, 0, 2]


def test_no_candidate_is_in_a_portfolio_twice():
    predicted = np.random.default_rng(0).random((200, 13, 20))
    portfolios = [portfolio(each, 40) for each in predicted]
    assert all(len(set(chosen)) == len(chosen) for chosen in portfolios)


def test_a_portfolio_ends_where_no_candidate_adds_anything():
    assert portfolio(np.array([[0.3, 0.1, 0.2]]), 9) == [1]
    assert portfolio(np.zeros((2, 0)), 9) == []

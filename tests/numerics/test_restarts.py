import math

import attrs
import numpy as np
import pytest

from askttell.numerics import choices, covariance, mixed
from askttell.numerics.margin import Axes
from askttell.numerics.restarts import Run, ended, following, window


def distribution(sigma, C, n_cells=np.inf):
    n, none = len(C), np.array([], np.int64)
    axes = Axes(np.full(n, float(n_cells)), np.full(n, np.nan))
    return mixed.mixed(axes, covariance.normal(np.full(n, 0.5), sigma, np.array(C)), choices.choices(choices.uniform(none), none))


def test_small_runs_alternate_with_ever_larger_ones_at_equal_expense():
    """Because BIPOP gives the next run to the regime that has spent less."""
    run, runs = Run(10, 0.2), []
    for _ in range(30):
        run = following(run, int(min(run.limit, 50 * run.lam)), 10, 0.2, np.array([0.5, 0.5]))
        runs.append(run)

    large = [run.lam for run in runs if not run.small]
    assert large[:4] == [20, 40, 80, 160]
    assert any(run.small for run in runs)
    for run in runs[2:]:
        assert run.small == (run.spent_small < run.spent_large) or not run.small


def test_a_small_run_draws_its_population_and_its_step_size():
    before = Run(40, 0.2, doublings=2, spent_large=1000)
    run = following(before, 3000, 10, 0.2, np.array([0.5, 0.25]))

    assert run == Run(int(10 * 2**0.25), 0.2 * 10**-0.5, 2000.0, small=True, doublings=2, spent_large=4000)
    assert following(run, 5000, 10, 0.2, np.array([0.5, 0.25])) == Run(80, 0.2, doublings=3, spent_large=4000, spent_small=5000)


def test_a_run_ends_when_its_best_losses_do_not_change():
    wide, run = distribution(0.2, np.eye(2)), Run(6, 0.2)
    flat = (1.5,) * window(2, 6)

    assert ended(run, wide, flat, 100)
    assert not ended(run, wide, flat[1:], 100)
    assert not ended(run, wide, (*flat[1:], 1.5000001), 100)


def test_a_run_ends_at_a_point_at_a_line_or_at_its_limit():
    run = Run(6, 0.2)

    assert ended(run, distribution(1e-12, np.eye(2)), (), 0)
    assert not ended(run, distribution(1e-12, np.eye(2), n_cells=5), (), 0)
    assert ended(run, distribution(0.1, np.diag([1.0, 1e-15])), (), 0)
    assert ended(attrs.evolve(run, limit=50), distribution(0.1, np.eye(2)), (), 50)
    assert ended(run, distribution(0.1, np.eye(2)), (), 10**9)
    assert not ended(run, distribution(0.1, np.zeros((0, 0))), (), 0)
    assert math.isinf(run.limit)


@pytest.mark.parametrize(("n", "lam", "size"), [(10, 10, 40), (1, 4, 18)])
def test_the_window_is_that_of_the_tutorial(n, lam, size):
    assert window(n, lam) == size

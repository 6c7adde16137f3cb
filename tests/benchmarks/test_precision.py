import numpy as np
import pytest

from benchmarks.precision import D, ellipsoid, instance, ours, rosenbrock, sphere


@pytest.mark.parametrize("function", [sphere, ellipsoid, rosenbrock])
def test_the_optimum_lies_where_it_was_moved_and_is_zero(function):
    assert function(np.zeros(D)) == 0.0
    shift = np.random.default_rng(3).uniform(-2.0, 2.0, D)
    assert instance(function, 3)((shift + 5.0) / 10.0) == pytest.approx(0.0, abs=1e-20)
    assert function(np.full(D, 0.1)) > 0


def test_evaluations_are_counted_to_the_target():
    assert ours(lambda u: float(u[0] < 0.5), 0) < 20

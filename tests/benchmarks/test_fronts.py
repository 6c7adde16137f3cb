import numpy as np
import pytest

from benchmarks.fronts import D, ours, reached, zdt1, zdt2, zdt3


@pytest.mark.parametrize(("f", "on_front"), [(zdt1, lambda x: 1 - np.sqrt(x)), (zdt2, lambda x: 1 - x**2)])
def test_the_front_is_that_of_the_paper(f, on_front):
    for x in (0.0, 0.25, 1.0):
        assert f(np.array([x] + [0.0] * (D - 1))) == pytest.approx([x, on_front(x)])
    assert f(np.full(D, 0.5))[1] > on_front(0.5)


def test_the_third_front_is_in_pieces():
    x = np.linspace(0, 1, 400)
    f2 = np.array([zdt3(np.array([v] + [0.0] * (D - 1)))[1] for v in x])

    assert (np.diff(np.sign(np.diff(f2))) != 0).sum() >= 8


def test_the_volume_of_all_that_was_tried_is_measured():
    Y = np.array([[0.1, 0.6], [0.6, 0.1], [0.7, 0.7]])

    assert reached(Y) == pytest.approx(1.0 * 0.5 + 0.5 * 0.5)
    assert ours(zdt1, 0, 12).shape == (12, 2)

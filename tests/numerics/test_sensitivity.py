"""Shares of variance against functions whose decomposition is known."""

import math

import numpy as np
import pytest

from askttell.numerics.sensitivity import indices


def test_a_linear_function_has_the_squares_of_its_weights():
    alone, total = indices(lambda U: U @ np.array([4.0, 2.0, 0.0, -1.0]) + 7.0, 4)

    assert alone == pytest.approx(np.array([16, 4, 0, 1]) / 21, abs=0.01)
    assert total == pytest.approx(alone, abs=0.01)
    assert total[2] == 0.0


def test_the_ishigami_function_has_its_closed_form():
    """Ishigami & Homma 1990, a = 7, b = 0.1: V_1 = (1 + b pi^4 / 5)^2 / 2, V_2 = a^2 / 8, V_13 = b^2 pi^8 (1/18 - 1/50)."""
    a, b = 7.0, 0.1
    v1, v2, v13 = 0.5 * (1 + b * math.pi**4 / 5) ** 2, a * a / 8, b * b * math.pi**8 * (1 / 18 - 1 / 50)

    def ishigami(U):
        x, y, z = (2 * math.pi * U - math.pi).T[:3]
        return np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x)

    alone, total = indices(ishigami, 4)
    v = v1 + v2 + v13

    assert alone == pytest.approx([v1 / v, v2 / v, 0, 0], abs=0.02)
    assert total == pytest.approx([(v1 + v13) / v, v2 / v, v13 / v, 0], abs=0.02)


def test_a_product_of_centred_coordinates_is_interaction_alone():
    alone, total = indices(lambda U: (U[:, 0] - 0.5) * (U[:, 1] - 0.5), 2)

    assert alone == pytest.approx([0, 0], abs=0.02)
    assert total == pytest.approx([1, 1], abs=0.05)


def test_a_constant_has_no_shares():
    alone, total = indices(lambda U: np.full(len(U), 3.0), 2)

    assert alone.tolist() == total.tolist() == [0.0, 0.0]

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.differential import TERMINAL, H, Memory, donor, learnt, settings

draws = st.floats(0.0, 1.0, exclude_max=True)


@given(place=draws, f=draws, cr=draws)
def test_settings_lie_where_they_may(place, f, cr):
    F, CR = settings(Memory(), np.array([place, f, cr]))

    assert 0 < F <= 1
    assert 0 <= CR <= 1


def test_f_is_a_cauchy_draw_that_is_positive_and_cr_a_normal_one():
    """Because the median of a draw above zero is where half of what lies above zero lies below."""
    memory = Memory(np.full(H, 0.3), np.full(H, 0.4))
    u = np.random.default_rng(0).random((4000, 3))
    F, CR = np.array([settings(memory, row) for row in u]).T
    dice = 0.3 + 0.1 * np.random.default_rng(1).standard_cauchy(40000)
    drawn = np.minimum(dice[dice > 0], 1.0)

    assert np.quantile(F, [0.25, 0.5, 0.75]) == pytest.approx(np.quantile(drawn, [0.25, 0.5, 0.75]), rel=0.05)
    assert CR.mean() == pytest.approx(0.4, abs=0.01)
    assert CR.std() == pytest.approx(0.1, abs=0.01)


def test_the_terminal_value_is_zero_for_good():
    memory = learnt(Memory(), np.array([0.5]), np.array([0.0]), np.array([1.0]))

    assert memory.M_CR[0] == TERMINAL
    assert settings(memory, np.array([0.0, 0.5, 0.9]))[1] == 0.0
    for _ in range(H):
        memory = learnt(memory, np.array([0.5]), np.array([0.7]), np.array([1.0]))
    assert memory.M_CR.tolist() == [TERMINAL] + [pytest.approx(0.7)] * (H - 1)


def test_the_memory_takes_the_weighted_lehmer_mean_in_turn():
    F, CR, gains = np.array([0.2, 0.8]), np.array([0.5, 0.9]), np.array([1.0, 3.0])
    memory = learnt(Memory(), F, CR, gains)
    lehmer = lambda s: (0.25 * s[0] ** 2 + 0.75 * s[1] ** 2) / (0.25 * s[0] + 0.75 * s[1])  # noqa: E731 - the formula of the paper

    assert memory.M_F.tolist() == [pytest.approx(lehmer(F))] + [0.5] * (H - 1)
    assert memory.M_CR[0] == pytest.approx(lehmer(CR))
    assert memory.k == 1
    assert learnt(memory, F[:0], CR[:0], gains[:0]) is memory
    assert learnt(Memory(), F, CR, np.zeros(2)).M_F[0] == pytest.approx((0.2**2 + 0.8**2) / (0.2 + 0.8))


def test_a_donor_is_the_formula_of_the_paper_and_returns_half_way_from_outside():
    x, best, one, two = np.array([0.5, 0.2, 0.9]), np.array([0.6, 0.0, 0.9]), np.array([0.4, 0.1, 1.0]), np.array([0.3, 0.5, 0.2])
    v = donor(x, best, one, two, 0.5)

    assert v == pytest.approx([0.5 + 0.05 + 0.05, 0.1, 0.95])
    assert math.isfinite(v.sum())

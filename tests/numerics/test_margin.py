import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from askttell import Float, Int, Ordinal, Space
from askttell.evolution.layout import layout_of
from askttell.numerics.margin import Axes, cells, centred, corrected

SPACE = Space(
    x=Float(0.0, 1.0), n=Int(3, 9), e=Int(1, 300, log=True), s=Float(0.0, 1.0, step=0.25), o=Ordinal([16, 32, 64]), big=Int(0, 2**53)
)


@given(u=st.floats(0.0, 1.0, exclude_max=True))
def test_a_cell_is_what_decodes_to_one_value(u):
    layout = layout_of(SPACE)
    found = cells(layout.axes, np.full(6, u))
    for i, domain in enumerate(SPACE.domains[1:-1], 1):
        value = domain.from_unit(u)
        assert found.mid[i] == pytest.approx(domain.to_unit(value))
        inside = [(max(found.low[i], 0.0) + 1e-9), (min(found.high[i], 1.0) - 1e-9)]
        assert [domain.from_unit(end) for end in inside] == [value, value]
        for end, step in ((found.low[i], -1e-9), (found.high[i], 1e-9)):
            assert np.isinf(end) or domain.from_unit(end + step) != value
    assert np.isnan(found.mid[0])


def leaving(axes, m, spread):
    cell = cells(axes, m)
    return ndtr((cell.low - m) / spread) + ndtr((m - cell.high) / spread)


@given(
    m=st.lists(st.floats(-0.5, 1.5), min_size=3, max_size=3),
    spread=st.lists(st.floats(1e-9, 3.0), min_size=3, max_size=3),
    left=st.lists(st.booleans(), min_size=3, max_size=3),
    before=st.floats(0.1, 0.5),
)
def test_every_cell_can_be_left_and_no_mean_leaves_its_cell(m, spread, left, before):
    axes, alpha = Axes(np.array([3.0, 10.0, np.inf]), np.full(3, np.nan)), 0.1
    m, spread = np.array(m), np.array(spread)
    after, A, p_mut = corrected(axes, m, spread, np.ones(3), np.full(3, before), np.array(left), alpha)

    assert (leaving(axes, after, spread * A)[:2] > alpha * 0.6).all()
    assert (cells(axes, after).mid == cells(axes, m).mid)[:2].all() or np.isclose(m * axes.n_cells, np.rint(m * axes.n_cells), atol=1e-6)[
        :2
    ].any()
    assert (after[2], A[2], p_mut[2]) == (m[2], 1.0, before)


def test_a_rate_does_not_rise_unless_leaving_was_good():
    axes, wide = Axes(np.array([5.0]), np.full(1, np.nan)), np.array([1.0])
    m, one, before = np.array([0.5]), np.ones(1), np.array([0.2])
    _, _, steady = corrected(axes, m, wide, one, before, np.array([False]), 0.1)
    _, _, risen = corrected(axes, m, wide, one, before, np.array([True]), 0.1)

    assert steady[0] <= 0.2 + 1e-9
    assert risen[0] > 0.5


def test_good_samples_that_left_go_to_the_middle_of_their_cells_and_the_others_make_up_for_it():
    axes = Axes(np.array([4.0, np.inf]), np.full(2, np.nan))
    X = np.array([[0.55, 0.1], [0.30, 0.2], [0.45, 0.3]])
    moved, left = centred(axes, np.array([0.4, 0.5]), X)

    assert moved[0].tolist() == [0.625, 0.1]
    assert left.tolist() == [True, False]
    assert moved[:, 0].sum() == pytest.approx(X[:, 0].sum() + 0.075 - min(0.075, 0.45 - 0.375))
    assert moved[1, 0] == 0.30

"""Candidates against the densities that they are ranked by, each fitted alone."""

import numpy as np
import pytest

from askttell.numerics.density_ratio import ranked, ranked_widely
from askttell.numerics.parzen import Axes, EqualCells, Observed, even_bandwidths, fit, gap_bandwidths, log_densities
from askttell.numerics.split import age_weights, rank_weights, split
from askttell.seed import uniforms

AXES = Axes(reals=(0,), steps=((1, EqualCells(4)),), choices=((2, 3),))
COLUMNS = (3, 0, 1)  # of five, so that columns of the space and of the group differ


def trials(n):
    """Units and losses; the group is active in two of three trials."""
    units = uniforms(0, 0, 5 * n).reshape(n, 5)
    units[:, 0] = EqualCells(4).around(units[:, 0])[1]
    units[:, 1] = EqualCells(3).around(units[:, 1])[1]
    units[::3, COLUMNS] = np.nan
    return units, uniforms(1, 0, n).reshape(n, 1)


def log_ratio(units, losses, X):
    good, bad = split(losses, ~np.isnan(units[:, 3]))
    own = units[:, COLUMNS]
    better = fit(AXES, Observed(own[good], rank_weights(len(good), 1), gap_bandwidths))
    worse = fit(AXES, Observed(own[bad], age_weights(len(bad)), even_bandwidths))
    return (log_densities(better, X) - log_densities(worse, X))[:, 0]


def test_the_largest_ratio_comes_first():
    units, losses = trials(60)
    found = np.array(list(ranked(units, losses, COLUMNS, AXES, uniforms(2, 0, 96).reshape(24, 4))))
    ratio = log_ratio(units, losses, found)

    assert found.shape == (24, 3)
    assert ratio.tolist() == pytest.approx(sorted(ratio, reverse=True), abs=6e-7)


def test_uniform_points_follow_and_none_comes_twice():
    units, losses = trials(60)
    u = uniforms(2, 0, 96).reshape(24, 4)
    near = list(ranked(units, losses, COLUMNS, AXES, u))
    found = ranked_widely(units, losses, COLUMNS, AXES, u)

    assert found[: len(near)] == near
    assert len(set(map(tuple, found))) == len(found) == 48
    later = log_ratio(units, losses, np.array(found[24:]))
    assert later.tolist() == pytest.approx(sorted(later, reverse=True), abs=6e-7)
    assert set(np.array(found)[:, 1]) == {0.125, 0.375, 0.625, 0.875}

"""A configuration of another space in this one."""

import pytest

from askttell import Categorical, Float, Int, Space
from askttell.adapted import adapted, misfit

SPACE = Space(n=Int(0, 4), kind=Categorical(["a", "b"], default="b"), depth=Float(0.0, 1.0, when={"kind": "a"}))


def test_what_is_missing_takes_its_default_or_the_middle_and_what_is_inactive_is_dropped():
    assert adapted(SPACE, {"n": 1, "gone": 7}).plain() == {"n": 1, "kind": "b"}
    assert adapted(SPACE, {"kind": "a"}).plain() == {"n": 2, "kind": "a", "depth": 0.5}


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"n": 1}, ""),
        ({"n": 9}, "`n` must lie in"),
        ({"n": "many"}, "`n` must be an integer"),
        ({"depth": 0.5}, "none of `depth` is active here."),
    ],
)
def test_why_a_configuration_has_no_place_here_is_said(params, why):
    assert misfit(SPACE, params).startswith(why)
    assert bool(misfit(SPACE, params)) == bool(why)

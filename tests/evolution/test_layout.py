import numpy as np
import pytest

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.evolution.layout import layout_of
from askttell.unit import decode, encode

SPACE = Space(
    one=Categorical(["only"]),
    x=Float(0.0, 1.0),
    two=Int(1, 2, log=True),
    kind=Categorical(["a", "b", "c"]),
    n=Int(1, 100, log=True, when={"kind": "a"}),
    size=Ordinal([1, 2, 3], when={"kind": "b"}),
    sub=Categorical([1, 2, 3, 4], when={"kind": "c"}),
)


def test_constants_are_left_out_and_two_values_are_choices():
    layout = layout_of(SPACE)

    assert [SPACE.names[i] for i in layout.numbers] == ["x", "n", "size"]
    assert [SPACE.names[i] for i in layout.categories] == ["two", "kind", "sub"]
    assert layout.sizes.tolist() == [2, 3, 4]
    assert layout.axes.first[1] == 1
    assert layout.n == 6


@pytest.mark.parametrize("two", [1, 2])
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_row_decodes_to_its_choices_and_back(two, kind):
    layout = layout_of(SPACE)
    params = decode(SPACE, layout.row(np.array([0.25, 1.7, -3.0]), np.array([two - 1, kind, 3])))
    units = np.array(encode(SPACE, params))
    kinds = ["a", "b", "c"]

    assert (params["x"], params["two"], params["kind"]) == (0.25, two, kinds[kind])
    assert [params.get(name) for name in ("n", "size", "sub")] == [[100, None, None], [None, 1, None], [None, None, 4]][kind]
    assert layout.choices(units).tolist() == [two - 1, kind, 3 if kind == 2 else -1]

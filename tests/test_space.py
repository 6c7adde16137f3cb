"""Spaces: what is accepted, what is refused and in which words."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.unit import decode, encode

ERRORS = [
    (lambda: Float(1, 0), "`low` must be less than `high`, but got low=1.0, high=0.0"),
    (lambda: Int(3, 3), "for a constant use Categorical"),
    (lambda: Float(0, math.inf), "`high` must be finite"),
    (lambda: Float(math.nan, 1), "`low` must be finite"),
    (lambda: Float("0", 1), "`low` must be a number, but got '0'"),
    (lambda: Float(-1e308, 1e308), "narrow the bounds"),
    (lambda: Float(0, 1, log=True), "`log=True` needs `low` > 0"),
    (lambda: Int(0, 5, log=True), "`log=True` needs `low` > 0"),
    (lambda: Float(1e300, math.nextafter(1e300, math.inf), log=True), "must differ on a log scale"),
    (lambda: Int(2**53 - 1, 2**53, log=True), "must differ on a log scale"),
    (lambda: Float(0, 1, step=0.3), "the nearest is high=0.9"),
    (lambda: Float(0, 1, step=-1), "`step` must be greater than 0"),
    (lambda: Float(1, 2, step=0.5, log=True), "cannot be combined"),
    (lambda: Int(1, 8, step=2), "the nearest is high=7"),
    (lambda: Int(1, 8, step=0), "`step` must be at least 1"),
    (lambda: Int(1, 9, step=2, log=True), "cannot be combined"),
    (lambda: Int(1, 2**60), "within ±2\\*\\*53"),
    (lambda: Int(1.5, 3), "`low` must be an integer"),
    (lambda: Int(True, 3), "`low` must be an integer"),
    (lambda: Int(1, 3, default=7), "`default` must lie in"),
    (lambda: Float(0, 1, default=7), "`default` must lie in"),
    (lambda: Categorical(["a"], default="b"), "`default` must be one of"),
    (lambda: Categorical([]), "at least one value"),
    (lambda: Categorical(["a", "a"]), "'a' came twice"),
    (lambda: Categorical([[1]]), "for anything else give a dict"),
    (lambda: Categorical([math.nan]), "use None"),
    (lambda: Categorical("abc"), "must be a list"),
    (lambda: Categorical({"a", "b"}), "a set came"),
    (lambda: Categorical({1: "a"}), "must have str names"),
    (lambda: Space(), "at least one parameter"),
    (lambda: Space(x=3), "`x` must be a Float"),
    (lambda: Space({"": Int(1, 2)}), "non-empty str"),
    (lambda: Space({"x": Int(1, 2)}, x=Int(1, 2)), "`x` is given twice"),
    (lambda: Space(a=Int(1, 2, when={"b": 1}), b=Int(1, 2)), "`a` depends on `b`, which is declared after it"),
    (lambda: Space(mode=Int(1, 2), a=Int(1, 2, when={"mod": 1})), "Did you mean `mode`?"),
    (lambda: Space(b=Int(1, 2), a=Int(1, 2, when={"b": 3})), "can never hold as written: `b` must lie in"),
    (lambda: Space(b=Categorical([1]), a=Int(1, 2, when={"b": True})), "bool instead of int"),
    (lambda: Space(b=Int(1, 9, step=2), a=Int(1, 2, when={"b": range(1, 9)})), "whole steps of 2"),
    (lambda: Space(b=Float(0, 1), a=Int(1, 2, when={"b": 0.5})), "`b`, which is continuous"),
    (lambda: Int(1, 2, when={"b": []}), "allows no value"),
    (lambda: Int(1, 2, when="b"), "must be a dict"),
]

SPACE = Space(
    lr=Float(1e-5, 1e-1, log=True),
    tenth=Float(0.0, 1.0, step=0.1),
    layers=Int(1, 8),
    width=Int(4, 64, log=True, when={"layers": range(2, 9)}),
    kind=Categorical([None, True, 1, 1.0, "1", (1, "a"), math.inf]),
    batch=Ordinal([16, 32, 64], when={"kind": [None, (1, "a")]}),
    both=Float(-1.0, 1.0, when={"kind": (1, "a"), "layers": {2, 3}}),
)
CONFIGURATION = {"lr": 0.01, "tenth": 0.3, "layers": 2, "width": 8, "kind": (1, "a"), "batch": 32, "both": 0.0}


@pytest.mark.parametrize(("make", "message"), ERRORS)
def test_bad_domains_and_conditions_are_refused(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lr": 1.0}, "`lr` must lie in \\[1e-05, 0.1\\], but got 1.0"),
        ({"lr": "x"}, "`lr` must be a number"),
        ({"tenth": 0.35}, "`tenth` must be 0.0 plus whole steps of 0.1, but got 0.35; the nearest is"),
        ({"tenth": 7}, "`tenth` must lie in"),
        ({"layers": 1}, "`width` is active only if `layers` is one of range\\(2, 9\\), but 1 was given with `width`=8"),
        ({"layers": 9}, "`layers` must lie in"),
        ({"layers": 2.5}, "`layers` must be an integer"),
        ({"kind": 2}, "`kind` must be one of"),
        ({"kind": "True"}, "str instead of bool"),
        ({"kind": object()}, "`kind` must be one of"),
        ({"bath": 3}, "no parameter `bath`; .*Did you mean `batch`"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        SPACE.check(CONFIGURATION | change)


def test_a_missing_parameter_is_named_and_a_misspelt_one_first():
    with pytest.raises(ValueError, match="`lr` is missing"):
        SPACE.check({})
    with pytest.raises(ValueError, match="no parameter `rl`"):
        SPACE.check({"rl": 1})


def test_values_are_recorded_as_plain_python_scalars():
    given = {"lr": np.float32(0.0625), "tenth": 0.1 * 3, "layers": np.int64(2), "width": 8.0, "kind": np.bool_(True)}
    checked = SPACE.check(given)

    assert checked == {"lr": 0.0625, "tenth": 0.3, "layers": 2, "width": 8, "kind": True}
    assert [float, float, int, int, bool] == [type(value) for value in checked.values()]


def test_choices_are_told_apart_by_type():
    assert Categorical([1]) != Categorical([True])
    for choice in SPACE["kind"].choices:
        assert type(choice) is type(SPACE["kind"].check("kind", choice))


def test_a_dict_of_choices_records_the_name_and_hands_out_the_object():
    space = Space(f=Categorical({"largest": max, "total": sum}, default="total"))

    assert {"f": "total"} == space.check({"f": sum}) == space.check({"f": "total"})
    assert space.shown(space.check({"f": sum})) == {"f": sum}
    assert space == Space(f=Categorical(["largest", "total"], default="total"))


def test_the_order_of_conditions_makes_no_difference():
    """Because a dict is equal in any order, and parameters with the same conditions belong together."""
    one, other = (Space(a=Int(1, 3), b=Int(1, 3), x=Float(0, 1, when=when)) for when in ({"a": 1, "b": [2, 3]}, {"b": [2, 3], "a": 1}))

    assert one == other
    assert repr(one) == repr(other)
    assert one.to_json() == other.to_json()


def test_spaces_are_equal_however_the_allowed_values_are_written():
    made = [Space(b=Int(1, 9), a=Int(1, 3, when={"b": values})) for values in ([4, 2, 3], {2, 3, 4}, range(2, 5))]

    assert made[0] == made[1] == made[2]
    assert len({repr(space) for space in made}) == 1
    assert len(set(made)) == 1
    assert made[0] != Space(b=Int(1, 9), a=Int(1, 3, when={"b": [2, 3]}))


def test_differences_are_listed_by_parameter():
    other = Space(lr=Float(1e-5, 1.0, log=True), x=Int(1, 2))

    assert len(SPACE.differences(other)) == 1 + 6 + 1
    assert SPACE.differences(SPACE) == []
    assert Space(a=Int(1, 2), b=Int(1, 2)).differences(Space(b=Int(1, 2), a=Int(1, 2))) == [
        "the order of the parameters is ['a', 'b'] here and ['b', 'a'] there"
    ]


def test_a_space_is_a_collection_of_its_parameters():
    assert list(SPACE.names) == list(SPACE)
    assert len(SPACE) == 7
    assert "lr" in SPACE
    assert SPACE.conditional
    with pytest.raises(KeyError, match="Did you mean `lr`"):
        SPACE["lrr"]
    with pytest.raises(KeyError):
        SPACE.check(CONFIGURATION)["nothing"]


@given(u=st.lists(st.floats(0, 1), min_size=7, max_size=7))
def test_decoding_gives_what_fits_and_encoding_goes_back(u):
    params = decode(SPACE, u)
    units = encode(SPACE, params)

    assert params == SPACE.check(params)
    assert hash(params) == hash(SPACE.check(params))
    for name, unit, again in zip(SPACE.names, units, encode(SPACE, decode(SPACE, [0 if math.isnan(x) else x for x in units])), strict=True):
        assert math.isnan(unit) == (name not in params)
        assert math.isnan(unit) or math.isclose(unit, again, abs_tol=1e-12)


def test_both_ends_of_the_unit_interval_are_the_bounds():
    for domain in (Float(1e-5, 1e-1, log=True), Float(-3, 5), Int(1, 8), Int(4, 64, log=True), Float(0, 1, step=0.1)):
        assert (domain.low, domain.high) == (domain.from_unit(0.0), domain.from_unit(1.0))


def test_steps_are_counted_in_decimal():
    domain = Float(0.0, 1.0, step=0.1)

    assert [domain.at(k) for k in range(domain.size)] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def test_a_space_survives_json():
    again = Space.from_json(json.loads(json.dumps(SPACE.to_json())))

    assert again == SPACE
    assert repr(again) == repr(SPACE)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (3, "A space must be an object"),
        ({"x": 3}, '`x` must be an object such as {"type": "float", "low": 0, "high": 1}, but got 3'),
        ({"x": {"low": 0, "high": 1}}, '`x` has no "type"; give one of float, int, categorical, ordinal'),
        ({"x": {"type": "flaot"}}, "`x`: There is no type `flaot`; .* Did you mean `float`?"),
        ({"x": {"type": ["float"]}}, "`x`: There is no type"),
        ({"x": {"type": "float", "low": 0}}, '`x`: "high" is missing'),
        ({"x": {"type": "float", "low": 0, "hihg": 1}}, "`x`: There is no field `hihg`; .* Did you mean `high`?"),
        ({"x": {"type": "float", "low": 0, "high": 1, "log": "no"}}, '`x`: "log" must be true or false'),
        ({"x": {"type": "float", "low": 0, "high": 1, "when": "y"}}, '`x`: "when" must be an object'),
        ({"x": {"type": "float", "low": 1, "high": 0}}, "`x`: `low` must be less"),
    ],
)
def test_a_bad_space_file_names_the_parameter(record, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Space.from_json(record)


def test_reprs_are_the_calls_that_make_them():
    names = {"Space": Space, "Float": Float, "Int": Int, "Categorical": Categorical, "Ordinal": Ordinal, "inf": math.inf}
    odd = Space({"a b": Int(1, 9, step=2, default=3)})

    assert eval(repr(odd), names) == odd
    assert eval(repr(SPACE).replace("(2, 3)", "[2, 3]").replace("(None, (1, 'a'))", "[None, (1, 'a')]"), names) == SPACE


def test_a_condition_on_three_of_very_many_integers_stays_three():
    space = Space(n=Int(0, 10**12), x=Float(0, 1, when={"n": [0, 1, 10**12]}))

    assert space.conditions[1][0].values == (0, 1, 10**12)

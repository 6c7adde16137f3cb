"""Events and spaces as plain JSON values, and back."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell import Candidate, Categorical, Float, Int, Ordinal, ReplayError, Space
from askttell.codec import event_from_json, event_to_json
from askttell.events import Asked, Claimed, Enqueued, Opened, Prior, Reported, Told, Using

SPACE = Space(
    kind=Categorical([None, True, 1, 1.0, "a", math.inf, (1, ("b", -math.inf))], default="a"),
    x=Float(0.0, 1.0, step=0.1, default=0.3, when={"kind": [True, (1, ("b", -math.inf))]}),
    n=Int(1, 1000, log=True),
    m=Int(0, 100, step=5, when={"n": range(10, 101)}),
    size=Ordinal([16, 32, 64], when={"n": [1, 3, 4]}),
)
PARAMS = SPACE.check({"kind": (1, ("b", -math.inf)), "x": 0.3, "n": 20, "m": 5})
PRIOR = Prior(SPACE, (PARAMS,), ((1.0,),))
EVENTS = [
    Opened(SPACE, ("minimize", "maximize"), 3, 5, (PRIOR,), "ab"),
    Opened(SPACE, ("minimize",), 3),
    Using(0, "GP", 2, {"kernel": {"name": "RBF", "settings": {}}, "points": [1, None, math.inf]}, {"numpy": "2"}),
    Enqueued(PARAMS),
    Asked(0, Candidate(PARAMS), None, 3),
    Asked(0, Candidate(PARAMS, "arm", 0.5, 7), 0, 3),
    Claimed(0, 2),
    Reported(0, 1, 3, (math.nan, math.inf)),
    Told(0, "complete", (1.0, -2.5), {"f1": math.nan, "list": [1, None, {"a": True}]}),
    Told(0, "complete", (1.0,), {}),
    Told(0, "failed", reason="because"),
    Told(0, "failed", reason=""),
    Told(0, "stopped"),
]


def through_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_json(event):
    again = event_from_json(through_json(event_to_json(event)), SPACE)

    assert type(again) is type(event)
    assert repr(again) == repr(event)


def test_a_space_comes_back_from_json_with_the_types_of_its_choices():
    again = Space.from_json(through_json(SPACE.to_json()))

    assert again == SPACE
    assert [type(choice) for choice in again["kind"].choices] == [type(choice) for choice in SPACE["kind"].choices]


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_floats_keep_their_bits(values):
    event = Told(0, "complete", tuple(value for value in values if math.isfinite(value)))

    assert event_from_json(through_json(event_to_json(event))).values == event.values


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"event": "sung"},
        {"event": "told", "number": 0},
        {"event": "asked", "number": 0, "params": 3, "by": None, "seen": 1},
        {"event": "opened", "format": 1, "id": "", "space": {"x": {"type": "floot"}}, "directions": ["minimize"], "seed": 1},
        [],
    ],
)
def test_what_is_no_event_is_refused(record):
    with pytest.raises(ReplayError, match="not an event that askttell writes"):
        event_from_json(record, SPACE)


def test_a_newer_format_asks_for_an_upgrade():
    with pytest.raises(ReplayError, match="upgrade askttell"):
        event_from_json(event_to_json(EVENTS[0]) | {"format": 2})


@pytest.mark.parametrize(
    ("record", "error", "message"),
    [
        ([], TypeError, "must be an object name → domain"),
        ({"x": 3}, TypeError, "`x` must be an object such as"),
        ({"x": {"type": "float", "low": 1.0, "high": 0.0}}, ValueError, "`x`: `low` must be less than `high`"),
        ({"x": {"type": "float", "lo": 1.0, "high": 0.0}}, ValueError, "`x`: There is no field `lo`"),
    ],
)
def test_a_space_file_with_a_mistake_names_the_parameter(record, error, message):
    with pytest.raises(error, match=message):
        Space.from_json(record)


@pytest.mark.parametrize(
    ("i", "field", "value"),
    [
        (0, "seed", -1), (0, "seed", 2.0), (0, "max_attempts", "5"), (0, "id", 3), (0, "directions", []), (0, "directions", ["up"]),
        (2, "id", True), (2, "strategy", 3), (2, "version", "2"), (2, "platform", []), (2, "settings", []),
        (3, "params", []), (4, "number", 0.0), (4, "number", -1), (4, "number", 2**64), (4, "seen", "3"), (5, "by", "0"),
        (5, "origin", ["arm"]),
        (5, "fidelity", "half"), (5, "parent", 0.5), (6, "attempt", None), (7, "step", 1.5), (7, "values", ["a"]), (7, "number", [0]),
        (8, "state", "done"), (8, "state", []), (8, "values", [True]), (8, "info", 3), (10, "reason", 3), (8, "number", 10**400),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_refused(i, field, value):
    """Because inside nobody asks again, and an index that is no integer would be met far from here."""
    record = through_json(event_to_json(EVENTS[i]))
    assert field in record
    with pytest.raises(ReplayError, match="not an event that askttell writes"):
        event_from_json(record | {field: value}, SPACE)


def test_what_is_nested_too_deeply_is_refused():
    nested = []
    for _ in range(5_000):
        nested = [nested]
    with pytest.raises(ReplayError, match="not an event that askttell writes"):
        event_from_json({"event": "told", "number": 0, "state": "failed", "info": {"a": nested}}, SPACE)


@pytest.mark.parametrize(("losses", "n"), [([[]], 1), ([["a"]], 1), ([[1.0], [2.0]], 1)])
def test_an_earlier_search_of_another_form_is_refused(losses, n):
    record = through_json(event_to_json(EVENTS[0]))
    record["prior"][0]["losses"] = losses
    with pytest.raises(ReplayError, match="not an event that askttell writes"):
        event_from_json(record)


def test_a_choice_that_no_json_of_ours_holds_is_refused():
    with pytest.raises(ValueError, match="a choice must be a plain value"):
        Space.from_json({"x": {"type": "categorical", "choices": ["a", {"float": "1"}]}})
    with pytest.raises(ValueError, match="`x`"):
        Space.from_json({"x": {"type": "float", "low": 0, "high": 10**400}})

"""Configuration spaces of the real ConfigSpace, there and back."""

import ConfigSpace as CS  # noqa: N817 - as its own documentation abbreviates it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.integrations import space_from_configspace, space_to_configspace
from askttell.unit import decode

OPTIMIZER = CS.CategoricalHyperparameter("optimizer", ["adam", "sgd", "lbfgs"])
LAYERS = CS.UniformIntegerHyperparameter("layers", 1, 8)
BATCH = CS.OrdinalHyperparameter("batch", [16, 32, 64], default_value=32)
LR = CS.UniformFloatHyperparameter("lr", 1e-5, 0.1, log=True, default_value=1e-3)
MOMENTUM = CS.UniformFloatHyperparameter("momentum", 0.0, 0.99)
WIDTH = CS.UniformIntegerHyperparameter("width", 16, 256, log=True)
SEED = CS.Constant("a_constant", 3)


def made_of(*parts):
    space = CS.ConfigurationSpace(seed=0)
    space.add(*parts)
    return space


def conditional():
    return made_of(
        MOMENTUM, WIDTH, LR, LAYERS, BATCH, OPTIMIZER, SEED,
        CS.EqualsCondition(MOMENTUM, OPTIMIZER, "sgd"),
        CS.AndConjunction(CS.InCondition(LR, OPTIMIZER, ["adam", "sgd"]), CS.NotEqualsCondition(LR, BATCH, 32)),
        CS.GreaterThanCondition(WIDTH, LAYERS, 3),
    )  # fmt: skip


def test_domains_and_conditions_become_ours_parents_first():
    space = space_from_configspace(conditional())

    assert {name: space[name] for name in space} == {
        "optimizer": Categorical(["adam", "sgd", "lbfgs"], default="adam"),
        "layers": Int(1, 8, default=4),
        "batch": Ordinal([16, 32, 64], default=32),
        "a_constant": Categorical([3]),
        "lr": Float(1e-5, 0.1, log=True, default=1e-3, when={"optimizer": ["adam", "sgd"], "batch": [16, 64]}),
        "momentum": Float(0.0, 0.99, default=0.495, when={"optimizer": "sgd"}),
        "width": Int(16, 256, log=True, default=64, when={"layers": range(4, 9)}),
    }
    assert space["lr"].when == (("batch", (16, 64)), ("optimizer", ("adam", "sgd")))
    assert space["width"].when == (("layers", range(4, 9)),)
    assert space.names.index("optimizer") < space.names.index("momentum")


def test_what_either_side_proposes_the_other_takes():
    there = conditional()
    space = space_from_configspace(there)
    for configuration in there.sample_configuration(50):
        assert space.check(dict(configuration)) == dict(configuration)


@given(u=st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7))
def test_what_we_propose_is_a_configuration(u):
    there = conditional()
    CS.Configuration(there, values=decode(space_from_configspace(there), u).plain())


def test_a_space_goes_there_and_back():
    space = space_from_configspace(conditional())
    there = space_to_configspace(space)
    back = space_from_configspace(there)

    assert {name: (back[name], back[name].when) for name in back} == {name: (space[name], space[name].when) for name in space}
    for configuration in there.sample_configuration(20):
        space.check(dict(configuration))


def test_a_space_without_defaults_gets_those_of_configspace():
    back = space_from_configspace(space_to_configspace(Space(c=Categorical(["a", "b"]), n=Int(1, 9))))

    assert {name: back[name].default for name in back} == {"c": "a", "n": 5}


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([CS.CategoricalHyperparameter("x", ["a", "b"], weights=[0.2, 0.8])], "`x` is drawn with a preference"),
        ([CS.NormalFloatHyperparameter("x", 0.5, 0.1, 0.0, 1.0)], "`x` is drawn with a preference"),
        ([CS.NormalIntegerHyperparameter("x", 5, 1, 0, 9)], "`x` is drawn with a preference"),
        ([CS.BetaFloatHyperparameter("x", 2, 3, 0.0, 1.0)], "`x` is drawn with a preference"),
        ([CS.BetaIntegerHyperparameter("x", 2, 3, 0, 9)], "`x` is drawn with a preference"),
    ],
)
def test_preferences_have_no_counterpart_and_can_be_dropped(parts, text):
    space = made_of(*parts)
    with pytest.raises(ValueError, match=text) as error:
        space_from_configspace(space)

    assert str(error.value).endswith("drop the preferences of the whole space by its method remove_hyperparameter_priors().")
    assert "x" in space_from_configspace(space.remove_hyperparameter_priors())


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (
            [LR, MOMENTUM, CS.GreaterThanCondition(LR, MOMENTUM, 0.5)],
            "`lr` has the condition 'lr | momentum > 0.5' on a continuous parent; make the parent an integer or an ordinal.",
        ),
        (
            [LR, OPTIMIZER, LAYERS, CS.OrConjunction(CS.EqualsCondition(LR, OPTIMIZER, "sgd"), CS.EqualsCondition(LR, LAYERS, 3))],
            (
                "`lr` has the condition \"(lr | optimizer == 'sgd' || lr | layers == 3)\", but those of a Space must all hold; make it an "
                "InCondition on one parent."
            ),
        ),
        (
            [LR, LAYERS, CS.AndConjunction(CS.GreaterThanCondition(LR, LAYERS, 2), CS.LessThanCondition(LR, LAYERS, 7))],
            "`lr` has two conditions on `layers`; merge them into one InCondition.",
        ),
        (
            [OPTIMIZER, CS.ForbiddenEqualsClause(OPTIMIZER, "sgd")],
            "A Space has no forbidden clauses, but got \"Forbidden: optimizer == 'sgd'\"; state it as a condition, or fail such trials.",
        ),
    ],
)
def test_conditions_without_a_counterpart_are_refused_by_name(parts, text):
    with pytest.raises(ValueError) as error:
        space_from_configspace(made_of(*parts))

    assert str(error.value) == text


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Float(0.0, 1.0, step=0.1), "`x` has steps of 0.1, which ConfigSpace has not; give an Ordinal of its values."),
        (Float(0.0, 1.0, step=1.0), "`x` has steps of 1.0, which ConfigSpace has not; give an Ordinal of its values."),
        (Int(1, 9, step=2), "`x` has steps of 2, which ConfigSpace has not; give an Ordinal of its values."),
        (
            Float(1e-15, 1.0),
            "`x` must have bounds of at most 13 decimals for ConfigSpace, but got Float(1e-15, 1.0); scale it, or round them.",
        ),
    ],
)
def test_domains_that_configspace_has_not_are_refused(domain, text):
    with pytest.raises(ValueError) as error:
        space_to_configspace(Space(x=domain))

    assert str(error.value) == text

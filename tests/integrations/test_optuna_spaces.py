"""Distributions of the real Optuna, there and back."""

import optuna
import pytest
from hypothesis import given
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from askttell import Categorical, Float, History, Int, Ordinal, Space, ask
from askttell.integrations import space_from_optuna, space_to_optuna
from askttell.integrations.optuna_spaces import params_from_optuna, params_to_optuna
from askttell.strategies import Random

SPACE = Space(
    lr=Float(1e-5, 0.1, log=True),
    x=Float(-1.0, 1.0),
    dropout=Float(0.0, 0.5, step=0.1),
    layers=Int(1, 8),
    width=Int(16, 64, step=16),
    nodes=Int(1, 1000, log=True),
    act=Categorical(["relu", None, 3, 0.5, False]),
)


def test_distributions_are_domains_and_domains_are_distributions():
    distributions = {
        "lr": FloatDistribution(1e-5, 0.1, log=True),
        "x": FloatDistribution(-1.0, 1.0),
        "dropout": FloatDistribution(0.0, 0.5, step=0.1),
        "layers": IntDistribution(1, 8),
        "width": IntDistribution(16, 64, step=16),
        "nodes": IntDistribution(1, 1000, log=True),
        "act": CategoricalDistribution(["relu", None, 3, 0.5, False]),
    }

    assert space_to_optuna(SPACE) == distributions
    assert space_from_optuna(distributions) == SPACE


@pytest.mark.parametrize(
    ("distribution", "domain"),
    [
        (FloatDistribution(2.0, 2.0), Categorical([2.0])),
        (IntDistribution(3, 3), Categorical([3])),
        (CategoricalDistribution(["only"]), Categorical(["only"])),
    ],
)
def test_a_distribution_of_one_value_is_a_choice_of_one(distribution, domain):
    assert space_from_optuna({"x": distribution}) == Space(x=domain)


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution:UserWarning")
def test_choices_that_are_no_plain_values_have_names():
    space = space_from_optuna({"shape": CategoricalDistribution([[1, 2], [3]])})

    assert space == Space(shape=Categorical(["[1, 2]", "[3]"]))
    assert space.shown(space.check({"shape": "[3]"})) == {"shape": [3]}
    assert params_from_optuna(space, {"shape": [3]}).plain() == {"shape": "[3]"}


@pytest.mark.parametrize("domain", [Categorical([(1, 2), (3,)]), Ordinal([1, True, 1.0]), Categorical(["1", 1, True]), Ordinal([16, 32])])
def test_choices_that_optuna_cannot_tell_apart_come_back_as_they_were(domain):
    space = Space(x=domain)
    (distribution,) = space_to_optuna(space).values()
    for index in range(domain.size):
        params = space.check({"x": domain.at(index)})
        there = params_to_optuna(space, params)
        assert distribution.to_external_repr(distribution.to_internal_repr(there["x"])) == there["x"]
        assert params_from_optuna(space, there) == params


@given(seed=...)
def test_what_we_propose_lies_in_the_distributions(seed: int):
    _, trial = ask(History.start(SPACE, seed=abs(seed) % 2**32), Random())
    for name, distribution in space_to_optuna(SPACE).items():
        value = trial.params[name]
        assert distribution._contains(distribution.to_internal_repr(value))
        optuna.trial.create_trial(params={name: value}, distributions={name: distribution}, value=0.0)


@pytest.mark.parametrize(
    ("distribution", "text"),
    [
        (CategoricalDistribution(["a", "a"]), "`x`: `choices` must differ from one another, but 'a' came twice; give it once."),
        (IntDistribution(0, 2**60), "`x`: `low` and `high` must lie within ±2**53"),
        ("uniform", "`x`: a distribution of Optuna must be a Float-, Int- or CategoricalDistribution, but got 'uniform'."),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(distribution, text):
    with pytest.raises((TypeError, ValueError)) as error:
        space_from_optuna({"x": distribution})

    assert str(error.value).startswith(text)

"""Whether a function can be called with the parameters of a space."""

import functools
import inspect
import math

import pytest

from askttell import Categorical, Float, Space, Study
from askttell.running.objective import check_objective
from askttell.strategies import Random

SPACE = Space(lr=Float(0.0, 1.0), kind=Categorical(["a", "b"]), momentum=Float(0.0, 1.0, when={"kind": "b"}))


class Trainer:
    """What is called as a function is."""

    def __call__(self, lr, kind, momentum=0.0):
        return lr


def wrapping(function):
    @functools.wraps(function)
    def wrapper(**params):
        return function(params)

    return wrapper


@pytest.mark.parametrize(
    "objective",
    [
        lambda **params: 1.0,
        lambda lr, **others: lr,
        lambda lr, kind, momentum=0.0, *, folds=5: lr,
        functools.partial(lambda folds, lr, kind, momentum=0.0: lr, 5),
        Trainer(),
        Trainer().__call__,
        wrapping(lambda config: config["lr"]),
        dict,  # says nothing of what it takes
    ],
)
def test_what_can_be_called_is_let_through(objective):
    check_objective(objective, SPACE)


def test_a_parameter_whose_condition_always_holds_needs_no_default():
    space = Space(kind=Categorical(["a", "b"]), x=Float(0, 1, when={"kind": ["a", "b"]}))
    check_objective(lambda kind, x: x, space)


def test_what_says_itself_how_it_is_called_is_not_looked_at():
    def injected(**params):
        return params

    injected.__signature__ = inspect.signature(lambda data, lr: lr)
    check_objective(injected, SPACE)


@pytest.mark.parametrize(
    ("objective", "problem"),
    [
        (lambda lr, kind: lr, "it does not take `momentum`."),
        (
            lambda kind, lr, momentum: lr,
            "it needs `momentum`, which is left out where its condition does not hold; give it a default there.",
        ),
        (lambda lr, kind, momentum=0, *, folds: lr, "it needs `folds`, which the space does not have."),
        (lambda learn, **others: 0.0, "it needs `learn`, which the space does not have"),
        (lambda lr, kind, /, momentum=0: lr, "it does not take `lr`, and it does not take `kind`."),
        (lambda kin, **others: 0.0, "(did you mean `kind`?)"),
        (math.sqrt, "sqrt(x): it does not take `lr`"),
    ],
)
def test_what_would_fail_by_its_names_costs_no_trial(objective, problem):
    study = Study(SPACE, seed=0, strategy=Random())
    with pytest.raises(TypeError) as caught:
        study.run(objective, 3, catch=Exception)

    assert problem in str(caught.value)
    assert len(study.trials) == 0


def test_a_misspelt_key_is_noted_with_the_nearest_parameter():
    study = Study(SPACE, seed=0, strategy=Random())
    with pytest.raises(KeyError) as caught:
        study.run(lambda **params: params["lrr"], 1)
    assert caught.value.__notes__[0].endswith("; did you mean `lr`?")
    for key in ("cifar", 3):
        with pytest.raises(KeyError) as caught:
            study.run(lambda key=key, **params: params[key], 1)
        assert not hasattr(caught.value, "__notes__")

"""What an integration says if its library is not installed."""

import sys

import pytest

from askttell import integrations

NEEDS = {
    "AskTellSampler": ("Optuna", "optuna"),
    "AskTellSearchCV": ("scikit-learn", "sklearn"),
    "from_optuna": ("Optuna", "optuna"),
    "space_from_configspace": ("ConfigSpace", "configspace"),
    "space_from_optuna": ("Optuna", "optuna"),
    "space_to_configspace": ("ConfigSpace", "configspace"),
    "space_to_optuna": ("Optuna", "optuna"),
    "to_optuna": ("Optuna", "optuna"),
}


@pytest.fixture
def not_installed(monkeypatch):
    """Imports of these libraries fail, as if they were not there."""
    libraries = ("sklearn", "optuna", "ConfigSpace")
    for name in [name for name in sys.modules if name.startswith(("askttell.integrations.", *(f"{library}." for library in libraries)))]:
        monkeypatch.delitem(sys.modules, name)
    for library in libraries:
        monkeypatch.setitem(sys.modules, library, None)


def test_every_name_is_in_this_table():
    assert set(NEEDS) == set(integrations.__all__)


@pytest.mark.parametrize("name", NEEDS)
def test_the_error_of_a_missing_library_names_the_extra(name, not_installed):
    library, extra = NEEDS[name]
    with pytest.raises(ImportError) as error:
        getattr(integrations, name)

    assert str(error.value) == f"`{name}` needs {library}; install it with: pip install 'askttell[{extra}]'."


def test_another_missing_module_is_not_taken_for_the_extra(monkeypatch):
    """Because a broken installation must not be answered by advice that does not help."""
    monkeypatch.delitem(sys.modules, "askttell.integrations.search_cv", raising=False)
    monkeypatch.setitem(sys.modules, "askttell.integrations.cross_validation", None)
    with pytest.raises(ModuleNotFoundError, match="cross_validation"):
        _ = integrations.AskTellSearchCV


def test_a_name_that_is_not_there_is_missed_as_usual():
    with pytest.raises(AttributeError, match="module 'askttell.integrations' has no attribute 'Sampler'"):
        _ = integrations.Sampler

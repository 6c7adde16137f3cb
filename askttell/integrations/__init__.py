"""At home in other libraries: scikit-learn, Optuna, ConfigSpace; each an optional extra, imported when one of its names is used.

>>> from askttell.integrations import AskTellSearchCV, AskTellSampler
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askttell.integrations.configspaces import space_from_configspace, space_to_configspace
    from askttell.integrations.optuna_export import to_optuna
    from askttell.integrations.optuna_import import from_optuna
    from askttell.integrations.optuna_sampler import AskTellSampler
    from askttell.integrations.optuna_spaces import space_from_optuna, space_to_optuna
    from askttell.integrations.search_cv import AskTellSearchCV

__all__ = [
    "AskTellSampler",
    "AskTellSearchCV",
    "from_optuna",
    "space_from_configspace",
    "space_from_optuna",
    "space_to_configspace",
    "space_to_optuna",
    "to_optuna",
]

_MODULES = {
    "AskTellSampler": "optuna_sampler",
    "AskTellSearchCV": "search_cv",
    "from_optuna": "optuna_import",
    "space_from_configspace": "configspaces",
    "space_from_optuna": "optuna_spaces",
    "space_to_configspace": "configspaces",
    "space_to_optuna": "optuna_spaces",
    "to_optuna": "optuna_export",
}
_EXTRAS = {
    "sklearn": ("scikit-learn", "sklearn"),
    "joblib": ("scikit-learn", "sklearn"),
    "optuna": ("Optuna", "optuna"),
    "ConfigSpace": ("ConfigSpace", "configspace"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'askttell.integrations' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - for these names only

    try:
        return getattr(import_module(f"askttell.integrations.{_MODULES[name]}"), name)
    except ModuleNotFoundError as error:
        library, extra = _EXTRAS.get((error.name or "").partition(".")[0], (None, None))
        if library is None:
            raise
        raise ImportError(f"`{name}` needs {library}; install it with: pip install 'askttell[{extra}]'.") from error

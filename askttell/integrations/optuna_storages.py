"""Optuna's storages by URL."""

import os
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend


def optuna_storage(storage: Any) -> Any:
    """What Optuna takes as a storage: `journal:///relative.log` and paths of .log files as its journal, everything else as it is."""
    if not isinstance(storage, str | os.PathLike):
        return storage
    text = os.fspath(storage)
    scheme, found, rest = text.partition(":///")
    if found and scheme != "journal":
        return text
    return JournalStorage(JournalFileBackend(rest if found else text))


def optuna_study(study: Any, name: str | None) -> optuna.Study:
    """The study itself, or the one of that name in a storage; LookupError names those that there are."""
    if isinstance(study, optuna.Study):
        return study
    _check_there(study)
    storage = optuna_storage(study)
    names = optuna.get_all_study_names(storage)
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        said = f"Say which study of {study!r} is meant" if name is None else f"There is no study {name!r} in {study!r}"
        raise LookupError(f"{said}; there: {', '.join(sorted(names)) or 'none'}.")
    return optuna.load_study(study_name=name, storage=storage)


def _check_there(storage: Any) -> None:
    """Nothing, unless the storage is a file that is not there: Optuna would make an empty one."""
    if isinstance(storage, str | os.PathLike):
        scheme, found, rest = os.fspath(storage).partition(":///")
        path = Path(rest if found else scheme)
        if (not found or scheme in ("sqlite", "journal")) and not path.exists():
            raise LookupError(f"There is no file {path}; give Optuna's own, such as sqlite:///optuna.db or journal:///optuna.log.")

"""The line that ask prints for a trial, and the trial that is meant when it comes back."""

import shlex
from typing import Any

from askttell.cli.inputs import json_or_text
from askttell.events import Opened
from askttell.tables import plain_text
from askttell.trial import Trial


def asked_to_json(study: Any, trial: Trial) -> dict[str, Any]:
    """What an evaluation needs to know, and of which study it is."""
    return {"number": trial.number, "params": trial.recorded.plain(), "study": study.name, "id": _id_of(study)}


def asked_to_bash(trial: Trial) -> str:
    """Assignments to `number` and to the associative array `params`, to be given to `eval` by bash 4 or newer."""
    entries = " ".join(f"[{shlex.quote(name)}]={shlex.quote(plain_text(value))}" for name, value in trial.recorded.items())
    return f"number={trial.number}; unset params; declare -A params=({entries})"


def number_of_trial(text: str, study: Any) -> int:
    """The number of a trial of this study, given as such or as the line that `ask` printed; ValueError for a line of another study."""
    record = json_or_text(text)
    if not isinstance(record, dict):
        return _checked(record, text)
    named, known = record.get("study", study.name), record.get("id", _id_of(study))
    if named != study.name:
        raise ValueError(f"`TRIAL` is a line of study {named!r}, but the study is {study.name!r}; name it by `--study {named}`.")
    if known != _id_of(study):
        raise ValueError(f"`TRIAL` is a line of another study {named!r}, not of the one in this storage; look at `--storage`.")
    return _checked(record.get("number"), text)


def _checked(number: Any, text: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"`TRIAL` must be a trial's number, or the line that `askttell ask` printed, but got {text!r}.")
    return number


def _id_of(study: Any) -> str:
    """What tells a study from all others, also from one of the same name in another file."""
    (opened,) = study.history.at(1).events
    assert isinstance(opened, Opened)
    return opened.id

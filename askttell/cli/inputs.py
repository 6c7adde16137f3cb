"""What comes from a command line, as values: studies, spaces, parameters, trials, numbers, strategies, functions."""

import argparse
import ast
import importlib
import inspect
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from askttell.domain_json import scalar_from_json
from askttell.errors import NoStudy, listed, unknown_name
from askttell.registry import find, names
from askttell.space import Space
from askttell.strategy import Strategy
from storage_backends import file_of

_T = TypeVar("_T")
DEFAULT = "study"  # the name of a study that is not named


def storage_there(storage: str) -> str:
    """The storage, unless it is a file that is not there: a typo must not leave an empty one behind."""
    path = file_of(storage)
    if path is not None and not Path(path).exists():
        raise LookupError(f"There is no file {path}; make a study in it first by `askttell create` or in Python.")
    return storage


def path_there(storage: str) -> Path:
    """The file of a storage, given as a path or URL; LookupError if it is not there."""
    return Path(file_of(storage_there(storage)) or storage)


def open_study(options: Any, **settings: Any) -> Any:
    """The recorded study of --storage and --study; with a space also a new one."""
    from askttell.study import Study  # noqa: PLC0415 - `--help` needs none of it

    if settings.get("space") is not None:
        options.study = options.study or DEFAULT
        return Study(storage=options.storage, name=options.study, **settings)
    storage = storage_there(options.storage)
    options.study = options.study or _named_by(getattr(options, "trial", None))
    return of_study(options, storage, lambda name: Study(storage=storage, name=name, **settings))


def _named_by(trial: str | None) -> str | None:
    """The study that a line of `ask` says it is of, given in place of a trial's number."""
    record = None if trial is None else json_or_text(trial)
    named = record.get("study") if isinstance(record, dict) else None
    return named if isinstance(named, str) else None


def of_study(options: Any, storage: str, use: Callable[[str], _T], by: str = "`--study`") -> _T:
    """What is made of the study that is named `by` this option: if none is, of that called `study`, or else of the only one there is.

    Afterwards `options.study` is its name.
    """
    named, options.study = options.study, options.study or DEFAULT
    try:
        return use(options.study)
    except NoStudy as error:
        there = error.there
    if named or len(there) != 1:
        raise LookupError(_which_study(named, storage, there, by))
    (options.study,) = there
    return use(options.study)


def _which_study(named: str | None, storage: str, there: Sequence[str], by: str) -> str:
    if not there:
        return f"There is no study{f' `{named}`' if named else ''} in {storage}; make one by `askttell create`."
    if named:
        return unknown_name("study", named, there, f" in {storage}") + " A new one is made by `askttell create`."
    return f"There are {len(there)} studies in {storage}; name one by {by}: {listed(there)}."


def prior_of(texts: Sequence[str]) -> list[Any]:
    """The histories of earlier studies, each given as FILE or FILE:STUDY; the name may be left out as with --study."""
    return [_earlier(text) for text in texts]


def _earlier(text: str) -> Any:
    from askttell.study import Study  # noqa: PLC0415 - other verbs need it not

    parts = text.split(":")
    splits = [(":".join(parts[:n]), ":".join(parts[n:])) for n in range(len(parts), 0, -1)]
    storage, name = next((split for split in splits if (path := file_of(split[0])) and Path(path).is_file()), (text, ""))
    if not Path(file_of(storage) or storage).is_file():
        raise LookupError(f"There is no file {text}; `--prior` takes an earlier study as FILE or FILE:STUDY.")
    options = argparse.Namespace(study=name or None)
    with of_study(options, storage, lambda name: Study(storage=storage, name=name), f"`--prior {storage}:STUDY`") as study:
        return study.history


def space_of(text: str) -> Space:
    """The space of a JSON file or of module:NAME."""
    if _is_reference(text):
        space = loaded(text, "--space")
        if not isinstance(space, Space):
            raise TypeError(f"`--space` {text} must be a Space, but is {space!r}.")
        return space
    path = Path(text)
    try:
        record = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except FileNotFoundError:
        raise LookupError(f"There is no space file {path}; give a JSON file, or module:NAME of a Space in Python.") from None
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is not the JSON of a space: {error}; see `askttell create --help`.") from None
    return Space.from_json(record)


def loaded(text: str, what: str) -> Any:
    """The object that module:name means, looked for from the current folder on, as `python -m` does."""
    module_name, _, name = text.partition(":")
    if not module_name or not name:
        raise ValueError(f"`{what}` must be module:name, such as train:objective for the function in train.py, but got {text!r}.")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise ImportError(f"{module_name} could not be imported: {error}.") from error
        raise ImportError(
            f"There is no module {module_name!r} in {Path.cwd()} or among the installed ones; give {what} as module:name."
        ) from None
    if not hasattr(module, name):
        raise LookupError(unknown_name("name", name, [known for known in vars(module) if not known.startswith("_")], f" in {module_name}"))
    return getattr(module, name)


def params_of(words: Sequence[str]) -> dict[str, Any]:
    """Parameters given as one JSON object, or as name=value each; a value is JSON if it can be read as that, else text."""
    if len(words) == 1 and words[0].lstrip().startswith("{"):
        record = _json(words[0], "PARAMS")
    else:
        record = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name:
                raise ValueError(f"`PARAMS` must be name=value, such as lr=0.1, or one JSON object, but got {word!r}.")
            if name in record:
                raise ValueError(f"`{name}` was given twice in `PARAMS`; give it once.")
            record[name] = json_or_text(value)
    return {name: scalar_from_json(value) for name, value in record.items()}


def info_of(text: str | None) -> dict[str, Any] | None:
    """What is to be kept beside a value: one JSON object."""
    info: dict[str, Any] | None = None if text is None else _json(text, "--info")
    return info


def json_or_text(text: str) -> Any:
    """The value that JSON text means; the text itself if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def numbers(words: Sequence[str], trial: int | None = None) -> list[float]:
    """The values told, finite."""
    values = [_number(word, trial) for word in words]
    if trial is not None and not all(map(math.isfinite, values)):
        raise ValueError(
            f"`VALUE` must be finite, but got {' '.join(words)}; record a failure instead: askttell fail {trial} 'not finite'."
        )
    return values


def strategy_of(text: str | None) -> Strategy | None:
    """The strategy that a call such as `Grid(points=5)` or a name alone makes; only literals are read, nothing is run."""
    if text is None:
        return None
    try:
        return _made(ast.parse(text.strip(), mode="eval").body)  # type: ignore[no-any-return]
    except SyntaxError:
        raise ValueError(f"`--strategy` must be a name or a call, such as Random or 'Grid(points=5)', but got {text!r}.") from None


def _made(node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return _strategy_class(node.id)()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        cls = _strategy_class(node.func.id)
        settings = {keyword.arg: _made(keyword.value) for keyword in node.keywords if keyword.arg}
        known = list(inspect.signature(cls).parameters)
        for name in settings:
            if name not in known:
                raise ValueError(unknown_name("setting", name, known, f" of {node.func.id}"))
        return cls(*map(_made, node.args), **settings)
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"`--strategy` may hold strategies and plain values only, but got {ast.unparse(node)!r}.") from None


def _strategy_class(name: str) -> Any:
    cls = find(name)
    if cls is None:
        raise LookupError(unknown_name("strategy", name, names()))
    return cls


def _is_reference(text: str) -> bool:
    module, colon, name = text.partition(":")
    return bool(colon) and name.isidentifier() and all(part.isidentifier() for part in module.split("."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in pairs:
        if name in record:
            raise ValueError(f"`{name}` stands twice in one object")
        record[name] = value
    return record


def _json(text: str, what: str) -> dict[str, Any]:
    try:
        record = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise ValueError(f'`{what}` must be a JSON object such as {{"epochs": 5}}, but got {text!r}: {error}.') from None
    if not isinstance(record, dict):
        raise TypeError(f'`{what}` must be a JSON object such as {{"epochs": 5}}, but got {text!r}.')
    return record


def _number(word: str, trial: int | None) -> float:
    try:
        return float(word)
    except ValueError:
        way_out = "" if trial is None else f"; if the evaluation failed, record that: askttell fail {trial}"
        raise ValueError(f"`VALUE` must be a number, but got {word!r}{way_out}.") from None

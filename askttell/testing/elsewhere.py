"""Another process, in which the same strategy is asked the same histories, with other hashes of text."""

import contextlib
import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from askttell.codec import event_from_json, event_to_json
from askttell.errors import Exhausted, NotReady
from askttell.events import Opened, Using
from askttell.history import History
from askttell.registry import rebuild
from askttell.strategy import Strategy, describe
from askttell.testing.answers import as_recorded, text
from askttell.testing.parts import classes_of

_PROGRAM = "from askttell.testing.elsewhere import serve; serve()"
_serving = False


def serving() -> bool:
    """Whether this is that other process, in which nothing is to be checked once more."""
    return _serving


class Elsewhere:
    """The other process; it imports the strategy's class from where this one did, and makes it from its recorded settings."""

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        seed = "4711" if os.environ.get("PYTHONHASHSEED") != "4711" else "4712"
        places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
        self._process = subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": places},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        using = event_to_json(Using(0, *describe(strategy)))
        self._reply({"classes": [_source(cls) for cls in classes_of(strategy)], "using": using})

    def answers(self, history: History, at: Sequence[int]) -> list[str]:
        """What the strategy answers there to the history after so many events."""
        found: list[str] = self._reply({"records": [event_to_json(event) for event in history.events], "at": list(at)})
        return found

    def _reply(self, request: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(
                f"{self._strategy!r} cannot be made in another process, which ended with {self._process.returncode}; its error is above."
                " Define the strategy at the top of a module, so that another process can import it."
            )
        return json.loads(line)

    def close(self) -> None:
        """Nothing; the other process has ended."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve() -> None:
    """Nothing; answers requests, one a line, until there are no more."""
    global _serving  # noqa: PLW0603 - what is imported next asks for it
    _serving = True
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)  # what a strategy or its module prints is no reply
        first = json.loads(sys.stdin.readline())
        using = event_from_json(first["using"])
        assert isinstance(using, Using)
        strategy = rebuild(using, [_load(*source) for source in first["classes"]])
        assert strategy is not None
        print(json.dumps("ready"), file=replies, flush=True)
        for line in sys.stdin:
            print(json.dumps(list(_answers(strategy, json.loads(line)))), file=replies, flush=True)


def _answers(strategy: Strategy, request: dict[str, Any]) -> Iterable[str]:
    opened = event_from_json(request["records"][0])
    assert isinstance(opened, Opened)
    history = History.replay([opened, *(event_from_json(record, opened.space) for record in request["records"][1:])])
    for k in request["at"]:
        try:
            yield text(as_recorded(history.space, strategy.ask(history.at(k))))
        except (Exhausted, NotReady) as reason:
            yield text(reason)
        except Exception as error:  # noqa: BLE001 - it did not raise in the first process, so this is another answer
            yield f"{type(error).__name__}: {error}"


def _source(cls: type) -> tuple[str, str, str]:
    """Where a class can be imported from: its module, that module's file, its name there."""
    return cls.__module__, getattr(sys.modules[cls.__module__], "__file__", None) or "", cls.__qualname__


def _load(module_name: str, file: str, name: str) -> type:
    found: Any = _module(module_name, file)
    for part in name.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def _module(name: str, file: str) -> ModuleType:
    if name != "__main__":
        with contextlib.suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(f"_{name.strip('_')}_elsewhere", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module

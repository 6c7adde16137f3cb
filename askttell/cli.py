"""The command line, so that a shell script can own its loop."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askttell.errors import Exhausted
from askttell.journal import Log
from askttell.owner import owner_of
from askttell.space import Space
from askttell.trial import Trial
from storage_backends import StorageError, connect

_EPILOG = """\
example:
  askttell create --storage s.db --study mlp --space space.json
  askttell ask    --storage s.db --study mlp            prints {"number": 17, "params": {...}}
  askttell tell   --storage s.db --study mlp 17 0.231
  askttell best   --storage s.db --study mlp
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 with a message on the standard error stream, 3 if nothing is left to ask."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.verb(options))
    except Exhausted as error:
        print(f"askttell: {error}", file=sys.stderr)
        return 3
    except (StorageError, LookupError, ValueError, TypeError, OSError, ImportError) as error:
        print(f"askttell: {error.args[0] if error.args else error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="askttell", description="Ask/tell search that can be resumed, replayed and audited.", epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    _add_demo(verbs)
    create = _verb(verbs, "create", _create, "make a study from a space file (JSON: name → domain)")
    create.add_argument(
        "--space", required=True, type=Path, metavar="FILE", help='such as {"lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true}}'
    )
    create.add_argument("--direction", choices=("minimize", "maximize"), help="of the one objective (default: minimize)")
    create.add_argument("--seed", type=int, help="default: drawn and recorded")
    ask = _verb(verbs, "ask", _ask, "print the next trial as JSON: its number and its params")
    ask.add_argument("--total", type=int, metavar="N", help="exit with 3 once the study holds N trials")
    ask.add_argument("--owner-pid", type=int, metavar="PID", help="hand the trial out again when this process is dead; try $$")
    ask.add_argument("--lease", type=float, metavar="SECONDS", help="hand the trial out again after so long without a result or report")
    tell = _verb(verbs, "tell", _tell, "record the value of a trial, or one per objective")
    tell.add_argument("number", type=int)
    tell.add_argument("value", type=float, nargs="+")
    failed = _verb(verbs, "fail", _fail, "record that a trial failed")
    failed.add_argument("number", type=int)
    failed.add_argument("reason", nargs="?", default="failed")
    _verb(verbs, "best", _best, "print the best trial as JSON, or the Pareto set")
    trials = _verb(verbs, "trials", _trials, "print all trials as a table")
    trials.add_argument("--json", action="store_true", help="one JSON object a line instead")
    _verb(verbs, "verify", _verify, "recompute every suggestion from the log")
    return parser


def _verb(verbs: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    parser.add_argument("--storage", required=True, help="URL or path, such as sqlite:///s.db or s.db")
    parser.add_argument("--study", default="study", help="name of the study (default: %(default)s)")
    parser.set_defaults(verb=run)
    return parser


def _add_demo(verbs: Any) -> None:
    demo = verbs.add_parser("demo", help="tune scikit-learn on handwritten digits; run it again to go on")
    demo.add_argument("--storage", default="sqlite:///askttell-demo.db", help="default: %(default)s")
    demo.add_argument("--trials", type=int, default=40, help="in all, over all runs (default: %(default)s)")
    demo.add_argument("--seed", type=int, help="default: drawn and recorded")
    demo.set_defaults(verb=_demo)


def _demo(options: argparse.Namespace) -> int:
    from askttell import demo  # noqa: PLC0415 - only this verb needs it

    return demo.run(options.storage, options.trials, options.seed)


def _study(options: argparse.Namespace, **settings: Any) -> Any:
    from askttell.study import Study  # noqa: PLC0415 - `--help` needs none of it

    return Study(storage=_existing(options.storage) if not settings else options.storage, name=options.study, **settings)


def _existing(storage: str) -> Log | str:
    """The storage, unless it is a file that is not there: a typo must not leave an empty one behind."""
    path = Path(storage.partition("://")[2].removeprefix("/") if "://" in storage else storage)
    if storage.partition("://")[0] in ("json", "sqlite", storage) and not path.exists():
        raise LookupError(f"There is no file {path}; make a study in it first by `askttell create` or in Python.")
    return storage


def _create(options: argparse.Namespace) -> int:
    space = Space.from_json(json.loads(options.space.read_text(encoding="utf-8")))
    with _study(options, space=space, direction=options.direction, seed=options.seed) as study:
        print(
            json.dumps(
                {"study": study.name, "seed": study.history.seed, "directions": study.history.directions, "trials": study.history.number}
            )
        )
    return 0


def _ask(options: argparse.Namespace) -> int:
    owner = None if options.owner_pid is None else owner_of(options.owner_pid)
    with _study(options) as study:
        (trial,) = study.ask_for(total=options.total, owner=owner, lease_seconds=options.lease, durable=True)
        print(json.dumps({"number": trial.number, "params": trial.params}))
    return 0


def _tell(options: argparse.Namespace) -> int:
    with _study(options) as study:
        study.tell(options.number, options.value)
    return 0


def _fail(options: argparse.Namespace) -> int:
    with _study(options) as study:
        study.fail(options.number, options.reason)
    return 0


def _best(options: argparse.Namespace) -> int:
    with _study(options) as study:
        best = [study.best_trial] if study.history.n_objectives == 1 else study.best_trials
        for trial in best:
            print(json.dumps(_as_json(trial)))
    return 0


def _trials(options: argparse.Namespace) -> int:
    with _study(options) as study:
        trials = list(study.trials)
        if options.json:
            for trial in trials:
                print(json.dumps(_as_json(trial)))
            return 0
        names = study.space.names
        print(_table(["number", "state", "value", *names], [_row(trial, names) for trial in trials]))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from askttell.audit import verify  # noqa: PLC0415 - only this verb needs it

    log = connect(_existing(options.storage))
    audit = verify(log, options.study)
    print(audit)
    return 0 if audit.passed else 1


def _as_json(trial: Trial) -> dict[str, Any]:
    about: dict[str, Any] = {"number": trial.number, "state": trial.state, "params": dict(trial.recorded)}
    about |= {"value": trial.values[0]} if len(trial.values) == 1 else {"values": trial.values} if trial.values else {}
    return about | ({"reason": trial.reason} if trial.reason else {}) | ({"info": trial.info} if trial.info else {})


def _row(trial: Trial, names: Sequence[str]) -> list[str]:
    value = " ".join(f"{value:.6g}" for value in trial.values)
    return [str(trial.number), trial.state, value, *(_cell(trial.recorded[name]) if name in trial.recorded else "" for name in names)]


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows])

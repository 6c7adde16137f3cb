"""Verbs that evaluate: run, demo."""

import sys
import traceback
from collections.abc import Callable
from typing import Any

from askttell.cli.drawing import check_plotting, drawn
from askttell.cli.inputs import loaded, open_study, prior_of, space_of, strategy_of
from askttell.cli.outputs import described, put, short
from askttell.cli.searching import SPACE_HELP, add_prior, add_settings
from askttell.cli.verb import Options, add_verb
from askttell.tables import trial_to_json
from askttell.trial import Trial


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows these verbs."""
    demo = add_verb(
        verbs, "demo", _demo, "tune scikit-learn on handwritten digits; run it again to go on",
        "  askttell demo\n  askttell demo --trials 100 --plot digits.png", study=False,
    )  # fmt: skip
    demo.add_argument("--storage", default="sqlite:///askttell-demo.db", metavar="WHERE", help="default: %(default)s")
    demo.add_argument("--trials", type=int, default=40, metavar="N", help="in all, over all runs (default: %(default)s)")
    demo.add_argument("--seed", type=int, help="default: drawn and recorded")
    demo.add_argument("--plot", metavar="FILE", help="draw the best error so far into this file, such as digits.png")
    _add_run(verbs)


def _add_run(verbs: Any) -> None:
    run = add_verb(
        verbs, "run", _run, "evaluate a Python function until the study holds N trials; run it again to go on",
        "  askttell run train:objective --space space.json --trials 50 --storage s.db --study mlp\n\n"
        "where train.py, in the current folder, has a function objective(lr, layers, …) that returns the value.\n"
        "It may be run several times at once: the processes share the study.",
    )  # fmt: skip
    run.add_argument("objective", metavar="module:function", help="called with the parameters by name")
    run.add_argument("--trials", type=int, required=True, metavar="N", help="in all, over all runs and processes")
    run.add_argument("--space", metavar="SPACE", help=SPACE_HELP + "; may be left out if the study exists")
    add_settings(run)
    add_prior(run)
    run.add_argument("--strategy", metavar="CALL", help="such as Random or 'Grid(points=5)' (default: the one used last, else Auto)")
    run.add_argument("--timeout", type=float, metavar="SECONDS", help="begin no trial after so long")
    run.add_argument("--catch", action="store_true", help="record exceptions of the function as failures and go on")


def _demo(options: Options) -> int:
    from askttell import demo  # noqa: PLC0415 - only this verb needs it

    if options.plot:
        check_plotting()
    out = sys.stderr if options.json else sys.stdout
    code = demo.run(options.storage, options.trials, options.seed, file=out)
    options.study = demo.NAME
    with open_study(options) as study:
        if options.plot and study.n_finished:
            print(f"\nPlot:           {drawn(study, 'history', options.plot)}", file=out)
        if options.json and study.n_finished:
            put({"trials": study.history.number, "best": trial_to_json(study.best_trial)})
    return code


def _run(options: Options) -> int:
    from askttell.running.objective import check_objective  # noqa: PLC0415 - only this verb needs it

    objective = loaded(options.objective, "OBJECTIVE")
    if not callable(objective):
        raise TypeError(f"`OBJECTIVE` {options.objective} must be a function, but is {objective!r}.")
    watched, raised = _watched(objective)
    space = None if options.space is None else space_of(options.space)
    if space is not None:
        check_objective(objective, space)  # before a study is made on it
    settings = {"directions": options.direction, "seed": options.seed, "prior": prior_of(options.prior)}
    with open_study(options, space=space, strategy=strategy_of(options.strategy), **settings) as study:
        out = sys.stderr if options.json else sys.stdout
        state = f"going on after {study.n_finished} trials" if study.n_finished else "starting"
        print(f"Study {study.name!r} in {options.storage}: {state}.", file=out)
        try:
            check_objective(objective, study.space)
            study.run(
                watched, total=options.trials, timeout=options.timeout, catch=Exception if options.catch else (),
                callbacks=[_announcer(out)], progress=_has_bar(),
            )  # fmt: skip
        except KeyboardInterrupt:
            print(f"\nInterrupted after {study.n_finished} trials; nothing is lost. Go on with:\n  {options.command}", file=sys.stderr)
            return 130
        except Exception as error:
            if error not in raised:
                raise
            return _say_raised(options, error)
        return _summarise(options, study)


def _watched(objective: Callable[..., Any]) -> tuple[Callable[..., Any], list[Exception]]:
    """The user's function, and what it has raised, so that this is told apart from what the search raises."""
    raised: list[Exception] = []

    def watched(**params: Any) -> Any:
        try:
            return objective(**params)
        except Exception as error:
            raised.append(error)
            raise

    return watched, raised


def _announcer(out: Any) -> Any:
    from askttell.running.progress import say  # noqa: PLC0415 - only this verb needs it

    def announce(study: Any, trial: Trial) -> None:
        one = study.history.n_objectives == 1
        if trial.state == "complete" and one and trial.number == study.best_trial.number:
            params = "  ".join(f"{name}={short(value)}" for name, value in trial.recorded.items())
            say(f"trial {trial.number:3d}   best {trial.values[0]:.6g}   {params}", out)
        elif trial.state == "failed":
            say(f"trial {trial.number:3d}   failed: {(trial.reason or '').partition(chr(10))[0]}", out)

    return announce


def _has_bar() -> bool:
    """Whether a progress bar can be shown; it is for people at a terminal."""
    from importlib.util import find_spec  # noqa: PLC0415 - only this verb needs it

    if not sys.stderr.isatty():
        return False
    if find_spec("tqdm") is None:
        print("(no progress bar: pip install 'askttell[progress]')", file=sys.stderr)
        return False
    return True


def _say_raised(options: Options, error: Exception) -> int:
    traceback.print_exception(error)
    print(
        f"\naskttell: {options.objective} raised {type(error).__name__}; the trial is recorded as failed. Mend it and go on with the same"
        f" command, or let exceptions count as failures:\n  {options.command} --catch",
        file=sys.stderr,
    )
    return 1


def _summarise(options: Options, study: Any) -> int:
    history = study.history
    failed = sum(trial.state == "failed" for trial in history.finished)
    best = [] if not history.best_trials else [study.best_trial] if history.n_objectives == 1 else study.best_trials
    if options.json:
        found = [trial_to_json(trial) for trial in best]
        put({"trials": history.number, "finished": history.n_finished, "failed": failed, "ended": study.ended, "best": found})
        return 0
    print(f"\nEnded by {study.ended}")
    print(f"{history.n_finished} trials finished, {failed} of them failed, {history.number - history.n_finished} pending. Best:")
    print("\n".join(map(described, best)) or "none; no trial is complete")
    return 0

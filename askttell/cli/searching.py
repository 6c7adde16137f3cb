"""Verbs that record something: create, ask, tell, fail, stop, report, enqueue, add, requeue."""

from functools import partial
from typing import Any

from askttell.cli.analysing import write_reported_page
from askttell.cli.inputs import info_of, numbers, open_study, params_of, prior_of, space_of, strategy_of
from askttell.cli.lines import asked_to_bash, asked_to_json, number_of_trial
from askttell.cli.outputs import put
from askttell.cli.patience import announced
from askttell.cli.verb import Options, add_verb
from askttell.owner import owner_of
from askttell.summary import searches
from askttell.tables import trial_to_json
from askttell.trial import Trial
from askttell.waiting import once_ready

SPACE_HELP = """a JSON file, or module:NAME of a Space in Python"""
_SPACE = """\
  askttell create --storage s.db --study mlp --space space.json --seed 0

A space file is one JSON object, parameter name -> domain, a parent before the parameters that depend on it:
  {"lr":        {"type": "float", "low": 1e-5, "high": 0.1, "log": true},
   "layers":    {"type": "int", "low": 1, "high": 8},
   "batch":     {"type": "ordinal", "values": [16, 32, 64], "default": 32},
   "optimizer": {"type": "categorical", "choices": ["adam", "sgd"]},
   "momentum":  {"type": "float", "low": 0, "high": 0.99, "when": {"optimizer": "sgd"}}}
float and int may have "log" or "step". "when" maps a parent to one value, a list of values or {"range": [start, stop, step]}.
"""
_LOOP = """\
  askttell ask --storage s.db --study mlp

A loop of bash, whose program reads the line that ask prints:
  while trial=$(askttell ask --total 50); do
    if value=$(python3 train.py "$trial"); then askttell tell "$trial" "$value"; else askttell fail "$trial"; fi
  done

and one for a program with options:
  while trial=$(askttell ask --total 50 --bash); do
    eval "$trial"; askttell tell "$number" "$(./train --lr "${params[lr]}")"
  done
"""
_TRIAL = "its number, or the line that ask printed"


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows these verbs."""
    _add_create(verbs)
    _add_ask(verbs)
    tell = add_verb(
        verbs, "tell", _tell, "record the value of a trial, or one per objective", "  askttell tell --storage s.db --study mlp 17 0.231"
    )
    tell.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    tell.add_argument("value", nargs="+", metavar="VALUE", help="a number per objective")
    tell.add_argument("--info", metavar="JSON", help="what to keep beside the value, such as '{\"epochs\": 5}'")
    fail = add_verb(verbs, "fail", _fail, "record that a trial failed", "  askttell fail --storage s.db --study mlp 17 'out of memory'")
    fail.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    fail.add_argument("reason", nargs="?", default="failed", metavar="REASON", help="default: %(default)s")
    stop = add_verb(
        verbs, "stop", _stop, "record that a trial was stopped early; its reports remain", "  askttell stop --storage s.db --study mlp 17"
    )
    stop.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    _add_report(verbs)
    _add_by_hand(verbs)
    requeue = add_verb(
        verbs, "requeue", _requeue, "give up the evaluation of a pending trial: the next ask hands it out again",
        "  askttell requeue --storage s.db --study mlp 17",
    )  # fmt: skip
    requeue.add_argument("trial", metavar="TRIAL", help=_TRIAL)


def _add_create(verbs: Any) -> None:
    create = add_verb(verbs, "create", _create, "make a study from a space file", _SPACE)
    create.add_argument("--space", required=True, metavar="SPACE", help=SPACE_HELP)
    add_settings(create)
    add_prior(create)
    create.add_argument("--max-attempts", type=int, metavar="N", help="a trial whose evaluation died so often is a failure (default: 5)")


def add_settings(parser: Any) -> None:
    """Nothing; the parser then knows what a new study may be given."""
    parser.add_argument(
        "--direction",
        action="append",
        metavar="WAY",
        help="minimize or maximize the objective; once for each objective (default: minimize)",
    )
    parser.add_argument("--seed", type=int, help="default: drawn and recorded")


def add_prior(parser: Any) -> None:
    """Nothing; the parser then knows which earlier studies a new one begins with."""
    parser.add_argument(
        "--prior", action="append", default=[], metavar="FILE[:STUDY]",
        help="an earlier study, of other data or of a similar space, whose results save the first evaluations; once for each",
    )  # fmt: skip


def _add_ask(verbs: Any) -> None:
    ask = add_verb(verbs, "ask", _ask, "print the next trial as JSON, its number and its params, and of which study it is", _LOOP)
    ask.add_argument("-n", type=int, metavar="N", help="so many trials, one a line")
    ask.add_argument("--total", type=int, metavar="N", help="exit with 3 once the study holds N trials")
    ask.add_argument("--strategy", metavar="CALL", help="such as Random or 'Grid(points=5)' (default: the one used last, else Auto)")
    ask.add_argument("--owner-pid", type=int, metavar="PID", help="hand the trial out again when this process is dead; try $$")
    ask.add_argument("--lease", type=float, metavar="SECONDS", help="hand the trial out again after so long without a result or report")
    ask.add_argument("--bash", action="store_true", help="print assignments to number and params for the eval of bash")


def _add_report(verbs: Any) -> None:
    report = add_verb(
        verbs, "report", _report, "record an intermediate result, which renews a lease",
        "  askttell report --storage s.db --study mlp 17 0.4 --step 3\n\n"
        "A page about the whole study is written by `askttell page`; `askttell report STUDY --output FILE` does the same.",
    )  # fmt: skip
    report.add_argument("trial", nargs="?", metavar="TRIAL", help=_TRIAL + "; with --output, the name of the study")
    report.add_argument("value", nargs="*", metavar="VALUE", help="a number per objective")
    report.add_argument("--step", type=int, metavar="K", help="an integer from 0, such as the epoch")
    report.add_argument("--output", "--out", metavar="FILE", help="record nothing, but write a page, as `askttell page` does")


def _add_by_hand(verbs: Any) -> None:
    params = "all active parameters, as name=value … or as one JSON object"
    enqueue = add_verb(
        verbs, "enqueue", _enqueue, "try these parameters before the strategy is asked again",
        "  askttell enqueue --storage s.db --study mlp lr=0.01 layers=3 optimizer=adam",
    )  # fmt: skip
    enqueue.add_argument("params", nargs="+", metavar="PARAMS", help=params)
    add = add_verb(
        verbs, "add", _add, "record a result that was made elsewhere",
        "  askttell add --storage s.db --study mlp lr=0.01 layers=3 optimizer=adam --value 0.231",
    )  # fmt: skip
    add.add_argument("params", nargs="+", metavar="PARAMS", help=params)
    add.add_argument("--value", nargs="+", required=True, metavar="VALUE", help="a number per objective")
    add.add_argument("--info", metavar="JSON", help="what to keep beside the value")


def _create(options: Options) -> int:
    settings = {
        "space": space_of(options.space), "directions": options.direction, "seed": options.seed, "prior": prior_of(options.prior),
        "max_attempts": options.max_attempts,
    }  # fmt: skip
    with open_study(options, **settings) as study:
        history = study.history
    sizes = [len(prior.params) for prior in history.prior]
    if options.json:
        ways = list(history.directions)
        put({"study": study.name, "seed": history.seed, "directions": ways, "trials": history.number, "prior": sizes})
        return 0
    facts = [*history.directions, f"seed {history.seed}", f"{history.number} trials", *[f"after {searches(sizes)}" for _ in sizes[:1]]]
    print(f"Study {study.name!r} in {options.storage}: {', '.join(facts)}.")
    return 0


def _ask(options: Options) -> int:
    owner = None if options.owner_pid is None else owner_of(options.owner_pid)
    with open_study(options, strategy=strategy_of(options.strategy)) as study:
        ask = partial(study.ask_for, options.n, total=options.total, owner=owner, lease_seconds=options.lease, durable=True)
        for trial in once_ready(ask, announced(study)):
            if options.bash:
                print(asked_to_bash(trial))
            else:
                put(asked_to_json(study, trial))
    return 0


def _tell(options: Options) -> int:
    with open_study(options) as study:
        number = number_of_trial(options.trial, study)
        return _done(options, study.tell(number, numbers(options.value, number), info=info_of(options.info)))


def _fail(options: Options) -> int:
    with open_study(options) as study:
        return _done(options, study.fail(number_of_trial(options.trial, study), options.reason))


def _stop(options: Options) -> int:
    with open_study(options) as study:
        return _done(options, study.stop(number_of_trial(options.trial, study)))


def _report(options: Options) -> int:
    if options.output is not None:
        return write_reported_page(options)
    if options.trial is None or not options.value or options.step is None:
        raise ValueError("Give TRIAL, VALUE and --step, an intermediate result; a page about the study is written by `askttell page`.")
    with open_study(options) as study:
        number = number_of_trial(options.trial, study)
        study.report(number, numbers(options.value), step=options.step)
        return _done(options, study.trials[number])


def _enqueue(options: Options) -> int:
    with open_study(options) as study:
        study.enqueue(params_of(options.params))
        if options.json:
            put({"enqueued": len(study.history.queue)})
    return 0


def _add(options: Options) -> int:
    with open_study(options) as study:
        return _done(options, study.add(params_of(options.params), numbers(options.value), info=info_of(options.info)))


def _requeue(options: Options) -> int:
    with open_study(options) as study:
        number = number_of_trial(options.trial, study)
        study.requeue(number)
        return _done(options, study.trials[number])


def _done(options: Options, trial: Trial) -> int:
    if options.json:
        put(trial_to_json(trial))
    return 0

"""Verbs that look at a study: trials, best, studies, show, verify, why."""

from collections import Counter
from typing import Any

from askttell.cli.account import as_text
from askttell.cli.inputs import of_study, open_study, storage_there
from askttell.cli.lines import number_of_trial
from askttell.cli.outputs import described, put, put_file, table, trials_to_table
from askttell.cli.verb import Options, add_storage, add_verb
from askttell.explanation import call, why
from askttell.history import History
from askttell.journal import study_names
from askttell.running.progress import best_text
from askttell.summary import searches
from askttell.tables import export, to_csv, to_json_lines, trial_to_json
from storage_backends import connect


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows these verbs."""
    trials = add_verb(
        verbs, "trials", _trials, "print all trials as a table, as CSV or as JSON, one trial a line",
        "  askttell trials --storage s.db --study mlp --out trials.csv",
    )  # fmt: skip
    trials.add_argument("--csv", action="store_true", help="print CSV")
    trials.add_argument("--out", metavar="FILE", help="write them into this file instead: .csv, .json (a list) or .jsonl (one a line)")
    add_verb(verbs, "best", _best, "print the best trial, or the Pareto set", "  askttell best --storage s.db --study mlp")
    studies = add_verb(verbs, "studies", _studies, "list the studies of a storage", "  askttell studies --storage s.db", study=False)
    add_storage(studies)
    add_verb(
        verbs, "show", _show, "print what a study consists of: space, settings, strategies, versions, counts",
        "  askttell show --storage s.db --study mlp",
    )  # fmt: skip
    add_verb(
        verbs, "verify", _verify,
        "check the records and recompute every suggestion from them; exit code 1 if one differs, 4 if one could not be compared",
        "  askttell verify --storage s.db --study mlp",
    )  # fmt: skip
    explain = add_verb(
        verbs, "why", _why, "say who suggested a trial, having seen what, and whether it can be recomputed",
        "  askttell why --storage s.db --study mlp 17",
    )  # fmt: skip
    explain.add_argument("trial", metavar="TRIAL", help="its number, or the line that ask printed")


def _trials(options: Options) -> int:
    with open_study(options) as study:
        if options.out:
            export(study, options.out)
            put_file(options, options.out)
        elif options.csv or options.json:
            print(to_csv(study) if options.csv else to_json_lines(study), end="")
        else:
            print(trials_to_table(list(study.trials), study.space))
    return 0


def _best(options: Options) -> int:
    with open_study(options) as study:
        for trial in [study.best_trial] if study.history.n_objectives == 1 else study.best_trials:
            if options.json:
                put(trial_to_json(trial))
            else:
                print(described(trial))
    return 0


def _studies(options: Options) -> int:
    log = connect(storage_there(options.storage))
    found = [_counted(name, log) for name in study_names(log)]
    log.close()
    if options.json:
        for about in found:
            put(about)
    else:
        print(table(["study", "trials", "finished", "best"], [[str(value) for value in about.values()] for about in found]))
    return 0


def _counted(name: str, log: Any) -> dict[str, Any]:
    from askttell.study import Study  # noqa: PLC0415 - other verbs need it not

    history = Study(storage=log, name=name).history
    return {"study": name, "trials": history.number, "finished": history.n_finished, "best": best_text(history)}


def _show(options: Options) -> int:
    with open_study(options) as study:
        history, about = study.history, _facts(study)
    if options.json:
        put(about)
        return 0
    counts = ", ".join(f"{n} {state}" for state, n in about["counts"].items())
    lines = [
        ("study", f"{study.name!r} in {options.storage}"),
        ("direction", ", ".join(history.directions)),
        ("seed", str(history.seed)),
        ("trials", f"{history.number}: {counts}" if history.number else counts),
        ("best", best_text(history)),
        *[("prior", searches(about["prior"])) for _ in history.prior[:1]],
        ("attempts", f"at most {history.max_attempts} for each trial"),
        *[("strategy", f"{used['strategy']}, version {used['version']}: {used['trials']} trials") for used in about["strategies"]],
        *[("versions", ", ".join(f"{key} {value}" for key, value in used["platform"].items())) for used in about["strategies"][-1:]],
        ("space", ""),
        *[(f"  {name}", repr(domain)) for name, domain in zip(history.space.names, history.space.domains, strict=True)],
    ]
    width = max(len(name) for name, _ in lines)
    print("\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in lines))
    return 0


def _facts(study: Any) -> dict[str, Any]:
    history: History = study.history
    states = Counter(trial.state for trial in history.trials)
    counts = {state: states[state] for state in ("complete", "failed", "stopped", "pending")} | {"enqueued": len(history.queue)}
    by = Counter(history.asked(number).by for number in range(history.number))
    strategies = [
        {"strategy": call(using.name, using.settings), "version": using.version, "trials": by[using.id], "platform": dict(using.platform)}
        for using in history.using
    ]
    best = [trial.number for trial in history.best_trials][: None if history.n_objectives > 1 else 1]
    return {
        "study": study.name, "directions": list(history.directions), "seed": history.seed, "max_attempts": history.max_attempts,
        "counts": counts, "best": best, "prior": [len(prior.params) for prior in history.prior], "strategies": strategies,
        "events": history.n_events, "space": history.space.to_json(),
    }  # fmt: skip


def _verify(options: Options) -> int:
    from askttell.audit import verify  # noqa: PLC0415 - only this verb needs it

    log = connect(storage_there(options.storage))
    audit = of_study(options, options.storage, lambda name: verify(log, name))
    log.close()
    if options.json:
        counts = Counter(verdict.outcome for verdict in audit.verdicts)
        others = [verdict for verdict in audit.verdicts if verdict.outcome != "same"]
        put({
            "study": audit.study, "passed": audit.passed, "complete": audit.complete, "counts": counts,
            "problems": [{"record": problem.position, "why": problem.why} for problem in audit.problems],
            "verdicts": [{"number": verdict.number, "outcome": verdict.outcome, "why": verdict.why} for verdict in others],
            "note": audit.note,
        })  # fmt: skip
    else:
        print(audit)
    if not audit.passed:
        return 1
    return 0 if audit.complete else 4


def _why(options: Options) -> int:
    with open_study(options) as study:
        account = why(study.history, number_of_trial(options.trial, study))
    if options.json:
        put(account)
        return 0
    print(as_text(account))
    return 0

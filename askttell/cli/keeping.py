"""Verbs that move, remove or repair studies: copy, delete, repair."""

from contextlib import closing
from typing import Any

from askttell.cli.exchange import copy_from_optuna, copy_to_optuna, is_optuna
from askttell.cli.inputs import DEFAULT, of_study, open_study, path_there, space_of, storage_there
from askttell.cli.outputs import put
from askttell.cli.searching import SPACE_HELP, add_settings
from askttell.cli.verb import Options, add_study, add_verb
from askttell.journal import Journal, check_there, copy
from askttell.moving import copy_to_space
from storage_backends import connect


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows these verbs."""
    duplicate = add_verb(
        verbs, "copy", _copy, "copy a study to another storage, from or to Optuna, or with --space into a changed space",
        "  askttell copy s.db archive.jsonl --study mlp\n"
        "  askttell copy s.db s.db --study mlp --to-study mlp-wide --space wide.json\n"
        "  askttell copy s.db optuna+sqlite:///optuna.db --study mlp        then: optuna-dashboard sqlite:///optuna.db\n"
        "  askttell copy optuna+journal:///optuna.log s.db --study mlp\n\n"
        "With --space, the finished trials that fit are kept as results made elsewhere, in the order told, and the others are named with\n"
        "the reason: the way to change a bound or to add a choice in mid-study. A parameter that is new takes its default.\n\n"
        "A copy that was interrupted goes on when it is made again; until then the study is there in part.",
        study=False,
    )  # fmt: skip
    add_study(duplicate)
    duplicate.add_argument("source", metavar="FROM", help="path or URL of the storage that holds the study")
    duplicate.add_argument("target", metavar="TO", help="path or URL of the storage to copy to; it may be the same")
    duplicate.add_argument("--to-study", metavar="NAME", help="name of the copy (default: the same)")
    duplicate.add_argument("--space", metavar="SPACE", help="the changed space: a JSON file, or module:NAME of a Space in Python")
    duplicate.add_argument("--seed", type=int, help="of the study on the changed space (default: drawn and recorded)")
    delete = add_verb(verbs, "delete", _delete, "delete a study for good", "  askttell delete --storage s.db --study mlp --yes")
    delete.add_argument("--yes", action="store_true", help="do it; without this the study is only counted")
    mend = add_verb(
        verbs, "repair", _repair, "save what is whole of a damaged file into a new one, and say what was dropped",
        "  askttell repair s.db --output saved.db\n\n"
        "The damaged file stays as it is. Up to the damage a study is kept record for record; trials that were finished after it are kept\n"
        "as results made elsewhere, since what their asks had seen is not known in full, and pending ones go into the queue.\n"
        "If nothing can be saved, the exit code is 1, and no new file is made.",
        study=False,
    )  # fmt: skip
    mend.add_argument("source", metavar="FILE", help="a file ending in .db, .sqlite or .jsonl, or its URL")
    mend.add_argument("--output", metavar="NEW", required=True, help="path or URL of a new file, of either kind")
    mend.add_argument("--space", metavar="SPACE", help=SPACE_HELP + ", of a study whose opening is lost, so that its results can be kept")
    add_settings(mend)


def _copy(options: Options) -> int:
    if is_optuna(options.source):
        return copy_from_optuna(options)
    if is_optuna(options.target):
        return copy_to_optuna(options)
    if options.space is None and options.seed is not None:
        raise ValueError(f"`--seed` {options.seed} was given without `--space`; a plain copy keeps the seed.")
    with closing(connect(storage_there(options.source))) as source:
        of_study(options, options.source, lambda name: check_there(source, name))  # else an empty target would stay behind
        with closing(connect(options.target)) as target:
            if options.space is not None:
                return _copy_to_space(options, source, target)
            copy(source, options.study, target, options.to_study)
            return _say_copied(options)


def _say_copied(options: Options) -> int:
    name = options.to_study or options.study
    if options.json:
        put({"study": name})
    else:
        print(f"Study {options.study!r} of {options.source} is study {name!r} of {options.target}, record for record.")
    return 0


def _copy_to_space(options: Options, source: Any, target: Any) -> int:
    moved = copy_to_space(source, options.study, target, options.to_study, space=space_of(options.space), seed=options.seed)
    name = options.to_study or options.study
    if options.json:
        others = [{"number": left.number, "params": left.params.plain(), "why": left.why} for left in moved.left]
        put({"study": name, "seed": moved.history.seed, "kept": list(moved.kept), "left": others})
        return 0
    print(f"Study {name!r} of {options.target}: {len(moved.kept)} trials kept, {len(moved.left)} left behind; seed {moved.history.seed}.")
    for left in moved.left:
        print(f"  {left}")
    return 0


def _repair(options: Options) -> int:
    from askttell.repair import repair  # noqa: PLC0415 - only this verb needs it

    if options.space is None and (options.direction or options.seed is not None):
        raise ValueError("`--direction` and `--seed` go with `--space`, for a study whose opening is lost; leave them out.")
    space = None if options.space is None else space_of(options.space)
    report = repair(
        path_there(options.source), options.output, space=space, directions=options.direction or ("minimize",), seed=options.seed
    )
    if options.json:
        put({
            "damage": list(report.damage),
            "studies": [
                {
                    "study": saved.study, "kept": saved.kept, "trials_added": saved.trials_added, "queued": saved.queued,
                    "dropped": list(saved.dropped),
                }
                for saved in report.studies
            ],
            "unseen": report.unseen,
        })  # fmt: skip
    else:
        print(report)
    return 0 if report.saved else 1


def _delete(options: Options) -> int:
    options.study = options.study or DEFAULT  # never one that was not named
    with open_study(options) as study:
        number = study.history.number
    if not options.yes:
        raise ValueError(
            f"This would delete study {options.study!r} with {number} trials from {options.storage} for good; repeat it with --yes."
        )
    log = connect(options.storage)
    log.delete(Journal(log, options.study).key)
    log.close()
    if options.json:
        put({"study": options.study, "trials": number})
    return 0

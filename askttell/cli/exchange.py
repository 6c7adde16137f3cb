"""Studies of Optuna's, as the verb copy reads and writes them: `optuna+` before a storage as Optuna has it."""

from askttell.cli.inputs import of_study, space_of, storage_there
from askttell.cli.outputs import put
from askttell.cli.verb import Options

_PREFIX = "optuna+"


def is_optuna(storage: str) -> bool:
    """Whether the storage is one of Optuna's."""
    return storage.startswith(_PREFIX)


def copy_from_optuna(options: Options) -> int:
    """0; the study of Optuna's is then one of ours, and what could not be kept has been named."""
    if is_optuna(options.target):
        raise ValueError(f"`TO` must be a storage of ours if `FROM` is one of Optuna's, but got {options.target!r}.")
    from askttell.integrations import from_optuna  # noqa: PLC0415 - an optional extra

    moved = from_optuna(
        options.source.removeprefix(_PREFIX), options.study, storage=options.target, name=options.to_study,
        space=None if options.space is None else space_of(options.space), seed=options.seed,
    )  # fmt: skip
    with moved.study as study:
        name, seed, kept = study.name, study.history.seed, study.history.number
    if options.json:
        left = [{"number": trial.number, "params": trial.params, "why": trial.why} for trial in moved.left]
        put({"study": name, "seed": seed, "kept": kept, "left": left})
        return 0
    print(f"Study {name!r} of {options.target}: {kept} trials kept, {len(moved.left)} left behind; seed {seed}.")
    for trial in moved.left:
        print(f"  {trial}")
    return 0


def copy_to_optuna(options: Options) -> int:
    """0; the study is then one of Optuna's as well."""
    if options.space is not None or options.seed is not None:
        raise ValueError("`--space` and `--seed` are for a study of ours; copy into a changed space first, then that to Optuna.")
    from askttell.integrations import to_optuna  # noqa: PLC0415 - an optional extra
    from askttell.study import Study  # noqa: PLC0415 - other verbs need it not

    _silence()
    source = storage_there(options.source)
    with of_study(options, source, lambda name: Study(storage=source, name=name)) as study:
        name = options.to_study or study.name
        n_trials = len(to_optuna(study, options.target.removeprefix(_PREFIX), name).trials)
    if options.json:
        put({"study": name, "trials": n_trials})
    else:
        print(f"Study {options.study!r} of {options.source} is study {name!r} of {options.target}: {n_trials} trials.")
    return 0


def _silence() -> None:
    """Nothing; Optuna no longer says on the standard error stream what is said here."""
    import optuna  # noqa: PLC0415 - an optional extra

    optuna.logging.set_verbosity(optuna.logging.WARNING)

"""Our studies into Optuna's, for its dashboard and its plots."""

from datetime import UTC, datetime
from typing import Any

import optuna
from optuna.exceptions import DuplicatedStudyError
from optuna.trial import FrozenTrial, TrialState

from askttell.history import History
from askttell.integrations.optuna_spaces import params_to_optuna, space_to_optuna
from askttell.integrations.optuna_storages import optuna_storage
from askttell.integrations.optuna_trials import PREFIX
from askttell.trial import Trial

_STATES = {"complete": TrialState.COMPLETE, "failed": TrialState.FAIL, "stopped": TrialState.PRUNED, "pending": TrialState.RUNNING}


def to_optuna(study: Any, storage: Any = None, study_name: str | None = None) -> optuna.Study:
    """The same search as a study of Optuna's, for `optuna.visualization` or, with a `storage`, for optuna-dashboard.

    `study`: a Study or a History. `storage`: as Optuna has it, or `journal:///optuna.log`; None is memory. States, parameters,
    distributions, values, reports and times are Optuna's own; `info` becomes user attributes. So do, beginning with `askttell:`, what
    Optuna has no place for: the reason of a failure, who suggested a trial, and the space with its conditions, by which `from_optuna`
    gives the same search again. With several objectives reports are left out, as Optuna knows none. Trials in the queue are waiting.
    """
    history: History = getattr(study, "history", study)
    trials = study.trials
    name = study_name or getattr(study, "name", None)
    try:
        made = optuna.create_study(storage=optuna_storage(storage), study_name=name, directions=list(history.directions))
    except DuplicatedStudyError:
        raise ValueError(f"{storage!r} holds a study {name!r} already; delete it first or give another `study_name`.") from None
    made.set_user_attr(PREFIX + "space", history.space.to_json())
    distributions = space_to_optuna(history.space)
    made.add_trials([_frozen(trial, history, distributions) for trial in trials])
    for params in history.queue:
        made.enqueue_trial(params_to_optuna(history.space, params))
    return made


def _frozen(trial: Trial, history: History, distributions: dict[str, Any]) -> FrozenTrial:
    start = _local(trial.asked_at)
    reports = {step: float(value) for step, value in trial.reports.items()} if history.n_objectives == 1 else {}  # type: ignore[arg-type]
    return FrozenTrial(
        number=trial.number, state=_STATES[trial.state], value=None, values=trial.values or None, datetime_start=start,
        datetime_complete=None if trial.state == "pending" else max(start, _local(trial.told_at)),
        params=params_to_optuna(history.space, trial.recorded), distributions={name: distributions[name] for name in trial.recorded},
        user_attrs=trial.info | _about(trial), system_attrs={}, intermediate_values=reports, trial_id=-1,
    )  # fmt: skip


def _about(trial: Trial) -> dict[str, Any]:
    about = {"reason": trial.reason, "origin": trial.origin, "worker": trial.worker}
    return {PREFIX + key: value for key, value in about.items() if value}


def _local(time: datetime | None) -> datetime:
    """Optuna's times are local ones and may not be missing."""
    return (time or datetime.fromtimestamp(0, UTC)).astimezone().replace(tzinfo=None)

"""What has come of a study, for somebody who looks at it for a minute."""

from collections import Counter
from datetime import timedelta
from typing import Any

import attrs

from askttell.explanation import call
from askttell.history import History
from askttell.summary import searches

_N_SHOWN = 3


@attrs.frozen
class Fact:
    """One line of the summary; `tone`: its classes in the style sheet."""

    name: str
    value: str
    tone: str = ""
    code: bool = False


def facts(study: Any) -> list[Fact]:
    """The lines, the most wanted first."""
    return [*_best(study), *_counts(study), *_times(study), *_failures(study), *_pending(study), *_settings(study.history)]


def _best(study: Any) -> list[Fact]:
    history: History = study.history
    if not history.best_trials:
        return [Fact("best", "no trial is complete yet")]
    if history.n_objectives > 1:
        front = [trial.number for trial in history.best_trials]
        many = f"{len(front)} trials that no other dominates, marked in the pictures"
        return [Fact("best", many if len(front) > 1 else f"trial {front[0]}, the only one that no other dominates", "best")]
    best, way = history.best, "lowest" if history.directions[0] == "minimize" else "highest"
    since = history.n_finished - 1 - [trial.number for trial in history.finished].index(best.number)
    params = "\n".join(f"{name} = {value!r}" for name, value in best.recorded.items())
    ago = f"{since} trials since then were not better" if since else "it is the newest result"
    value = Fact(f"best value ({way})", f"{best.values[0]:.6g}", "best number")
    return [value, Fact(f"from trial {best.number}; {ago}", params, "best", code=True)]


def _counts(study: Any) -> list[Fact]:
    states = Counter(trial.state for trial in study.trials)
    counted = ", ".join(f"{states[state]} {state}" for state in ("complete", "failed", "stopped", "pending") if states[state])
    return [Fact("trials", f"{study.history.number}: {counted}" if counted else "none")]


def _times(study: Any) -> list[Fact]:
    asked = [trial.asked_at for trial in study.trials if trial.asked_at is not None]
    told = [trial.told_at for trial in study.trials if trial.told_at is not None]
    if not asked or not told:
        return []
    start, end = min(asked), max(told)
    return [Fact("time", f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC, {_duration(end - start)}")]


def _failures(study: Any) -> list[Fact]:
    reasons = Counter((trial.reason or "no reason").partition("\n")[0] for trial in study.trials if trial.state == "failed")
    if not reasons:
        return []
    shown = "; ".join(f"{n} times {reason}" for reason, n in reasons.most_common(_N_SHOWN))
    return [Fact("failures", shown + ("; …" if len(reasons) > _N_SHOWN else ""), "bad")]


def _pending(study: Any) -> list[Fact]:
    pending = [trial for trial in study.trials if trial.state == "pending"]
    if not pending:
        return []
    shown = "; ".join(f"trial {trial.number} since {trial.asked_at:%Y-%m-%d %H:%M} by {trial.worker}" for trial in pending[:_N_SHOWN])
    return [Fact("pending", shown + ("; …" if len(pending) > _N_SHOWN else ""))]


def _settings(history: History) -> list[Fact]:
    used = [call(using.name, using.settings) for using in history.using]
    ways = ", ".join(history.directions)
    earlier = [searches([len(prior.params) for prior in history.prior])] if history.prior else []
    return [
        Fact("strategy", "; then ".join(used) or "none", code=bool(used)),
        Fact("direction and seed", f"{ways}; {history.seed}"),
        *[Fact("prior", text) for text in earlier],
    ]


def _duration(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, name in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.3g} seconds"

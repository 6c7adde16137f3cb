"""Which pictures the page of a study has."""

from collections.abc import Callable
from typing import Any

from askttell.pages.models import contour, shares
from askttell.pages.parameters import against_result, parallel
from askttell.pages.picture import Picture
from askttell.pages.results import front, results
from askttell.pages.workers import workers


def pictures(study: Any) -> list[Picture]:
    """All of them, the most wanted first; what cannot be drawn yet says why."""
    if not study.history.best_trials:
        return [Picture("results", "Results", note="No trial is complete yet.")]
    objectives = range(study.history.n_objectives)
    return [
        *([front(study)] if len(objectives) > 1 else []),
        results(study),
        *[_tried("Importance", shares, study, objective) for objective in objectives],
        parallel(study),
        *[against_result(study, objective) for objective in objectives],
        *[_tried("Landscape", contour, study, objective) for objective in objectives if len(study.space) > 1],
        workers(study),
    ]


def _tried(title: str, draw: Callable[[Any, int], Picture], study: Any, objective: int) -> Picture:
    """The picture, or the reason why there is none yet."""
    try:
        return draw(study, objective)
    except LookupError as error:
        return Picture(f"{title.lower()}{objective}", title, note=str(error))

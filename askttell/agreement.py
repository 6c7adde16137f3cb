"""Whether earlier searches, given when a study is opened again, are those that it recorded at its start."""

import warnings
from collections.abc import Sequence

from askttell.errors import EarlierStudyGrew
from askttell.events import Prior
from askttell.summary import searches

_CALLER = 5  # frames from here to who opens the study


def check_prior_agrees(recorded: Sequence[Prior], given: Sequence[Prior], way_out: str) -> None:
    """Nothing; ValueError names the first difference. An earlier search that only has more results now is a warning.

    A study goes on with what it recorded, as its suggestions follow from that.
    """
    if len(recorded) != len(given):
        raise ValueError(f"`prior` is {_told(recorded)} as recorded, but {_told(given)} as given{way_out}.")
    for place, (known, new) in enumerate(zip(recorded, given, strict=True)):
        if known == new:
            continue
        if difference := _difference(known, new):
            raise ValueError(f"`prior[{place}]` differs from the recorded one: {difference}{way_out}.")
        more = len(new.params) - len(known.params)
        text = (
            f"`prior[{place}]` has {more} result{'s' * (more > 1)} more than when this study began, which goes on with the"
            f" {len(known.params)} of then; for a study that begins with all of them, choose another `name`."
        )
        warnings.warn(text, EarlierStudyGrew, stacklevel=_CALLER)


def _told(priors: Sequence[Prior]) -> str:
    return searches([len(prior.params) for prior in priors]) if priors else "no earlier search"


def _difference(known: Prior, new: Prior) -> str:
    """How an earlier search as given is another one; empty if it has grown only."""
    if spaces := known.space.differences(new.space):
        return "; ".join(spaces).replace(" here", " as recorded").replace(" there", " as given")
    if len(new.params) < len(known.params):
        return f"it has {len(new.params)} of the {len(known.params)} results"
    for place, pair in enumerate(zip(known.params, new.params, strict=False)):
        params, others = pair
        if params != others:
            return f"its result {place + 1} is of {params.plain()!r} as recorded and of {others.plain()!r} as given"
        if known.losses[place] != new.losses[place]:
            return f"its result {place + 1}, of {params.plain()!r}, has another value"
    return ""

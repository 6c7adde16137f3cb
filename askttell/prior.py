"""Earlier searches, given as `prior`: as recorded, whether a search can learn from them, and whether it is those it began with."""

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from askttell.adapted import misfit
from askttell.errors import EarlierStudyGrew, listed
from askttell.events import Direction, Prior
from askttell.history import History, signs_of
from askttell.space import Space
from askttell.summary import searches
from askttell.values import check_finite, check_values

_CALLER = 5  # frames from here to who opens the study


def recorded(space: Space, directions: tuple[Direction, ...], prior: Sequence[Any]) -> tuple[Prior, ...]:
    """Earlier searches in their recorded form."""
    if isinstance(prior, str | History | Mapping) or hasattr(prior, "history") or not isinstance(prior, Iterable):
        raise TypeError(f"`prior` must be a list of studies, histories or lists of (params, value), but got {prior!r}; put it into a list.")
    prior = list(prior)
    made = tuple(_recorded(space, directions, item) for item in prior)
    for place, (item, earlier) in enumerate(zip(prior, made, strict=True)):
        if item is not earlier:  # what is recorded already passes
            _check_useful(space, earlier, f"`prior[{place}]`")
    return made


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


def _recorded(space: Space, directions: tuple[Direction, ...], item: Any) -> Prior:
    item = getattr(item, "history", item)  # a Study
    if isinstance(item, Prior):
        return item
    if isinstance(item, History) and item.n_objectives != len(directions):
        raise ValueError(f"`prior` must have {len(directions)} objectives, as this search, but an earlier one has {item.n_objectives}.")
    if isinstance(item, History):
        pairs = zip(item.told.tolist(), item.losses.tolist(), strict=True)
        rows = [(item.trial(number).recorded, tuple(loss)) for number, loss in pairs if not math.isnan(loss[0])]
        return Prior(item.space, tuple(params for params, _ in rows), tuple(losses for _, losses in rows))
    signs = signs_of(directions)
    pairs_given = list(item) if isinstance(item, Iterable) and not isinstance(item, str) else [item]
    if not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs_given):
        raise TypeError(
            f"An entry of `prior` must be a study, a history or a list of (params, value), but got {item!r}; open files by Study(storage=…)"
            " first."
        )
    told = [(space.check(params), check_values(value, len(signs))) for params, value in pairs_given]
    for _, values in told:
        check_finite(values)
    losses = (tuple(sign * value for sign, value in zip(signs, values, strict=True)) for _, values in told)
    return Prior(space, tuple(params for params, _ in told), tuple(losses))


def _check_useful(space: Space, prior: Prior, what: str) -> None:
    """Nothing; ValueError if this search could not learn anything from the earlier one."""
    if not prior.params:
        raise ValueError(f"{what} must have a complete trial, but has none; leave it out.")
    if set(space.names).isdisjoint(prior.space.names):
        theirs, ours = (listed([f"`{name}`" for name in names]) for names in (prior.space.names, space.names))
        raise ValueError(
            f"{what} must share a parameter with this search, but has {theirs} where this one has {ours}; leave it out, or give its"
            " results as a list of (params, value) under the names of this search."
        )
    if all(misfit(space, params.plain()) for params in prior.params):
        first = misfit(space, prior.params[0].plain())
        raise ValueError(f"{what} must have a result that fits this space, but none of its {len(prior.params)} does; the first: {first}")


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

"""The exceptions a caller may want to act on; everything else refines a builtin with a message that says the way out."""

from collections.abc import Iterable, Sequence


class AlreadyTold(ValueError):  # noqa: N818 - reads as the sentence it is
    """The trial has another result already; exactly one is recorded per trial."""


class Exhausted(LookupError):  # noqa: N818 - reads as the sentence it is
    """Nothing is left to ask: a finite space has been tried in full, or the study holds its total number of trials."""


class NotReady(LookupError):  # noqa: N818 - reads as the sentence it is
    """The strategy must see the result of trial `number` before it decides."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The result of trial {number} must be told before the next ask; tell or fail it first.")
        self.number = number


class NoStudy(LookupError):  # noqa: N818 - reads as the sentence it is
    """There is no study of that name; `there` are the names of those that there are."""

    def __init__(self, name: str, where: str, there: Sequence[str], way_out: str) -> None:
        super().__init__(f"There is no study {name!r} in {where}; there: {', '.join(there) or 'none'}.{way_out}")
        self.there = there


class EarlierStudyGrew(UserWarning):
    """An earlier study has results that were not there when this one began; this one goes on with those that were."""


class ReplayError(ValueError):
    """The recorded events cannot follow one another, so the log does not describe a search."""


_N_SHOWN = 25


def unknown_name(kind: str, name: object, known: Iterable[str], where: str = "") -> str:
    """The sentence for a name that is not among the known ones, with the nearest of them."""
    import difflib  # noqa: PLC0415 - for mistakes only

    known = list(known)
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"There is no {kind} `{name}`{where}; known: {listed(known)}.{hint}"


def listed(names: Sequence[str]) -> str:
    """The names, not too many of them."""
    more = f" and {len(names) - _N_SHOWN} more" if len(names) > _N_SHOWN else ""
    return ", ".join(names[:_N_SHOWN]) + more

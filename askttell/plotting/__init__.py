"""Pictures of searches by matplotlib, the extra `plot`.

Each function returns a matplotlib Figure of its own; nothing global is touched, no window opens. `history` is a History or a Study.
Of several searches: `plot_incumbent` and `plot_ecdf` take one, a list of them, or a dict name → list, one line a name.
"""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "COMPARISONS", "KINDS", "check_extra", "plot_contour", "plot_ecdf", "plot_front", "plot_history", "plot_importance", "plot_incumbent",
    "plot_parallel", "plot_parameters", "plot_slices", "plot_timeline", "save",
]  # fmt: skip


def plot_history(history: Any) -> "Figure":
    """The result of each trial by its number, with the best so far, and marks for trials that failed, were stopped or are pending."""
    check_extra()
    from askttell.plotting import over_time  # noqa: PLC0415 - an optional extra

    return over_time.plot(_history(history))


def plot_parameters(history: Any) -> "Figure":
    """One panel a parameter (and objective): its value against the result, coloured by the trial's number."""
    check_extra()
    from askttell.plotting import parameters  # noqa: PLC0415 - an optional extra

    return parameters.plot(_history(history))


def plot_parallel(history: Any) -> "Figure":
    """Parallel coordinates: one vertical axis a parameter and one for the result, one line a trial, better ones darker."""
    check_extra()
    from askttell.plotting import parallel  # noqa: PLC0415 - an optional extra

    return parallel.plot(_history(history))


def plot_slices(history: Any, *, objective: int = 0, worst: float | None = None) -> "Figure":
    """What a model expects along each parameter, the others as in the best trial. Values worse than `worst` count as that."""
    check_extra()
    from askttell.plotting import slices  # noqa: PLC0415 - an optional extra

    return slices.plot(_history(history), objective, worst)


def plot_contour(history: Any, parameters: Sequence[str] = (), *, objective: int = 0, worst: float | None = None) -> "Figure":
    """What a model expects over two parameters, the most important ones if none are named, averaged over the others."""
    check_extra()
    from askttell.plotting import contour  # noqa: PLC0415 - an optional extra

    return contour.plot(_history(history), parameters, objective, worst)


def plot_importance(history: Any, *, worst: float | None = None) -> "Figure":
    """The share of the variance that each parameter explains (see `askttell.analysis.importance`), one panel an objective."""
    check_extra()
    from askttell.plotting import shares  # noqa: PLC0415 - an optional extra

    return shares.plot(_history(history), worst)


def plot_front(history: Any) -> "Figure":
    """The results of several objectives against one another, with the Pareto set."""
    check_extra()
    from askttell.plotting import front  # noqa: PLC0415 - an optional extra

    return front.plot(_history(history))


def plot_timeline(study: Any) -> "Figure":
    """A bar for each evaluation, from ask to tell, one lane a worker. It needs a Study, as a History knows no times."""
    check_extra()
    from askttell.plotting import timeline  # noqa: PLC0415 - an optional extra

    return timeline.plot(study)


def plot_incumbent(searches: Any) -> "Figure":
    """The best so far over finished trials, of several searches the median and the quartiles."""
    check_extra()
    from askttell.plotting import incumbents  # noqa: PLC0415 - an optional extra

    return incumbents.plot(searches)


def plot_ecdf(searches: Any) -> "Figure":
    """The share of trials that reach a value: the empirical cumulative distribution of results."""
    check_extra()
    from askttell.plotting import distributions  # noqa: PLC0415 - an optional extra

    return distributions.plot(searches)


COMPARISONS: dict[str, Callable[[Any], "Figure"]] = {"incumbent": plot_incumbent, "ecdf": plot_ecdf}
KINDS: dict[str, Callable[[Any], "Figure"]] = {
    "history": plot_history, "parameters": plot_parameters, "parallel": plot_parallel, "slices": plot_slices, "contour": plot_contour,
    "importance": plot_importance, "front": plot_front, "timeline": plot_timeline, **COMPARISONS,
}  # fmt: skip


def save(figure: "Figure", path: str | os.PathLike[str]) -> None:
    """Nothing; the file then holds the figure, in the format of its ending."""
    ending = os.path.splitext(os.fspath(path))[1].removeprefix(".").lower()  # noqa: PTH122 - a URL or a path
    if ending not in figure.canvas.get_supported_filetypes():
        raise ValueError(f"A plot's file must end in .png, .svg or .pdf, but got {os.fspath(path)!r}.")
    folder = os.path.dirname(os.fspath(path)) or "."  # noqa: PTH120 - a str or a path
    if not os.path.isdir(folder):  # noqa: PTH112
        raise FileNotFoundError(f"The folder {folder!r} does not exist; create it first.")
    figure.savefig(path)


def check_extra() -> None:
    """Nothing; ImportError that names the extra if matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401, ICN001, PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError("Plots need matplotlib; install it with: pip install 'askttell[plot]'.") from error


def _history(given: Any) -> Any:
    return getattr(given, "history", given)

"""Pictures of a search by matplotlib, the extra `plot`: results over time, each parameter against the result, parallel coordinates.

Each function takes a History (or a Study) and returns a matplotlib Figure of its own; nothing global is touched, no window opens.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "check_extra", "plot_history", "plot_parallel", "plot_parameters", "save"]


def plot_history(history: Any) -> "Figure":
    """The result of each trial by its number, with the best so far, and marks for trials that failed, were stopped or are pending."""
    check_extra()
    from askttell.plotting import over_time  # noqa: PLC0415 - an optional extra

    return over_time.plot(getattr(history, "history", history))


def plot_parameters(history: Any) -> "Figure":
    """One panel a parameter (and objective): its value against the result, coloured by the trial's number."""
    check_extra()
    from askttell.plotting import parameters  # noqa: PLC0415 - an optional extra

    return parameters.plot(getattr(history, "history", history))


def plot_parallel(history: Any) -> "Figure":
    """Parallel coordinates: one vertical axis a parameter and one for the result, one line a trial, better ones darker."""
    check_extra()
    from askttell.plotting import parallel  # noqa: PLC0415 - an optional extra

    return parallel.plot(getattr(history, "history", history))


KINDS: dict[str, Callable[[Any], "Figure"]] = {"history": plot_history, "parameters": plot_parameters, "parallel": plot_parallel}


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

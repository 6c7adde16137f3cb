"""The verb that draws: plot."""

from typing import Any

from askttell.cli.inputs import open_study
from askttell.cli.outputs import put_file
from askttell.cli.verb import Options, add_verb
from askttell.errors import unknown_name

_KINDS = ("history", "parameters", "parallel")


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows the verb."""
    plot = add_verb(
        verbs, "plot", _plot, "draw a study into a PNG, SVG or PDF file",
        "  askttell plot --storage s.db --study mlp --kind history --out mlp.png",
    )  # fmt: skip
    plot.add_argument(
        "--kind", default="history", metavar="KIND",
        help="history (results and the best so far; the default), parameters (each against the result) or parallel (coordinates)",
    )  # fmt: skip
    plot.add_argument("--out", metavar="FILE", help="default: STUDY-KIND.png")


def check_plotting() -> None:
    """Nothing; ImportError that names the extra if there is no matplotlib."""
    from askttell.plotting import check_extra  # noqa: PLC0415 - only these verbs need it

    check_extra()


def drawn(study: Any, kind: str, path: str) -> str:
    """The path, to which the plot of that kind was written."""
    from askttell import plotting  # noqa: PLC0415 - only these verbs need it

    plotting.save(plotting.KINDS[kind](study.history), path)
    return path


def _plot(options: Options) -> int:
    check_plotting()
    if options.kind not in _KINDS:
        raise LookupError(unknown_name("kind of plot", options.kind, _KINDS))
    with open_study(options) as study:
        path = drawn(study, options.kind, options.out or f"{options.study}-{options.kind}.png")
    put_file(options, path)
    return 0

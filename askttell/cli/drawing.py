"""The verb that draws: plot."""

import fnmatch
from typing import Any

from askttell.cli.inputs import open_study, storage_there
from askttell.cli.outputs import put_file
from askttell.cli.verb import Options, add_verb
from askttell.errors import unknown_name
from askttell.journal import study_names
from storage_backends import connect

_KINDS = {  # what each shows, and the options that go with it
    "history": ("results and the best so far; the default", ()),
    "parameters": ("each parameter against the result", ()),
    "parallel": ("parallel coordinates", ()),
    "slices": ("a model along each parameter", ("objective", "worst")),
    "contour": ("a model over two parameters", ("parameters", "objective", "worst")),
    "importance": ("what each parameter explains", ("worst",)),
    "front": ("several objectives against one another", ()),
    "timeline": ("who evaluated which trial when", ()),
    "incumbent": ("the best so far of groups of studies", ("group",)),
    "ecdf": ("distributions of results of groups of studies", ("group",)),
}
_EXAMPLE = """\
  askttell plot --storage s.db --study mlp --kind history --out mlp.png
  askttell plot --storage s.db --study mlp --kind contour --parameters lr layers
  askttell plot --storage s.db --kind incumbent --group 'TPE=tpe-*' --group 'random=random-*' --out compared.png
"""


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows the verb."""
    plot = add_verb(verbs, "plot", _plot, "draw a study into a PNG, SVG or PDF file", _EXAMPLE)
    kinds = "; ".join(f"{kind} ({text})" for kind, (text, _) in _KINDS.items())
    plot.add_argument("--kind", default="history", metavar="KIND", help=kinds)
    plot.add_argument("--out", "--output", metavar="FILE", help="default: STUDY-KIND.png, of groups KIND.png")
    plot.add_argument("--parameters", nargs=2, metavar=("X", "Y"), help="of a contour (default: the two most important ones)")
    add_model(plot)
    plot.add_argument(
        "--group", action="append", metavar="NAME=PATTERN",
        help="of incumbent and ecdf, once a group: the studies of the storage whose names fit the pattern, such as 'tpe-*'",
    )  # fmt: skip


def add_model(parser: Any) -> None:
    """Nothing; the parser then knows what a model is to be made of."""
    parser.add_argument(
        "--objective", type=int, metavar="K", help="which of several objectives, from 0 (default: the first; of `importance` all)"
    )
    parser.add_argument("--worst", type=float, metavar="VALUE", help="values worse than that count as that in a model")


def check_plotting() -> None:
    """Nothing; ImportError that names the extra if there is no matplotlib."""
    from askttell.plotting import check_extra  # noqa: PLC0415 - only these verbs need it

    check_extra()


def drawn(study: Any, kind: str, path: str, **settings: Any) -> str:
    """The path, to which the plot of that kind was written."""
    from askttell import plotting  # noqa: PLC0415 - only these verbs need it

    plotting.save(plotting.KINDS[kind](study, **settings), path)
    return path


def _plot(options: Options) -> int:
    check_plotting()
    if options.kind not in _KINDS:
        raise LookupError(unknown_name("kind of plot", options.kind, _KINDS))
    settings = _settings(options)
    if groups := settings.pop("group", None):
        path = drawn(_grouped(options.storage, groups), options.kind, options.out or f"{options.kind}.png")
    else:
        with open_study(options) as study:
            path = drawn(study, options.kind, options.out or f"{study.name}-{options.kind}.png", **settings)
    put_file(options, path)
    return 0


def _settings(options: Options) -> dict[str, Any]:
    """The options that were given for this kind; ValueError if one does not go with it."""
    names = {name for _, fitting in _KINDS.values() for name in fitting}
    given = {name: getattr(options, name) for name in sorted(names) if getattr(options, name) is not None}
    for name in given:
        if name not in _KINDS[options.kind][1]:
            fitting = [kind for kind, (_, others) in _KINDS.items() if name in others]
            raise ValueError(f"`--{name}` goes with --kind {' or '.join(fitting)}, but --kind {options.kind} was given.")
    return given


def _grouped(storage: str, groups: list[str]) -> dict[str, list[Any]]:
    from askttell.study import Study  # noqa: PLC0415 - other verbs need it not

    log = connect(storage_there(storage))
    names = study_names(log)
    found = {}
    for group in groups:
        label, equals, pattern = group.partition("=")
        fitting = fnmatch.filter(names, pattern if equals else label)
        if not fitting:
            raise LookupError(f"No study fits `--group` {group!r}; there: {', '.join(names) or 'none'}.")
        found[label] = [Study(storage=log, name=name).history for name in fitting]
    log.close()
    return found

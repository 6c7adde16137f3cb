"""What has come of a study: the verbs importance and page."""

from typing import Any

import attrs

from askttell.cli.drawing import add_model
from askttell.cli.inputs import open_study
from askttell.cli.outputs import put, put_file
from askttell.cli.verb import Options, add_study_word, add_verb


def add_to(verbs: Any) -> None:
    """Nothing; the parser then knows the verb."""
    shares = add_verb(
        verbs, "importance", _importance, "print how much of the differences between results each parameter explains",
        "  askttell importance --storage s.db mlp",
    )  # fmt: skip
    add_study_word(shares)
    add_model(shares)
    page = add_verb(
        verbs, "page", _page, "write an interactive page about a study",
        "  askttell page --storage s.db mlp --output mlp.html\n\n"
        "The page holds its pictures and all trials, about 5 MB, and opens without a network.",
    )  # fmt: skip
    add_study_word(page)
    page.add_argument("--output", "--out", metavar="FILE", help="an .html file (default: STUDY.html)")


def _importance(options: Options) -> int:
    from askttell.analysis.importance import importance  # noqa: PLC0415 - only this verb needs it

    with open_study(options) as study:
        objectives = range(study.history.n_objectives) if options.objective is None else (options.objective,)
        found = {objective: importance(study, objective=objective, worst=options.worst) for objective in objectives}
    if len(found) > 1:
        records = [{"objective": k, **attrs.asdict(shares)} for k, shares in found.items()]
        texts = [f"objective {k}\n{shares}" for k, shares in found.items()]
    else:
        records, texts = [attrs.asdict(shares) for shares in found.values()], [str(shares) for shares in found.values()]
    if options.json:
        for record in records:
            put(record)
    else:
        print("\n\n".join(texts))
    return 0


def write_reported_page(options: Options) -> int:
    """0; what the verb page does, as the verb report does it with --output: the study may stand in place of a trial."""
    if options.value or options.step is not None:
        raise ValueError("`--output` writes a page and records nothing, so VALUE and --step do not go with it; leave them out.")
    options.study = options.trial or options.study
    return _page(options)


def _page(options: Options) -> int:
    from askttell import pages  # noqa: PLC0415 - only this verb needs it

    pages.check_extra()
    with open_study(options) as study:
        path = options.output or f"{study.name}.html"
        pages.write(study, path)
    put_file(options, path)
    return 0

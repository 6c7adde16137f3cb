"""What has come of a study: the verb importance, and the page of the verb report."""

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


def _importance(options: Options) -> int:
    from askttell.analysis.importance import importance  # noqa: PLC0415 - only this verb needs it

    with open_study(options) as study:
        found = importance(study, objective=options.objective or 0, worst=options.worst)
    if options.json:
        put(attrs.asdict(found))
    else:
        print(found)
    return 0


def write_page(options: Options) -> int:
    """0; the page of the study, which may be named in place of a trial, is then in the file of --output."""
    from askttell import pages  # noqa: PLC0415 - only this verb needs it

    if options.value or options.step is not None:
        raise ValueError("`--output` writes a page and records nothing, so VALUE and --step do not go with it; leave them out.")
    pages.check_extra()
    options.study = options.trial or options.study
    with open_study(options) as study:
        pages.write(study, options.output)
    put_file(options, options.output)
    return 0

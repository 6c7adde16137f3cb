"""The whole command line, and the answer to a misspelt verb or option."""

import argparse
import shlex
from collections.abc import Sequence

from askttell.cli import analysing, drawing, evaluating, keeping, looking, searching
from askttell.cli.verb import Options
from askttell.errors import unknown_name
from askttell.versions import platform_here

_ABOUT = """\
Ask/tell search that can be resumed, replayed and audited: your script asks what to try, tries it and tells what came of it."""
_EPILOG = """\
example:
  export ASKTTELL_STORAGE=s.db ASKTTELL_STUDY=mlp      in place of --storage s.db --study mlp
  askttell create --space space.json
  askttell ask                                          prints {"number": 17, "params": {...}, ...}
  askttell tell 17 0.231
  askttell best

`askttell VERB --help` shows the options of a verb and an example. Exit codes: 0 done, 1 an error, 2 a misspelt command,
3 nothing left to ask, 4 verify could not compare everything, 130 interrupted.
"""


def parse(arguments: Sequence[str]) -> Options:
    """The options of a command line; a misspelt verb or option ends the process with code 2 and the nearest one that there is."""
    parser = argparse.ArgumentParser(
        prog="askttell", description=_ABOUT, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    for group in (searching, evaluating, looking, analysing, drawing, keeping):
        group.add_to(verbs)
    if list(arguments) == ["--version"]:
        print("askttell", platform_here()["askttell"])
        parser.exit()
    _refuse_misspelt(parser, verbs.choices, arguments)
    options = parser.parse_args(arguments, Options(command=shlex.join(["askttell", *arguments])))
    if not getattr(options, "storage", True):
        verbs.choices[arguments[0]].error("say where the study is: --storage s.db, or set ASKTTELL_STORAGE")
    return options


def _refuse_misspelt(parser: argparse.ArgumentParser, verbs: dict[str, argparse.ArgumentParser], arguments: Sequence[str]) -> None:
    """Nothing, unless the verb or one of its options is unknown; argparse itself would not say which is near."""
    if not arguments:
        parser.error("give a verb, such as `askttell demo`; `askttell --help` lists them")
    verb, *rest = arguments
    if verb.startswith("-"):
        if verb not in ("-h", "--help"):
            parser.error(f"the verb comes first: askttell VERB {verb} …")
        return
    if verb not in verbs:
        parser.error(unknown_name("verb", verb, verbs))
    known = tuple(verbs[verb]._option_string_actions)  # noqa: SLF001 - argparse has no public list
    for word in rest:
        option = word.partition("=")[0]
        if word == "--":
            return
        if option.startswith("--") and option not in known:
            verbs[verb].error(unknown_name("option", option, [name for name in known if name.startswith("--")]))

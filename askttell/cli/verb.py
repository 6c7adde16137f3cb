"""One verb: its parser, with the options that many verbs have."""

import argparse
import os
import re
from collections.abc import Callable
from typing import Any, TypeAlias

Options: TypeAlias = argparse.Namespace
Verb: TypeAlias = Callable[[Options], int]

_NUMBER = re.compile(r"^-(\d|\.\d|inf|nan)", re.IGNORECASE)


def add_verb(verbs: Any, name: str, run: Verb, text: str, example: str, *, study: bool = True) -> argparse.ArgumentParser:
    """The parser of a verb, with --json and with the options that say which study is meant."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", epilog="example:\n" + example, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser._negative_number_matcher = _NUMBER  # noqa: SLF001 - argparse takes -1e-3 and -inf for options
    if study:
        add_storage(parser)
        add_study(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(verb=run)
    return parser


def add_storage(parser: argparse.ArgumentParser) -> None:
    """Nothing; the parser then knows --storage."""
    parser.add_argument(
        "--storage", default=os.environ.get("ASKTTELL_STORAGE"), metavar="WHERE",
        help="path or URL, such as s.db, s.jsonl or sqlite:///s.db (default: $ASKTTELL_STORAGE)",
    )  # fmt: skip


def add_study(parser: argparse.ArgumentParser) -> None:
    """Nothing; the parser then knows --study."""
    parser.add_argument(
        "--study", default=os.environ.get("ASKTTELL_STUDY") or None, metavar="NAME",
        help="name of the study (default: $ASKTTELL_STUDY, else study, else the only one there is)",
    )  # fmt: skip


def add_study_word(parser: argparse.ArgumentParser) -> None:
    """Nothing; the parser then takes the name of the study as a word, in place of --study."""
    parser.add_argument("study", nargs="?", default=argparse.SUPPRESS, metavar="STUDY", help="the same as --study STUDY")

"""The command line, so that a shell script can own its loop."""

import os
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

from askttell.cli.parser import parse
from askttell.cli.wording import in_options
from askttell.errors import EarlierStudyGrew, Exhausted
from storage_backends import StorageError, TornTail


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 with a message on the standard error stream, 3 if nothing is left to ask, 130 if interrupted.

    4 if `verify` found no difference but could not compare everything. SystemExit with code 2 for a misspelt command.
    """
    options = parse(sys.argv[1:] if arguments is None else arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            code = int(options.verb(options))
            sys.stdout.flush()
        except Exhausted as error:
            return _complain(error, 3)
        except KeyboardInterrupt:
            return _complain("interrupted; what was told is recorded", 130)
        except BrokenPipeError:  # as in `askttell trials | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        except (StorageError, LookupError, ValueError, TypeError, OSError, ImportError) as error:
            return _complain(error, 1)
        return code


def _complain(problem: object, code: int) -> int:
    text = problem.args[0] if isinstance(problem, KeyError) and problem.args else problem
    print(f"askttell: {in_options(str(text))}", file=sys.stderr)
    return code


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
) -> None:
    plain = issubclass(category, TornTail | EarlierStudyGrew)
    text = f"askttell: {in_options(str(message))}\n" if plain else warnings.formatwarning(message, category, filename, lineno, line)
    print(text, file=file or sys.stderr, end="")

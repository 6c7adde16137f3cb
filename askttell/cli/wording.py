"""What the library says, in the words of the command line: there a setting is an option."""

import re

_OPTIONS = {"space": "space", "seed": "seed", "directions": "direction", "max_attempts": "max-attempts"}
_RECORDED = re.compile(rf"^`({'|'.join(_OPTIONS)})`(?= (?:is .* as recorded|differs from the recorded))")
_PLACE = re.compile(r"^`prior\[(\d+)\]`")
_PHRASES = (
    ("choose another `name`", "choose another `--study`"),
    ("import under another `name`", "import it `--to-study` another"),
    ("copy under another name", "copy it `--to-study` another"),
    ("move the study by copy_to_space (`askttell copy --space`)", "move the study by `askttell copy --space`"),
    ("raise `total` to go on", "raise `--total` to go on"),
    ("which is not installed; give `strategy`", "which is not installed; give `--strategy`"),
    ("`name` must be a non-empty str without '#'", "`--study` must be a non-empty text without '#'"),
    ("`lease_seconds` must be greater than 0 or None", "`--lease` must be greater than 0"),
    ("`max_attempts` must be an integer from 1", "`--max-attempts` must be an integer from 1"),
    ("`timeout` must be a number of seconds or None", "`--timeout` must be a number of seconds"),
    ("`n` must be an integer from 1, but got", "`-n` must be an integer from 1, but got"),
    ("`seed` must be an integer from 0 to 2**63 - 1", "`--seed` must be an integer from 0 to 2**63 - 1"),
    ("`step` must be an integer from 0, but got", "`--step` must be an integer from 0, but got"),
    ("`objective` must lie in", "`--objective` must lie in"),
    ("`worst` must be worse than the best value", "`--worst` must be worse than the best value"),
    ("; give `space`.", "; give `--space`."),
    ("`prior` is", "`--prior` is"),
    ("`prior` must have", "`--prior` must have"),
    ("`output` '", "`--output` '"),
    ("`output` must be a file", "`--output` must be a file"),
)


def in_options(text: str) -> str:
    """The text with options in place of settings; what names a parameter of the search stays as it is."""
    text = _RECORDED.sub(lambda match: f"`--{_OPTIONS[match[1]]}`", text)
    text = _PLACE.sub(lambda match: f"`--prior` number {int(match[1]) + 1}", text)
    for ours, theirs in _PHRASES:
        text = text.replace(ours, theirs)
    return text

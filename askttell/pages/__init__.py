"""A study as one page of HTML that can be sent to somebody: it holds plotly.js (the extra `report`) and opens without a network."""

import os
from pathlib import Path
from typing import Any

__all__ = ["as_html", "check_extra", "write"]


def write(study: Any, path: str | os.PathLike[str]) -> int:
    """The size in bytes of the file, which then holds the page: about 5 MB, of which plotly.js is nearly all."""
    target = Path(path)
    if target.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"A report's file must end in .html, but got {os.fspath(path)!r}.")
    return target.write_bytes(as_html(study).encode())


def as_html(study: Any) -> str:
    """The page: what has come of the search, its pictures, and all trials. `study` is a Study, as a History knows no times."""
    check_extra()
    from askttell.pages import page  # noqa: PLC0415 - only pages need it

    return page.made(study)


def check_extra() -> None:
    """Nothing; ImportError that names the extra if plotly is missing."""
    try:
        import plotly  # noqa: F401, PLC0415 - an optional extra
    except ImportError as error:
        raise ImportError("Reports need plotly; install it with: pip install 'askttell[report]'.") from error

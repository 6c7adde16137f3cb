"""The page put together: text escaped, scripts named by their digests in a policy that lets nothing else run and nothing be fetched."""

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from typing import Any

from plotly.offline import get_plotlyjs

from askttell.pages.figures import pictures
from askttell.pages.picture import Picture, hovers
from askttell.pages.summary import Fact, facts
from askttell.pages.table import rows_of
from askttell.versions import platform_here

_ASSETS = files("askttell.pages")


def made(study: Any) -> str:
    """The whole page."""
    style, script = (_ASSETS.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    plotly = get_plotlyjs()
    shown = pictures(study)
    drawn = {"pictures": [picture.drawn() for picture in shown if picture.data], "hovers": hovers(study)}
    head = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(plotly, script)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
        f"<title>{escape(study.name)} | askttell</title>",
        f"<style>{style}</style></head><body><main>",
    ]
    body = [
        _summary(study),
        *map(_section, shown),
        _table(study),
        f"<footer>Made by askttell {escape(platform_here()['askttell'])}; nothing on this page is fetched from elsewhere.</footer></main>",
        f'<script type="application/json" id="pictures">{_json(drawn)}</script>',
        f"<script>{plotly}</script>",
        f"<script>{script}</script>",
        "</body></html>\n",
    ]
    return "\n".join(head + body)


def _policy(*scripts: str) -> str:
    digests = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    # parallel coordinates compile their drawing commands
    return f"default-src 'none'; script-src {digests} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"


def _summary(study: Any) -> str:
    def item(fact: Fact) -> str:
        value = f"<code>{escape(fact.value)}</code>" if fact.code else escape(fact.value)
        return f'<div class="{fact.tone}"><dt>{escape(fact.name)}</dt><dd>{value}</dd></div>'

    return f"<header><h1>{escape(study.name)}</h1><dl>{''.join(map(item, facts(study)))}</dl></header>"


def _section(picture: Picture) -> str:
    inside = f'<div class="picture" id="{picture.id}" style="height:{picture.height}px"></div>' if picture.data else ""
    note = f"<p>{escape(picture.note)}</p>" if picture.note else ""
    return f"<section><h2>{escape(picture.title)}</h2>{note}{inside}</section>"


def _table(study: Any) -> str:
    head, rows = rows_of(study)
    heads = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "\n".join(f'<tr class="{state}">{"".join(f"<td>{escape(cell)}</td>" for cell in row)}</tr>' for state, row in rows)
    return (
        f"<section><h2>Trials</h2><p>{len(rows)} trials; click on a heading to sort by it.</p>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table></div></section>'
    )


def _json(value: Any) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

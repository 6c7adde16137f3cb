"""Who evaluated which trial when, by the clock."""

from typing import Any

from askttell.analysis.curves import timeline
from askttell.analysis.labels import brief
from askttell.pages.picture import COLOURS, Picture, axis, layout, plain


def workers(study: Any) -> Picture:
    """A bar for each evaluation, from ask to tell, coloured by its state; a worker that has several at a time has several lanes."""
    found = timeline(study)
    data = []
    for state, colour in COLOURS.items():
        bars = [bar for bar in found.bars if bar.trial.state == state]
        if bars:
            data.append({
                "type": "bar", "orientation": "h", "name": f"{state} ({len(bars)})", "marker": {"color": colour},
                "y": [bar.lane for bar in bars],
                "base": [f"{bar.trial.asked_at:%Y-%m-%d %H:%M:%S.%f}" for bar in bars], "width": 0.8,
                "x": [1000.0 * (bar.ended - bar.begun) for bar in bars], "hoverinfo": "text",
                "hovertext": [bar.trial.number for bar in bars],
            })  # fmt: skip
    lanes = range(len(found.workers))
    named = [lane for lane in lanes if lane == 0 or found.workers[lane - 1] != found.workers[lane]]
    labels = [plain(brief(found.workers[lane], 24)) for lane in named]
    down = axis(tickvals=named, ticktext=labels, range=[len(lanes) - 0.5, -0.5])
    shown = layout(xaxis=axis("UTC", type="date"), yaxis=down, barmode="overlay")
    return Picture("workers", "Workers", data, shown, height=min(900, 140 + 30 * len(lanes)))

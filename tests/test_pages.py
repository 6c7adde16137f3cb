"""The page of a study: what it says, that text cannot act, and what a browser makes of it."""

import json
import math
import re
import sys
from datetime import timedelta

import plotly.graph_objects as go
import pytest
from browser import CHROMIUM, chromium

from askttell import Categorical, Float, Int, Ordinal, Space, Study, pages
from askttell.pages.figures import pictures
from askttell.pages.results import results
from askttell.pages.summary import _duration, facts
from askttell.strategies import Random

EVIL = '<script>document.title="ran"</script>'
SPACE = Space(
    {
        "lr": Float(1e-5, 1e-1, log=True),
        f"layers{EVIL}": Int(1, 8),
        "optimizer": Categorical(["adam", EVIL, "<img src=x onerror=alert(1)>", "--ink"]),
        "momentum": Float(0.0, 0.99, when={"optimizer": [EVIL, "adam"]}),
        "batch": Ordinal([16, 32, 64, 128]),
    }
)


def value(params):
    return (math.log10(params["lr"]) + 3) ** 2 * 0.2 + 0.1 * params[f"layers{EVIL}"] + params.get("momentum", 0.5)


def studied(n=24, tell=value, space=SPACE, **settings):
    """A study with complete, failed, stopped and pending trials, full of text that would act if it were not escaped."""
    study = Study(space, name=f"mlp{EVIL}", seed=1, strategy=Random(), **settings)
    for k in range(n):
        trial = study.ask()
        if k % 7 == 3:
            study.fail(trial, f"out of memory {EVIL}\nTraceback")
        elif k % 11 == 5:
            study.stop(trial)
        elif k < n - 1:
            study.tell(trial, tell(trial.params), info={f"note{EVIL}": EVIL})
    return study


STUDIES = {
    "minimised": studied(),
    "maximised over decades": studied(tell=lambda p: math.exp(8 * value(p)), direction="maximize"),
    "two objectives": studied(tell=lambda p: (value(p), p["lr"]), directions=("minimize", "maximize")),
    "three objectives": studied(9, tell=lambda p: (1, 2, p["lr"]), directions=("minimize",) * 3),
    "few": studied(3),
    "nothing": studied(0),
    "one parameter": studied(9, tell=lambda p: p["x"], space=Space(x=Float(0.0, 1.0))),
    "all alike": studied(12, tell=lambda p: 1.0),
    "many": studied(12, tell=lambda p: sum(p.values()), space=Space({f"x{i}": Float(0.0, 1.0) for i in range(40)})),
}
studies = pytest.mark.parametrize("name", STUDIES)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


def said(study):
    return {fact.name: fact.value for fact in facts(study)}


@studies
def test_plotly_knows_every_part_of_every_picture(name):
    """Because the pictures are plain dicts; colours are named in the style sheet, so they are left out."""
    for picture in pictures(STUDIES[name]):
        text = re.sub(r'"--[a-z]+"', '"black"', json.dumps([picture.data, picture.layout], allow_nan=False))
        data, layout = json.loads(text.replace('"--ink"', '"black"'))
        go.Figure(data, layout)
        assert picture.data or picture.note


@studies
def test_text_of_a_study_is_escaped_everywhere(name):
    html = pages.as_html(STUDIES[name])
    shown = json.loads(re.search(r'id="pictures">(.*?)</script>', html, flags=re.DOTALL).group(1))

    assert html.count("<script") == 3
    assert "<img" not in html.partition("<script")[0]
    assert {picture["id"] for picture in shown["pictures"]} == {picture.id for picture in pictures(STUDIES[name]) if picture.data}


def test_no_label_of_a_picture_holds_a_tag():
    """Because plotly.js reads some of them, such as <b>."""
    space = Space({"a<b>b</b>": Float(0.0, 1.0), "c": Categorical(["<i>x</i>", "y"])})
    for picture in pictures(studied(24, tell=lambda p: p["a<b>b</b>"], space=space)):
        assert "<b>b" not in json.dumps([picture.data, picture.layout])
        assert "<i>" not in json.dumps([picture.data, picture.layout])


LARGEST = sys.float_info.max


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("values", [[1e308, -1e308, 1.0, 2.0], [1e-308, 1e308, 1.0, 2.0], [LARGEST] * 4, [-LARGEST] * 4, [5e-324, 1.0]])
def test_values_at_the_ends_of_the_floats_have_a_picture(values, direction):
    study = Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), seed=0, strategy=Random(), direction=direction)
    for value in values:
        study.tell(study.ask(), value)
    study.fail(study.ask(), "no")
    (edge,) = next(trace["y"] for trace in results(study).data if trace["name"] == "failed")

    json.dumps([[picture.data, picture.layout] for picture in pictures(study)], allow_nan=False)
    worst = max(values) if direction == "minimize" else min(values)
    beyond = edge - worst if direction == "minimize" else worst - edge
    assert beyond >= -0.02 * abs(worst) or 0.0 < edge < 1e-307


def test_results_over_many_decades_have_log_axes_in_all_pictures():
    shown = {picture.id: picture for picture in pictures(STUDIES["maximised over decades"])}
    (*_, heights) = shown["parallel"].data[0]["dimensions"]

    for picture in (shown["results"], shown["parameters0"]):
        assert {axis["type"] for name, axis in picture.layout.items() if name.startswith("yaxis")} == {"log"}
    assert [10.0**mark for mark in heights["tickvals"]] == pytest.approx([float(text) for text in heights["ticktext"]])
    (area, *_), note = shown["model0"].data, shown["model0"].note
    assert "of the logarithms of those left out" in note
    assert 10.0 ** area["z"][0][0] == pytest.approx(float(area["text"][0][0]), rel=0.01)
    scale = area["colorbar"]
    assert [10.0**mark for mark in scale["tickvals"]] == pytest.approx([float(text) for text in scale["ticktext"]], rel=0.01)
    wide = studied(tell=lambda p: (math.exp(8 * value(p)), p["lr"]), directions=("minimize", "maximize"))
    layout = next(picture for picture in pictures(wide) if picture.id == "front").layout
    assert (layout["xaxis"]["type"], layout["yaxis"]["type"]) == ("log", "log")


def test_a_landscape_names_the_condition_of_its_parameters():
    space = Space(c=Categorical(["a", "b"]), x=Float(0.0, 1.0, when={"c": "a"}), y=Float(0.0, 1.0, when={"c": "a"}))
    study = Study(space, seed=0, strategy=Random())
    study.run(lambda c, x=0.0, y=0.0: x + y, 30)
    layout = next(picture for picture in pictures(study) if picture.id == "model0").layout

    assert {layout["xaxis"]["title"]["text"], layout["yaxis"]["title"]["text"]} & {"x, if c = a", "y, if c = a"}


def test_a_summary_says_the_best_first_and_what_went_wrong():
    study = STUDIES["minimised"]
    lines, best = facts(study), study.best_trial
    later = [trial.number for trial in study.history.finished].index(best.number)

    assert (lines[0].name, lines[0].value) == ("best value (lowest)", f"{best.value:.6g}")
    assert lines[1].name.startswith(f"from trial {best.number}; {study.n_finished - 1 - later} trials since then were not better")
    assert f"lr = {best.params['lr']!r}" in lines[1].value
    assert said(study)["failures"] == f"3 times out of memory {EVIL}"
    assert said(study)["pending"].startswith("trial 23 since ")
    assert said(study)["trials"] == "24: 18 complete, 3 failed, 2 stopped, 1 pending"
    assert said(study)["strategy"] == "Random()"


def test_a_summary_says_what_there_is_to_say():
    study = Study(Space(x=Float(0.0, 1.0)), seed=5)
    assert said(study) == {"best": "no trial is complete yet", "trials": "none", "strategy": "none", "direction and seed": "minimize; 5"}
    study.add({"x": 0.5}, 1.0)
    assert "from trial 0; it is the newest result" in said(study)
    for k in range(4):
        study.fail(study.ask(), f"reason {k}")
    study.ask(4)
    assert said(study)["failures"].endswith("; …")
    assert said(study)["pending"].endswith("; …")
    assert said(STUDIES["two objectives"])["best"].endswith("trials that no other dominates, marked in the pictures")
    alone = Study(Space(x=Float(0.0, 1.0)), seed=5, directions=("minimize", "minimize"))
    alone.add({"x": 0.5}, (1.0, 1.0))
    assert said(alone)["best"] == "trial 0, the only one that no other dominates"


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.0, "3 seconds"), (600.0, "10.0 minutes"), (36000.0, "10.0 hours"), (864000.0, "10.0 days")]
)
def test_a_time_is_given_in_a_unit_that_fits(seconds, text):

    assert _duration(timedelta(seconds=seconds)) == text


def test_pictures_that_need_more_results_say_so():
    notes = {picture.title: picture.note for picture in pictures(STUDIES["few"])}

    assert notes["Importance"] == notes["Landscape"] == "A model needs 4 complete trials, but there are 2; tell more results first."
    assert [picture.note for picture in pictures(STUDIES["nothing"])] == ["No trial is complete yet."]
    assert "Landscape" not in {picture.title for picture in pictures(STUDIES["one parameter"])}


def test_thousands_of_points_are_drawn_by_the_graphics_card():
    study = Study(Space(x=Float(0.0, 1.0)), seed=0, strategy=Random())
    for k in range(2001):
        study.add({"x": k / 2001}, float(k))
    assert results(study).data[0]["type"] == "scattergl"


def test_a_page_is_written_to_a_file_of_a_few_megabytes(tmp_path):
    size = pages.write(STUDIES["few"], tmp_path / "report.html")

    assert size == (tmp_path / "report.html").stat().st_size
    assert 1e6 < size < 7e6
    with pytest.raises(ValueError, match=r"A report's file must end in \.html, but got '.*report\.pdf'"):
        pages.write(STUDIES["few"], tmp_path / "report.pdf")


def test_plotly_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(ImportError, match="pip install 'askttell\\[report\\]'"):
        pages.as_html(STUDIES["few"])


@needs_chromium
def test_a_browser_draws_all_without_an_error_or_a_request(tmp_path):
    """In light and in dark; the texts that would set the title, open a dialogue or fetch an image do nothing."""
    with chromium(tmp_path / "profile") as page:
        for name in ("minimised", "two objectives"):
            study, file = STUDIES[name], tmp_path / f"{name.partition(' ')[0]}.html"
            pages.write(study, file)
            page.open(file.as_uri())
            n = len([picture for picture in pictures(study) if picture.data])

            assert page.evaluate("document.documentElement.dataset.drawn") == str(n)
            assert page.evaluate("document.querySelectorAll('.picture .main-svg').length") >= n
            assert page.evaluate("document.title") == f"mlp{EVIL} | askttell"
            assert page.evaluate("document.querySelectorAll('tbody tr').length") == len(study.trials)
            assert (
                page.evaluate("Array.from(document.querySelectorAll('.modebar-btn'), b => b.dataset.title).join().includes('Share')")
                is False
            )

        first = page.evaluate("document.getElementById('front').data[0].hovertext[0]")
        assert first.startswith("<b>trial ")
        assert "<br>layers&lt;script&gt;" in first
        page.evaluate("document.querySelectorAll('th')[0].click()")
        assert page.evaluate("document.querySelector('tbody td').textContent") == "0"
        light = page.evaluate("getComputedStyle(document.querySelector('.xtick text')).fill")
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        page.evaluate("new Promise(done => setTimeout(done, 500))")
        assert page.evaluate("getComputedStyle(document.querySelector('.xtick text')).fill") != light
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert {url for url in page.requests if url.startswith("file:")} == {
            (tmp_path / f).as_uri() for f in ("minimised.html", "two.html")
        }
        assert page.errors == []

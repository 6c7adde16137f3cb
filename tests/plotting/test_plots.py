"""Plots: what stands on which axis, in which scale, and that nothing is cut off or written over."""

import functools
import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.image import imread
from matplotlib.text import Text

from askttell import Categorical, Float, Int, Ordinal, Space, Study, plotting
from askttell.plotting.canvas import brief
from askttell.plotting.scales import log_marks
from askttell.strategies import Random

SPACE = Space(
    lr=Float(1e-5, 1e-1, log=True),
    layers=Int(1, 8),
    width=Int(16, 1024, log=True, when={"layers": range(2, 9)}),
    optimizer=Categorical(["adam", "sgd", "rmsprop with momentum"]),
    momentum=Float(0.0, 0.99, when={"optimizer": ["sgd", "adam"]}),
    batch=Ordinal([16, 32, 64, 128]),
    warmup=Categorical([True, False, None], when={"optimizer": "sgd", "layers": 3}),
)


def loss(params):
    return (math.log10(params["lr"]) + 3) ** 2 * 0.2 + abs(params["layers"] - 4) * 0.05 + 0.1


def studied(n=60, transform=float, space=SPACE, loss=loss, **settings):
    """A study with complete, failed, stopped and pending trials."""
    study = Study(space, seed=1, strategy=Random(), **settings)
    for k in range(n):
        trial = study.ask()
        if k % 11 == 5:
            study.fail(trial, "out of memory")
        elif k % 17 == 3:
            study.stop(trial)
        elif k < n - 2:
            study.tell(trial, transform(loss(trial.params)))
    return study


STUDIES = {
    "minimised": studied(),
    "maximised": studied(transform=lambda value: 1 / (1 + value), direction="maximize"),
    "over decades": studied(transform=lambda value: math.exp(10 * value)),
    "two objectives": studied(transform=lambda value: (value, 1 / value), directions=("minimize", "maximize")),
    "one trial": studied(3, space=Space(x=Categorical(["only"])), loss=lambda params: 3.0),
    "all alike": studied(9, loss=lambda params: 0.0),
    "many parameters": studied(
        40,
        space=Space({f"a_long_parameter_name_{i}": Float(1e-3, 1e3, log=True) for i in range(13)}),
        loss=lambda p: sum(p.values()),
    ),
    "a branch that was never taken": Study(Space(a=Categorical(["x", "y"]), b=Float(0.0, 1.0, when={"a": "y"})), seed=0),
    "many trials and choices": studied(
        320, space=Space(c=Categorical([f"choice {i}" for i in range(30)]), x=Float(2.0, 5.0, log=True)), loss=lambda params: params["x"]
    ),
}
kinds = pytest.mark.parametrize("kind", plotting.KINDS)
studies = pytest.mark.parametrize("name", STUDIES)
STUDIES["a branch that was never taken"].add({"a": "x"}, 1.0)


@functools.cache
def drawn(kind, name):
    """The figure of that kind, drawn."""
    figure = plotting.KINDS[kind](STUDIES[name])
    figure.canvas.draw()
    return figure


def panels(figure):
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.axison]


def labels(axis):
    return [text for text in axis.get_ticklabels() if text.get_visible() and text.get_text()]


@kinds
@studies
def test_nothing_is_cut_off_and_no_label_is_written_over_another(kind, name):
    figure = drawn(kind, name)
    renderer = figure.canvas.get_renderer()
    box = figure.get_tightbbox(renderer)
    width, height = figure.get_size_inches()

    assert box.x0 >= -0.02
    assert box.y0 >= -0.02
    assert box.x1 <= width + 0.02
    assert box.y1 <= height + 0.02
    for axes in panels(figure):
        low, high = sorted(axes.get_xlim())
        shown = [text for text in labels(axes.xaxis) if low <= text.get_position()[0] <= high and text.get_rotation() == 0]
        boxes = [text.get_window_extent(renderer) for text in shown]
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)


@kinds
@studies
def test_every_panel_says_what_its_axes_are(kind, name):
    study, figure = STUDIES[name], drawn(kind, name)
    texts = {text.get_text() for text in figure.findobj(Text)}
    ways = {"minimize": "minimised", "maximize": "maximised"}

    for objective, way in enumerate(study.history.directions):
        axis = "value" if study.history.n_objectives == 1 else f"value {objective}"
        assert texts & {f"{axis} ({ways[way]})", f"{axis}\n({ways[way]})"}
    if kind == "history":
        assert "trial" in texts
    else:
        for parameter in study.space.names:
            assert any(text.partition("\n")[0] in (brief(parameter, 12), brief(parameter, 24)) for text in texts)


def test_axes_are_log_where_the_space_is_and_categories_have_names():
    axes = dict(zip(SPACE.names, panels(plotting.plot_parameters(STUDIES["minimised"])), strict=True))

    assert {name for name, panel in axes.items() if panel.get_xscale() == "log"} == {"lr", "width"}
    assert [text.get_text() for text in labels(axes["optimizer"].xaxis)] == ["adam", "sgd", "rmsprop …tum"]
    assert [text.get_text() for text in labels(axes["batch"].xaxis)] == ["16", "32", "64", "128"]
    assert axes["width"].get_xlabel() == "width\nif layers = 2…8"
    assert axes["momentum"].get_xlabel() == "momentum\nif optimizer = adam | sgd"


def test_inactive_parameters_have_no_point_and_failures_are_crosses():
    study = STUDIES["minimised"]
    axes = dict(zip(SPACE.names, panels(plotting.plot_parameters(study)), strict=True))
    for name, panel in axes.items():
        complete = [trial for trial in study.trials if trial.state == "complete" and name in trial.params]
        failed = [trial for trial in study.trials if trial.state == "failed" and name in trial.params]
        crosses = [line for line in panel.lines if line.get_marker() == "x"]

        assert len(panel.collections[0].get_offsets()) == len(complete)
        assert sum(len(line.get_xdata()) for line in crosses) == len(failed)


@pytest.mark.parametrize(("name", "best"), [("minimised", np.minimum), ("maximised", np.maximum)])
def test_the_best_so_far_follows_the_direction(name, best):
    study = STUDIES[name]
    (axes,) = panels(plotting.plot_history(study))
    line = next(line for line in axes.lines if line.get_label() == "best so far")
    values = [trial.value for trial in study.trials if trial.state == "complete"]

    assert np.array_equal(line.get_ydata()[:-1], best.accumulate(values))
    assert line.get_ydata()[-1] == study.best_value


def test_trials_without_a_value_are_marked_and_counted():
    (axes,) = panels(plotting.plot_history(STUDIES["minimised"]))
    states = [trial.state for trial in STUDIES["minimised"].trials]
    legend = set(axes.get_legend_handles_labels()[1])

    assert {f"{state} ({states.count(state)})" for state in ("complete", "failed", "stopped", "pending")} <= legend


def test_results_over_many_decades_have_a_log_axis():
    for name, scale in (("minimised", "linear"), ("over decades", "log")):
        assert panels(plotting.plot_history(STUDIES[name]))[0].get_yscale() == scale
        assert {axes.get_yscale() for axes in panels(plotting.plot_parameters(STUDIES[name]))} == {scale}


def test_the_best_line_of_parallel_coordinates_ends_at_the_best_value():
    for name, height in (("minimised", 0.0), ("maximised", 1.0), ("over decades", 0.0)):
        (axes,) = panels(plotting.plot_parallel(STUDIES[name]))
        thick = [line for line in axes.lines if line.get_linewidth() > 2]

        assert [line.get_ydata()[-1] for line in thick] == [height]


def test_the_pareto_set_is_marked():
    study = STUDIES["two objectives"]
    assert f"Pareto set ({len(study.best_trials)})" in panels(plotting.plot_history(study))[0].get_legend_handles_labels()[1]


@kinds
def test_files_are_800_by_500(kind, tmp_path):
    plotting.save(plotting.KINDS[kind](STUDIES["minimised"].history), tmp_path / "plot.PNG")

    assert imread(tmp_path / "plot.PNG").shape[:2] == (500, 800)


@kinds
def test_without_a_result_there_is_nothing_to_plot(kind):
    study = Study(SPACE, seed=0)
    study.fail(study.ask(), "because")
    with pytest.raises(LookupError, match="No trial is complete yet, so there is nothing to plot"):
        plotting.KINDS[kind](study)


def test_a_wrong_ending_and_a_missing_extra_are_named(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="must end in .png, .svg or .pdf, but got"):
        plotting.save(plotting.plot_history(STUDIES["minimised"]), tmp_path / "plot.xyz")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install 'askttell\\[plot\\]'"):
        plotting.plot_history(STUDIES["minimised"])


def test_marks_of_a_log_axis_lie_within_its_bounds():
    for low, high in [(1e-5, 0.1), (1, 1000), (2, 5), (3, 4), (16, 1024), (1e-300, 1e300)]:
        marks = log_marks(low, high)

        assert 2 <= len(marks) <= 5
        assert all(low <= mark <= high for mark in marks)


def test_numbers_are_brief():
    values = [0.0, 0.5, 1e-5, 1234.5, 1.25e7, -3e-7, math.inf, None, True, "a name of many words"]
    assert [brief(value) for value in values] == ["0", "0.5", "1e-5", "1234", "1.25e7", "-3e-7", "inf", "None", "True", "a name o…rds"]


def test_plots_touch_no_global_state():
    program = "import sys; from askttell.plotting import over_time, parallel, parameters; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"

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
from askttell.analysis.cuts import cut
from askttell.analysis.labels import brief
from askttell.analysis.landscape import landscape_of, landscape_to_draw
from askttell.analysis.places import log_marks
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
MODELS = ("slices", "contour", "importance")
ALIKE = ("maximised", "over decades")  # the first is like them
FEW = ("one trial", "a branch that was never taken")
kinds = pytest.mark.parametrize("kind", plotting.KINDS)
each = pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind, name in itertools.product(plotting.KINDS, STUDIES)
        if not (kind in MODELS and name in FEW + ALIKE)
        and not (kind == "timeline" and name in ALIKE)
        and not (kind in plotting.COMPARISONS and name == "two objectives")
        and not (kind == "front" and name != "two objectives")
    ],
)
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


@each
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


@each
def test_every_panel_says_what_its_axes_are(kind, name):
    study, figure = STUDIES[name], drawn(kind, name)
    texts = {text.get_text() for text in figure.findobj(Text)}
    ways = {"minimize": "minimised", "maximize": "maximised"}

    for objective, way in enumerate(study.history.directions[: 1 if kind in ("slices", "contour") else None]):
        axis = "value" if study.history.n_objectives == 1 else f"value {objective}"
        assert kind == "timeline" or any(text.endswith((f"{axis} ({ways[way]})", f"{axis}\n({ways[way]})")) for text in texts)
    if kind in ("history", "timeline", *plotting.COMPARISONS):
        assert any("trial" in text or "first ask" in text for text in texts)
    shown = {text.partition("\n")[0] for text in texts}
    assert kind not in ("parameters", "parallel", "slices", "importance") or all(
        any(brief(parameter, room) in shown for room in (12, 19, 20, 28)) for parameter in study.space.names
    )


def test_axes_are_log_where_the_space_is_and_categories_have_names():
    axes = dict(zip(SPACE.names, panels(plotting.plot_parameters(STUDIES["minimised"])), strict=True))

    assert {name for name, panel in axes.items() if panel.get_xscale() == "log"} == {"lr", "width"}
    assert [text.get_text() for text in labels(axes["optimizer"].xaxis)] == ["adam", "sgd", "rmsprop …tum"]
    assert [text.get_text() for text in labels(axes["batch"].xaxis)] == ["16", "32", "64", "128"]
    assert axes["width"].get_xlabel() == "width\nif layers = 2…8"
    assert axes["momentum"].get_xlabel() == "momentum\nif optimizer = adam | sgd"


def test_a_parameter_tried_near_the_lower_end_of_decades_has_a_log_axis_from_there_on():
    """Because on a linear one the trials stand on a line, and the model is flat but for a spike there."""
    study = Study(Space(x=Float(1e-9, 1.0), n=Int(1, 4096), y=Float(1e-9, 1.0), z=Float(0.0, 1.0)), seed=0)
    for k in range(10):
        study.add({"x": 10.0 ** -(k % 5), "n": 4**k if k < 6 else 4096, "y": 0.1 * (k or 1), "z": 0.001}, k)
    history, figure = study.history, plotting.plot_slices(study)
    cuts = [cut(landscape_of(history), history, name) for name in "xnyz"]

    assert [axes.get_xscale() for axes in panels(figure)] == ["log", "log", "linear", "linear"]
    assert [axes.get_xscale() for axes in panels(plotting.plot_parameters(study))] == ["log", "log", "linear", "linear"]
    assert [found.places[0] for found in cuts[:3]] == pytest.approx([0.5e-4, 1, 1e-9])
    assert cuts[0].places[50] == pytest.approx(0.5e-2, rel=0.5)
    contour = panels(plotting.plot_contour(study, ["n", "x"]))[0]
    assert (contour.get_xscale(), contour.get_yscale()) == ("log", "log")
    assert contour.get_xlim() == (1, 4096)
    assert contour.get_ylim() == pytest.approx((0.5e-4, 1.0))


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
    n = len(study.best_trials)
    rings = [axes.collections[-1] for axes in panels(plotting.plot_parameters(study))]

    assert f"Pareto set ({n})" in panels(plotting.plot_history(study))[0].get_legend_handles_labels()[1]
    assert f"rings: the Pareto set ({n}); crosses: 5 failed" in {text.get_text() for text in drawn("parameters", "two objectives").texts}
    assert len(rings[0].get_offsets()) == len(rings[7].get_offsets()) == n


def test_a_front_is_drawn_of_each_pair_of_objectives():
    study = studied(30, transform=lambda value: (value, 1 / value, 10 ** (9 * value), 1.0), directions=("minimize", "maximize") * 2)
    figure = plotting.plot_front(study)
    shown = panels(figure)

    assert [axes.get_xlabel()[:7] for axes in shown] == ["value 0", "value 0", "value 0", "value 1", "value 1", "value 2"]
    assert [axes.get_yscale() for axes in shown[:3]] == ["linear", "log", "linear"]
    n, complete = len(study.best_trials), sum(trial.state == "complete" for trial in study.trials)
    assert shown[0].get_legend_handles_labels()[1] == [f"dominated ({complete - n})", f"Pareto set ({n})"]
    assert all(len(axes.lines) == 0 for axes in shown)


def test_a_line_bounds_what_a_front_of_two_objectives_dominates():
    study = Study(Space(x=Float(0.0, 1.0)), seed=0, directions=("maximize", "minimize"))
    for values in ((1.0, 1.0), (3.0, 3.0), (2.0, 2.0), (1.5, 3.0)):
        study.add({"x": 0.5}, values)
    (line,) = panels(plotting.plot_front(study))[0].lines

    assert line.get_xydata().tolist() == [[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]]
    assert line.get_drawstyle() == "steps-post"


@kinds
def test_files_are_800_wide(kind, tmp_path):
    study = STUDIES["two objectives" if kind == "front" else "minimised"]
    plotting.save(plotting.KINDS[kind](study), tmp_path / "plot.PNG")

    assert imread(tmp_path / "plot.PNG").shape[1] == 800


@pytest.mark.parametrize("kind", [kind for kind in plotting.KINDS if kind != "timeline"])
def test_without_a_result_there_is_nothing_to_plot(kind):
    study = Study(SPACE, seed=0, directions=("minimize",) * (1 + (kind == "front")))
    study.fail(study.ask(), "because")
    with pytest.raises(LookupError, match="(?i)complete trial|no trial is complete"):
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
    modules = "contour, over_time, parallel, parameters, timeline"
    program = f"import sys; from askttell.plotting import {modules}; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_groups_of_searches_have_a_line_and_a_band_each():
    groups = {name: [studied(9 + k) for k in range(3)] for name in ("one", "other")}
    (axes,) = panels(plotting.plot_incumbent(groups))
    (shares,) = panels(plotting.plot_ecdf({name: members[0] for name, members in groups.items()}))

    assert axes.get_legend_handles_labels()[1] == ["one (3 searches)", "other (3 searches)"]
    assert len(axes.collections) == 2
    assert shares.get_legend_handles_labels()[1] == ["one", "other"]


def test_a_share_of_results_is_counted_from_the_better_side():
    for name, at in (("minimised", -1), ("maximised", 0)):
        (axes,) = panels(drawn("ecdf", name))
        (line,) = axes.lines

        assert line.get_ydata()[at] == pytest.approx(1.0)
        assert sorted(line.get_ydata()) == pytest.approx([(k + 1) / len(line.get_ydata()) for k in range(len(line.get_ydata()))])


def test_a_contour_shows_the_pair_that_is_named_and_says_whose_model_it_is():
    figure = plotting.plot_contour(STUDIES["minimised"], ["optimizer", "momentum"])
    (axes,) = [axes for axes in panels(figure) if axes.get_xlabel()]

    assert (axes.get_xlabel(), axes.get_ylabel()) == ("optimizer", "momentum\nif optimizer = adam | sgd")
    assert figure._suptitle.get_text().startswith("askttell's Gaussian process of 53 results, which predicts ")
    assert figure._suptitle.get_text().endswith("averaged over the other 5 parameters")


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_of_results_over_decades_the_model_is_of_their_logarithms(direction):
    """Because else all but the worst look alike, and the model expects what is below zero."""
    study = Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), seed=0, direction=direction, strategy=Random())
    study.enqueue(dict.fromkeys("xy", 1.0 if direction == "minimize" else 0.0))
    study.stop(study.ask())  # counts as the worst
    study.run(lambda x, y: 10.0 ** (6 * x + y), 30)
    landscape, slices, contour = landscape_to_draw(study.history), plotting.plot_slices(study), plotting.plot_contour(study)
    values = landscape.values(np.array([[0.25, 0.5], [0.75, 0.5]]))[0]
    (area,) = [drawn for drawn in panels(contour)[0].collections if drawn.get_cmap() is not None and drawn.get_array() is not None][:1]

    assert np.allclose(np.log10(values), [2.0, 5.0], atol=0.4)
    assert {axes.get_yscale() for axes in panels(slices)} == {"log"}
    assert "of the variance of the logarithms of those left out" in slices.get_suptitle()
    assert np.allclose(np.diff(np.log(area.levels)), np.diff(np.log(area.levels))[0])
    assert not landscape_of(study.history).of_logs  # shares of importance are of the values themselves


def test_an_all_but_flat_model_of_results_over_decades_has_a_contour():
    study = Study(Space(x=Float(0.0, 1.0), y=Float(0.0, 1.0)), seed=0)
    for k in range(8):
        study.add({"x": 0.5, "y": 0.5}, 10.0**k)
    plotting.plot_contour(study, ["x", "y"]).canvas.draw()


def test_a_slice_names_the_condition_of_its_parameter():
    names = {axes.get_xlabel() for axes in panels(plotting.plot_slices(STUDIES["minimised"]))}

    assert "momentum\nif optimizer = adam | sgd" in names
    assert "optimizer" in names


@pytest.mark.parametrize("values", [[5e-324, 1.0, 2.0], [1e-300, 1e300, 1.0]])
def test_results_over_all_decades_have_a_picture(values):
    study = studied(3, space=Space(x=Float(0.0, 1.0)), loss=lambda p: values.pop())
    for plot in (plotting.plot_history, plotting.plot_parameters, plotting.plot_parallel, plotting.plot_incumbent):
        plot(study).canvas.draw()


def test_a_contour_of_two_log_parameters_has_log_axes():
    study = studied(20, space=Space(a=Float(1e-4, 1.0, log=True), b=Int(1, 1000, log=True)), loss=lambda p: p["a"] + p["b"] / 1000)
    (axes,) = [axes for axes in panels(plotting.plot_contour(study)) if axes.get_xlabel()]

    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in labels(axes.yaxis)] == ["1", "10", "100", "1000"]


def test_parameters_that_are_wrong_for_a_contour_are_named():
    with pytest.raises(LookupError, match="There is no parameter `lrr`; .* Did you mean `lr`?"):
        plotting.plot_contour(STUDIES["minimised"], ["lrr", "layers"])
    with pytest.raises(ValueError, match="needs two different parameters, but got \\['lr', 'lr'\\]"):
        plotting.plot_contour(STUDIES["minimised"], ["lr", "lr"])
    with pytest.raises(ValueError, match="the space has one, `x`; draw the kind `slices`"):
        plotting.plot_contour(STUDIES["one trial"])


def test_a_long_timeline_has_a_unit_that_fits_and_no_numbers():
    (axes,) = panels(drawn("timeline", "many trials and choices"))

    assert axes.get_xlabel().endswith("since the first ask")
    assert len(axes.texts) == 0
    assert len(panels(drawn("timeline", "minimised"))[0].patches) == 60

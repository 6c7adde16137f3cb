"""Records the golden logs anew: `python tests/golden/record.py` for all strategies, with names for some.

Each log holds a small search by one strategy, with failed, stopped, pending, enqueued, added and foreign trials on a conditional space. The
tests recompute its suggestions. `format-1.jsonl` is none of these: it was written once, and is never written again.
"""

import sys
from itertools import cycle
from pathlib import Path

from askttell import Categorical, Float, History, Int, NotReady, Ordinal, Space, add, enqueue, fail, report, stop, tell
from askttell.codec import event_to_json
from askttell.strategies import CMAES, GP, TPE, Auto, DifferentialEvolution, Genetic, Grid, Random, Sobol
from askttell.strategy import asked_events
from askttell.versions import platform_here
from askttell.wrappers import Lagged
from storage_backends import connect

FOLDER = Path(__file__).parent
ONE, TWO = ("maximize",), ("minimize", "maximize")
GOLDEN = {
    "Auto": (Auto(), ONE),
    "CMAES": (CMAES(population=4), ONE),
    "DifferentialEvolution": (DifferentialEvolution(population=4), ONE),
    "GP": (GP(), ONE),
    "Genetic": (Genetic(population=4), ONE),
    "Genetic-two": (Genetic(population=4), TWO),
    "Grid": (Grid(points=5), ONE),
    "Lagged": (Lagged(TPE(n_startup=2), 3), ONE),
    "Random": (Random(), ONE),
    "Sobol": (Sobol(), ONE),
    "TPE": (TPE(n_startup=4), ONE),
    "TPE-two": (TPE(n_startup=4), TWO),
}
SPACE = Space(
    kind=Categorical(["a", "b", None]),
    x=Float(1e-3, 1e3, log=True, when={"kind": "a"}),
    n=Int(1, 100, log=True, when={"kind": ["a", "b"]}),
    step=Float(0.0, 1.0, step=0.1),
    size=Ordinal([16, 32, 64], when={"n": range(10, 101)}),
    y=Float(-1.0, 1.0),
)
N = 19
PLATFORM = ("numpy", "scipy", "machine")  # a release of our own must change no suggestion


def path(name):
    """The file of a golden log."""
    return FOLDER / f"{name}.jsonl"


def search(strategy, directions):
    """The history of the search."""
    platform = {key: platform_here()[key] for key in PLATFORM}
    history = History.start(SPACE, seed=11, directions=directions)
    fates = cycle(["tell", "fail", "tell", "pend", "stop", "tell", "tell"])
    while history.number < N:
        if history.number == 5:
            history = enqueue(history, {"kind": "b", "n": 3, "step": 0.3, "y": 0.5})
        if history.number == 9:
            history = add(history, {"kind": None, "step": 0.1, "y": 0.25}, [0.5] * len(directions))
        by = Random() if history.number == 12 else strategy
        try:
            history = history.then(*asked_events(history, by, platform=platform))
        except NotReady as early:
            history = tell(history, early.number, 2.0)
            continue
        history = told(history, history.number - 1, next(fates))
    return history


def told(history, number, fate):
    """The history after the evaluation of a trial; values are exact on every machine."""
    params = history.trial(number).params
    value = round(1024 * (params["y"] * params["y"] + params["step"])) / 1024
    if fate == "fail":
        return fail(history, number, "it failed")
    if fate == "tell":
        return tell(history, number, [value, 1.0 - value][: history.n_objectives])
    history = report(history, number, [value] * history.n_objectives, step=0)
    return stop(history, number) if fate == "stop" else history


def record(name):
    """Nothing; the golden log is written anew."""
    path(name).unlink(missing_ok=True)
    log = connect(str(path(name)))
    for at, event in enumerate(search(*GOLDEN[name]).events):
        log.append("study", at, [event_to_json(event)], durable=True)
    log.close()


if __name__ == "__main__":
    for chosen in sys.argv[1:] or GOLDEN:
        record(chosen)
        print(path(chosen))

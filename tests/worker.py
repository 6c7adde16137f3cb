"""Programs that tests run in processes of their own: `python worker.py VERB STORAGE …`."""

import os
import signal
import sys
import threading
import time
from random import Random as Dice

from canary import SPACE, Canary, Slow, loss

from askttell import Exhausted, Study
from askttell.strategies import GP, Grid, Random, Sobol

STRATEGIES = {"Canary": Canary(), "Random": Random(), "Sobol": Sobol(), "Grid": Grid(points=4), "GP": GP()}


def loop(storage, strategy, n):
    """Ask, report twice and tell until the study holds n finished trials."""
    with Study(SPACE, storage=storage, strategy=STRATEGIES[strategy], seed=7, max_attempts=1000) as study:
        while True:
            try:
                trial = study.ask(total=int(n))
            except Exhausted:
                return
            for step in range(2):
                study.report(trial, loss(trial.params) + step, step=step)
            study.tell(trial, loss(trial.params))


def doomed(storage, strategy, n, seconds):
    """The same loop in a process that is killed after so many seconds."""

    def kill():
        time.sleep(float(seconds))
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    loop(storage, strategy, n)


def doomed_inside(storage, strategy, n, seed):
    """The same loop in a process that is killed inside an append: before, between or after its system calls."""
    dice = Dice(int(seed))
    at, calls = dice.randrange(4, 900), 0

    def trace(frame, event, arg):
        nonlocal calls
        if (
            frame.f_code.co_name in ("append", "_put", "_synced", "_synchronise", "_write")
            and "storage_backends" in frame.f_code.co_filename
        ):
            calls += 1
            if calls >= at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    loop(storage, strategy, n)


def share(storage, n):
    """Ask and tell n times beside other processes."""
    study = Study(SPACE, storage=storage, strategy=Canary(), seed=7)
    for _ in range(int(n)):
        trial = study.ask()
        study.tell(trial, loss(trial.params))


def think(storage, n, marks, seconds):
    """Ask n times with a strategy that takes long."""
    study = Study(SPACE, storage=storage, strategy=Slow(marks, float(seconds)), seed=7)
    for _ in range(int(n)):
        trial = study.ask()
        study.tell(trial, loss(trial.params))


def die(storage):
    """Ask, and be killed while evaluating; print the number first."""
    print(Study(storage=storage).ask().number, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

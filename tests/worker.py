"""Programs that tests run in processes of their own: `python worker.py VERB STORAGE …`."""

import os
import signal
import sys
import threading
import time
from random import Random as Dice

from canary import SPACE, Canary, Slow, loss

from askttell import Exhausted, Study
from askttell.strategies import CMAES, GP, TPE, DifferentialEvolution, Genetic, Grid, Random, Sobol

STRATEGIES = {
    "Canary": Canary(),
    "Random": Random(),
    "Sobol": Sobol(),
    "Grid": Grid(points=4),
    "TPE": TPE(n_startup=5),
    "GP": GP(),
    "CMAES": CMAES(population=6),
    "Genetic": Genetic(population=8),
    "DifferentialEvolution": DifferentialEvolution(population=6),
}


def loop(storage, strategy, n, reports=2):
    """Ask, report and tell until the study holds n finished trials."""
    with Study(SPACE, storage=storage, strategy=STRATEGIES[strategy], seed=7, max_attempts=1000) as study:
        while True:
            try:
                trial = study.ask(total=int(n))
            except Exhausted:
                return
            for step in range(reports):
                study.report(trial, loss(trial.params) + step, step=step)
            study.tell(trial, loss(trial.params))


def crowd(storage, strategy, n, seed):
    """Keep eight trials pending and tell them in any order, three of ten as failed, until the study holds n finished ones."""
    dice, waiting = Dice(int(seed)), []
    with Study(SPACE, storage=storage, strategy=STRATEGIES[strategy], seed=7, max_attempts=1000) as study:
        while study.n_finished < int(n):
            waiting += [study.ask() for _ in range(8 - len(waiting))]
            trial = waiting.pop(dice.randrange(8))
            if dice.random() < 0.3:
                study.fail(trial, "dice")
            else:
                study.tell(trial, loss(trial.params))


def acknowledge(storage, strategy, n, say):
    """Ask, tell and say so n times; then ask once more, and be killed."""
    study = Study(SPACE, storage=storage, strategy=STRATEGIES[strategy], seed=7, max_attempts=1000)
    for _ in range(int(n)):
        trial = study.ask()
        study.tell(trial, loss(trial.params))
        say(f"acknowledged {trial.number}")
    study.ask()
    os.kill(os.getpid(), signal.SIGKILL)


def doomed(storage, strategy, n, seconds):
    """The same loop in a process that is killed after so many seconds."""

    def kill():
        time.sleep(float(seconds))
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    loop(storage, strategy, n)


def doomed_inside(storage, strategy, n, seed):
    """The same loop in a process that is killed inside an append: before, between or after its system calls."""
    die_inside(Dice(int(seed)).randrange(4, 900))
    loop(storage, strategy, n)


def doomed_crowd(storage, strategy, n, seed):
    """The crowd in a process that is killed inside an append."""
    die_inside(Dice(int(seed)).randrange(4, 600))
    crowd(storage, strategy, n, seed)


def die_inside(at):
    """From now on count the steps of appends, and be killed at one of them."""
    calls = 0

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


def die_late(storage, seconds):
    """Ask, print the number, and be killed while evaluating for so many seconds."""
    print(Study(storage=storage).ask().number, flush=True)
    time.sleep(float(seconds))
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

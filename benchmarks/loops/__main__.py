"""`python -m benchmarks.loops NAME`: tune one of the training loops and say what came of it."""

import argparse
import importlib
import importlib.util

from threadpoolctl import threadpool_limits

from askttell import Study
from benchmarks.loops import imbalanced
from benchmarks.loops.loop import search, study_of, summary

NAMES = ("images", "text", "recommendations", "imbalanced")


def main() -> None:
    """Search and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loops", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--trials", type=int, default=30, metavar="N", help="in all; with --storage it goes on where it was")
    parser.add_argument("--epochs", type=int, default=8, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--storage", help="such as loops.db; without it the search is kept in memory")
    given = parser.parse_args()
    loop = importlib.import_module(f"benchmarks.loops.{given.name}").LOOP
    if given.name in ("images", "text"):
        print("with PyTorch" if importlib.util.find_spec("torch") else "PyTorch is not installed: a multi-layer perceptron of scikit-learn")
    with study_of(loop, storage=given.storage, seed=given.seed) as study, threadpool_limits(1):
        search(loop, study, given.trials, given.epochs)
        for what, value in summary(loop, study, given.epochs).items():
            print(f"{what:<16}{value}")
        if loop is imbalanced.LOOP:
            print(choices(study))


def choices(study: Study) -> str:
    """What accuracy chooses and what F1 would have chosen."""
    lines = ["", f"{'chosen by':<12}{'trial':>6}{'accuracy':>10}{'F1':>8}{'recall':>8}{'weight':>8}"]
    for name, trial in (("accuracy", study.best_trial), ("F1", imbalanced.best_by(study, "f1"))):
        figures = f"{trial.values[0]:>10.4f}{trial.info['f1']:>8.4f}{trial.info['recall']:>8.4f}{trial.params['weight']:>8.2f}"
        lines.append(f"{name:<12}{trial.number:>6}{figures}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

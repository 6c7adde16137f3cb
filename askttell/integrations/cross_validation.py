"""The loop between a Study and scikit-learn's `evaluate_candidates`, its folds, and their scores as they are recorded."""

import copy
import math
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

from sklearn.exceptions import FitFailedWarning

from askttell.errors import Exhausted
from askttell.seed import uniforms
from askttell.study import Study
from askttell.trial import Trial

Evaluate: TypeAlias = Callable[[list[dict[str, Any]]], dict[str, Any]]
Folds: TypeAlias = dict[str, list[float]]  # "test_score", "fit_time", … as cross_validate names them → one number a fold
_PATH = 0xF01D  # of random numbers for folds


class SameFolds:
    """The folds of a splitter, drawn once, as scores compare only on equal ones. What the splitter leaves to chance follows the seed.

    Only the splits are fixed: scikit-learn counts them, and routes what they need, by the splitter itself.
    """

    def __init__(self, splitter: Any, seed: int) -> None:
        self._splitter = splitter
        self._folds: list[Any] | None = None
        if getattr(splitter, "random_state", 0) is None:
            self._splitter = copy.copy(splitter)
            self._splitter.random_state = int(uniforms(seed, 0, 1, _PATH)[0] * 2**32)

    def split(self, *data: Any, **params: Any) -> list[Any]:
        """The pairs of train and test indices, the same at each call."""
        if self._folds is None:
            self._folds = list(self._splitter.split(*data, **params))
        return self._folds


class CrossValidation:
    """A search in progress. `folds` holds what is known of each trial by number, None where every fold failed."""

    def __init__(self, study: Study, names: tuple[str, ...], error_score: Any, n_at_once: int) -> None:
        self.study = study
        self.names = names
        self.n_at_once = n_at_once
        self.error_score = math.nan if error_score == "raise" else float(error_score)
        self.raises = error_score == "raise"
        self.params: dict[int, dict[str, Any]] = {}
        self.folds: dict[int, Folds | None] = {}
        self._batch: list[Trial] = []
        self._fits: list[list[dict[str, Any]]] = []  # of the batch just evaluated
        for trial in study.trials:
            if trial.state != "pending":
                self.params[trial.number] = trial.params
                self.folds[trial.number] = trial.info.get("folds")

    def run(self, evaluate: Evaluate, n_trials: int) -> dict[str, Any]:
        """The results of the last evaluation; the study then holds `n_trials`, or all that there are."""
        last = None
        while batch := self._ask(n_trials):
            last = self._evaluate(evaluate, batch) or last
        if not self.folds:
            busy = f"All {n_trials} trials of study {self.study.name!r} are being evaluated by another process"
            raise LookupError(f"{busy}; wait for it, or raise `n_trials`.")
        if last is None:  # all was recorded, or all failed: scikit-learn wants one evaluation, and says itself what fails
            known = next((number for number, folds in self.folds.items() if folds is not None), min(self.folds))
            self._batch = []
            last = evaluate([self.params[known]])
        return last

    def note(self, n_splits: int, out: list[dict[str, Any]]) -> int:
        """How many candidates were just evaluated; `out` ends with their fits, one dict a fold, those of a candidate together."""
        n = len(self._batch) or 1
        self._fits = [out[start : start + n_splits] for start in range(len(out) - n * n_splits, len(out), n_splits)]
        return n

    def rows(self) -> tuple[list[dict[str, Any]], int, list[dict[str, Any]]]:
        """The parameters of all trials by number, the number of folds, and the fits of all trials, as scikit-learn has them."""
        n_splits = len(self._fits[0])
        failed = {name: [math.nan if name.endswith("_time") else self.error_score] * n_splits for name in _folds(self._fits[0])}
        numbers = sorted(self.folds)
        fits = [fit for number in numbers for fit in _as_fits(self.folds[number] or failed, n_splits)]
        return [self.params[number] for number in numbers], n_splits, fits

    def _ask(self, total: int) -> list[Trial]:
        try:
            return self.study.ask(self.n_at_once, total=total)
        except Exhausted:
            return []

    def _evaluate(self, evaluate: Evaluate, batch: list[Trial]) -> dict[str, Any] | None:
        """The results of these trials, None if all their fits failed."""
        self._batch = batch
        try:
            results = evaluate([trial.params for trial in batch])
            scores = [_scores(results, name) for name in self.names]
        except BaseException as error:
            if self.raises or not _says_that_all_failed(error):
                self._give_up()
                raise
            warnings.warn(str(error), FitFailedWarning, stacklevel=2)
            for trial in batch:
                self._conclude(trial, None, [self.error_score] * len(self.names), _what_failed(str(error), len(batch)))
            return None
        for trial, fits, *values in zip(batch, self._fits, *scores, strict=True):
            failure = next((_last_line(fit["fit_error"]) for fit in fits if fit["fit_error"]), "")
            self._conclude(trial, _folds(fits), list(map(float, values)), failure)
        return results

    def _give_up(self) -> None:
        """Nothing; as nothing is known of the trials of the batch, the next ask hands them out again."""
        for trial in self._batch:
            self.study.abandon(trial)

    def _conclude(self, trial: Trial, folds: Folds | None, values: list[float], failure: str) -> None:
        self.params[trial.number], self.folds[trial.number] = trial.params, folds
        if all(map(math.isfinite, values)):
            info = {"folds": folds, "failure": failure}
            self.study.tell(trial, values, info={key: value for key, value in info.items() if value})
        else:
            self.study.fail(trial, failure or f"the score was {values[0] if len(values) == 1 else values}")


def _says_that_all_failed(error: BaseException) -> bool:
    """Whether scikit-learn ends the search since every fit of a batch failed; its error has no class of its own."""
    return isinstance(error, ValueError) and "fits failed" in str(error)


def _what_failed(text: str, n_candidates: int) -> str:
    """The errors that scikit-learn lists, one traceback after a rule each; it does not say which candidate they belong to."""
    errors = "; ".join(sorted({_last_line(part) for part in text.split("-" * 80)[1:]}))
    return errors if n_candidates == 1 else f"one of {n_candidates} candidates of which every fit failed: {errors}"


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].strip()


def _scores(results: dict[str, Any], name: str) -> Any:
    """The mean test scores by row; a scoring function tells only now whether it gives one score or several by name."""
    found = results.get(f"mean_test_{name}", results.get("mean_test_score"))
    if found is None:
        known = sorted(key.removeprefix("mean_test_") for key in results if key.startswith("mean_test_"))
        raise ValueError(f"`scoring` gives several scores, {known}; set `refit` to the name of the one to maximise.")
    return found


def _folds(fits: list[dict[str, Any]]) -> Folds:
    """The scores and times of the fits of one trial, as lists over the folds."""
    folds: Folds = {"fit_time": [float(fit["fit_time"]) for fit in fits], "score_time": [float(fit["score_time"]) for fit in fits]}
    for part in ("test", "train"):
        for fit in fits if f"{part}_scores" in fits[0] else ():
            scores = fit[f"{part}_scores"]
            for name, score in (scores if isinstance(scores, dict) else {"score": scores}).items():
                folds.setdefault(f"{part}_{name}", []).append(float(score))
    return folds


def _as_fits(folds: Folds, n_splits: int) -> list[dict[str, Any]]:
    """The same again as scikit-learn's own output of fits."""
    parts = {part: [name for name in folds if name.startswith(f"{part}_")] for part in ("test", "train")}
    fits: list[dict[str, Any]] = []
    for at in range(n_splits):
        fit: dict[str, Any] = {name: folds[name][at] for name in ("fit_time", "score_time")}
        fit |= {f"{part}_scores": _named(part, names, folds, at) for part, names in parts.items() if names}
        fits.append(fit)
    return fits


def _named(part: str, names: list[str], folds: Folds, at: int) -> Any:
    if names == [f"{part}_score"]:
        return folds[names[0]][at]
    return {name.removeprefix(f"{part}_"): folds[name][at] for name in names}

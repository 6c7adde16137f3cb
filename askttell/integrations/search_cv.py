"""AskTellSearchCV: a search of scikit-learn's kind, such as RandomizedSearchCV, that decides by any of our strategies."""

import functools
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import joblib
import numpy as np
from sklearn.base import is_classifier
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from askttell.history import History
from askttell.integrations.cross_validation import CrossValidation, SameFolds
from askttell.space import Space
from askttell.study import Study


class AskTellSearchCV(BaseSearchCV):  # type: ignore[misc]
    """Cross-validated search over a space of ours, with the parameters, attributes and methods of RandomizedSearchCV.

    `space`: a Space, or a mapping parameter name → domain; names of nested parameters are those of `set_params`, such as `svc__C`. A
    conditional parameter that is inactive stays as the estimator has it, and is masked in `cv_results_`. Scores are maximised: the one
    that `refit` names, or with several scores and another `refit` all of them, as objectives (`refit` may then be a function that
    chooses). `strategy=None` is `Auto()`. A candidate without a finite score is a failed trial; the search goes on.

    Each fit is a search of its own. With `storage`, a URL or a path, it is recorded there, and the same fit goes on where it stopped,
    or has more trials if `n_trials` was raised: the same means an equal estimator, data, space, `cv`, `scoring` and `random_state`, of
    which the study's name, `study_name_`, holds a digest. So the folds of a nested cross-validation are studies of their own.

    `prior`: earlier searches that save the first evaluations: another's `history_`, a study's `history`, or a list of (params, score). A
    recorded fit goes on with those that it began with.

    All candidates of a fit are compared on the same folds. A splitter that shuffles by chance (`random_state=None`) does so by the seed of
    the search, so an interrupted fit goes on with the folds it had.

    Candidates are asked `batch_size` at a time and evaluated in parallel; equal batches give equal searches, whatever the speed of the
    workers. None takes the fewest whose folds keep all `n_jobs` busy; give a number for equal searches on unequal machines.
    """

    def __init__(
        self,
        estimator: Any,
        space: Space | Mapping[str, Any],
        *,
        n_trials: int,
        strategy: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: Any = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        batch_size: int | None = None,
        storage: Any = None,
        prior: Sequence[Any] = (),
    ) -> None:
        super().__init__(
            estimator, scoring=scoring, n_jobs=n_jobs, refit=refit, cv=cv, verbose=verbose, pre_dispatch=pre_dispatch,
            error_score=error_score, return_train_score=return_train_score,
        )  # fmt: skip
        self.space = space
        self.n_trials = n_trials
        self.strategy = strategy
        self.random_state = random_state
        self.batch_size = batch_size
        self.storage = storage
        self.prior = prior

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """This object, with the best candidate found and, unless `refit` is False, fitted to all of the data."""
        _check_count("n_trials", self.n_trials)
        if self.batch_size is not None:
            _check_count("batch_size", self.batch_size)
        space = self.space if isinstance(self.space, Space) else Space(self.space)
        names, seed = _told_scores(self.scoring, self.refit), _seed(self.random_state)
        name = "search" if self.storage is None else _study_name(self, space.to_json(), names, seed, X, y, params)
        with Study(
            space,
            storage=self.storage,
            name=name,
            strategy=self.strategy,
            directions=["maximize" for _ in names],
            seed=seed,
            prior=self.prior,
        ) as study:
            self._search = CrossValidation(study, names, self.error_score, self._n_at_once(X, y, params.get("groups")))
            try:
                super().fit(X, y, **params)
            finally:
                del self._search
            self._events = study.history.events
        self.study_name_ = name
        return self

    def _n_at_once(self, X: Any, y: Any, groups: Any) -> int:
        n_workers = joblib.effective_n_jobs(self.n_jobs) if self.batch_size is None else 1
        if n_workers == 1 or hasattr(self.cv, "__next__"):  # a generator of splits can be counted once only, by scikit-learn
            return int(self.batch_size or n_workers)
        n_splits: int = check_cv(self.cv, y, classifier=is_classifier(self.estimator)).get_n_splits(X, y, groups)
        return math.ceil(n_workers / n_splits)

    def _run_search(self, evaluate_candidates: Callable[..., dict[str, Any]]) -> None:
        folds = SameFolds(self._checked_cv_orig, self._search.study.history.seed)
        last = self._search.run(functools.partial(evaluate_candidates, cv=folds), self.n_trials)
        last.update(super()._format_results(*self._search.rows()))  # the dict that becomes `cv_results_`

    def _format_results(self, candidate_params: Any, n_splits: int, out: Any, more_results: Any = None) -> dict[str, Any]:
        """The results of the batch just evaluated alone, of which the search learns; those of all trials are made once, at the end."""
        n = self._search.note(n_splits, out)
        with warnings.catch_warnings():  # it comes at the end as well, for all trials
            warnings.filterwarnings("ignore", "One or more of the", UserWarning)
            batch: dict[str, Any] = super()._format_results(candidate_params[-n:], n_splits, out[-n * n_splits :], more_results)
        return batch

    def __getstate__(self) -> dict[str, Any]:
        """Without the search in progress, which stays in this process when workers get a copy."""
        return {name: value for name, value in super().__getstate__().items() if name != "_search"}

    @property
    def history_(self) -> History:
        """The search as a History: trials with states and reasons, for plots, `why` and the pure layer."""
        check_is_fitted(self, "cv_results_")
        return History.replay(self._events)


def _check_count(what: str, n: Any) -> None:
    if isinstance(n, bool) or not hasattr(n, "__index__") or n < 1:
        raise ValueError(f"`{what}` must be an integer from 1, but got {n!r}.")


def _told_scores(scoring: Any, refit: Any) -> tuple[str, ...]:
    """The names of the scores that the search maximises."""
    if isinstance(scoring, list | tuple | dict):
        return (refit,) if isinstance(refit, str) else tuple(scoring)
    return (refit,) if callable(scoring) and isinstance(refit, str) else ("score",)


def _seed(random_state: Any) -> int | None:
    if random_state is None or hasattr(random_state, "__index__"):
        return random_state  # type: ignore[no-any-return]
    return int(check_random_state(random_state).randint(2**31))


def _study_name(search: AskTellSearchCV, *others: Any) -> str:
    """A name that differs for searches with other objectives."""
    about = (search.estimator, search.cv, search.scoring, search.error_score, search.return_train_score, *others)
    try:
        digest = joblib.hash(about)
    except Exception as error:  # pickle raises what it likes
        raise TypeError(
            f"With `storage`, all that defines the search must be picklable, so that it is known again, but: {error};"
            " use a function of a module in place of a lambda, and a splitter in place of a generator as `cv`."
        ) from error
    return f"{type(search.estimator).__name__}-{digest[:16]}"

"""AskTellSampler: any of our strategies as a sampler of Optuna's."""

import threading
import warnings
import zlib
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.search_space import intersection_search_space
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from askttell.choices import Scalar
from askttell.domains import Domain
from askttell.errors import Exhausted
from askttell.events import Candidate, Direction
from askttell.integrations.optuna_mirror import PROPOSAL, Mirror, proposal_to_json
from askttell.integrations.optuna_spaces import domain_from_optuna, space_from_optuna, space_to_optuna
from askttell.seed import check_seed, draw_seed, uniforms
from askttell.space import Space
from askttell.strategies import Auto
from askttell.strategy import Strategy, describe, propose
from askttell.waiting import once_ready

_OBJECTIVE = 4  # frames from here to the user's objective: trial._suggest, trial.suggest_…
_LOCK = threading.Lock()  # of the mirrors of samplers, which are pickled


class AskTellSampler(BaseSampler):
    """A sampler that decides by a strategy of ours, `Auto()` if None is given: a pure function of the study's trials and the seed.

    `space`: a Space, with conditions if you like, or a dict parameter → distribution of Optuna's; its parameters are decided together,
    from the first trial on. Without it, as in Optuna's own samplers, they are those that all complete and pruned trials have, so that
    a first trial is random. What the objective suggests beside them is drawn uniformly, with a warning if a space was given.

    Running trials are pending, so that parallel workers spread; failed and pruned ones are known as such. A study that goes on in
    another process makes the same suggestions, given the same seed; `seed=None` draws one. Once a finite space is exhausted, the
    running `optimize` is stopped and its last trial pruned. `Lagged` waits for the results of other threads and processes; for one
    that nobody will tell, as its process is dead or this thread asked for it, NotReady is raised.
    """

    def __init__(
        self, strategy: Strategy | None = None, *, space: Space | Mapping[str, Any] | None = None, seed: int | None = None
    ) -> None:
        self._strategy = Auto() if strategy is None else strategy
        describe(self._strategy)
        self._space, self._distributions = _known_space(space)
        self._seed = draw_seed() if seed is None else check_seed(seed)
        self._mirror: tuple[Any, Mirror] | None = None  # of the study and the space asked last
        self._warned: set[str] = set()

    def __getstate__(self) -> dict[str, Any]:
        """Without the mirror, which any process makes anew."""
        return self.__dict__ | {"_mirror": None}

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The distributions of the parameters that the strategy decides."""
        del trial
        if self._distributions is not None:
            return self._distributions
        return intersection_search_space(study.get_trials(deepcopy=False), include_pruned=True)

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        """The parameters that the strategy asks for, of those in the search space the active ones."""
        if not search_space:
            return {}
        space = space_from_optuna(search_space) if self._space is None else self._space
        mirror = self._mirrored(study, space)
        mirror.asked(trial.number)

        def ask() -> Candidate:
            return propose(mirror.history(study.get_trials(deepcopy=False)[: trial.number], self._strategy), self._strategy)

        try:
            candidate = once_ready(ask, lambda number: mirror.may_come(study.get_trials(deepcopy=False)[number]))
        except Exhausted as error:
            _stop(study, error)
            raise optuna.TrialPruned(str(error)) from error
        study._storage.set_trial_system_attr(trial._trial_id, PROPOSAL, proposal_to_json(trial.number, candidate))  # noqa: SLF001 - as samplers do
        return {name: _external(search_space[name], space[name], value) for name, value in candidate.params.items()}

    def sample_independent(self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution) -> Any:
        """A uniform draw that depends on the seed, the trial's number and the parameter's name; with a warning if a space was given."""
        if self._space is not None and param_name not in self._warned:
            self._warned.add(param_name)
            warnings.warn(_beside(self._space, param_name, param_distribution), UserWarning, stacklevel=_OBJECTIVE)
        del study
        domain = domain_from_optuna(param_name, param_distribution)
        u = uniforms(self._seed, trial.number, 1, zlib.crc32(param_name.encode()))[0]
        return _external(param_distribution, domain, domain.from_unit(float(u)))

    def _mirrored(self, study: optuna.Study, space: Space) -> Mirror:
        key = (study._storage, study._study_id, space)  # noqa: SLF001 - there is no public name for "the same study"
        with _LOCK:
            if self._mirror is None or self._mirror[0] != key:
                self._mirror = (key, Mirror(space, tuple(map(_direction, study.directions)), self._seed))
            return self._mirror[1]


def _known_space(given: Any) -> tuple[Space | None, dict[str, BaseDistribution] | None]:
    if given is None:
        return None, None
    if isinstance(given, Mapping) and all(isinstance(distribution, BaseDistribution) for distribution in given.values()):
        return space_from_optuna(given), dict(given)
    space = given if isinstance(given, Space) else Space(given)
    return space, space_to_optuna(space)


def _beside(space: Space, name: str, distribution: BaseDistribution) -> str:
    """Why the strategy does not decide this parameter, and the way out."""
    if name not in space:
        known = ", ".join(space.names)
        return f"`{name}` is drawn at random, as the space given has only {known}; add it: {domain_from_optuna(name, distribution)!r}."
    here = f"the space given has {space[name]!r}, which in this trial is inactive or lies outside of that"
    return f"`{name}` from {distribution!r} is drawn at random: {here}; let the space agree with the objective."


def _direction(way: StudyDirection) -> Direction:
    return "maximize" if way == StudyDirection.MAXIMIZE else "minimize"


def _stop(study: optuna.Study, error: Exhausted) -> None:
    """Nothing; `optimize` ends with this trial. Outside of it there is nothing to stop, so the error itself is raised."""
    try:
        study.stop()
    except RuntimeError:
        raise error from None


def _external(distribution: BaseDistribution, domain: Domain, value: Scalar) -> Any:
    """A recorded value as Optuna has it: of a choice, the object at its place."""
    return distribution.choices[domain.index(value)] if isinstance(distribution, CategoricalDistribution) else value

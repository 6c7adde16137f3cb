"""The model of a search, to look at: what the Gaussian process of the strategy `GP` would expect where. For plots and importance."""

import functools
import math

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.analysis.places import over_decades
from askttell.axes import axes_of
from askttell.history import History
from askttell.numerics.axes import Axes
from askttell.numerics.priors import LengthScales
from askttell.numerics.regression import Posterior, posterior_of
from askttell.numerics.surrogate import Recipe, Results, model
from askttell.numerics.threads import one_blas_thread
from askttell.numerics.transforms import ZScore, inverse
from askttell.strategies.gp import GP

Array = NDArray[np.float64]

_LEAST = 4  # results from which hyperparameters are searched
_CHUNK = 1024  # points at a time
_LEAST_LOG, _GREATEST_LOG = -700.0, 700.0  # of numbers that are finite and not 0


@attrs.frozen(eq=False)
class Landscape:
    """The posterior of a Gaussian process given the results of one objective, over the unit cube of the space.

    Coordinates of inactive parameters may be anything. `losses` (t,): the results, minimised; `levels` (t,): the same, standardised;
    `seen` (n,): those of them that the process was made of, all up to a thousand; `sign`: 1, or -1 where the user maximises.
    """

    axes: Axes
    posterior: Posterior
    losses: Array
    levels: Array
    seen: Array
    sign: float
    of_logs: bool = False  # whether the results are the logarithms of the user's values

    def level(self, U: Array) -> Array:
        """The expected level (n,) at U (n, d): minimised and standardised."""
        return self._moments(U)[0]

    def values(self, U: Array) -> tuple[Array, Array, Array]:
        """The value expected at U (n, d) in the user's units and direction, and the ends of one deviation below and above, each (n,)."""
        mean, deviation = self._moments(U)
        ends = [self.sign * inverse(self.levels, self.losses, mean + k * deviation) for k in (-1.0, 0.0, 1.0)]
        if self.of_logs:
            ends = [np.exp(end.clip(_LEAST_LOG, _GREATEST_LOG)) for end in ends]
        return ends[1], np.minimum(ends[0], ends[2]), np.maximum(ends[0], ends[2])

    @property
    def n(self) -> int:
        """How many results the model was made of."""
        return len(self.seen)

    @functools.cached_property
    def fit(self) -> float:
        """The share of the variance of the results that the model predicts when each is left out in turn; 0 if a mean predicts as well.

        The residual of a result left out is its element of C^-1 (y - m) over that of the diagonal of C^-1 (Rasmussen & Williams 2006,
        eq. 5.12).
        """
        R = self.posterior.factor.R
        residual = self.posterior.A[:, 0] / (R * R).sum(axis=0)
        variance = float(np.mean((self.seen - self.seen.mean()) ** 2))
        return max(0.0, 1.0 - float(np.mean(residual**2)) / variance) if variance > 0.0 else 0.0

    def _moments(self, U: Array) -> tuple[Array, Array]:
        parts = []
        with np.errstate(all="ignore"), one_blas_thread():
            for start in range(0, len(U), _CHUNK):
                means, deviations = self.posterior.moments(self.axes.at(U[start : start + _CHUNK]))
                parts.append((means[:, 0], deviations[:, 0]))
        return np.concatenate([mean for mean, _ in parts]), np.concatenate([deviation for _, deviation in parts])


def landscape_of(history: History, objective: int = 0, worst: float | None = None) -> Landscape:
    """The model of one objective; LookupError with less than four results. Values worse than `worst`, if given, count as that.

    The values are standardised, not ranked as by the strategy itself: ranks of many results near the optimum would be mostly noise.
    """
    return _landscape(history, objective, worst, of_logs=False)


def landscape_to_draw(history: History, objective: int = 0, worst: float | None = None) -> Landscape:
    """The same, but of the logarithms of results that spread over decades: else all but the worst of them look alike in a picture."""
    values = np.array([trial.values[objective] for trial in history.finished if trial.values[objective:]])
    return _landscape(history, objective, worst, of_logs=len(values) > 0 and over_decades(float(values.min()), float(values.max())))


def _landscape(history: History, objective: int, worst: float | None, *, of_logs: bool) -> Landscape:
    if not 0 <= objective < history.n_objectives:
        raise LookupError(f"`objective` must lie in 0 … {history.n_objectives - 1}, but got {objective!r}.")
    sign = 1.0 if history.directions[objective] == "minimize" else -1.0
    losses = _losses(history, objective, None if worst is None else sign * worst)
    if of_logs:  # of a trial that was stopped infinite in either direction, as it was
        losses = np.where(np.isinf(losses), losses, sign * np.log(sign * np.where(np.isinf(losses), sign, losses)))
    identity = (history.space, history.directions, objective, worst, of_logs)
    results = Results(axes_of(history.space), identity, history.told_digest, history.units, history.told, losses, len(losses))
    gp = GP(transform=ZScore())
    with np.errstate(all="ignore"), one_blas_thread():
        factor, seen = model(results, Recipe(gp.kernel, gp.noise, gp.transform, LengthScales()))
        posterior = posterior_of(factor, seen, np.zeros((0, 1)))
    return Landscape(results.axes, posterior, results.losses(), gp.transform(results.losses()), seen, sign, of_logs)


def _losses(history: History, objective: int, cap: float | None) -> Array:
    """The results (t,) in the order told, at most `cap`: of a trial that was stopped infinite, of one that failed NaN."""
    losses = history.losses[:, objective].copy()
    if (n := int((~np.isnan(losses)).sum())) < _LEAST:
        raise LookupError(f"A model needs {_LEAST} complete trials, but there are {n}; tell more results first.")
    if cap is not None:
        if cap <= (least := float(np.nanmin(losses))):
            sign = 1.0 if history.directions[objective] == "minimize" else -1.0
            raise ValueError(f"`worst` must be worse than the best value, {sign * least!r}, but got {sign * cap!r}.")
        losses = np.minimum(losses, cap)
    for row in np.flatnonzero(np.isnan(losses)).tolist():
        if history.finished[row].state == "stopped":
            losses[row] = math.inf  # which the model takes for the worst of the others
    return losses

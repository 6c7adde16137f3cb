"""GP: Bayesian optimisation with a Gaussian process (Mockus 1978; Jones et al. 1998, doi:10.1023/A:1008306431147).

A Matérn-5/2 process with a length scale for each parameter, found as the most likely under a prior that shrinks them to a common
one; the logarithm of expected improvement; maximised by gradients from many starts, in turn with moves between values and
categories. Conditional parameters, failed and pending trials enter the model: see the modules of `askttell.numerics` named below.
"""

import math
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.axes import axes_of
from askttell.design import designed, n_initial
from askttell.earlier import portfolio_of, sources_of
from askttell.events import Candidate
from askttell.history import History
from askttell.modelling import best_points, caution, fantasies, observed, pending_features
from askttell.numerics.acquisition import Acquisition, LogEI
from askttell.numerics.kernels import Kernel, Matern52
from askttell.numerics.noise import LearnedNoise, Noise
from askttell.numerics.priors import LengthScales
from askttell.numerics.transforms import HalfRank, Transform, Unchanged, inverse
from askttell.seed import uniforms
from askttell.space import Params
from askttell.strategy import one_objective
from askttell.unit import encode
from askttell.untried import any_untried, exhausted, first_untried, listed, tried

if TYPE_CHECKING:
    from askttell.numerics.regression import Posterior
    from askttell.numerics.rotation import Rotated
    from askttell.numerics.score import Score
    from askttell.numerics.surrogate import Recipe, Results
    from askttell.numerics.transfer import Informed

Array = NDArray[np.float64]

_N_STARTS = 10
_MOST_STRUCTURED = 20  # parameters up to which other structures are tried: what they cost grows with the square of their number
_EARLIER, _MODELLED, _WIDER, _SEPARABLE, _ROTATED = "gp:prior", "gp", "gp:wider", "gp:separable", "gp:rotated"
_WITHOUT_MODEL = {
    "gp:design": "a point of the initial design, chosen without the model",
    _WIDER: "the last two asks lay close to the best result, so this one looks around the better results",
    _SEPARABLE: "a sum of one function of each parameter explains the results better, so every other ask takes the best point of that sum",
    _ROTATED: "length scales along other directions than the parameters explain the results better, so every other ask takes them",
}
_MODELS = (_MODELLED, _SEPARABLE, _ROTATED)
_LOG_SAFE = math.log(0.9)  # probability of success below which a look around is not worth a trial
_SUM_PATH, _N_SUM_STARTS = 0x5E9, 8  # of the uniforms from which the best point of a sum is sought
_SMOOTH = (LengthScales(),)  # where there are numbers of many values
_STEPPED = (LengthScales(), LengthScales(1.0, 0.5))  # where a plateau may hold one of these up


def _part(*methods: str) -> Any:
    def check(_: object, field: "attrs.Attribute[Any]", value: Any) -> None:
        if isinstance(value, type) or not all(hasattr(value, method) for method in methods):
            raise TypeError(f"`{field.name}` must be a value such as {field.default!r}, but got {value!r}.")

    return check


def _several(scales: Any) -> tuple[LengthScales, ...] | None:
    if scales is None:
        return None
    found = (scales,) if isinstance(scales, LengthScales) else tuple(scales)
    if not found or not all(isinstance(prior, LengthScales) for prior in found):
        raise TypeError(f"`scales` must be one or several LengthScales, but got {scales!r}.")
    return found


@attrs.frozen
class GP:
    """Learns a model of the results and asks where it expects the largest improvement. One objective.

    `acquisition`: `LogEI()`, `EI()`, `PI(epsilon)`, `UCB(kappa)`. `kernel`: `Matern52()`, `Matern32()`, `RBF()`. `noise`: `LearnedNoise()`,
    or `FixedNoise()` where it is known. `transform`: `HalfRank()`, `ZScore()`. `scales`: one or several priors of the length scales, which
    trials take in turn; by default `LengthScales()`, and where all parameters have few values also `LengthScales(1.0, 0.5)`, as what one of
    them gets stuck in the other may leave.
    It begins with the defaults, or the middle of the space, and then Sobol points: 4 to 12, more with more parameters. No point is asked
    twice; a finite space that was tried in full raises Exhausted. An ask costs O(n^2) to O(n^3) up to a thousand results; beyond, the
    model is made of 600 of them. `origin` is `gp`, `gp:design`, `gp:wider` (the last two asks lay close to the best result: a look
    around), with up to 20 parameters `gp:separable` (a sum of one function of each explains the results better: its best point, every
    other ask) or `gp:rotated` (length scales along other directions do so: the best point of that model, every other ask),
    `gp:unseen` (all maxima had been asked already: the best other candidate), or `gp:fallback` (a covariance without a Cholesky
    factor: a Sobol point).
    """

    acquisition: Acquisition = attrs.field(default=LogEI(), validator=_part("pooled", "weighed"))
    kernel: Kernel = attrs.field(default=Matern52(), validator=_part("correlation", "with_slope"))
    noise: Noise = attrs.field(default=LearnedNoise(), validator=_part("fixed", "prior"))
    transform: Transform = attrs.field(default=HalfRank(), validator=_part("__call__"))
    scales: tuple[LengthScales, ...] | None = attrs.field(default=None, converter=_several)
    version: ClassVar[int] = 7

    def ask(self, history: History) -> Candidate:
        """The candidate of the greatest acquisition value, or one of the initial design."""
        from askttell.numerics.regression import NotPositiveDefinite  # noqa: PLC0415 - settings load without SciPy
        from askttell.numerics.threads import one_blas_thread  # noqa: PLC0415

        one_objective(history, self)
        try:
            with np.errstate(all="ignore"), one_blas_thread():
                return _decided(self, history)
        except NotPositiveDefinite:
            return attrs.evolve(designed(history), origin="gp:fallback")

    def explain(self, history: History, number: int) -> dict[str, Any]:
        """Why that trial was proposed, as plain values: the model as its asker saw it, at the trial's parameters.

        `mean` and `deviation` are in the user's units and direction; `length_scales` are in units of each parameter's range, 1 being the
        whole of it on the parameter's own scale.
        """
        from askttell.numerics.threads import one_blas_thread  # noqa: PLC0415 - settings load without SciPy

        one_objective(history, self)
        asked, view = history.asked(number), history.view_of(number)
        found: dict[str, Any] = {"number": number, "origin": asked.candidate.origin, "params": asked.candidate.params.plain()}
        if asked.candidate.origin == _EARLIER:
            return found | {"why": "it did well in earlier searches"}
        if np.isnan(view.losses).all():
            return found | {"why": "no trial had a result yet"}
        if asked.candidate.origin in _WITHOUT_MODEL:
            found["why"] = _WITHOUT_MODEL[asked.candidate.origin] + "; below is what the model says of it"
        with np.errstate(all="ignore"), one_blas_thread():
            return found | _explained(self, view, encode(view.space, asked.candidate.params))


def _decided(gp: GP, history: History) -> Candidate:
    from askttell.evolution.wider import in_one_spot  # noqa: PLC0415 - settings load without SciPy

    if history.number < n_initial(history.space) or np.isnan(history.losses).all():
        return _opening(gp, history)
    smooth = len(axes_of(history.space).smooth) > 0
    structured = (  # every other ask, as what predicts better need not search better
        smooth and history.number % 2 == 1 and len(history.space) <= _MOST_STRUCTURED and listed(history.space) is None
    )
    found = _separable(gp, history) if structured else None
    if found is None and smooth and in_one_spot(history, (_MODELLED, _ROTATED)):
        return _wider(gp, history)
    if found is None and structured:
        found = _rotated(gp, history)
    return _modelled(gp, history) if found is None else found


def _opening(gp: GP, history: History) -> Candidate:
    """The next point of the initial design, every other one from earlier searches, as long as these have found the best one."""
    if history.prior and history.number % 2 == 0 and _trusted(history):
        known = tried(history)
        for params in portfolio_of(history, _recipe(gp, history, 0), history.number + 1):
            if params not in known:
                return Candidate(params, origin=_EARLIER)
    return designed(history)


def _trusted(history: History) -> bool:
    """Whether what earlier searches proposed is the incumbent; with no result yet, whether the space has no defaults, which come first."""
    losses = history.losses[:, 0]
    if np.isnan(losses).all():
        return all(domain.default is None for domain in history.space.domains)
    best = int(history.told[int(np.nanargmin(losses))])
    return history.asked(best).candidate.origin == _EARLIER or history.count_of(_EARLIER) == 0


def _recipe(gp: GP, history: History, number: int) -> "Recipe":
    """What the model is made of for a trial."""
    from askttell.numerics.surrogate import Recipe  # noqa: PLC0415 - settings load without SciPy

    scales = gp.scales or (_SMOOTH if len(axes_of(history.space).smooth) else _STEPPED)
    return Recipe(gp.kernel, gp.noise, gp.transform, scales[number % len(scales)])


def _wider(gp: GP, history: History) -> Candidate:
    """A look around the better results; where that is likely to fail, or brings nothing new, the model's best point instead."""
    from askttell.evolution.wider import wider  # noqa: PLC0415 - settings load without SciPy

    params = first_untried(history, wider(history))
    if params is None or not _safe(gp, history, params):
        return _modelled(gp, history)
    return Candidate(params, origin=_WIDER)


def _separable(gp: GP, history: History) -> Candidate | None:
    """The best point of a sum of one function of each parameter; None where a joint model is as good, or that point no use."""
    from askttell.numerics.separable import best_of_sum, sum_of, theta_if_separable  # noqa: PLC0415 - settings load without SciPy

    results, recipe = observed(history), _recipe(gp, history, 0)
    if (theta := theta_if_separable(results, recipe)) is None:
        return None
    posterior = sum_of(results, recipe, theta, history.units[history.pending_numbers])
    d = results.axes.d
    starts = uniforms(history.seed, history.number, _N_SUM_STARTS * d, _SUM_PATH).reshape(_N_SUM_STARTS, d)
    params = first_untried(history, best_of_sum(posterior, gp.acquisition, results, starts))
    return None if params is None or not _safe(gp, history, params) else Candidate(params, origin=_SEPARABLE)


def _safe(gp: GP, history: History, params: Params) -> bool:
    """Whether a trial is likely to succeed; without a failure so far, any is."""
    if not np.isnan(observed(history).values).any():
        return True
    score, _ = _score(gp, history)
    return bool(score.log_p(_features(score, encode(history.space, params)))[0] >= _LOG_SAFE)


def _features(score: "Score", u: list[float]) -> Array:
    """The features (1, p) of a configuration's units u (d,), NaN where inactive."""
    at = np.array([u])
    return score.axes.features(np.nan_to_num(at, nan=0.5), ~np.isnan(at))


def _rotated(gp: GP, history: History) -> Candidate | None:
    """The best point under the model along other directions; None where those are no better, or earlier searches give trends."""
    from askttell.numerics.regression import extended, posterior_of  # noqa: PLC0415 - settings load without SciPy
    from askttell.numerics.rotation import Rotated, basis_of, lengths, rotated_model  # noqa: PLC0415

    results, recipe = observed(history), _recipe(gp, history, 0)
    if history.prior or (basis := basis_of(results, recipe)) is None:
        return None
    factor, y = rotated_model(results, recipe, basis)
    pending = pending_features(history, results.axes)
    posterior = posterior_of(extended(factor, pending @ basis.T), y, fantasies(history, len(pending)))
    score, scale = _scored(gp, history, results, Rotated(posterior, basis.T), lengths(factor, basis))
    return _best(history, score, scale, _ROTATED)


def _modelled(gp: GP, history: History) -> Candidate:
    """The best point under the model, which needs at least one result."""
    if (cells := listed(history.space)) is not None:
        return _best_listed(gp, history, *cells)
    return _best(history, *_score(gp, history), _MODELLED)


def _best(history: History, score: "Score", scale: Array, origin: str) -> Candidate:
    """The best point that was not tried, of the maxima of a score or else of the candidates from which these are sought."""
    from askttell.numerics.candidates import global_points, local_points, starts  # noqa: PLC0415 - settings load without SciPy
    from askttell.numerics.mixed_search import improved  # noqa: PLC0415

    axes, seed, number = score.axes, history.seed, history.number
    everywhere = global_points(axes, seed, number)
    U = np.concatenate([everywhere, local_points(axes, best_points(history), seed, number)])
    values = score(U)
    first = starts(values, np.arange(len(U)) >= len(everywhere), seed, number, _N_STARTS)
    maxima, _ = improved(score, U[first], scale)
    if (params := first_untried(history, maxima)) is not None:
        return Candidate(params, origin=origin)
    return Candidate(any_untried(history, U[np.argsort(-values, kind="stable")]), origin="gp:unseen")


def _best_listed(gp: GP, history: History, cells: tuple[Params, ...], U: Array) -> Candidate:
    known = tried(history)
    left = [k for k, cell in enumerate(cells) if cell not in known]
    if not left:
        raise exhausted(len(cells))
    values = _score(gp, history)[0](U[left])
    return Candidate(cells[left[int(np.argmax(values))]], origin=_MODELLED)


def _score(gp: GP, history: History) -> tuple["Score", Array]:
    """The score of candidates, and the typical length along each parameter, (d,)."""
    from askttell.numerics.regression import extended, posterior_of  # noqa: PLC0415 - settings load without SciPy
    from askttell.numerics.surrogate import model  # noqa: PLC0415
    from askttell.numerics.transfer import informed  # noqa: PLC0415

    results = observed(history)
    factor, y = model(results, _recipe(gp, history, history.number))
    pending = pending_features(history, results.axes)
    factor_with = extended(factor, pending)
    normals, sources = fantasies(history, len(pending)), sources_of(history, _recipe(gp, history, 0))
    posterior = informed(factor_with, y, normals, sources) if sources else posterior_of(factor_with, y, normals)
    return _scored(gp, history, results, posterior, factor.ell)


def _scored(gp: GP, history: History, results: "Results", posterior: "Posterior | Informed | Rotated", ell: Array) -> tuple["Score", Array]:
    """The score by a posterior, weighed by the probability of success, and the typical length along each parameter; `ell` (p,)."""
    from askttell.numerics.score import Score  # noqa: PLC0415 - settings load without SciPy

    axes = results.axes
    _, first = np.unique(axes.group, return_index=True)
    score = Score(axes, gp.acquisition, posterior, _success(gp, results), caution(history, results.values, _MODELS))
    return score, np.clip(ell[first], 0.05, 5.0)


def _success(gp: GP, results: "Results") -> "Posterior | None":
    """The process of success, 1, and failure, -1; None if nothing has failed."""
    from askttell.numerics.regression import posterior_of  # noqa: PLC0415 - settings load without SciPy
    from askttell.numerics.surrogate import Recipe, model  # noqa: PLC0415

    failed = np.isnan(results.values)
    if not failed.any():
        return None
    labels = attrs.evolve(results, identity=(results.identity, "success"), values=np.where(failed, -1.0, 1.0))
    factor, y = model(labels, Recipe(gp.kernel, LearnedNoise(0.1, 1.0), Unchanged(), LengthScales()))
    return posterior_of(factor, y, np.zeros((0, 1)))


def _explained(gp: GP, view: History, u: list[float]) -> dict[str, Any]:
    score, _ = _score(gp, view)
    at = np.nan_to_num(np.array([u]), nan=0.5)
    Z = _features(score, u)
    means, sd = score.posterior.moments(Z)
    mean, deviation = float(means.mean()), math.sqrt(float(sd[0, 0]) ** 2 + float(means.var()))
    losses = observed(view).losses()
    low, middle, high = inverse(gp.transform(losses), losses, np.array([mean - deviation, mean, mean + deviation])).tolist()
    sign = 1.0 if view.directions[0] == "minimize" else -1.0
    _, first = np.unique(score.axes.group, return_index=True)
    believed = getattr(score.posterior, "believed", None)
    return ({} if believed is None else {"weights_of_earlier_searches": list(believed)}) | {
        "acquisition": float(score(at)[0]),
        "mean": sign * middle,
        "deviation": 0.5 * (high - low),
        "probability_of_success": float(np.exp(score.log_p(Z))[0]),
        "length_scales": dict(zip(view.space.names, score.posterior.factor.ell[first].tolist(), strict=True)),
    }

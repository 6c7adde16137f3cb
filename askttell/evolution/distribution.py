"""The search distribution of CMAES as a fold over results.

A candidate's `parent` is the trial whose result ended the generation before its own: it says from which distribution it was sampled. A
result counts for the generation that is current when it is told. If it was sampled from an older distribution of the same run it
is a point from elsewhere, and shortened; if from an earlier run it is left out, as it would pull the new run back. The best result of
others, if better than all own ones of a generation, takes the place of the worst.
"""

import functools
import math

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.evolution.folds import Folds, Given, given
from askttell.evolution.layout import Layout, layout_of
from askttell.evolution.novel import fresh, is_new
from askttell.evolution.opening import around, opening
from askttell.history import History
from askttell.numerics import mixed as mixing
from askttell.numerics.mixed import Mixed
from askttell.numerics.restarts import Run, ended, following, window
from askttell.numerics.threads import one_blas_thread
from askttell.seed import uniforms
from askttell.space import Params
from askttell.unit import decode

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGIN = "cmaes"
_RESTART = 0xC3A  # keeps the uniforms of a restart apart from those of trials
_N_ATTEMPTS = 16  # samples of a finite branch that are drawn in search of a new one
_N_RECENT = 256  # generations of a run whose late results are known


def proposed(history: History, population: int | None, sigma: float) -> tuple[Params, int | None]:
    """A new sample of the current distribution, and the trial whose result made that distribution."""
    fold, key = _fold(history, population, sigma)
    state = _states.state(history, key, fold.start, fold.step)
    mixed = state.mixed or _openings.value(history, key, history.n_finished, lambda: fold.opening(history.n_finished))
    samples = (_sampled(mixed, fold.layout, history.seed, history.number, attempt).params for attempt in range(_N_ATTEMPTS))
    params = next((params for params in samples if is_new(history, params)), None)
    return fresh(history) if params is None else params, state.closed_by


def learn(history: History, population: int | None, sigma: float) -> None:
    """Nothing; a later ask then finds all results learnt."""
    fold, key = _fold(history, population, sigma)
    _states.state(history, key, fold.start, fold.step)


def _fold(history: History, population: int | None, sigma: float) -> tuple["_Fold", Given]:
    layout = layout_of(history.space)
    lam = population or 4 + int(3 * math.log(max(layout.n, 1)))
    fold = _Fold(history, layout, lam, sigma, history.units, history.losses[:, 0], history.told)
    return fold, given((ORIGIN, lam, sigma), history)


@attrs.frozen(eq=False)
class _Sample:
    x: Array
    choices: Ints
    params: Params


@functools.lru_cache(maxsize=1024)
def _sampled(mixed: Mixed, layout: Layout, seed: int, number: int, attempt: int) -> _Sample:
    """What the distribution proposes for a trial, and once more when its result is learnt."""
    x, choices = mixing.sample(mixed, seed, number, attempt)
    return _Sample(x, choices, decode(layout.space, layout.row(x, choices)))


@attrs.frozen(eq=False)
class _State:
    """A distribution and the results told since. `mixed` is None until a result of our own has been told.

    `rows`: own results of this generation, as rows of the table of results. `guest`: the best foreign one, -1 if none. `recent`: the
    trials that ended generations of this run. `best`: the best losses of the last generations. `spent`: own results of this run.
    """

    mixed: Mixed | None
    run: Run
    n_runs: int = 0
    closed_by: int | None = None
    recent: tuple[int | None, ...] = (None,)
    rows: tuple[int, ...] = ()
    guest: int = -1
    best: tuple[float, ...] = ()
    spent: int = 0


_states: Folds[_State] = Folds()
_openings: Folds[Mixed] = Folds(16)


@attrs.frozen(eq=False)
class _Fold:
    """The steps over one history. Arrays are those of the history; `told` holds trial numbers."""

    history: History
    layout: Layout
    lam: int
    sigma: float
    units: Array
    losses: Array
    told: Ints

    def start(self) -> _State:
        """The state before any result."""
        return _State(None, Run(self.lam, self.sigma))

    def opening(self, k: int) -> Mixed:
        """The first distribution, made when the first k results are known."""
        with one_blas_thread():
            return opening(self.history, k, self.layout, self.lam, self.sigma)

    def step(self, state: _State, row: int) -> _State:
        """The state after one more result."""
        candidate = self.history.asked(int(self.told[row])).candidate
        if candidate.origin != ORIGIN:
            return attrs.evolve(state, guest=row) if self._loss(row) < self._loss(state.guest) else state
        if candidate.parent not in state.recent:
            return state
        mixed = state.mixed or self.opening(row)
        rows = (*state.rows, row)
        if len(rows) < state.run.lam:
            return _State(mixed, state.run, state.n_runs, state.closed_by, state.recent, rows, state.guest, state.best, state.spent + 1)
        with one_blas_thread():
            return self._next(state, mixed, rows)

    def _loss(self, row: int) -> float:
        loss = math.nan if row < 0 else float(self.losses[row])
        return math.inf if math.isnan(loss) else loss

    def _next(self, state: _State, mixed: Mixed, rows: tuple[int, ...]) -> _State:
        """The state with the distribution learnt from a full generation, or with that of a new run."""
        closed_by, spent = int(self.told[rows[-1]]), state.spent + 1
        members = [self._member(mixed, state.closed_by, int(self.told[row])) for row in rows]
        losses = np.array([self._loss(row) for row in rows])
        if self._loss(state.guest) < losses.min():
            worst = int(losses.argmax())
            members[worst], losses[worst] = self._foreign(mixed, int(self.told[state.guest])), self._loss(state.guest)
        mixed = mixing.updated(mixed, np.array([x for x, _ in members]), np.array([k for _, k in members]), losses)
        best = (*state.best, float(losses.min()))[-window(self.layout.n, state.run.lam) :]
        if ended(state.run, mixed, best, spent):
            return self._restarted(state, closed_by, spent)
        recent = (*state.recent, closed_by)[-_N_RECENT:]
        return _State(mixed, state.run, state.n_runs, closed_by, recent, best=best, spent=spent)

    def _member(self, mixed: Mixed, closed_by: int | None, number: int) -> tuple[Array, Ints]:
        """The sample as it was before rounding if it is of this distribution."""
        candidate = self.history.asked(number).candidate
        if candidate.parent == closed_by:
            for attempt in range(_N_ATTEMPTS):
                sample = _sampled(mixed, self.layout, self.history.seed, number, attempt)
                if sample.params == candidate.params:
                    return sample.x, sample.choices
        return self._foreign(mixed, number)

    def _foreign(self, mixed: Mixed, number: int) -> tuple[Array, Ints]:
        units = self.units[number]
        return mixing.shortened(mixed, units[self.layout.numbers]), self.layout.choices(units)

    def _restarted(self, state: _State, closed_by: int, spent: int) -> _State:
        n, n_runs = len(self.layout.numbers), state.n_runs + 1
        u = uniforms(self.history.seed, n_runs, n + 2, _RESTART)
        run = following(state.run, spent, self.lam, self.sigma, u[n:])
        return _State(around(self.layout, u[:n], run.sigma), run, n_runs, closed_by, (closed_by,))

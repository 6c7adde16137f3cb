"""The individuals of DifferentialEvolution as a fold over results.

Trial n of a generation competes with the individual in slot n modulo their number, by settings that follow from the memory at the beginning
of the generation. So a candidate is known from its number and from its `parent`, the trial whose result ended the generation
before. Late results of the last generations compete as they were meant to; later ones, and those of others, with the worst.
"""

import functools
from bisect import bisect

import attrs
import numpy as np
from numpy.typing import NDArray

from askttell.evolution.breeding import Genes, genes_of
from askttell.evolution.folds import Folds, given
from askttell.evolution.novel import same_units
from askttell.history import History
from askttell.numerics.differential import Memory, donor, learnt, settings
from askttell.seed import uniforms
from askttell.space import Params, Space
from askttell.unit import decode, encode

Array = NDArray[np.float64]

ORIGIN = "de"
N_ATTEMPTS = 16  # trials that are made in search of a new configuration
_N_RECENT = 8  # generations whose late results are known
_BEST = 0.11  # share of the individuals towards which others are drawn
_LEAST_POPULATION = 4


@attrs.frozen(eq=False)
class Generation:
    """What a generation is made from: units (n, d) and losses (n,) of the individuals, units of replaced ones, and the memory."""

    units: Array
    losses: Array
    archive: Array
    memory: Memory
    closed_by: int


@attrs.frozen(eq=False)
class Trial:
    """A trial vector: its settings, its slot, and what it decodes to."""

    F: float
    CR: float
    slot: int
    params: Params
    units: Array


@functools.lru_cache(maxsize=1024)
def made(generation: Generation, space: Space, seed: int, number: int, attempt: int) -> Trial:
    """What a generation proposes for a trial, once more when its result is learnt."""
    n, d = generation.units.shape
    u = uniforms(seed, number, 7 + 4 * d, attempt)
    F, CR = settings(generation.memory, u[:3])
    slot = number % n
    best = int(np.argsort(generation.losses, kind="stable")[int(u[3] * max(2, round(_BEST * n)))])
    everyone = np.concatenate([generation.units, generation.archive])
    one = _other(u[4], n, {slot})
    two = _other(u[5], len(everyone), {slot, one})
    x = generation.units[slot]
    v = _donor(genes_of(space), x, generation.units[best], everyone[one], everyone[two], F, u[7 : 7 + 3 * d].reshape(3, d))
    taken = (u[7 + 3 * d :] < CR) | (np.arange(d) == int(u[6] * d)) | np.isnan(x)
    params = decode(space, np.where(taken, v, x).tolist())
    return Trial(F, CR, slot, params, np.array(encode(space, params)))


def _other(u: float, n: int, taken: set[int]) -> int:
    """One of n that is not taken, each as likely."""
    free = [i for i in range(n) if i not in taken]
    return free[int(u * len(free))]


def _donor(genes: Genes, x: Array, best: Array, one: Array, two: Array, F: float, U: Array) -> Array:
    """The mutant, shape (d,); U (3, d) are uniforms.

    A choice is that of `one` with probability F if `one` and `two` differ in it, else with probability F that of `best`, else that of x;
    with probability 1/d it is drawn anew, as no difference brings back a choice that no individual has. Where x is inactive, a number
    starts anywhere instead, so that those who enter a branch are not copies of the best; other inactive values make no difference.
    """
    off = np.isnan(x)
    base = np.where(off, U[1], x)
    towards = np.where(np.isnan(best), np.where(np.isnan(one), base, one), best)
    apart = ~np.isnan(one) & ~np.isnan(two)
    number = donor(base, towards, np.where(apart, one, base), np.where(apart, two, base), F)
    drawn = U[0] < F
    chosen = np.where(drawn & apart & (one != two), one, np.where(drawn | off, towards, base))
    return np.where(genes.chosen, np.where(U[2] < 1.0 / len(x), U[1], chosen), number)


@attrs.frozen(eq=False)
class State:
    """`generation` is None until there are as many results as individuals.

    `recent`: generations before it, oldest first. `rows`: results told since, of which `n_own` were asked for here, without those of others
    that can take nobody's place. `bounds`: what the losses of the individuals are at most when the rows have competed, ascending; empty
    until one of others has come.
    """

    generation: Generation | None = None
    recent: tuple[Generation, ...] = ()
    rows: tuple[int, ...] = ()
    n_own: int = 0
    bounds: tuple[float, ...] = ()


_states: Folds[State] = Folds()


def current(history: History, population: int, budget: int | None) -> Generation | None:
    """The generation in which the next trial is made; None if there is none yet."""
    fold = _Fold(history, population, budget, history.units, history.losses[:, 0], history.told)
    return _states.state(history, given((ORIGIN, population, budget), history), State, fold.step).generation


@attrs.frozen(eq=False)
class _Fold:
    history: History
    population: int
    budget: int | None
    units: Array
    losses: Array
    told: NDArray[np.int64]

    def step(self, state: State, row: int) -> State:
        """The state after one more result. A generation ends when as many own results were told as it has individuals."""
        generation, recent = state.generation, state.recent
        if generation is None:
            rows = (*state.rows, row)
            return State(self._first(rows)) if len(rows) == self.population else State(rows=rows)
        if self.history.asked(int(self.told[row])).candidate.origin != ORIGIN:
            return self._after_foreign(state, generation, row)
        rows, n_own = (*state.rows, row), state.n_own + 1
        if n_own < len(generation.losses):
            return State(generation, recent, rows, n_own, state.bounds)
        return State(self._following((*recent, generation), rows), (*recent, generation)[-_N_RECENT:])

    def _after_foreign(self, state: State, generation: Generation, row: int) -> State:
        """The state after a result of others, which competes with the worst; the same state if it will be beaten for certain.

        Results of our own only lower losses, so the worst is no worse than it is after the others alone. Without this, all that others
        had told would be kept for every result until the generation ends.
        """
        bounds, loss = state.bounds or tuple(np.sort(generation.losses).tolist()), self._loss(row)
        if loss == np.inf or loss > bounds[-1]:
            return state
        place = bisect(bounds, loss)
        lowered = (*bounds[:place], loss, *bounds[place:-1]) if place < len(bounds) else bounds
        return State(generation, state.recent, (*state.rows, row), state.n_own, lowered)

    def _loss(self, row: int) -> float:
        return np.inf if np.isnan(self.losses[row]) else float(self.losses[row])

    def _first(self, rows: tuple[int, ...]) -> Generation:
        numbers = self.told[list(rows)]
        units = self.units[numbers]
        return Generation(units, np.array([self._loss(row) for row in rows]), units[:0], Memory(), int(numbers[-1]))

    def _following(self, recent: tuple[Generation, ...], rows: tuple[int, ...]) -> Generation:
        """The generation after these results."""
        last = recent[-1]
        units, losses = last.units.copy(), last.losses.copy()
        replaced, successes = [], []
        for row in rows:
            loss, number = self._loss(row), int(self.told[row])
            trial = self._trial(recent, number)
            slot = int(losses.argmax()) if trial is None or trial.slot >= len(losses) else trial.slot
            if loss < losses[slot]:
                replaced.append(units[slot].copy())
                if trial is not None:
                    successes.append((trial.F, trial.CR, losses[slot] / 2 - loss / 2))  # halves, as a difference may overflow
            if loss <= losses[slot] and loss < np.inf:
                units[slot], losses[slot] = self.units[number], loss
        return self._shrunk(last, units, losses, replaced, successes, rows[-1])

    def _trial(self, recent: tuple[Generation, ...], number: int) -> Trial | None:
        """How a result's trial was made; None if by others or too long ago."""
        candidate = self.history.asked(number).candidate
        generation = next((g for g in recent if g.closed_by == candidate.parent), None)
        if candidate.origin != ORIGIN or generation is None:
            return None
        trials = (made(generation, self.history.space, self.history.seed, number, attempt) for attempt in range(N_ATTEMPTS))
        return next((trial for trial in trials if same_units(trial.units, self.units[number])), None)

    def _shrunk(
        self, last: Generation, units: Array, losses: Array, replaced: list[Array], successes: list[tuple[float, float, float]], row: int
    ) -> Generation:
        """The generation with its memory and archive, without the worst individuals if the budget is known to run out."""
        F, CR, gains = np.array(successes, float).reshape(-1, 3).T
        finite = gains[np.isfinite(gains)]
        memory = learnt(last.memory, F, CR, np.where(np.isfinite(gains), gains, finite.max(initial=0.0) or 1.0))
        n = self.population
        if self.budget is not None:
            n = max(_LEAST_POPULATION, round(n + (_LEAST_POPULATION - n) * min(1.0, (row + 1) / self.budget)))
        kept = np.sort(np.argsort(losses, kind="stable")[:n])
        archive = np.concatenate([last.archive, np.array(replaced, float).reshape(-1, units.shape[1])])
        number = int(self.told[row])
        if len(archive) > n:  # random ones stay
            keys = uniforms(self.history.seed, number, len(archive), 0xA)
            archive = archive[np.sort(np.argsort(keys)[:n])]
        return Generation(units[kept], losses[kept], archive, memory, number)

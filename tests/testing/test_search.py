"""check_search passes what keeps its laws and refuses what breaks one."""

import math

import pytest

from askttell import Exhausted
from askttell.seed import uniforms
from askttell.strategies import Grid, Random, Sobol
from askttell.testing import CLAIMS, Refused, check_search, searching
from askttell.testing.random_problems import any_space, choosing, distance, finite_space
from askttell.testing.sequential import refute
from askttell.unit import decode

UNLEARNED = {"seeded", "scale", "names", "constant", "fresh"}


class Search:
    """Random search; the faults below change one thing of it."""

    def __init__(self, space, seed, budget):
        self.space, self.seed, self.budget = space, seed, budget
        self.told = []

    def u(self, salt=0):
        return uniforms(self.seed, len(self.told), len(self.space), salt)

    def at(self, u):
        return decode(self.space, [1.0 - abs(1.0 - abs(x)) for x in u]).plain()  # reflected at both ends

    def ask(self):
        return self.at(self.u())

    def tell(self, params, loss):
        self.told.append((params, loss))

    def best(self):
        return min((pair for pair in self.told if pair[1] is not None), key=lambda pair: pair[1], default=(None, math.inf))

    def units(self, params):
        return [
            domain.to_unit(params[name]) if name in params else 0.5
            for name, domain in zip(self.space.names, self.space.domains, strict=True)
        ]


class Climber(Search):
    """Steps from the best so far, smaller and smaller: it learns, and depends on the order of losses alone."""

    def ask(self):
        params, _ = self.best()
        if params is None or len(self.told) % 4 == 0:
            return self.at(self.u())
        reach = 0.5 / (1 + len(self.told) / 4)
        return self.at([x + reach * (2 * v - 1) for x, v in zip(self.units(params), self.u(), strict=True)])


class IgnoresResults(Search):
    """Claims to learn."""


class RepeatsPoints(Search):
    def u(self, salt=0):
        return uniforms(self.seed, len(self.told) // 2, len(self.space), salt)


class RepeatsOnePoint(Search):
    def u(self, salt=0):
        return uniforms(self.seed, 0, len(self.space), salt)


class ScaleDependent(Climber):
    def best(self):
        params, loss = super().best()
        return (params, loss) if loss < 0.5 else (None, math.inf)


class NameDependent(Search):
    def u(self, salt=0):
        order = sorted(range(len(self.space)), key=lambda i: self.space.names[i])
        return super().u()[order]


class CountDependent(Search):
    def u(self, salt=0):
        return super().u(salt=len(self.space))


class LeavesTheSpace(Search):
    def ask(self):
        params = super().ask()
        name = self.space.names[0]
        return params if len(self.told) != 7 else params | {name: 1e9}


class ForgetsConditions(Search):
    def ask(self):
        return {name: domain.from_unit(x) for name, domain, x in zip(self.space.names, self.space.domains, self.u(), strict=True)}


class NeverExploits(Search):
    """Always as far as possible from everything told, so that results change nothing but what is far."""

    def ask(self):
        units = [self.units(params) for params, _ in self.told]
        tries = [uniforms(self.seed, len(self.told), len(self.space), 1 + k) for k in range(8)]
        return self.at(max(tries, key=lambda u: min((sum((u - v) ** 2) for v in units), default=0.0)))


class ClimbsUp(Climber):
    def best(self):
        return max((pair for pair in self.told if pair[1] is not None), key=lambda pair: pair[1], default=(None, math.inf))


class Unseeded(Search):
    calls = 0

    def u(self, salt=0):
        Unseeded.calls += 1
        return uniforms(Unseeded.calls, len(self.told), len(self.space), salt)


class Trembles(Search):
    calls = 0

    def u(self, salt=0):
        Trembles.calls += 1
        return super().u(salt) + 1e-12 * Trembles.calls


class MissesACell(Search):
    def ask(self):
        return decode(self.space, [0.0 for _ in self.space.names]).plain()


class EndsEarly(Search):
    def ask(self):
        if len(self.told) == 3 and "constant" in self.space:
            raise Exhausted("enough")
        return super().ask()


class BreaksOnFailure(Search):
    def tell(self, params, loss):
        super().tell(params, float(loss))


FAULTS = [
    (IgnoresResults, {"learns"}, "does not learn"),
    (RepeatsPoints, {"fresh"}, "`fresh` is claimed"),
    (RepeatsPoints, set(), "worse than random"),
    (RepeatsOnePoint, set(), "worse than random"),
    (ScaleDependent, {"scale"}, "`scale` is claimed"),
    (NameDependent, {"names"}, "`names` is claimed"),
    (CountDependent, {"constant"}, "`constant` is claimed"),
    (LeavesTheSpace, set(), "leaves the space"),
    (ForgetsConditions, set(), "leaves the space"),
    (NeverExploits, {"learns"}, "does not learn"),
    (ClimbsUp, set(), "worse than random"),
    (Unseeded, {"seeded"}, "`seeded` is claimed"),
    (Trembles, {"seeded"}, "`seeded` is claimed"),
    (MissesACell, {"finite"}, "`finite` is claimed"),
    (Search, {"finite"}, "`finite` is claimed"),
    (EndsEarly, {"constant"}, "ended after"),
]


@pytest.mark.parametrize(("fault", "claims", "message"), FAULTS, ids=lambda part: getattr(part, "__name__", None))
def test_a_fault_is_refused(fault, claims, message):
    with pytest.raises(Refused, match=message):
        check_search(fault, claims=claims, budget=16, examples=10)


def test_what_a_search_raises_passes_through():
    with pytest.raises(TypeError, match="NoneType"):
        check_search(BreaksOnFailure)


@pytest.mark.parametrize("strategy", [Random(), Sobol()], ids=lambda strategy: type(strategy).__name__)
def test_searches_that_do_not_learn_pass_all_that_they_can_claim(strategy):
    check_search(searching(strategy), claims=UNLEARNED, examples=10)


def test_a_grid_exhausts_a_finite_space():
    check_search(searching(Grid(points=8)), claims={"seeded", "scale", "names", "finite"}, examples=10)


def test_a_search_that_learns_passes():
    check_search(Climber, claims={"seeded", "scale", "names", "fresh", "learns"})


def test_an_unknown_claim_is_named():
    with pytest.raises(ValueError, match="'speed'"):
        check_search(Search, claims={"speed"})


def test_claims_are_told_by_name():
    assert {"seeded", "scale", "names", "constant", "fresh", "finite", "learns"} == set(CLAIMS)


def coins(seed, rate):
    number = 0
    while True:
        yield from (uniforms(seed, number, 64) < rate).tolist()
        number += 1


def test_a_true_claim_is_refused_as_seldom_as_stated():
    """Because Ville's inequality bounds the rate by alpha; of 2,000 tests more than 28 would be refused with probability 0.05."""
    outcomes = [refute(coins(seed, 0.5), p0=0.5, p1=0.35, alpha=0.01, beta=0.01, n_most=400) for seed in range(2000)]

    assert sum(outcome.refused for outcome in outcomes) <= 28


def test_a_false_claim_is_refused_nearly_always():
    outcomes = [refute(coins(seed, 0.3), p0=0.5, p1=0.35, alpha=0.001, beta=0.01, n_most=400) for seed in range(300)]

    assert sum(outcome.refused for outcome in outcomes) >= 295
    assert max(outcome.n for outcome in outcomes) <= 400


def test_a_test_that_is_cut_off_lets_the_claim_stand():
    outcome = refute(coins(0, 0.5), p0=0.5, p1=0.499, alpha=0.001, beta=0.001, n_most=50)

    assert (outcome.refused, outcome.n) == (False, 50)


@pytest.mark.parametrize("number", range(40))
def test_the_least_loss_of_a_random_function_is_nought(number):
    choose = choosing(3, number)
    space = (any_space, finite_space)[number % 2](choose)
    loss = distance(space, choose)
    losses = [loss(decode(space, uniforms(4, k, len(space))).plain()) for k in range(200)]

    assert min(losses) >= 0.0
    assert all(value * 2**20 == int(value * 2**20) for value in losses)

"""check_search: what any search behind ask and tell must keep, tried on random spaces and functions."""

from collections.abc import Callable, Collection, Iterator
from functools import partial

from askttell.seed import uniforms
from askttell.space import Space
from askttell.strategies import Random
from askttell.testing.optimiser import Start, searching
from askttell.testing.random_problems import Choose, Loss, any_space, choosing, distance, floats
from askttell.testing.search_laws import LAWS, inside, played
from askttell.testing.sequential import refute
from askttell.testing.trying import Refused, tried

CLAIMS = {
    "seeded": "the same seed gives the same search",
    "scale": "a·loss + b with a > 0 in place of the loss changes nothing",
    "names": "other names of the parameters change nothing",
    "constant": "a parameter with one value, added at the end, changes nothing",
    "fresh": "on a continuous space no configuration is asked twice",
    "finite": "as many asks as a finite space has configurations give each of them",
    "learns": "after 40 evaluations of a smooth function of two floats it wins three of four comparisons with random search",
}
ALWAYS = {
    "inside": "every configuration lies in the space, and failed evaluations do not stop the search",
    "random": "it is not worse than random search",
}
_BETA = 0.01
_MOST = 400


def check_search(
    start: Start, *, claims: Collection[str] = (), budget: int = 25, examples: int = 20, error_rate: float = 1e-3, seed: int = 0
) -> None:
    """Nothing; Refused if a search breaks a law. What the search itself raises passes through.

    `start(space, seed, budget)` gives an object with `ask() -> params` and `tell(params, loss)`; for one of our strategies write
    `searching(strategy)`. The laws in `ALWAYS` hold for every search, those in `CLAIMS` where they are claimed. They are tried on
    `examples` problems by Hypothesis, which shows the smallest that breaks one. The comparisons with random search are sequential
    tests, each of which refuses a search that wins as often as it must with a probability of at most `error_rate`; with the same
    `seed` the result is the same.
    """
    for _, check in checks(start, claims=claims, budget=budget, examples=examples, error_rate=error_rate, seed=seed):
        check()


def checks(
    start: Start, *, claims: Collection[str] = (), budget: int = 25, examples: int = 20, error_rate: float = 1e-3, seed: int = 0
) -> Iterator[tuple[str, Callable[[], None]]]:
    """The name of each law of `check_search` with a function that tries it, for those who want to see which hold."""
    if unknown := set(claims) - set(CLAIMS):
        raise ValueError(f"`claims` must be among {', '.join(CLAIMS)}, but got {', '.join(sorted(map(repr, unknown)))}.")
    laws = {"inside": inside, **{claim: law for claim, law in LAWS.items() if claim in claims}}
    for name, law in laws.items():
        yield name, partial(tried, partial(_on, law, start, budget), examples)
    compare = partial(_compare, start, seed=seed, alpha=error_rate)
    yield "random", partial(compare, any_space, budget, p0=0.5, p1=0.35, what="It is worse than random search")
    if "learns" in claims:
        yield "learns", partial(compare, floats, 40, p0=0.75, p1=0.65, what="It does not learn from results")


def _on(law: Callable[[Start, Choose, int], None], start: Start, budget: int, choose: Choose) -> None:
    law(start, choose, budget)


def _compare(
    start: Start, spaces: Callable[[Choose], Space], budget: int, *, seed: int, alpha: float, p0: float, p1: float, what: str
) -> None:
    """Nothing; Refused if the test says that fewer than p0 of the comparisons with random search are won."""
    outcome = refute(_wins(start, spaces, budget, seed), p0=p0, p1=p1, alpha=alpha, beta=_BETA, n_most=_MOST)
    if outcome.refused:
        won = f"it won {outcome.n_wins} of {outcome.n} comparisons, and a rate of {p0} or more is refused with a probability of {alpha}"
        raise Refused(f"{what}: {won} at most.")


def _wins(start: Start, spaces: Callable[[Choose], Space], budget: int, seed: int) -> Iterator[bool]:
    """Whether the search is better than random search on one random problem after another; equals are decided by a coin."""
    number = 0
    while True:
        choose = choosing(seed, number)
        space = spaces(choose)
        loss = distance(space, choose)
        (coin,) = uniforms(seed, number, 1, 2**31).tolist()
        mine, theirs = (_best(way, space, loss, budget, 2 * number + k) for k, way in enumerate((start, searching(Random()))))
        yield mine < theirs or (mine == theirs and coin < 0.5)
        number += 1


def _best(start: Start, space: Space, loss: Loss, budget: int, seed: int) -> float:
    return min(map(loss, played(start, space, loss, budget, seed)), default=float("inf"))

"""check_strategy: what any strategy must keep, tried at every event of histories of many shapes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

from askttell.space import Categorical, Float, Int, Space
from askttell.strategy import Strategy, describe
from askttell.testing import strategy_laws as laws
from askttell.testing.answers import text
from askttell.testing.elsewhere import Elsewhere, serving
from askttell.testing.laws import STRATEGY_CLAIMS
from askttell.testing.random_problems import Choose, any_space, finite_space, floats
from askttell.testing.stories import LOSSES, Loss, Scene, alone, mixed, opened
from askttell.testing.trying import tried
from askttell.testing.watching import forget

_FIFTY = Space({f"x{i}": Float(0.0, 1.0) for i in range(50)})
_ONE = Space(only=Categorical(["a"]))
_TWO_PARENTS = Space(
    a=Categorical(["u", "v"]),
    b=Int(1, 3),
    x=Float(0.0, 1.0, when={"a": "u", "b": [1, 2]}),
    y=Float(1e-3, 1e3, log=True, when={"a": "u", "b": [1, 2]}),
    z=Float(0.0, 1.0),
)
_SEEDS = 2**20


def check_strategy(
    strategy: Strategy,
    spaces: Mapping[str, Space] | Iterable[Space] | None = None,
    *,
    claims: Collection[str] = (),
    examples: int = 20,
    n_lines: int = 12,
) -> None:
    """Nothing; Refused if the strategy breaks one of the laws of `askttell.testing.STRATEGY_LAWS`, and says what it asked in which history.

    The laws are tried after every line of `examples` histories of up to `n_lines` lines each, on random spaces of all kinds, or on those
    given. Hypothesis makes the histories, always the same ones, and the smallest that breaks a law is shown as a program. `claims` names
    further laws to be kept, of `STRATEGY_CLAIMS`. The strategy's class must be importable, as one law is tried in another process.

    >>> from askttell.strategies import Random
    >>> from askttell.testing import check_strategy
    >>> check_strategy(Random(), claims={"commutes"}, examples=2)
    """
    if serving():  # the module that checks it was imported there to find its class
        return
    describe(strategy)
    if unknown := set(claims) - set(STRATEGY_CLAIMS):
        raise ValueError(f"`claims` must be among {', '.join(STRATEGY_CLAIMS)}, but got {', '.join(sorted(map(repr, unknown)))}.")
    given = list(spaces.values() if isinstance(spaces, Mapping) else spaces or ())
    start = partial(_start, strategy, given, "several" in claims)
    finite = [space for space in given if laws.listable(space)]
    for loss in LOSSES:
        tried(partial(_alone, start, 2 * n_lines, loss), 2 + examples // len(LOSSES))
    if finite or not given:
        tried(lambda choose: _finite(choose, strategy, finite, claims), examples)
    tried(lambda choose: _mixed(choose, start(choose), n_lines, claims), examples)
    with Elsewhere(strategy) as other:
        tried(lambda choose: _elsewhere(choose, start(choose), n_lines, other), 2 + examples // 4)


def _start(strategy: Strategy, spaces: list[Space], several: bool, choose: Choose) -> Scene:  # noqa: FBT001
    forget(strategy)  # so that an example does not depend on those before
    space = spaces[choose(len(spaces))] if spaces else _any_space(choose)
    ways = (("minimize",), ("maximize",), ("minimize", "maximize"))[choose(3 if several else 2)]
    return opened(strategy, space, choose(_SEEDS), ways)


def _any_space(choose: Choose) -> Space:
    return (floats, any_space, any_space, lambda _: _TWO_PARENTS, lambda _: _ONE, lambda _: _FIFTY)[choose(6)](choose)


def _alone(start: Callable[[Choose], Scene], n_lines: int, loss: Loss, choose: Choose) -> None:
    """What the strategy makes by itself."""
    scene = start(choose)
    laws.recorded(scene)
    for at in alone(choose, scene, n_lines, loss):
        scene = at
        if laws.listable(scene.history.space):
            laws.in_time(scene)
        _ = scene.outcome
    laws.fresh(scene)


def _mixed(choose: Choose, scene: Scene, n_lines: int, claims: Collection[str]) -> None:
    """What it answers among others."""
    for at in mixed(choose, scene, n_lines):
        scene = at
        laws.pure(scene)
        laws.resumed(scene)
    laws.fresh(scene)
    laws.stored(scene)
    if "commutes" in claims:
        laws.commutes(scene)


def _finite(choose: Choose, strategy: Strategy, spaces: list[Space], claims: Collection[str]) -> None:
    space = spaces[choose(len(spaces))] if spaces else finite_space(choose)
    laws.ends(choose, opened(strategy, space, choose(_SEEDS)), claimed="finite" in claims)


def _elsewhere(choose: Choose, scene: Scene, n_lines: int, other: Elsewhere) -> None:
    scenes = list(mixed(choose, scene, n_lines))
    answers = other.answers(scenes[-1].history, [at.history.n_events for at in scenes])
    for at, answer in zip(scenes, answers, strict=True):
        laws.same(at, "process", text(at.outcome), answer, "in another process")

"""Stories: histories of all shapes, made by choices line by line, each line a line of Python that a reader can repeat."""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from askttell.errors import Exhausted, NotReady
from askttell.events import Asked, Candidate, Claimed
from askttell.history import History
from askttell.results import add, enqueue, fail, report, stop, tell
from askttell.space import Space
from askttell.strategies import Random
from askttell.strategy import Strategy, ask, describe, name_of, using_event
from askttell.testing.answers import as_recorded
from askttell.testing.laws import STRATEGY_CLAIMS, STRATEGY_LAWS
from askttell.testing.random_problems import Choose
from askttell.testing.trying import Refused
from askttell.unit import decode

Loss: TypeAlias = Callable[[Choose], float | None]

_FINE = 2**10
LOSSES: tuple[Loss, ...] = (  # None: it fails or is stopped
    lambda choose: (0.0, 1.0, -1e300, 1e300, 1e-300, None)[choose(6)] if choose(3) == 0 else choose(_FINE) / _FINE,
    lambda _: 1.0,
    lambda _: None,
    lambda choose: (1e300, -1e300, 1e-300, 1.7e308, -1.7e308, 5e-324, 0.0)[choose(7)],
    lambda choose: float(choose(2)),
)


@attrs.frozen(slots=False)
class Scene:
    """A history, the lines that made it, and whether anything in it came from others than the strategy."""

    strategy: Strategy
    history: History
    lines: tuple[str, ...]
    mixed: bool = False

    def then(self, history: History, line: str, *, mixed: bool = False) -> "Scene":
        """The next scene."""
        return Scene(self.strategy, history, (*self.lines, line), self.mixed or mixed)

    @functools.cached_property
    def outcome(self) -> Candidate | Exhausted | NotReady:
        """What the strategy answers."""
        return self.answer(self.strategy, self.history)

    def answer(self, strategy: Strategy, history: History) -> Candidate | Exhausted | NotReady:
        """What a strategy answers to a history like this one; Refused if that is none."""
        try:
            candidate = strategy.ask(history)
        except (Exhausted, NotReady) as reason:
            return reason
        except Exception as error:
            raise self.refused("swap" if self.mixed else "survives", f"It raised {type(error).__name__}: {error}") from error
        if not isinstance(candidate, Candidate):
            raise self.refused("inside", f"It returned {candidate!r}, which is no Candidate.")
        try:
            return as_recorded(history.space, candidate)
        except (TypeError, ValueError) as error:
            raise self.refused("inside", f"It proposed {dict(candidate.params)!r}: {error}") from error

    def refused(self, law: str, what: str) -> Refused:
        """The verdict, with all that is needed to see the fault."""
        program = "\n".join(f"    {line}" for line in (*self.lines, f"{self.strategy!r}.ask(history)"))
        about = f"seed: {self.history.seed}\nspace: {self.history.space!r}\nthe smallest history found, as a program:\n\n{program}\n"
        sentence = (STRATEGY_LAWS | STRATEGY_CLAIMS)[law]
        return Refused(f"{name_of(self.strategy)} breaks the law `{law}`: {sentence}.\n{what}\n\n{about}")

    def own_numbers(self) -> list[int]:
        """The trials that the strategy proposed."""
        described, using = describe(self.strategy), self.history.using
        own = {use.id for use in using if (use.name, use.version, use.settings) == described}
        return [number for number in range(self.history.number) if self.history.asked(number).by in own]


def opened(strategy: Strategy, space: Space, seed: int, directions: tuple[Any, ...] = ("minimize",)) -> Scene:
    """The scene before the first ask."""
    history = History.start(space, seed=seed, directions=directions)
    ways = "" if directions == ("minimize",) else f", directions={directions!r}"
    start = f"history = History.start({space!r}, seed={seed}{ways})"
    return Scene(strategy, history, ("from askttell import *", "from askttell.strategies import Random", start))


def alone(choose: Choose, scene: Scene, n_lines: int, loss: Loss) -> Iterator[Scene]:
    """Scene after scene: asks, results, failures, reports."""
    return _told(choose, scene, n_lines, loss, _ALONE)


def mixed(choose: Choose, scene: Scene, n_lines: int) -> Iterator[Scene]:
    """The same with trials by others, added, enqueued and begun again."""
    loss = LOSSES[choose(len(LOSSES))]
    for _ in range(choose(3) * 8):
        scene = _added(choose, scene, loss(choose) or 0.0)
    return _told(choose, scene, n_lines, loss, (*_ALONE, *_MIXED))


def _told(choose: Choose, scene: Scene, n_lines: int, loss: Loss, actions: "tuple[_Action, ...]") -> Iterator[Scene]:
    yield scene
    for _ in range(choose(n_lines + 1)):
        scene = actions[choose(len(actions))](choose, scene, loss)
        yield scene


def ask_own(scene: Scene, loss: float | None = 0.0) -> Scene:
    """The scene after an ask of the strategy, which is given what it waits for and refuses nothing else."""
    history = scene.history
    if history.queue:
        return scene.then(ask(history, scene.strategy)[0], f"history, _ = ask(history, {scene.strategy!r})")
    outcome = scene.outcome
    if isinstance(outcome, Exhausted):
        return scene
    if isinstance(outcome, NotReady):
        if not history.is_pending(outcome.number):
            raise scene.refused("survives", f"It waits for trial {outcome.number}, which is not pending.")
        return finish(scene, outcome.number, loss)
    using = using_event(history, scene.strategy)
    events = (using, Asked(history.number, outcome, using.id, history.n_events))[using.id < len(history.using) :]
    return scene.then(history.then(*events), f"history, _ = ask(history, {scene.strategy!r})")


def finish(scene: Scene, number: int, loss: float | None, *, stopped: bool = False) -> Scene:
    """The scene after the result of a pending trial."""
    history = scene.history
    if loss is not None:
        values = _values(history, loss)
        return scene.then(tell(history, number, values), f"history = tell(history, {number}, {values!r})")
    if stopped:
        return scene.then(stop(history, number), f"history = stop(history, {number})")
    return scene.then(fail(history, number, "failed"), f"history = fail(history, {number}, 'failed')")


def add_known(scene: Scene, params: Mapping[str, Any], loss: float) -> Scene:
    """The scene after a result that was made elsewhere."""
    values, plain = _values(scene.history, loss), dict(params)
    return scene.then(add(scene.history, params, values), f"history = add(history, {plain!r}, {values!r})", mixed=True)


def _values(history: History, loss: float) -> Any:
    return loss if history.n_objectives == 1 else [loss] + [-0.5 * loss] * (history.n_objectives - 1)


def _finished(choose: Choose, scene: Scene, loss: Loss) -> Scene:
    pending = scene.history.pending_numbers.tolist()
    return finish(scene, pending[choose(len(pending))], loss(choose), stopped=choose(3) == 0) if pending else ask_own(scene)


def _reported(choose: Choose, scene: Scene, loss: Loss) -> Scene:
    pending = scene.history.pending_numbers.tolist()
    if not pending:
        return ask_own(scene)
    number, step, values = pending[choose(len(pending))], choose(3), _values(scene.history, loss(choose) or 0.0)
    line = f"history = report(history, {number}, {values!r}, step={step})"
    return scene.then(report(scene.history, number, values, step=step), line)


def _by_another(_choose: Choose, scene: Scene, _loss: object) -> Scene:
    return scene.then(ask(scene.history, Random())[0], "history, _ = ask(history, Random())", mixed=True)


def _begun_again(choose: Choose, scene: Scene, _loss: object) -> Scene:
    pending = scene.history.pending_numbers.tolist()
    if not pending:
        return ask_own(scene)
    number = pending[choose(len(pending))]
    claim = Claimed(number, scene.history.attempts(number) + 1)
    line = f"from askttell.events import Claimed; history = history.then({claim!r})"
    return scene.then(scene.history.then(claim), line, mixed=True)


def _enqueued(choose: Choose, scene: Scene, _loss: object) -> Scene:
    params = _anywhere(choose, scene.history.space)
    return scene.then(enqueue(scene.history, params), f"history = enqueue(history, {params!r})", mixed=True)


def _added(choose: Choose, scene: Scene, loss: float) -> Scene:
    return add_known(scene, _anywhere(choose, scene.history.space), loss)


def _anywhere(choose: Choose, space: Space) -> dict[str, Any]:
    return decode(space, [choose(_FINE) / _FINE for _ in space.names]).plain()


_Action: TypeAlias = Callable[[Choose, Scene, Loss], Scene]
_OWN: _Action = lambda choose, scene, loss: ask_own(scene, loss(choose))  # noqa: E731
_ALONE: tuple[_Action, ...] = (_OWN, _finished, _OWN, _finished, _reported)
_MIXED: tuple[_Action, ...] = (_by_another, _enqueued, lambda choose, scene, loss: _added(choose, scene, loss(choose) or 0.0), _begun_again)

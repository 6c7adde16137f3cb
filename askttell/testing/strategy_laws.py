"""The laws of a strategy, each a function of a scene, of a whole story, or of choices; Refused names the law that is broken."""

import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import attrs

from askttell.cells import cells_of
from askttell.codec import event_from_json, event_to_json
from askttell.domains import Domain
from askttell.errors import Exhausted
from askttell.events import Asked, Candidate, Event, Opened, Told, Using
from askttell.history import History
from askttell.journal import Journal
from askttell.registry import rebuild
from askttell.results import enqueue, fail
from askttell.space import Space
from askttell.strategies import Random
from askttell.strategy import Strategy, ask, describe, using_event
from askttell.testing.answers import text
from askttell.testing.parts import classes_of
from askttell.testing.random_problems import Choose
from askttell.testing.stories import Scene, add_known, ask_own, finish
from askttell.testing.watching import MOST_LINES, EndlessError, forget, limited, watched
from storage_backends import connect

_STORAGES = ("memory://", "log.jsonl", "log.db")
_MOST_CELLS = 200
_N_LEFT = 5


def pure(scene: Scene) -> None:
    """Nothing; Refused if the answer depends on anything but the history: clock, environment, generators, state, memory."""
    before, expected = scene.history.events, text(scene.outcome)
    forget(scene.strategy)
    answer, reach = watched(lambda: scene.answer(scene.strategy, scene.history))
    if reach is not None:
        raise scene.refused(reach.law, f"It used {reach.call}, in {reach.where}.")
    if scene.history.events != before:
        raise scene.refused("unchanged", "The history holds other events after the ask.")
    if text(answer) != expected:
        one, other = (text(scene.answer(scene.strategy, scene.history)) for _ in range(2))
        same(scene, "state", one, other, "asked again")
        raise scene.refused("memory", f"It answered {expected}, and {text(answer)} after its module's caches were cleared.")


def resumed(scene: Scene) -> None:
    """Nothing; Refused if a history of the same events gives another answer: read from records, once the past, reordered, of another study.

    All is changed at once, and only where that changes the answer each thing alone, to name it.
    """
    history, reordered = scene.history, _with_reversed_settings(scene.strategy)
    everything = _past(_changed(history, _read_back, _reordered, _of_another_study))
    if text(scene.answer(reordered, everything)) == text(scene.outcome):
        return
    alone = (
        ("resume", scene.strategy, _changed(history, _read_back)),
        ("travel", scene.strategy, _past(_changed(history))),
        ("order", reordered, _changed(history, _reordered)),
        ("identity", scene.strategy, _changed(history, _of_another_study)),
    )
    for law, strategy, changed in alone:
        same(scene, law, text(scene.outcome), text(scene.answer(strategy, changed)), "where only that differs")
    raise scene.refused("resume", "Read back, reordered and of another study, all at once, the history gives another candidate.")


def _past(history: History) -> History:
    """The history, as the past of one that went on."""
    later, trial = ask(enqueue(history, Random().ask(history).params), Random())
    return fail(later, trial, "later").at(history.n_events)


def stored(scene: Scene) -> None:
    """Nothing; Refused if the history gives another answer once it has been kept in a storage, with times, owners and leases."""
    envelope = {"time": 17.0, "worker": "another:1", "owner": ["boot", "namespace", 1, "2"]}
    records = [event_to_json(event) | envelope for event in scene.history.events]
    for url in _STORAGES:
        with tempfile.TemporaryDirectory() as folder:
            place = url if "://" in url else str(Path(folder) / url)
            with closing(connect(place)) as log:
                log.append("study", 0, records, durable=False)
                history = Journal(log, "study").history
            assert history is not None
            same(scene, "storage", text(scene.outcome), text(scene.answer(scene.strategy, history)), f"kept in {url}")


def fresh(scene: Scene) -> None:
    """Nothing; Refused if the strategy proposed a point of its own once more on a space that has infinitely many in each branch."""
    history = scene.history
    if not endless(history.space):
        return
    seen: dict[str, int] = {}
    for number in scene.own_numbers():
        params = repr(history.asked(number).candidate.params)
        if params in seen:
            first = seen[params]
            pending = history.view_of(number).is_pending(first)
            state = "was being evaluated" if pending else "had a result"
            raise scene.refused("pending" if pending else "fresh", f"Trial {number} is {params}, as was trial {first}, which {state}.")
        seen[params] = number


def endless(space: Space) -> bool:
    """Whether every configuration has a continuous parameter."""
    return any(domain.size == math.inf and not on for domain, on in zip(space.domains, space.conditions, strict=True))


def commutes(scene: Scene) -> None:
    """Nothing; Refused if results told in the reverse order give another answer."""
    events = scene.history.events
    asked = [event for event in events if not isinstance(event, Told)]
    told = [event for event in events if isinstance(event, Told)]
    one, other = (_replayed([*asked, *results]) for results in (told, told[::-1]))
    same(
        scene,
        "commutes",
        text(scene.answer(scene.strategy, one)),
        text(scene.answer(scene.strategy, other)),
        "with results told in reverse",
    )


def listable(space: Space) -> bool:
    """Whether a space is finite and small enough for `ends`."""
    return all(domain.size < math.inf for domain in space.domains) and cells_of(space, None).count <= _MOST_CELLS


def ends(choose: Choose, scene: Scene, *, claimed: bool) -> None:
    """Nothing; Refused if a finite space, most of which was tried by others, is not finished well."""
    _ = scene.outcome  # what is imported at the first ask is not counted below
    cells = cells_of(scene.history.space, None)
    left = min(choose(_N_LEFT), cells.count)
    for k in range(cells.count - left):
        scene = add_known(scene, cells.cell(k), choose(8) / 8)
    for _ in range(left + 2):
        in_time(scene)
        if claimed:
            _check_finite(scene, cells.count)
        n = scene.history.number
        scene = ask_own(scene)
        if scene.history.number > n and choose(2):
            scene = finish(scene, n, choose(8) / 8)


def in_time(scene: Scene) -> None:
    """Nothing; Refused if the strategy searches for ever for what a small finite space has no more."""
    try:
        with limited():
            _ = scene.outcome
    except EndlessError:
        tried = f"after {scene.history.number} trials of a space with {cells_of(scene.history.space, None).count} configurations"
        refused = scene.refused("ends", f"It ran {MOST_LINES} lines of Python without an answer, {tried}.")
        raise EndlessError(str(refused)) from None  # no smaller history is looked for, as that would take long


def _check_finite(scene: Scene, count: int) -> None:
    tried = {scene.history.asked(number).candidate.params for number in range(scene.history.number)}
    outcome = scene.outcome
    if isinstance(outcome, Exhausted) and len(tried) < count:
        raise scene.refused("finite", f"It raised Exhausted after {len(tried)} of {count} configurations.")
    if isinstance(outcome, Candidate) and outcome.params in tried:
        raise scene.refused("finite", f"It proposed {outcome.params!r} again; {len(tried)} of {count} configurations were tried.")


def recorded(scene: Scene) -> None:
    """Nothing; Refused if the strategy that is made from its recorded settings is another one."""
    using = event_from_json(json.loads(json.dumps(event_to_json(using_event(scene.history, scene.strategy)))))
    assert isinstance(using, Using)
    again = rebuild(using, classes_of(scene.strategy))
    if again is None:
        raise scene.refused("recorded", f"{using.name} takes other settings than those recorded, {dict(using.settings)!r}.")
    same(scene, "recorded", str(describe(scene.strategy)), str(describe(again)), "once made from its record")


def same(scene: Scene, law: str, one: str, other: str, how: str) -> None:
    """Nothing; Refused if two answers differ."""
    if one != other:
        raise scene.refused(law, f"It answered\n    {one}\nand, {how},\n    {other}")


def _with_reversed_settings(strategy: Strategy) -> Strategy:
    """An equal strategy, the dictionaries among whose settings were written in reverse."""
    cls: Any = type(strategy)
    if not attrs.has(cls):
        return strategy
    settings = {field.alias: getattr(strategy, field.name) for field in attrs.fields(cls) if field.init}
    settings = {name: _backwards(value) if isinstance(value, Mapping) else value for name, value in settings.items()}
    return cast("Strategy", cls(**settings))


def _changed(history: History, *changes: Callable[[Sequence[Event]], list[Event]]) -> History:
    events: Sequence[Event] = history.events
    for change in changes:
        events = change(events)
    return History.replay(events)


def _read_back(events: Sequence[Event]) -> list[Event]:
    """The events, each written as JSON and read again."""
    records = [json.loads(json.dumps(event_to_json(event))) for event in events]
    opened = event_from_json(records[0])
    assert isinstance(opened, Opened)
    return [opened, *(event_from_json(record, opened.space) for record in records[1:])]


def _reordered(events: Sequence[Event]) -> list[Event]:
    """The events on an equal space, of which every second `when` was written in reverse; other dictionaries are reversed too."""
    return [_reverse(event) for event in events]


def _reverse(event: Event) -> Event:
    match event:
        case Opened():
            space = event.space
            domains = [_under(domain, -1 if at % 2 == 0 else 1) for at, domain in enumerate(space.domains)]
            return attrs.evolve(event, space=Space(dict(zip(space.names, domains, strict=True))))
        case Using():
            return attrs.evolve(event, settings=_backwards(event.settings))
        case Told(info=dict()):
            return attrs.evolve(event, info=_backwards(event.info or {}))
        case _:
            return event


def _under(domain: Domain, step: int) -> Domain:
    when = {parent: values if isinstance(values, range) else list(values) for parent, values in domain.when[::step]}
    return attrs.evolve(domain, when=when or None)  # type: ignore[misc]


def _backwards(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return dict(reversed(list(mapping.items())))


def _of_another_study(events: Sequence[Event]) -> list[Event]:
    """The events as another process would have recorded them."""
    return [_elsewhere(event) for event in events]


def _elsewhere(event: Event) -> Event:
    match event:
        case Opened():
            return attrs.evolve(event, id="another")
        case Using():
            return attrs.evolve(event, platform={"machine": "another"})
        case Told():
            return attrs.evolve(event, info={"note": 17}, reason=None if event.reason is None else "another reason")
        case _:
            return event


def _replayed(events: Sequence[Event]) -> History:
    """The fold over events that were put into another order, so that an ask may have seen more than there is."""
    return History.replay(
        attrs.evolve(event, seen=min(event.seen, at)) if isinstance(event, Asked) else event for at, event in enumerate(events)
    )

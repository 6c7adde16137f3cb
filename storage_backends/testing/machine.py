"""A machine that tries random uses of a log, in any order, against a dict of lists."""

import itertools
import signal
import tempfile
import threading
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from storage_backends.errors import StudyDeleted, TornTail
from storage_backends.records import Json
from storage_backends.testing.expectations import Make, expect
from storage_backends.testing.processes import Child, Say


def agree(make: Make, _folder: Path, *, outlives: bool) -> None:
    """Nothing; Broken if the log differs from the model. With `outlives` it is also opened again, shared with processes and killed."""
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - no dependency of the package
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415

    run_state_machine_as_test(
        _machine(make, outlives=outlives),
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink), print_blob=False,
        ),
    )  # fmt: skip


def _machine(make: Make, *, outlives: bool) -> Any:  # noqa: C901 - a rule is a method
    """The class of the machine, made when Hypothesis is known to be there."""
    from hypothesis import strategies as st  # noqa: PLC0415 - no dependency of the package
    from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule  # noqa: PLC0415

    names = st.sampled_from(["a", "b", 'q"\\'])
    values = st.floats(allow_nan=False, allow_infinity=False)
    persistent = precondition(lambda _: outlives)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.uses = _Uses(make)

        @rule(name=names, offset=st.sampled_from([0, 0, 0, -1, 1]), n=st.integers(0, 3), value=values, durable=st.booleans())
        def append(self, name: str, offset: int, n: int, value: float, durable: bool) -> None:  # noqa: FBT001 - drawn
            self.uses.append(name, offset, [{"value": value, "i": i} for i in range(n)], durable=durable)

        @rule(name=names)
        def append_what_json_cannot_hold(self, name: str) -> None:
            self.uses.append_bad(name)

        @rule(name=names)
        def delete(self, name: str) -> None:
            self.uses.delete(name)

        @rule(name=names, start=st.integers(0, 5))
        def read(self, name: str, start: int) -> None:
            self.uses.read(name, start)

        @rule(name=names)
        def race_of_threads(self, name: str) -> None:
            self.uses.race(name)

        @persistent
        @rule()
        def open_again(self) -> None:
            self.uses.open_again()

        @persistent
        @rule(name=names)
        def append_in_a_child(self, name: str) -> None:
            self.uses.append_in_a_child(name)

        @persistent
        @rule(name=names, microseconds=st.integers(0, 2_000))
        def kill_a_child(self, name: str, microseconds: int) -> None:
            self.uses.kill_a_child(name, microseconds * 1e-6)

        @invariant()
        def same_names(self) -> None:
            expect(list(self.uses.log.studies()), sorted(self.uses.model), "The names of the studies")

        def teardown(self) -> None:
            self.uses.end()

    return Machine


class _Uses:
    """The log, and beside it what it must hold."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._folder = Path(self._temporary.name)
        self.log = make(self._folder)
        self.model: dict[str, list[Json]] = {}
        self._gone: set[str] = set()
        self._serial = itertools.count()

    def append(self, name: str, offset: int, records: list[Json], *, durable: bool) -> None:
        at = self._length(name) + offset
        found = self._outcome(partial(self.log.append, name, at, records, durable=durable))
        expect(found, "StudyDeleted" if name in self._gone else offset == 0, f"An append of {len(records)} at {at} of {name!r}")
        if found is True:
            self._grow(name, records)

    def append_bad(self, name: str) -> None:
        bad: list[Json] = [{"x": 1}, {"x": float("nan")}]
        found = self._outcome(partial(self.log.append, name, self._length(name), bad, durable=True))
        expect(found if found in ("TypeError", "StudyDeleted") else "ValueError", found, f"An append of NaN to {name!r}")
        self.read(name, 0)

    def delete(self, name: str) -> None:
        wanted = "StudyDeleted" if name in self._gone else None if name in self.model else "LookupError"
        expect(self._outcome(lambda: self.log.delete(name)), wanted, f"To delete {name!r}")
        if wanted is None:
            self._gone.add(name)
            del self.model[name]

    def read(self, name: str, start: int) -> None:
        wanted = "StudyDeleted" if name in self._gone else self.model.get(name, [])[start:]
        expect(self._outcome(lambda: list(self.log.read(name, start))), wanted, f"The records of {name!r} from {start} on")

    def race(self, name: str) -> None:
        """Two threads append at one position: one of them does."""
        at, found = self._length(name), ["", ""]

        def append(i: int) -> None:
            found[i] = str(self._outcome(lambda: self.log.append(name, at, [{"thread": i}], durable=False)))

        threads = [threading.Thread(target=append, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if name in self._gone:
            expect(found, ["StudyDeleted"] * 2, f"The appends of two threads to the deleted {name!r}")
        else:
            expect(sorted(found), ["False", "True"], f"The appends of two threads at {at} of {name!r}")
            self._grow(name, [{"thread": found.index("True")}])

    def open_again(self) -> None:
        self.log.close()
        self.log = self._make(self._folder)

    def append_in_a_child(self, name: str) -> None:
        at, record = self._length(name), {"child": next(self._serial)}

        def program(say: Say) -> None:
            say(self._outcome(lambda: self.log.append(name, at, [record], durable=True)))

        _, said = Child(program).go().ended()
        expect(said, ["StudyDeleted" if name in self._gone else "True"], f"What a forked child's append at {at} of {name!r} says")
        if said == ["True"]:
            self._grow(name, [record])

    def kill_a_child(self, name: str, seconds: float) -> None:
        """All or nothing of its batch is there; all, if it had been told so."""
        at, serial = self._length(name), next(self._serial)
        batch: list[Json] = [{"killed": serial, "i": i} for i in range(3)]

        def program(say: Say) -> None:  # pragma: no cover (a process that is killed records no coverage)
            say(self._outcome(lambda: self.log.append(name, at, batch, durable=True)))
            signal.pause()

        _, said = Child(program).go().killed_after(seconds)
        if name in self._gone:
            return
        tail = list(self.log.read(name, at))
        expect(tail, batch if said == ["True"] else tail and batch, f"What a killed child, which was told {said}, left at {at} of {name!r}")
        if tail:
            self._grow(name, batch)

    def end(self) -> None:
        self.log.close()
        self._temporary.cleanup()

    def _length(self, name: str) -> int:
        return len(self.model.get(name, []))

    def _grow(self, name: str, records: list[Json]) -> None:
        if records:
            self.model.setdefault(name, []).extend(records)

    def _outcome(self, use: Any) -> Any:
        """What the use returns, or the name of what it raises."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", TornTail)
                return use()
        except (StudyDeleted, LookupError, TypeError, ValueError) as error:
            return type(error).__name__

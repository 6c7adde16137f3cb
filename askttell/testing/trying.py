"""Trying a law on many problems by Hypothesis, which is imported when a law is tried and makes a counterexample small."""

from collections.abc import Callable

from askttell.testing.random_problems import Choose
from askttell.testing.watching import EndlessError


class Refused(AssertionError):  # noqa: N818 - a verdict
    """A search breaks a law; the message says which, and on what space."""


def tried(law: Callable[[Choose], None], examples: int) -> None:
    """Nothing; Refused with the smallest counterexample if the law raises it. Always the same `examples` problems are tried."""
    from hypothesis import HealthCheck, Phase, errors, given, settings  # noqa: PLC0415 - no dependency of the package
    from hypothesis import strategies as st  # noqa: PLC0415

    phases = (Phase.generate, Phase.shrink)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
        report_multiple_bugs=False,
    )
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        law(lambda n: data.draw(st.integers(0, n - 1)))

    try:
        attempt()
    except Refused as refused:  # without the notes on every choice that was made
        raise Refused(*refused.args) from refused.__cause__
    except EndlessError as endless:
        raise Refused(*endless.args) from None
    except errors.Flaky as flaky:
        what = "A law was broken once, and not when all was repeated alike"
        raise Refused(f"{what}; so the search depends on more than it is given: a state, a clock, a generator, a file.") from flaky

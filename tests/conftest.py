"""Hypothesis profiles: `dev` is quick, `ci` tries more and always the same."""

import os

import pytest
from hypothesis import HealthCheck, settings

import storage_backends

settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")

STORAGES = {"memory": None, "json": "jsonl", "sqlite": "db"}
PERSISTENT = [name for name, ending in STORAGES.items() if ending]


def url(kind, folder, name="log"):
    """The URL of a storage of that kind in a folder."""
    return "memory://" if kind == "memory" else f"{kind}:///{folder}/{name}.{STORAGES[kind]}"


@pytest.fixture
def one_thread():
    """Strategies compute so; on a busy machine more threads of BLAS would wait for one another for minutes."""
    from askttell.numerics.threads import one_blas_thread

    with one_blas_thread():
        yield


@pytest.fixture(params=STORAGES)
def log(request, tmp_path):
    """Each storage in turn, open and empty."""
    log = storage_backends.connect(url(request.param, tmp_path))
    yield log
    log.close()


@pytest.fixture(params=PERSISTENT)
def kind(request):
    """Each kind of storage that outlives its process."""
    return request.param

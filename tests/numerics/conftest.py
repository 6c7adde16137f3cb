"""What the tests of the numerics share."""

import pytest

from askttell.numerics.threads import one_blas_thread


@pytest.fixture
def one_thread():
    """Strategies compute so; on a busy machine more threads would wait for one another for minutes."""
    with one_blas_thread():
        yield

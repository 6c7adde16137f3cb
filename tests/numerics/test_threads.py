"""One BLAS thread inside the guard, and what was before outside."""

import threading

import pytest
from threadpoolctl import ThreadpoolController

from askttell.numerics import threads
from askttell.numerics.threads import one_blas_thread


def blas_threads():
    return {library.get_num_threads() for library in ThreadpoolController().select(user_api="blas").lib_controllers}


def set_blas_threads(n):
    for library in ThreadpoolController().select(user_api="blas").lib_controllers:
        threads._set(library, n)


@pytest.fixture(autouse=True)
def two_threads():
    before = max(blas_threads())
    set_blas_threads(2)
    yield
    set_blas_threads(before)


def in_another_thread(run):
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_inside_there_is_one_thread_and_outside_what_was():
    with one_blas_thread():
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_it_holds_in_any_thread_after_the_main_one_has_set_a_number():
    """Because threadpoolctl 3.8 lets only the first thread that sets a number set another."""
    ThreadpoolController().limit(limits=2, user_api="blas")
    seen = []

    def run():
        with one_blas_thread():
            seen.append(blas_threads())
        seen.append(blas_threads())

    in_another_thread(run)
    assert seen == [{1}, {2}]


def test_the_limit_holds_until_the_last_leaves():
    entered, leave = threading.Event(), threading.Event()

    def other():
        with one_blas_thread():
            entered.set()
            assert leave.wait(10)

    thread = threading.Thread(target=other)
    with one_blas_thread():
        thread.start()
        assert entered.wait(10)
    assert blas_threads() == {1}
    leave.set()
    thread.join()
    assert blas_threads() == {2}


def test_where_there_is_one_thread_already_none_is_set(monkeypatch):
    """Because setting costs more than a small fit."""
    set_blas_threads(1)
    monkeypatch.setattr(threads, "_set", lambda *_: pytest.fail("a number was set"))
    with one_blas_thread():
        assert blas_threads() == {1}
    assert blas_threads() == {1}


def test_an_exception_restores_the_limit():
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert blas_threads() == {2}


def test_a_build_with_a_number_for_each_thread_is_limited_in_each(monkeypatch):
    class PerThread(threading.local):
        threading_layer, n = "openmp", 2

        def get_num_threads(self):
            return self.n

        def set_num_threads(self, n):
            self.n = n

    guard, library, seen = threads._Guard(), PerThread(), []
    guard._private = [library]
    monkeypatch.setattr(threads, "_guard", guard)

    def run():
        with one_blas_thread():
            seen.append(library.n)
        seen.append(library.n)

    with one_blas_thread():
        in_another_thread(run)
        assert library.n == 1
    assert seen == [1, 2]
    assert library.n == 2

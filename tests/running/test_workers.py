"""How many workers an executor has, and what replaces a pool that is broken. Whole runs are in `test_running`."""

import os
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import objectives
import pytest

from askttell.running import workers
from askttell.running.workers import Apart, Workers, is_death


class Cluster(Executor):
    """Says how many workers it has like an executor of Dask."""

    def __init__(self, threads):
        self._client = SimpleNamespace(ncores=lambda: threads)


def test_the_number_given_wins_over_what_the_executor_says():
    with ThreadPoolExecutor(3) as executor:
        assert Workers(executor, None).count() == 3
        assert Workers(executor, 5).count() == 5
    assert Workers(None, None).count() == 1
    assert Workers(Executor(), 2).count() == 2


def test_the_workers_of_a_cluster_come_and_go(monkeypatch):
    threads, now = {"a": 1, "b": 2}, [0.0]
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    cluster = Workers(Cluster(threads), None)
    counts = [cluster.count()]
    threads["c"] = 4
    counts.append(cluster.count())
    now[0] = 2.0
    counts.append(cluster.count())
    threads.clear()
    now[0] = 4.0
    counts.append(cluster.count())

    assert counts == [3, 3, 7, 1]  # one at least, so that a cluster that grows with its work begins to grow


def test_only_what_is_evaluated_by_this_process_ends_with_it():
    with ThreadPoolExecutor(1) as threads, ProcessPoolExecutor(1) as processes:
        elsewhere = [Workers(executor, None).elsewhere for executor in (None, threads, processes)]

    assert elsewhere == [False, False, True]


def test_pools_of_one_are_used_again_and_replaced_when_their_process_has_died():
    apart = Apart(lambda: ProcessPoolExecutor(1))
    first = apart.submit(objectives.where, 0.0).result()
    second = apart.submit(objectives.where, 0.0).result()
    with pytest.raises(BrokenProcessPool):
        apart.submit(objectives.deadly_everywhere, 0.0).result()
    third = apart.submit(objectives.where, 0.0).result()
    apart._idle[0]._processes[third].kill()
    apart._idle[0]._executor_manager_thread.join()
    fourth = apart.submit(objectives.where, 0.0).result()
    apart.shutdown()

    assert first == second
    assert len({os.getpid(), first, third, fourth}) == 4
    assert len(apart._all) == 1


def test_pools_of_one_keep_the_settings_of_the_pool_that_broke():
    pool = ProcessPoolExecutor(4, initializer=print, initargs=("hello",))
    one = workers._pool_of_one(pool)()

    assert (one._max_workers, one._initializer, one._initargs) == (1, print, ("hello",))
    assert one._mp_context is pool._mp_context


def test_a_death_is_what_says_nothing_of_the_parameters():
    killed = type("KilledWorker", (Exception,), {})

    assert all(map(is_death, [BrokenExecutor(), BrokenProcessPool(), CancelledError(), killed()]))
    assert not any(map(is_death, [TypeError("cannot pickle"), OSError(), RuntimeError()]))

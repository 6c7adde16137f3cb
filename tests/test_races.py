"""Many processes on one file: no gap, no duplicate, and no thought wasted."""

import os

import pytest
from canary import SPACE, Canary, Slow
from conftest import url
from processes import finish, start

import storage_backends
from askttell import Study, verify


@pytest.mark.parametrize("n", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_eight_processes_share_one_file(kind, tmp_path, n):
    storage = url(kind, tmp_path)
    for worker in [start("share", storage, n) for _ in range(8)]:
        code, _, err = finish(worker)
        assert code == 0, err
    study = Study(storage=storage, strategy=Canary())

    assert list(range(8 * n)) == [trial.number for trial in study.trials]
    assert {"complete"} == {trial.state for trial in study.trials}
    audit = verify(storage_backends.connect(storage), strategies=[Canary])
    assert {"same"} == {verdict.outcome for verdict in audit.verdicts}


def test_a_slow_strategy_thinks_once_per_trial(kind, tmp_path):
    storage, marks = url(kind, tmp_path), tmp_path / "marks"
    Study(SPACE, storage=storage, strategy=Slow(str(marks), 0.2), seed=7)
    for worker in [start("think", storage, 3, marks, 0.2) for _ in range(8)]:
        assert finish(worker)[0] == 0

    assert marks.stat().st_size <= 1.3 * 24
    assert Study(storage=storage, strategy=Canary()).n_finished == 24


def test_eight_processes_make_one_file_at_once(kind, tmp_path):
    """Because a file that is being made must not be taken for one of another program."""
    for attempt in range(15):
        storage = url(kind, tmp_path, f"file{attempt}")
        pids = []
        for _ in range(8):
            pid = os.fork()
            if pid == 0:
                try:
                    log = storage_backends.connect(storage)
                    log.append("a", 0, [{}], durable=False)
                    os._exit(len(log.read("a")) - 1)
                finally:
                    os._exit(9)
            pids.append(pid)
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 8

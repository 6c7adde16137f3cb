"""`Study.run` on executors of others: a Dask cluster of two processes, loky, joblib, MPI."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import objectives
import pytest

from askttell import Categorical, Float, Space, Study
from askttell.strategies import Random

X = Space(x=Float(0.0, 1.0))
TESTS = Path(__file__).parents[1]


def study(space=X, **settings):
    return Study(space, seed=0, strategy=Random(), **settings)


@pytest.fixture(scope="module")
def cluster():
    """An executor of a Dask cluster of two processes of one thread each."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed; pip install 'askttell[dask]'")
    import dask

    # a task is given up at its first death, in place of its fourth
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as two,
        distributed.Client(two) as client,
    ):
        yield client.get_executor()


@pytest.mark.filterwarnings("ignore")  # of Dask's own
class TestDask:
    def test_two_processes_share_the_trials(self, cluster, tmp_path):
        searched = study(Space(folder=Categorical([str(tmp_path)])))
        searched.run(objectives.meeting, 10, executor=cluster)

        assert {trial.value for trial in searched.trials} == {2.0}
        assert searched.n_finished == len(searched.trials) == 10

    def test_equal_parameters_are_evaluated_each_time(self, cluster):
        """Because Dask takes calls with equal arguments for one and the same."""
        searched = study(Space(c=Categorical(["only"])))
        searched.run(objectives.unlike, 6, executor=cluster, max_workers=3)

        assert len({trial.value for trial in searched.trials}) == 6

    def test_a_function_that_cannot_be_imported_is_sent_as_it_is(self, cluster):
        offset, searched = 3.0, study()
        searched.run(lambda x: x + offset, 3, executor=cluster)

        assert searched.best_value > offset

    def test_errors_come_back_with_their_class(self, cluster):
        searched = study()
        searched.run(objectives.failing, 3, executor=cluster, catch=FileNotFoundError)
        with pytest.raises(FileNotFoundError):
            searched.run(objectives.failing, 3, executor=cluster)

        assert {trial.state for trial in searched.trials} == {"failed"}

    def test_a_killed_worker_s_trial_is_tried_again_and_the_others_go_on(self, cluster, tmp_path):
        flags = [str(tmp_path / "flag"), str(tmp_path / "other")]
        open(flags[1], "w").close()
        searched = study(Space(flag=Categorical(flags)))
        searched.enqueue({"flag": flags[0]})
        searched.run(objectives.deadly_once, 6, executor=cluster)

        assert {trial.state for trial in searched.trials} == {"complete"}
        assert searched.trials[0].attempts == 2


@pytest.mark.parametrize("module", ["loky", "joblib.externals.loky"])
def test_loky_replaces_a_process_that_died(module, tmp_path):
    loky = pytest.importorskip(module)
    searched = study(Space(flag=Categorical([str(tmp_path / "flag")])))
    executor = loky.get_reusable_executor(max_workers=2)
    searched.run(objectives.deadly_once, 4, executor=executor)

    assert [trial.state for trial in searched.trials] == ["complete"] * 4
    assert [trial.attempts for trial in searched.trials] == [1] * 4


def test_loky_takes_any_function():
    loky = pytest.importorskip("loky")
    searched = study()
    searched.run(lambda x: os.getpid(), 6, executor=loky.get_reusable_executor(max_workers=2))

    assert searched.n_finished == 6
    assert os.getpid() not in {trial.value for trial in searched.trials}


def test_mpi_processes_evaluate(tmp_path):
    """One process asks and tells, two evaluate."""
    pytest.importorskip("mpi4py", exc_type=ImportError)
    mpiexec = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if mpiexec is None:
        pytest.skip("there is no mpiexec")
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
        import objectives
        from mpi4py.futures import MPIPoolExecutor
        from askttell import Categorical, Space, Study
        from askttell.strategies import Random

        if __name__ == "__main__":
            study = Study(Space(folder=Categorical([FOLDER])), seed=0, strategy=Random())
            with MPIPoolExecutor() as executor:
                study.run(objectives.meeting, 10, executor=executor)
            print(study.n_finished, study.best_value)
        """).replace("FOLDER", repr(str(tmp_path / "met")))
    )
    (tmp_path / "met").mkdir()
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    }
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", str(program)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["10", "2.0"]

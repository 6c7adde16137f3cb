"""Starting workers from tests."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def start(*arguments, prefix=()):
    """A running worker."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    command = [*prefix, sys.executable, str(HERE / "worker.py"), *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process):
    """Its exit code and output; a worker that was neither killed nor ended well fails the test."""
    out, err = process.communicate(timeout=300)
    assert process.returncode in (0, -9), err
    return process.returncode, out, err

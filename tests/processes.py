"""Starting workers from tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import url

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


def cut_power(command, kind, folder, *, every):
    """How many acknowledgements a program wrote, and how many appends before them were durable; every `every`-th must be.

    Its system calls are traced. They tell each file's length at its last sync; cut back to that, the files are left in folder/cut.
    """
    trace, storage = folder / "trace", url(kind, folder)
    calls = "trace=openat,close,write,pwrite64,fsync,fdatasync,ftruncate"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    traced = ["strace", "-f", "-y", "-s", "40", "-e", calls, "-o", str(trace), *command, storage]
    subprocess.run(traced, capture_output=True, cwd=HERE.parent, check=False, env=environment)
    lengths, acknowledged, durable = _replayed(trace.read_text().splitlines(), str(folder / "log"), every)
    (folder / "cut").mkdir()
    for name, length in lengths.items():
        if Path(name).exists():  # not the journal of the moment before the write-ahead log
            (folder / "cut" / Path(name).name).write_bytes(Path(name).read_bytes()[:length])
    return acknowledged, durable


def _replayed(lines, prefix, every):
    """Each file's length at its last sync; acknowledgements, and those that followed a sync of all that was written."""
    length, synced, dirty, acknowledged, durable = {}, {}, set(), 0, 0
    for line in lines:
        if match := re.search(r'write\(1<.*"acknowledged (\d+)', line):
            acknowledged += 1
            if acknowledged % every == 0:
                assert not dirty, (match[1], dirty)
                durable = acknowledged
        elif match := re.search(r"(pwrite64|write)\(\d+<([^>]+)>.*?(?:, (\d+))?(?:, (\d+))?\) = (\d+)$", line):
            name = match[2]
            if name.startswith(prefix) and not name.endswith(("-shm", ".turn")):
                at = int(match[4]) if match[1] == "pwrite64" else length.get(name, 0)
                length[name] = max(length.get(name, 0), at + int(match[5]))
                dirty.add(name)
        elif match := re.search(r"f(?:data)?sync\(\d+<([^>]+)>\) += 0", line):
            synced[match[1]] = length.get(match[1], 0)
            dirty.discard(match[1])
    return {name: size for name, size in synced.items() if name.startswith(prefix)}, acknowledged, durable

"""A forked process under strace, which sees its system calls and can make each of them fail; and what a power cut would have left."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from storage_backends.testing.processes import Child, Program

_WRITING = "trace=openat,write,pwrite64,fsync,fdatasync,ftruncate"
_WRITE = re.compile(r"(pwrite64|write)\(\d+<([^>]+)>.*?(?:, (\d+))?(?:, (\d+))?\) = (\d+)$")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<([^>]+)>\) += 0")
_CUT = re.compile(r"ftruncate\(\d+<([^>]+)>, (\d+)\) += 0")
_SAID = re.compile(r'write\(\d+<pipe:[^>]*>, "acknowledged ')


def installed() -> bool:
    """Whether strace is there."""
    return shutil.which("strace") is not None


class Traced:
    """A child whose system calls are written to a file; `options` are those of strace, such as `-e inject=fsync:error=EIO`."""

    def __init__(self, program: Program, trace: Path, options: Sequence[str]) -> None:
        self.child = Child(program)
        command = ["strace", "-f", "-y", "-s", "40", *options, "-o", str(trace), "-p", str(self.child.pid)]
        self._strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - of our own parts
        assert self._strace.stderr is not None
        said = self._strace.stderr.readline()
        if "attached" not in said:
            self.child.killed_after(0.0)
            self._strace.communicate()
            raise OSError(f"strace could not attach to a process of its own parent: {said.strip()}")
        self.child.go()

    def ended(self) -> tuple[int, list[str]]:
        """See `Child.ended`."""
        try:
            return self.child.ended()
        finally:
            self._strace.communicate()


def power_cut(program: Program, folder: Path, *, every: int = 1) -> tuple[int, list[str], Path]:
    """How many acknowledgements the program said, those that came too early, and a folder as a power cut after the last would leave it.

    The program says "acknowledged N" and kills itself after the last of these; its files lie in `folder`. Every `every`-th must follow a
    sync of all that was written; what was not synced before it is named. Each file is cut to its length at its last sync. Files must
    be written in place, not renamed.
    """
    trace = folder.with_name(folder.name + ".trace")
    before = {str(path): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    Traced(program, trace, ["-e", _WRITING]).ended()
    lengths, acknowledged, early = _replayed(trace.read_text(errors="replace").splitlines(), str(folder), every, before)
    cut = folder.with_name(folder.name + ".cut")
    cut.mkdir()
    for name, length in lengths.items():
        if Path(name).is_file():  # not the journal of the moment before a write-ahead log
            (cut / Path(name).name).write_bytes(Path(name).read_bytes()[:length])
    return acknowledged, early, cut


def _replayed(lines: Sequence[str], prefix: str, every: int, before: dict[str, int]) -> tuple[dict[str, int], int, list[str]]:
    """Each file's length at its last sync, the acknowledgements, and what was not synced at those that must follow a sync."""
    length, synced = dict(before), dict(before)
    dirty: set[str] = set()
    acknowledged, early = 0, []
    for line in lines:
        if _SAID.search(line):
            acknowledged += 1
            if acknowledged % every == 0 and dirty:
                early.append(f"acknowledgement {acknowledged}: {', '.join(sorted(dirty))}")
        elif match := _WRITE.search(line):
            name = match[2]
            if name.startswith(prefix) and not name.endswith(("-shm", ".turn")):
                at = int(match[4]) if match[1] == "pwrite64" else length.get(name, 0)
                length[name] = max(length.get(name, 0), at + int(match[5]))
                dirty.add(name)
        elif match := _CUT.search(line):
            length[match[1]] = min(length.get(match[1], 0), int(match[2]))
        elif match := _SYNC.search(line):
            synced[match[1]] = length.get(match[1], 0)
            dirty.discard(match[1])
    return {name: size for name, size in synced.items() if name.startswith(prefix)}, acknowledged, early

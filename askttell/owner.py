"""Who evaluates a trial: the identity of a process, and whether that process is dead for certain."""

import functools
import os
from typing import TypeAlias

Owner: TypeAlias = tuple[str, str, int, str]  # boot id, pid namespace, pid, start time of the process


@functools.lru_cache(maxsize=1)
def this_process() -> Owner:
    """The identity of the calling process."""
    boot = _text("/proc/sys/kernel/random/boot_id") or _node()
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:  # pragma: no cover (no /proc)
        namespace = ""
    pid = os.getpid()
    return boot, namespace, pid, _started(pid)


if hasattr(os, "register_at_fork"):  # pragma: no branch (Windows)
    os.register_at_fork(after_in_child=this_process.cache_clear)


def owner_of(pid: int) -> Owner:
    """The identity of another process of this machine; ValueError if it has ended."""
    boot, namespace, _, _ = this_process()
    started = _started(pid)
    if started == "dead":
        raise ValueError(f"There is no process {pid}; give the pid of the one that evaluates the trial, such as $$ in a shell.")
    return boot, namespace, pid, started


def is_dead(owner: Owner) -> bool:
    """Whether the process has ended for certain: another boot of this machine, or its pid is free or belongs to another process.

    Processes of another pid namespace cannot be judged from here and count as alive.
    """
    boot, namespace, pid, started = owner
    here = this_process()
    if owner == here:  # as in most studies, and at a hundredth of the time
        return False
    if boot != here[0]:
        return True
    return namespace == here[1] and _started(pid) != started


def _node() -> str:  # pragma: no cover (no /proc)
    import platform  # noqa: PLC0415 - slow to import and rarely needed

    return platform.node()


def _started(pid: int) -> str:
    """The start time of a process in clock ticks since boot, "dead" if it has ended, also if its parent has not noticed yet."""
    stat = _text(f"/proc/{pid}/stat")
    if stat:
        fields = stat.rpartition(")")[2].split()
        return "dead" if fields[0] in "ZX" else fields[19]
    if os.path.exists("/proc/self/stat"):
        return "dead"
    return _started_elsewhere(pid)  # pragma: no cover (no /proc)


def _started_elsewhere(pid: int) -> str:  # pragma: no cover (no /proc)
    if os.name != "posix":
        return ""  # cannot be judged, so it counts as alive
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "dead"
    except PermissionError:
        pass
    return ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""

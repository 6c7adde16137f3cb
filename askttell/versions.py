"""Versions and CPU of this process, on which the bits of a suggestion may depend."""

import functools
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@functools.lru_cache(maxsize=1)
def platform_here() -> dict[str, str]:
    """Versions of askttell, NumPy and SciPy, and the kind of machine."""
    return {name: _version(name) for name in ("askttell", "numpy", "scipy")} | {
        "machine": f"{platform.system()} {platform.machine()} {_cpu()}".strip()
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "not installed"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # pragma: no cover (no /proc)
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")

"""Versions and CPU of this process, on which the bits of a suggestion may depend."""

import functools


@functools.lru_cache(maxsize=1)
def platform_here() -> dict[str, str]:
    """Versions of askttell, NumPy and SciPy, and the kind of machine."""
    import platform  # noqa: PLC0415 - slow to import and rarely needed

    return {name: _version(name) for name in ("askttell", "numpy", "scipy")} | {
        "machine": f"{platform.system()} {platform.machine()} {_cpu(platform.processor())}".strip()
    }


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import and rarely needed

    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "not installed"


def _cpu(otherwise: str) -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:  # pragma: no cover (no /proc)
        return otherwise
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")

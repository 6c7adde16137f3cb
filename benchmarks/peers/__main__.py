"""`python -m benchmarks.peers`: the search methods, and what is missing for each."""

from askttell import strategies
from benchmarks.peers import known


def main() -> None:
    """Print one line per method."""
    for name, peer in known().items():
        print(f"{name:<18}{'needs ' + ', '.join(peer.missing) if peer.missing else 'installed'}")
    for name in strategies.__all__:
        print(f"{name:<18}ours; settings in brackets, as {name}()")


if __name__ == "__main__":
    main()

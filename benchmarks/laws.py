"""`python -m benchmarks.laws`: which laws of `askttell.testing.check_search` hold for search methods, ours and others.

A law that does not hold is no fault where nobody claims it; the smallest problem that breaks it is shown with `--why`.
"""

import argparse
import warnings
from collections.abc import Iterator

from askttell.testing import ALWAYS, CLAIMS, Refused, checks
from benchmarks import peers
from benchmarks.regret import installed, names
from benchmarks.tables import Table


def verdicts(opt: str, budget: int, examples: int) -> Iterator[tuple[str, str, str]]:
    """Each law, whether it `holds`, is `broken`, or its try `raised`, and why."""
    for law, check in checks(peers.find(opt).make, claims=CLAIMS, budget=budget, examples=examples):
        try:
            check()
        except Refused as refused:
            yield law, "broken", str(refused)
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is a result
            yield law, "raised", f"{type(error).__name__}: {error}"
        else:
            yield law, "holds", ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opts", type=names, default=["Random", "Sobol", "Auto", "optuna-tpe", "rustuna", "cmaes"])
    parser.add_argument("--budget", type=int, default=25, help="evaluations of a search")
    parser.add_argument("--examples", type=int, default=20, help="problems for each law")
    parser.add_argument("--why", action="store_true", help="tell what broke")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    laws = [*ALWAYS, *CLAIMS]
    rows = []
    for opt in installed(given.opts):
        found = {law: (verdict, why) for law, verdict, why in verdicts(opt, given.budget, given.examples)}
        rows.append([opt, *(found[law][0] for law in laws)])
        for law, (_, why) in found.items():
            if given.why and why:
                print(f"{opt}, {law}: {why}")
    print(Table("laws", ["method", *laws], rows, [f"{law}: {what}" for law, what in (ALWAYS | CLAIMS).items()]).text())


if __name__ == "__main__":
    main()

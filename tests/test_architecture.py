"""What may import what, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from askttell import Float, Space, Study
from askttell.strategies import Random

ROOT = Path(__file__).parents[1]
CORE = {"space", "choices", "domains", "unit", "events", "trial", "values", "store", "history", "seed", "errors"}
FORKS = "storage_backends.locks"  # what a fork does to locks
ALLOWED = {
    "errors": set(),
    "seed": set(),
    "choices": {"errors"},
    "domains": {"choices", "errors"},
    "domain_json": {"choices", "domains", "errors"},
    "space": {"choices", "domain_json", "domains", "errors"},
    "unit": {"space", "domains"},
    "events": {"space"},
    "values": {"events"},
    "trial": {"events", "space"},
    "store": {"errors", "events", "unit", "space", FORKS},
    "adapted": {"space"},
    "history": CORE - {"unit", "choices", "domains"} | {"prior"},  # histories are given as prior
    "prior": {"adapted", "errors", "events", "history", "space", "summary", "values"},
    "results": CORE | {"history"},
    "strategy": CORE,
    "stopping": {"history"},
    "running/until": {"history"},
    "running/evaluation": {"running.objective", "values"},
    "running/objective": {"space"},
    "running/workers": set(),
    "migration": {"events", "history", "space"},
    "explanation": {"audit", "earlier", "events", "history", "registry", "results"},
    "cells": {"choices", "domains", "space"},
    "codec": {"choices", "domain_json", "errors", "events", "space", "wellformed"},
    "wellformed": {"errors", "events", "space"},
    "envelope": set(),
    "structure": {"codec", "envelope", "errors", "events", "history", "space"},
    "axes": {"domains", "space", "numerics.axes"},
    "untried": CORE | {"cells", "history"},
    "design": CORE | {"axes", "history", "untried", "numerics"},
    "modelling": {"axes", "history", "numerics", "numerics.axes", "numerics.surrogate"},
    "earlier": CORE | {"adapted", "axes", "history", "numerics.surrogate", "numerics.transfer"},
    "owner": set(),
    "versions": set(),
}


def ours(path):
    """The modules of ours that a file imports, without `askttell.`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("askttell", "storage_backends"):
            names |= {node.module} if node.module != "askttell" else {f"askttell.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.split(".")[0] in ("askttell", "storage_backends")}
    return {name.removeprefix("askttell.") for name in names}


@pytest.mark.parametrize("module", ALLOWED)
def test_a_core_module_imports_only_what_lies_below_it(module):
    assert set() == ours(ROOT / "askttell" / f"{module}.py") - ALLOWED[module]


def test_strategies_do_not_import_one_another():
    for path in (ROOT / "askttell" / "strategies").glob("*.py"):
        if path.name in ("__init__.py", "auto.py"):
            continue
        allowed = CORE | {"strategy", "cells", "axes", "untried", "design", "earlier", "modelling"}
        assert set() == {name for name in ours(path) - allowed if not name.startswith(("numerics", "evolution"))}


def test_evolution_lies_between_the_strategies_and_their_mathematics():
    for path in (ROOT / "askttell" / "evolution").glob("*.py"):
        assert set() == {
            name for name in ours(path) - CORE - {"cells", "earlier", "untried", FORKS} if not name.startswith(("numerics", "evolution"))
        }


def test_numerics_knows_no_spaces_and_no_histories():
    for path in (ROOT / "askttell" / "numerics").glob("*.py"):
        assert set() == {name for name in ours(path) - {"seed"} if not name.startswith("numerics")}


def test_analyses_know_what_a_search_is_and_nothing_of_files_or_pictures():
    for path in (ROOT / "askttell" / "analysis").glob("*.py"):
        allowed = CORE | {"history", "axes", "strategies.gp"}
        assert set() == {name for name in ours(path) - allowed if not name.startswith(("analysis", "numerics"))}


def test_plots_know_what_a_search_is_and_nothing_of_files_or_processes():
    for path in (ROOT / "askttell" / "plotting").glob("*.py"):
        assert set() == {name for name in ours(path) - CORE - {"history"} if not name.startswith(("analysis", "plotting"))}


def test_pages_know_what_plots_know_and_nothing_of_matplotlib():
    for path in (ROOT / "askttell" / "pages").glob("*.py"):
        allowed = CORE | {"history", "explanation", "summary", "tables", "versions"}
        assert set() == {name for name in ours(path) - allowed if not name.startswith(("analysis", "pages"))}


EXTRAS = {"joblib", "sklearn", "optuna", "ConfigSpace"}


def foreign(path):
    """The libraries that a file imports and that are extras."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
    return names & EXTRAS


@pytest.mark.parametrize("path", sorted((ROOT / "askttell" / "integrations").glob("*.py")), ids=lambda path: path.name)
def test_an_integration_knows_one_library_and_nothing_of_strategies_or_the_command_line(path):
    """Beside the core it may use the shell; strategies are the user's, but for the default."""
    below = CORE | {"codec", "history", "journal", "moving", "owner", "strategy", "study", "storage_backends", "strategies", "waiting"}

    assert foreign(path) <= {"joblib", "sklearn"} or len(foreign(path)) == 1
    assert set() == {name for name in ours(path) - below if not name.startswith("integrations")}


def test_nobody_but_the_command_line_needs_an_integration():
    for path in (ROOT / "askttell").rglob("*.py"):
        if path.parent.name not in ("integrations", "cli"):
            assert set() == {name for name in ours(path) if name.startswith("integrations")}


def test_only_the_command_line_and_the_demonstration_know_the_command_line():
    for path in (ROOT / "askttell").rglob("*.py"):
        if path.parent.name != "cli" and path.name != "__main__.py":
            assert set() == {name for name in ours(path) if name.startswith("cli")}


def test_storages_know_nothing_of_searches():
    for path in (ROOT / "storage_backends").rglob("*.py"):
        assert set() == {name for name in ours(path) if not name.startswith("storage_backends")}


def test_only_seed_makes_generators():
    for package in ("askttell", "storage_backends"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name not in ("seed.py", "study.py", "watching.py"):  # the last looks whether a strategy uses the global ones
                text = path.read_text()
                assert "default_rng" not in text
                assert "numpy.random" not in text
                assert "import random" not in text


@pytest.mark.parametrize("strategy", ["Random", "Sobol", "Grid"])
def test_asking_imports_neither_scipy_stats_nor_extras(strategy, tmp_path):
    program = f"""
import sys
from askttell import Categorical, Float, Space, Study
from askttell.strategies import {strategy}
points = {{"points": 3}} if "{strategy}" == "Grid" else {{}}
Study(Space(x=Float(0, 1)), storage={str(tmp_path / "s.db")!r}, strategy={strategy}(**points)).ask()
heavy = ["scipy.stats", "pandas", "matplotlib", "plotly", "sklearn", "tqdm", "optuna", "ConfigSpace"]
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "[]"


def test_a_loop_of_one_s_own_imports_nothing_of_runs():
    program = """
import sys
from askttell import Float, Space, Study
from askttell.strategies import Random
study = Study(Space(x=Float(0, 1)), strategy=Random())
study.tell(study.ask(), 0.5)
print([name for name in ["askttell.running", "concurrent.futures.thread", "distributed", "loky"] if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "[]"


def test_the_ask_of_the_command_line_imports_nothing_heavy_on_a_study_of_a_thousand_trials(tmp_path):
    """Because a shell script asks in a process of its own each time; the time itself is measured, not asserted."""
    storage = str(tmp_path / "s.db")
    with Study(Space(x=Float(0.0, 1.0)), storage=storage, strategy=Random(), seed=0) as study:
        study.ask(1000)
    program = f"""
import sys
from askttell.cli import main
code = main(["ask", "--storage", {storage!r}])
heavy = ["scipy.stats", "pandas", "matplotlib", "plotly", "sklearn", "tqdm", "optuna", "ConfigSpace"]
print(code, [name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines()[0].startswith('{"number": 1000, ')
    assert done.stdout.splitlines()[1] == "0 []"

"""The README's examples run, in order, as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text()
BLOCKS = re.findall(r"(<!-- [a-z ]+ -->\n)?```(\w+)\n(.*?)```", TEXT, flags=re.DOTALL)


def blocks(language):
    """The examples in a language, without those that install something."""
    return [text for comment, found, text in BLOCKS if found == language and not comment]


def train(lr, layers, optimizer, momentum=0.0):
    return lr * layers + momentum + len(optimizer)


def test_the_python_examples_run_one_after_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"train": train}
    for block in blocks("python"):
        exec(block, names)

    assert len(blocks("python")) == 11
    assert (tmp_path / "search.db").exists()
    assert capsys.readouterr().out.count("\n") >= 2


def test_the_shell_examples_run_one_after_another(tmp_path):
    """In one bash that ends at the first error, with the `askttell` of this Python."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "askttell"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m askttell "$@"\n')
    command.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(README.parent)}
    script = "set -euo pipefail\n" + "\n".join(blocks("sh"))
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert len(blocks("sh")) == 3
    assert "8 suggestions, 8 same" in done.stdout
    assert "8 trials kept, 0 left behind" in done.stdout
    assert "20 trials finished, 0 of them failed, 0 pending" in done.stdout
    assert (tmp_path / "parameters.png").read_bytes().startswith(b"\x89PNG")


def test_what_installs_something_is_marked_and_is_run_by_the_checks():
    """Because it needs a network, `.ci/run` runs it in place of this test."""
    marked = [(comment.strip(), text) for comment, language, text in BLOCKS if comment]

    assert [comment for comment, _ in marked] == ["<!-- installing -->", "<!-- installing -->", "<!-- test command -->"]
    assert all("pip install" in text or '/pip" install' in text for _, text in marked)


def test_every_module_is_on_the_map():
    root = README.parent
    files = [path.name for path in (root / "askttell").glob("*.py") if not path.name.startswith("_")]

    assert [name for name in files if name not in TEXT and name not in ("errors.py", "stopping.py")] == []


def test_every_strategy_and_every_verb_that_is_named_exists():
    from askttell import strategies
    from askttell.cli.parser import parse

    named = re.findall(r"^\| `([A-Z]\w+)\(.*?\)` \|", TEXT, flags=re.MULTILINE)
    verbs = set(re.findall(r"^\s*(?:while trial=\$\()?askttell ([a-z]+)", TEXT, flags=re.MULTILINE))

    assert set(named) == set(strategies.__all__)
    for verb in verbs:
        with pytest.raises(SystemExit, match="0"):
            parse([verb, "--help"])

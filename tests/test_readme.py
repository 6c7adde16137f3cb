"""The README's examples run."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def train(lr, layers, optimizer, momentum=0.0):
    return lr * layers + momentum + len(optimizer)


def test_the_python_examples_run_one_after_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    names = {"train": train}
    for block in blocks:
        exec(block, names)

    assert len(blocks) == 3
    assert (tmp_path / "search.db").exists()
    assert capsys.readouterr().out.count("\n") >= 2


def test_the_shell_example_runs(tmp_path, monkeypatch, capsys):
    from askttell.cli import main

    monkeypatch.chdir(tmp_path)
    text = README.read_text()
    (tmp_path / "space.json").write_text(re.search(r"`space.json`: `(.*?)`\)", text)[1])
    lines = re.findall(r"^askttell (.*)$", text, flags=re.MULTILINE)
    for line in lines:
        assert main(line.partition("#")[0].split()) == 0

    assert len(lines) == 5
    assert "1 suggestions, 1 same" in capsys.readouterr().out


def test_every_module_is_on_the_map():
    root = README.parent
    text = README.read_text()
    files = [path.name for path in (root / "askttell").glob("*.py") if not path.name.startswith("_")]

    assert [name for name in files if name not in text and name not in ("cli.py", "demo.py", "errors.py", "stopping.py")] == []

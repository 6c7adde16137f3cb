"""The examples in docstrings run, and the public names have docstrings."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import askttell
import askttell.strategies
import storage_backends

MODULES = [
    "askttell",
    "storage_backends",
    *(
        module.name
        for package in (askttell, storage_backends)
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ),
]
FOUND = {
    example.name: example
    for name in MODULES
    if name != "askttell.__main__"
    for example in doctest.DocTestFinder().find(importlib.import_module(name))
    if example.examples
}


@pytest.mark.parametrize("name", FOUND)
def test_an_example_shows_what_it_says(name):
    out = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(FOUND[name], out=out.append)

    assert "".join(out) == ""


def test_what_a_user_calls_has_examples_and_a_docstring():
    assert {"askttell", "askttell.space.Space", "askttell.strategy.ask", "askttell.results.tell", "askttell.audit.verify"} <= set(FOUND)
    for package in (askttell, askttell.strategies):
        for name in package.__all__:
            assert inspect.getdoc(getattr(package, name)), name

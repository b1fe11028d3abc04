"""The package: small to import, typed, documented."""

from __future__ import annotations

import doctest
import importlib.resources
import inspect
import subprocess
import sys

import fanin
from fanin import _fanin


def test_importing_fanin_imports_nothing_large():
    """Neither numpy nor a framework: they are imported where they are used."""
    code = (
        "import sys; before = set(sys.modules); import fanin; fanin.gain('relu'); fanin.Plan({'*': 'zeros'})\n"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split()) - set(sys.stdlib_module_names)
    assert loaded == {"fanin"}, loaded


def test_the_package_is_typed():
    """The wheel has the marker and the stub."""
    files = importlib.resources.files("fanin")
    assert (files / "py.typed").is_file() and (files / "_fanin.pyi").is_file()


def test_everything_public_is_documented():
    """Every function has its parameters and errors in numpy's style, and an example."""
    for name in fanin.__all__:
        item = getattr(fanin, name)
        if name.startswith("__"):
            continue
        assert inspect.getdoc(item), name
        if inspect.isfunction(item):
            page = inspect.getdoc(item) or ""
            for part in ["Parameters\n-----", "Raises\n-----", "Examples\n-----"]:
                assert part in page, f"{name} lacks {part.split()[0]}"
            for argument in inspect.signature(item).parameters:
                assert argument in page, f"{name} does not document {argument}"


def test_the_examples_of_the_native_module():
    """Its docstrings are examples that run."""
    names = {"fanin": fanin, **vars(_fanin)}
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    tests = [test for name in dir(_fanin) for test in finder.find(getattr(_fanin, name), name, globs=dict(names))]
    for test in tests:
        runner.run(test)
    assert runner.summarize().failed == 0 and runner.summarize().attempted >= 2

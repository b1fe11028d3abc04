"""Fixtures: the command of the installed wheel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

import fanin

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def command() -> Command:
    """Run the command in a process of its own."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
        words = [sys.executable, "-m", "fanin", *map(str, arguments)]
        return subprocess.run(words, capture_output=True, timeout=300, **options)  # type: ignore[call-overload,no-any-return]

    return run


@pytest.fixture(autouse=True)
def _names_of_doctests(doctest_namespace: dict[str, object]) -> None:
    doctest_namespace["fanin"] = fanin

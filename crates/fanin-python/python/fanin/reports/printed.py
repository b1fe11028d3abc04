"""The printed forms of a report, made by the command."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fanin import _fanin
from fanin.recipe import Recipe

Printed: TypeAlias = "tuple[str, str, str | None, str | None]"
Path: TypeAlias = "str | os.PathLike[str]"
Texts: TypeAlias = "str | Iterable[str]"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of the command: ``print(report)`` prints what the command prints."""

    _printed: Printed = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Return the text that the command prints, without the last end of line."""
        return self._printed[0].removesuffix("\n")

    def to_json(self) -> str:
        """Return the JSON that the command prints with ``--json``, without the last end of line."""
        return self._printed[1].removesuffix("\n")


def make(
    command: str,
    positional: Iterable[Path],
    options: Mapping[str, object],
    recipe: object = None,
    shapes: object = None,
) -> tuple[Printed, Any]:
    """Return what the command prints with these arguments, and its JSON, parsed."""
    arguments = [command]
    if isinstance(recipe, Recipe) and command != "explain":
        # The name stands for the recipe, which is passed by value.
        options = {**options, "recipe": recipe.name}
    elif recipe is not None and command != "explain":
        options = {**options, "recipe": os.fspath(recipe)}  # type: ignore[call-overload]
    listed = None
    if isinstance(shapes, Mapping):
        listed = shapes_json(shapes)
        options = {**options, "shapes": "shapes"}
    elif shapes is not None:
        options = {**options, "shapes": os.fspath(shapes)}  # type: ignore[call-overload]
    for name, value in options.items():
        arguments.extend(option(name.replace("_", "-"), value))
    arguments.append("--")
    arguments.extend(os.fspath(path) for path in positional)
    if any(argument == "-" or argument.endswith("=-") for argument in arguments):
        raise ValueError("-: standard input is read by the command alone; give a path")
    printed = _fanin.report(arguments, recipe if isinstance(recipe, Recipe) else None, listed)
    return printed, json.loads(printed[1])


def option(name: str, value: object) -> list[str]:
    """Return the words of an option; None and False are left out, sequences repeat it."""
    if value is None or value is False:
        return []
    if value is True:
        return [f"--{name}"]
    if isinstance(value, Mapping):
        pairs: Iterable[tuple[object, object]] = value.items()
        return [f"--{name}={key}={item}" for key, item in pairs]
    if isinstance(value, (str, int, float, os.PathLike)):
        return [f"--{name}={os.fspath(value) if isinstance(value, os.PathLike) else value}"]
    if isinstance(value, Iterable):
        return [f"--{name}={item}" for item in value]
    raise TypeError(f"{name} has the type {type(value).__name__}; use a str or a sequence of str")


def shapes_json(shapes: Mapping[str, Any]) -> str:
    """Return the list of shapes in JSON.

    Raises
    ------
    TypeError
        If a shape is not a sequence of integers.
    """
    return json.dumps({name: _entry(shape) for name, shape in shapes.items()})


def _entry(given: Any) -> object:
    if isinstance(given, Mapping):
        entry = {str(key): value for key, value in given.items()}
        return {**entry, "shape": _entry(entry["shape"])} if "shape" in entry else entry
    return [int(length) for length in given]

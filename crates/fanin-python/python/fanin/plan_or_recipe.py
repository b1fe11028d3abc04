"""Rules as users give them: a plan, a recipe, or what names one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from fanin.plan import Plan
from fanin.recipe import Recipe

Rules: TypeAlias = "str | os.PathLike[str] | Plan | Recipe | Mapping[str, str] | Iterable[tuple[str, str]]"


def rules(given: Rules) -> Plan | Recipe:
    """Return the plan or recipe that is given or named.

    Parameters
    ----------
    given : str, path-like, Plan, Recipe, mapping or iterable of (str, str)
        The name of a recipe, the path of a recipe in a ``.toml`` file, or the rules themselves.

    Raises
    ------
    ValueError
        If a name, a pattern or an initializer is invalid.
    FaninError
        If the file cannot be read.

    Examples
    --------
    >>> rules("gpt2")
    <Recipe 'gpt2'>
    >>> rules({"*": "zeros"})
    Plan([('*', 'zeros')])
    """
    if isinstance(given, (Plan, Recipe)):
        return given
    if isinstance(given, str):
        return Recipe.read(given) if given.endswith(".toml") else Recipe(given)
    if isinstance(given, os.PathLike):
        return Recipe.read(given)
    return Plan(given)

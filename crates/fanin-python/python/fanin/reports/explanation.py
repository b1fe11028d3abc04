"""Explanations of initializers, activations, recipes and audit rules, and of what rules assign to a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanin import _fanin
from fanin.plan import Plan
from fanin.recipe import Recipe
from fanin.reports.printed import Path, Report, make, shapes_json


@dataclass(frozen=True, kw_only=True)
class Explanation(Report):
    """A page of the command.

    Attributes
    ----------
    details : dict
        Its content: what `to_json` prints. For a model, ``details["parameters"]`` has each parameter's initializer.
    """

    details: dict[str, Any]


def explain(
    subject: str | Plan | Recipe,
    *,
    like: Path | None = None,
    shapes: Path | Mapping[str, Sequence[int] | Mapping[str, Any]] | None = None,
) -> Explanation:
    """Explain an initializer, an activation, a recipe or an audit rule, or what rules assign to a model.

    Nothing is drawn.

    Parameters
    ----------
    subject : str, Plan or Recipe
        A name from ``fanin list``, the path of a recipe, or rules.
    like : path-like, optional
        A checkpoint of the model.
    shapes : path-like or mapping, optional
        Names with shapes, or a list of shapes in JSON. A plan needs a mapping.

    Raises
    ------
    ValueError
        If an argument is invalid.
    FaninError
        If there is no such name, or the rules do not fit the model.

    Examples
    --------
    >>> print(explain(fanin.Plan({"*.weight": "normal(std = 0.02)"}), shapes={"fc.weight": (10, 64)}))
    fc.weight [10, 64]
        normal(std = 0.02); mean 0, std 0.020000; rule 1, *.weight
    """
    if isinstance(subject, Plan):
        if not isinstance(shapes, Mapping) or like is not None:
            raise ValueError("a plan is explained for a mapping of names and shapes; give shapes={...}")
        printed = _fanin.explain_plan(subject, shapes_json(shapes))
        return Explanation(_printed=printed, details=json.loads(printed[1]))
    if isinstance(subject, Recipe):
        printed, data = make("explain", [subject.name], {"like": like}, subject, shapes)
    else:
        printed, data = make("explain", [subject], {"like": like}, None, shapes)
    return Explanation(_printed=printed, details=data)

"""The initializer of each address of a model, by a plan or a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fanin import FaninError, Plan, Recipe
from fanin._fanin import Assignment, Param, resolve
from fanin.adapter.facts import Facts


class Addressed(Protocol):
    """A parameter as the rules see it."""

    @property
    def address(self) -> str:
        """The name that determines the values."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole parameter, in the order of the address."""

    @property
    def facts(self) -> Facts:
        """What the type of its module states."""

    @property
    def is_buffer(self) -> bool:
        """Whether it is state that is not trained."""


def label(rules: Plan | Recipe) -> str:
    """Return the name of the rules in reports."""
    return "the plan" if isinstance(rules, Plan) else f"the recipe '{rules.name}'"


def with_layers(rules: Plan | Recipe, layers: int | None) -> Plan | Recipe:
    """Return the rules for a model with this number of layers.

    Raises
    ------
    ValueError
        If the rules do not depend on a number of layers.
    """
    if layers is None:
        return rules
    if isinstance(rules, Plan):
        raise ValueError("layers= is for recipes; a plan has no variables")
    return rules.set(layers=layers)


def assign(rules: Plan | Recipe, entries: Mapping[str, Addressed], *, strict: bool) -> dict[str, Assignment | None]:
    """Return the assignment of each address; None if no rule matches it and `strict` is off.

    A recipe gets names and shapes alone, as in ``fanin fill --recipe``, so that the values are those of the file. A
    plan also gets roles, layouts and fans from the types of modules, and so does a recipe that cannot do without.

    Raises
    ------
    FaninError
        If addresses have no rule, rules of a plan have no address, or initializers refuse parameters.
    """
    stated = [_stated(entry) for entry in entries.values()]
    if isinstance(rules, Plan):
        assigned = resolve(rules, stated, strict=strict)
    else:
        bare = [
            Param(entry.address, entry.shape, role="buffer" if entry.is_buffer else "weight")
            for entry in entries.values()
        ]
        try:
            assigned = resolve(rules, bare, strict=strict)
        except FaninError as refused:
            try:
                assigned = resolve(rules, stated, strict=strict)
            except FaninError:
                raise refused from None
    return {
        entry.address: None if one.initializer is None and one.pattern is None and not entry.is_buffer else one
        for entry, one in zip(entries.values(), assigned, strict=True)
    }


def _stated(entry: Addressed) -> Param:
    known = entry.facts
    return Param(entry.address, entry.shape, role=known.role, layout=known.layout, groups=known.groups, fans=known.fans)

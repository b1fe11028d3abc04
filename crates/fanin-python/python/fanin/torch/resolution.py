"""The initializer of each address of a module, by a plan or a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fanin import FaninError, Plan, Recipe
from fanin._fanin import Assignment, Param, resolve
from fanin.torch.collected import Entry


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


def assign(rules: Plan | Recipe, entries: Mapping[str, Entry], *, strict: bool) -> dict[str, Assignment | None]:
    """Return the assignment of each address; None if no rule matches it and `strict` is off.

    A recipe gets names and shapes alone, as in ``fanin fill --recipe``, so that the values are those of the file. A
    plan also gets roles, layouts and fans from the types of modules, and so does a recipe that cannot do without.

    Raises
    ------
    FaninError
        If addresses have no rule, rules of a plan have no address, or initializers refuse parameters.
    """
    assigned: list[Assignment | None]
    stated = [_param(entry, facts=True) for entry in entries.values()]
    if isinstance(rules, Plan):
        assigned = _resolve_plan(rules, stated, strict)
    else:
        bare = [_param(entry, facts=False) for entry in entries.values()]
        try:
            assigned = _resolve_recipe(rules, bare, strict)
        except FaninError as refused:
            try:
                assigned = _resolve_recipe(rules, stated, strict)
            except FaninError:
                raise refused from None
    return dict(zip(entries, assigned, strict=True))


def _param(entry: Entry, *, facts: bool) -> Param:
    known = entry.facts
    if not facts:
        return Param(entry.address, entry.shape, role="buffer" if entry.is_buffer else "weight")
    return Param(entry.address, entry.shape, role=known.role, layout=known.layout, groups=known.groups, fans=known.fans)


def _resolve_plan(plan: Plan, params: Sequence[Param], strict: bool) -> list[Assignment | None]:
    if strict:
        return list(resolve(plan, params))
    rules = plan.rules
    kept = list(range(len(params)))
    while True:
        try:
            assigned = iter(resolve(Plan(rules), [params[place] for place in kept]))
            by_place = {place: next(assigned) for place in kept}
            return [by_place.get(place) for place in range(len(params))]
        except FaninError as error:
            # The problems are unmatched names, or unused patterns with a reason.
            problems = set(error.problems)
            matched = [place for place in kept if params[place].name not in problems]
            used = [rule for rule in rules if not any(one.startswith(f"'{rule[0]}' (") for one in problems)]
            if len(matched) == len(kept) and len(used) == len(rules):
                raise
            kept, rules = matched, used


def _resolve_recipe(recipe: Recipe, params: Sequence[Param], strict: bool) -> list[Assignment | None]:
    try:
        return list(resolve(recipe, params))
    except FaninError as error:
        unmatched = {param.name for param in params}.intersection(error.problems)
        if strict or not unmatched:
            raise
    # The parameters stay in the list: rules may refer to their shapes.
    rule = '\n[[rules]]\nmatch = "*"\nrole = "buffer"\n'
    lenient = Recipe.from_toml(recipe.text + rule).set(**recipe.settings)
    return [None if one.param.name in unmatched else one for one in resolve(lenient, params)]

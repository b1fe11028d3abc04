"""Initializes modules in place, the same bits under any sharding."""

from __future__ import annotations

from torch import nn

from fanin import FaninError, Plan, Recipe
from fanin import rules as read_rules
from fanin._fanin import Assignment
from fanin.adapter.names import Names
from fanin.adapter.report import Filled, Report
from fanin.adapter.resolution import assign, label, with_layers
from fanin.plan_or_recipe import Rules
from fanin.torch.collected import Collected, Entry, collect
from fanin.torch.memory import Filling, fill
from fanin.torch.part import part_of
from fanin.torch.refusals import reshard


def init_(
    module: nn.Module,
    rules: Rules,
    seed: int,
    names: Names | None = None,
    *,
    layers: int | None = None,
    whole: nn.Module | None = None,
    strict: bool = True,
) -> Report:
    """Fill the parameters of a module in place, the same bits under any sharding.

    Every value is a function of the seed, the parameter's name and the element's global index. Each rank writes its
    own part and does not communicate. With a recipe, the values are those of ``fanin fill --recipe`` for the same names
    and shapes.

    Call it last: after `to_empty`, and after the framework's own initialization, which makes the buffers that
    checkpoints do not have. Every parameter is marked as initialized for `transformers`.

    Parameters
    ----------
    module : torch.nn.Module
        Plain tensors or `DTensor` (FSDP2, tensor parallelism, any mesh and placements but `Partial`), on any device;
        float32, float64, float16 or bfloat16; any strides.
    rules : str, path-like, Plan, Recipe, mapping or iterable of (str, str)
        The name of a recipe, the path of one, a plan, or its rules. A plan knows layouts and fans from the types of
        modules.
    seed : int
        From 0 to 2**64 - 1.
    names : mapping or callable, optional
        The address of a name of the module, where they differ; None leaves the parameter unchanged. Names that have the
        same address are tied. Prefixes of `torch.compile`, activation checkpointing and `DistributedDataParallel` are
        removed before.
    layers : int, optional
        The number of layers of the whole model, if the module is a pipeline stage and the recipe counts layers.
    whole : torch.nn.Module, optional
        The whole model, which may be on meta, if the module is a part of it, such as a pipeline stage: the rules are
        resolved for the whole.
    strict : bool
        If False, parameters without a rule stay unchanged, and rules without a parameter are ignored.

    Returns
    -------
    Report
        What each address got, and why.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If an argument has a wrong type.
    FaninError
        If the rules do not fit, or a parameter cannot be served (FSDP1, partial sums, meta, parametrizations). Nothing
        was written.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> report = init_(model, {"*.weight": "he_normal", "*.bias": "zeros"}, seed=42)
    >>> print(report)
    address   shape   initializer  by
    0.weight  [4, 3]  he_normal    by rule 1 '*.weight'
    0.bias    [4]     zeros        by rule 2 '*.bias'
    2.weight  [2, 4]  he_normal    by rule 1 '*.weight'
    2.bias    [2]     zeros        by rule 2 '*.bias'
    4 tensors filled by the plan with seed 42, 26 elements here
    """
    given = with_layers(read_rules(rules), layers)
    in_whole = None if whole is None else collect(whole, names).entries
    if isinstance(module, nn.Module):
        reshard(module)
    collected = collect(module, names, known=in_whole)
    assigned = assign(given, in_whole or collected.entries, strict=strict)
    fillings: list[Filling] = []
    filled: list[tuple[Entry, Filled]] = []
    for entry in collected.entries.values():
        assignment = _assignment(assigned, entry, in_whole)
        if assignment is None or assignment.initializer is None:
            continue
        parts = [part_of(slot.tensor, slot.name) for slot in entry.tensors()]
        fillings.extend(Filling(part, assignment.param, assignment.initializer) for part in parts)
        names_ = tuple(slot.name for slot in entry.slots)
        filled.append((entry, Filled.of(assignment, names_, sum(part.local.numel() for part in parts))))
    fill(fillings, seed)
    for entry, _ in filled:
        for slot in entry.slots:
            vars(slot.tensor)["_is_hf_initialized"] = True
    return _report(given, seed, collected, assigned, tuple(one for _, one in filled))


def _assignment(
    assigned: dict[str, Assignment | None], entry: Entry, in_whole: dict[str, Entry] | None
) -> Assignment | None:
    if in_whole is not None:
        other = in_whole.get(entry.address)
        if other is None or other.shape != entry.shape:
            shape = "no such parameter" if other is None else f"shape {other.shape}"
            raise FaninError(
                f"'{entry.address}' of shape {entry.shape} is not part of the whole model, which has {shape}; use the "
                "model that the stage was cut from, or names="
            )
    return assigned[entry.address]


def _report(
    rules: Plan | Recipe,
    seed: int,
    collected: Collected,
    assigned: dict[str, Assignment | None],
    filled: tuple[Filled, ...],
) -> Report:
    got = {address: assigned[address] for address in collected.entries}
    return Report(
        rules=label(rules),
        seed=seed,
        filled=filled,
        unchanged=(
            *(address for address, one in got.items() if one is not None and one.initializer is None),
            *collected.skipped,
        ),
        unmatched=tuple(address for address, one in got.items() if one is None),
        non_persistent=tuple(collected.non_persistent),
    )

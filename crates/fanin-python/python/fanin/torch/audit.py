"""Audits the weights of a live module."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

import fanin
from fanin import AuditReport, FaninError, Plan, Recipe
from fanin.adapter.names import Names
from fanin.plan_or_recipe import Rules
from fanin.torch.collected import Entry, collect
from fanin.torch.part import as_dtensor, part_of
from fanin.torch.refusals import reshard


def audit(module: nn.Module, rules: Rules | None = None, names: Names | None = None, **options: Any) -> AuditReport:
    """Check the weights of a module for faults, as `fanin.audit` does for checkpoints.

    Layouts are known from the types of modules. A sharded module is gathered one parameter at a time, a collective: all
    ranks call it, and all get the same report. The weights are written to a temporary file.

    Parameters
    ----------
    module : torch.nn.Module
    rules : str, path-like, Plan, Recipe, mapping or iterable of (str, str), optional
        What filled the weights: they are also compared with it.
    names : mapping or callable, optional
        The name to report of a name of the module.
    **options
        Further arguments of `fanin.audit`, such as ``stage="fresh"``.

    Returns
    -------
    fanin.AuditReport

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid.
    FaninError
        If a parameter cannot be read (FSDP1, partial sums, meta), or safetensors is not installed.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(64, 64), nn.Linear(64, 64))
    >>> _ = nn.init.zeros_(model[1].weight)
    >>> [(finding.tensor, finding.rule) for finding in audit(model).findings]
    [('1.weight', 'all-zero')]
    """
    if isinstance(module, nn.Module):
        reshard(module)
    entries = collect(module, names, computed=True).entries
    tensors = {address: _whole(entry) for address, entry in entries.items()}
    # Integers, such as BatchNorm's counter, have no distribution.
    weights = {address: tensor for address, tensor in tensors.items() if tensor.is_floating_point()}
    recipe = None if rules is None else _recipe(fanin.rules(rules))
    options.setdefault("layout", _layouts(entries) or None)
    if recipe is not None:
        options["recipe"] = recipe
    if any(as_dtensor(slot.tensor) is not None for entry in entries.values() for slot in entry.slots):
        return _audit_once(weights, options)
    return _audit(weights, options)


def _whole(entry: Entry) -> torch.Tensor:
    slot = entry.slots[0]
    distributed = as_dtensor(slot.tensor)
    if distributed is not None:
        part_of(distributed, slot.name)
        return distributed.full_tensor().detach().cpu().contiguous()
    return part_of(slot.tensor, slot.name).local.cpu().contiguous()


def _audit(weights: dict[str, torch.Tensor], options: dict[str, Any]) -> AuditReport:
    try:
        from safetensors.torch import save_file
    except ImportError as error:
        raise FaninError("audit needs the package safetensors; pip install safetensors") from error
    with tempfile.TemporaryDirectory(prefix="fanin-") as folder:
        path = Path(folder) / "module.safetensors"
        # Views of one storage, such as the parts of a fused matrix, are written apart.
        save_file({name: tensor.clone() for name, tensor in weights.items()}, path)
        return fanin.audit(path, **options)


def _audit_once(weights: dict[str, torch.Tensor], options: dict[str, Any]) -> AuditReport:
    """Audit on the first rank, and send the report, or the exception, to the others."""
    import torch.distributed as dist

    answer: list[AuditReport | Exception | None] = [None]
    if dist.get_rank() == 0:
        try:
            answer = [_audit(weights, options)]
        except Exception as error:
            answer = [error]
    dist.broadcast_object_list(answer, src=0)
    if isinstance(answer[0], Exception):
        raise answer[0]
    assert answer[0] is not None
    return answer[0]


def _layouts(entries: dict[str, Entry]) -> dict[str, str]:
    return {address: entry.facts.layout for address, entry in entries.items() if entry.facts.layout is not None}


def _recipe(rules: Plan | Recipe) -> Recipe:
    """Return a recipe with the rules of a plan: audits take recipes."""
    if isinstance(rules, Recipe):
        return rules
    head = 'name = "plan"\ntitle = "the plan"\nsource = "fanin.torch.audit"\nlayout = "oi"\n'
    table = "\n[[rules]]\nmatch = {}\ninit = {}\n"
    return Recipe.from_toml(head + "".join(table.format(_quoted(one), _quoted(init)) for one, init in rules.rules))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

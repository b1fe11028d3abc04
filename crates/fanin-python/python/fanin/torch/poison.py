"""Finds weights that loading or initialization has missed: fill with NaN before, look for NaN after."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from fanin.torch.collected import collect
from fanin.torch.part import Part, part_of
from fanin.torch.refusals import reshard


@dataclass(frozen=True)
class Unwritten:
    """A parameter or buffer that still has NaN.

    Attributes
    ----------
    name : str
    shape : tuple of int
        Of the whole tensor.
    elements, total : int
        The NaN and all elements on this rank.
    first : tuple of int
        The global index of the first NaN.
    """

    name: str
    shape: tuple[int, ...]
    elements: int
    total: int
    first: tuple[int, ...]

    def __str__(self) -> str:
        """Return the finding in one line."""
        count = "all" if self.elements == self.total else f"{self.elements} of {self.total}"
        return f"{self.name} {list(self.shape)}: {count} elements not written, the first at {list(self.first)}"


def poison_(module: nn.Module) -> tuple[str, ...]:
    """Fill parameters and persistent buffers of floats with NaN, so that `unwritten` finds what nothing writes.

    Call it before loading a checkpoint or initializing. Buffers that checkpoints do not have are left alone. The marks
    with which `transformers` skips initialized parameters are removed.

    Parameters
    ----------
    module : torch.nn.Module
        Plain or sharded; each rank writes its part.

    Returns
    -------
    tuple of str
        The names of what was filled.

    Raises
    ------
    TypeError
        If the module is not a `torch.nn.Module`.
    FaninError
        If a parameter cannot be written (FSDP1, partial sums, meta); nothing was written.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    >>> poison_(model)
    ('0.weight', '0.bias', '1.weight', '1.bias')
    >>> saved = {"0.weight": torch.zeros(2, 2), "0.bias": torch.zeros(2), "1.bias": torch.zeros(2)}
    >>> _ = model.load_state_dict(saved, strict=False)
    >>> print(*unwritten(model))
    1.weight [2, 2]: all elements not written, the first at [0, 0]
    """
    parts = _parts(module)
    with torch.no_grad():
        for _, part, tensor in parts:
            part.local.fill_(torch.nan)
            if hasattr(tensor, "_is_hf_initialized"):
                del vars(tensor)["_is_hf_initialized"]
    for one in module.modules():
        # transformers also marks whole modules.
        vars(one).pop("_is_hf_initialized", None)
    return tuple(name for name, _, _ in parts)


def unwritten(module: nn.Module) -> tuple[Unwritten, ...]:
    """Return the parameters and persistent buffers that still have NaN on this rank, empty if all is written.

    Call it after loading or initializing a module that `poison_` has filled. It finds parts of tensors as well, such as
    rows that a smaller vocabulary does not have, and shards that a loader skips.

    Parameters
    ----------
    module : torch.nn.Module

    Raises
    ------
    TypeError
        If the module is not a `torch.nn.Module`.
    FaninError
        If a parameter cannot be read (FSDP1, partial sums, meta).
    """
    return tuple(found for name, part, _ in _parts(module) if (found := _search(name, part)) is not None)


def _parts(module: nn.Module) -> list[tuple[str, Part, torch.Tensor]]:
    if isinstance(module, nn.Module):
        reshard(module)
    slots = [slot for entry in collect(module, computed=True).entries.values() for slot in entry.tensors()]
    floats = [slot for slot in slots if slot.tensor.is_floating_point()]
    return [(slot.name, part_of(slot.tensor, slot.name), slot.tensor) for slot in floats]


def _search(name: str, part: Part) -> Unwritten | None:
    if part.is_empty:
        return None
    missing = torch.isnan(part.local)
    elements = int(missing.sum())
    if not elements:
        return None
    place = [int(one) for one in torch.unravel_index(missing.reshape(-1).to(torch.uint8).argmax(), missing.shape)]
    return Unwritten(name, part.shape, elements, part.local.numel(), part.global_index(place))

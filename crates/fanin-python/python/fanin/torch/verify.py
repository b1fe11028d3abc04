"""Compares a live module with a checkpoint, bit for bit, sharded or not."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import nn

from fanin.adapter.names import Names
from fanin.torch.collected import Collected, Slot, collect
from fanin.torch.part import Part, part_of
from fanin.torch.refusals import reshard
from fanin.torch.stored import Slice, opened


@dataclass(frozen=True)
class Difference:
    """A parameter or buffer that differs from the checkpoint.

    Attributes
    ----------
    name, address : str
        The names in the module and in the checkpoint.
    reason : str
        What differs, in one line.
    elements, total : int
        The elements that differ, and all elements on this rank.
    first : tuple of int or None
        The global index of the first that differs.
    """

    name: str
    address: str
    reason: str
    elements: int
    total: int
    first: tuple[int, ...] | None

    def __str__(self) -> str:
        """Return the difference in one line."""
        return f"{self.name}: {self.reason}"


@dataclass(frozen=True)
class Verification:
    """How a module compares with a checkpoint, on this rank.

    ``bool(verification)`` is whether all is equal and nothing is missing in the checkpoint.

    Attributes
    ----------
    equal : int
        The number of names that are equal.
    different : tuple of Difference
    missing : tuple of str
        Parameters and persistent buffers that the checkpoint does not have.
    unused : tuple of str
        Tensors of the checkpoint that the module does not have.
    """

    equal: int
    different: tuple[Difference, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether the module is what the checkpoint says."""
        return not self.different and not self.missing

    def __str__(self) -> str:
        """Return a line for each difference, and a summary."""
        lines = [str(one) for one in self.different]
        lines += [f"{name}: not in the checkpoint" for name in self.missing]
        lines += [f"{name}: in the checkpoint, not in the module" for name in self.unused]
        lines.append(f"{self.equal} equal, {len(self.different)} different, {len(self.missing)} missing")
        return "\n".join(lines)


def verify(module: nn.Module, path: str | os.PathLike[str], names: Names | None = None) -> Verification:
    """Compare each parameter and persistent buffer of a module with a checkpoint.

    Each rank reads and compares its part, without communication. Values are compared bit for bit, except that NaN is
    equal to NaN; if the module has another dtype, with the values of the checkpoint converted to it.

    Parameters
    ----------
    module : torch.nn.Module
        Plain or sharded.
    path : path-like
        A safetensors file, a file of `torch.save`, an index, or a folder with one of them.
    names : mapping or callable, optional
        The name in the checkpoint of a name of the module, where they differ.

    Returns
    -------
    Verification

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    FaninError
        If the checkpoint cannot be read, or a parameter cannot (FSDP1, partial sums, meta).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> model = nn.Linear(2, 2)
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.pt"
    >>> torch.save(model.state_dict(), path)
    >>> bool(verify(model, path))
    True
    >>> _ = nn.init.zeros_(model.bias)
    >>> print(verify(model, path).different[0].name)
    bias
    """
    if isinstance(module, nn.Module):
        reshard(module)
    collected = collect(module, names, computed=True)
    equal = 0
    different: list[Difference] = []
    missing: list[str] = []
    # safetensors makes tensors on the default device.
    with opened(path) as tensors, torch.device("cpu"):
        for entry in collected.entries.values():
            for slot in entry.tensors():
                address = next((one for one in _addresses(entry.address, entry.slots) if one in tensors), None)
                if address is None:
                    missing.append(slot.name)
                elif (found := _compare(slot, address, tensors[address])) is not None:
                    different.append(found)
                else:
                    equal += 1
        unused = tuple(name for name in tensors if name not in _known(collected))
    return Verification(equal, tuple(different), tuple(missing), unused)


def _addresses(address: str, slots: list[Slot]) -> list[str]:
    """Return the names under which a file may have an entry: of tied ones, it has any."""
    return [address, *(slot.name for slot in slots)]


def _known(collected: Collected) -> set[str]:
    return {name for entry in collected.entries.values() for name in _addresses(entry.address, entry.slots)} | {
        *collected.non_persistent,
        *collected.skipped,
    }


def _compare(slot: Slot, address: str, stored: Slice) -> Difference | None:
    part = part_of(slot.tensor, slot.name)
    shape, total = tuple(stored.get_shape()), part.local.numel()
    if shape != part.shape:
        reason = f"shape {list(part.shape)}, in the checkpoint {list(shape)}"
        return Difference(slot.name, address, reason, total, total, None)
    unequal = torch.zeros(part.local.shape, dtype=torch.bool, device="cpu")
    found: tuple[object, object] | None = None
    for local, whole in part.slices():
        here = part.local[local].cpu()
        there = stored[whole].to(here.dtype) if whole else stored[...].to(here.dtype)
        unequal[local] = ~_same(here, there)
    elements = int(unequal.sum())
    if not elements:
        return None
    place = [int(one) for one in torch.unravel_index(unequal.reshape(-1).to(torch.uint8).argmax(), unequal.shape)]
    first = part.global_index(place)
    found = (part.local[tuple(place)].item(), _value(stored, first, part))
    reason = (
        f"{elements} of {total} elements differ, the first at {list(first)}: {found[0]}, in the checkpoint {found[1]}"
    )
    return Difference(slot.name, address, reason, elements, total, first)


def _value(stored: Slice, index: tuple[int, ...], part: Part) -> object:
    one = stored[tuple(slice(place, place + 1) for place in index)] if index else stored[...]
    return one.to(part.local.dtype).item()


def _same(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    if not one.is_floating_point():
        return one == other
    # Signed zeros differ.
    return ((one == other) & (torch.signbit(one) == torch.signbit(other))) | (torch.isnan(one) & torch.isnan(other))

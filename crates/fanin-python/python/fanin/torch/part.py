"""Parts: the memory of a tensor on this rank, and the global indices that it holds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch

from fanin import FaninError
from fanin.torch.placements import Cut, Run, runs_of_axis
from fanin.torch.refusals import refuse_lazy

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor


@dataclass(frozen=True)
class Part:
    """What this rank stores of a tensor.

    Attributes
    ----------
    local : torch.Tensor
        A plain tensor that shares the memory.
    shape : tuple of int
        The shape of the whole tensor.
    runs : list of list of (int, int), or None
        For each axis the start and length of each run of global indices, in local order; None if the part is whole.
    """

    local: torch.Tensor
    shape: tuple[int, ...]
    runs: list[list[Run]] | None

    @property
    def is_empty(self) -> bool:
        """Whether this rank holds no element."""
        return self.local.numel() == 0

    def global_index(self, local: Sequence[int]) -> tuple[int, ...]:
        """Return the global index of a local one."""
        if self.runs is None:
            return tuple(local)
        return tuple(
            next(start + place - first for first, (start, count) in zip(_places(axis), axis) if place < first + count)
            for place, axis in zip(local, self.runs)
        )

    def slices(self) -> list[tuple[tuple[slice, ...], tuple[slice, ...]]]:
        """Return pairs of local and global slices, one for each rectangle of consecutive indices.

        Examples
        --------
        >>> Part(torch.zeros(2, 3), (4, 3), [[(0, 1), (2, 1)], [(0, 3)]]).slices()[1]
        ((slice(1, 2, None), slice(0, 3, None)), (slice(2, 3, None), slice(0, 3, None)))
        """
        axes = self.runs if self.runs is not None else [[(0, length)] for length in self.shape]
        pairs: list[tuple[tuple[slice, ...], tuple[slice, ...]]] = [((), ())]
        for runs in axes:
            pairs = [
                ((*local, slice(place, place + count)), (*whole, slice(start, start + count)))
                for local, whole in pairs
                for place, (start, count) in zip(_places(runs), runs)
            ]
        return [] if self.is_empty else pairs


def part_of(tensor: torch.Tensor, name: str) -> Part:
    """Return the part of a plain tensor or a `DTensor` that this rank stores.

    Raises
    ------
    FaninError
        If the memory is not that of the values: partial sums, tensors on meta, lazy or quantized parameters.
    """
    refuse_lazy(tensor, name)
    distributed = as_dtensor(tensor)
    shape = tuple(int(length) for length in tensor.shape)
    if distributed is None:
        local = tensor.detach()
        runs = None
    else:
        local = distributed.to_local().detach()
        runs = _runs(distributed, name)
    _refuse_memory(local, name)
    if runs is not None:
        expected = tuple(sum(count for _, count in axis) for axis in runs)
        # An empty FSDP2 shard may have other lengths, such as (0, 0) instead of (15, 0).
        if tuple(local.shape) != expected and (local.numel() or 0 not in expected):
            raise FaninError(
                f"'{name}' of shape {shape} has {tuple(local.shape)} on this rank, but its placements "
                f"{_placements(distributed)} give {expected}; report this sharding"
            )
    return Part(local, shape, runs)


def as_dtensor(tensor: torch.Tensor) -> DTensor | None:
    """Return the tensor if it is a `DTensor`, without importing `torch.distributed`."""
    module: Any = sys.modules.get("torch.distributed.tensor")
    if module is None or not isinstance(tensor, module.DTensor):
        return None
    distributed: Any = tensor
    return cast("DTensor", distributed)


def _refuse_memory(local: torch.Tensor, name: str) -> None:
    if local.device.type == "meta":
        raise FaninError(f"'{name}' is on the meta device and has no memory; call module.to_empty(device=...) first")
    if type(local) not in (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer):
        raise FaninError(f"'{name}' is a {type(local).__name__}, not a plain tensor; initialize before wrapping")
    if local.layout is not torch.strided:
        raise FaninError(f"'{name}' has the layout {local.layout}; use a dense tensor")


def _runs(tensor: DTensor, name: str) -> list[list[Run]]:
    mesh, placements = tensor.device_mesh, tensor.placements
    coordinate = mesh.get_coordinate()
    if coordinate is None:
        return [[] for _ in tensor.shape]
    cuts: dict[int, list[Cut]] = {}
    for mesh_dim, placement in enumerate(placements):
        kind = type(placement).__name__
        dim = getattr(placement, "dim", None)
        if placement.is_partial() or kind == "_MaskPartial":
            raise FaninError(
                f"'{name}' holds partial sums ({_placements(tensor)}); redistribute it to Shard or Replicate"
            )
        if dim is not None and not placement.is_replicate():
            factor = int(getattr(placement, "split_factor", 1))
            axis = dim % len(tensor.shape)
            cuts.setdefault(axis, []).append(Cut(mesh_dim, mesh.size(mesh_dim), coordinate[mesh_dim], factor))
        elif not placement.is_replicate():
            raise FaninError(f"'{name}' has the placement {placement}, which is not known; use Shard or Replicate")
    orders = _stated_orders(tensor)
    runs: list[list[Run]] = []
    for axis, length in enumerate(tensor.shape):
        try:
            runs.append(runs_of_axis(int(length), cuts.get(axis, []), orders.get(axis)))
        except ValueError as error:
            raise FaninError(f"'{name}': {error}; redistribute it to Shard or Replicate first") from error
    return runs


def _stated_orders(tensor: DTensor) -> dict[int, Sequence[int]]:
    """Return for each axis the order of its mesh dimensions, if it is not from left to right.

    `torch` keeps it in the private spec of a tensor that was redistributed with a shard order.
    """
    spec: Any = getattr(tensor, "_spec", None)
    if getattr(spec, "use_strided_shard_as_shard_order", True):
        return {}
    entries: Sequence[Any] = getattr(spec, "shard_order", None) or ()
    return {int(entry.tensor_dim): tuple(entry.mesh_dims) for entry in entries}


def _placements(tensor: DTensor | None) -> str:
    return "none" if tensor is None else ", ".join(str(placement) for placement in tensor.placements)


def _places(runs: list[Run]) -> list[int]:
    places, local = [], 0
    for _, count in runs:
        places.append(local)
        local += count
    return places

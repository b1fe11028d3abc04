"""Shardings of a small model, as data: each is applied by torch alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.placement_types import _StridedShard

R, S0, S1 = Replicate(), Shard(0), Shard(1)


class Model(nn.Module):
    """Even and uneven matrices, vectors, a table, kernels, running statistics, and a tie."""

    def __init__(self, dtype: torch.dtype, device: str = "cpu") -> None:
        super().__init__()
        made: dict[str, Any] = {"dtype": dtype, "device": device}
        self.emb = nn.Embedding(24, 8, **made)
        self.up = nn.Linear(8, 13, **made)
        self.down = nn.Linear(13, 8, bias=False, **made)
        self.wide = nn.Linear(16, 48, **made)
        self.conv = nn.Conv2d(4, 6, 3, **made)
        self.norm = nn.BatchNorm1d(8, **made)
        self.head = nn.Linear(8, 24, bias=False, **made)
        self.head.weight = self.emb.weight


Shards = Callable[[Model, DeviceMesh], None]


@dataclass(frozen=True)
class Case:
    """A sharding: the sizes of its mesh, and what applies it."""

    name: str
    mesh: tuple[int, ...]
    shard: Shards
    dtype: torch.dtype = torch.float32
    meta: bool = False

    @property
    def ranks(self) -> int:
        """The number of ranks, which are the first ones."""
        return prod(self.mesh)


def _blocks(model: Model) -> list[nn.Module]:
    # The norm has buffers, which FSDP2 leaves alone.
    return [model.up, model.down, model.wide, model.conv, model.norm]


def fsdp(model: Model, mesh: DeviceMesh) -> None:
    """FSDP2 of each layer, then of the rest."""
    for block in _blocks(model):
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)


def fsdp_root(model: Model, mesh: DeviceMesh) -> None:
    """FSDP2 of the whole model in one group."""
    fully_shard(model, mesh=mesh)


def fsdp_apart(model: Model, mesh: DeviceMesh) -> None:
    """FSDP2 of table and head in groups of their own, which cuts their tie."""
    fully_shard(model.emb, mesh=mesh)
    fully_shard(model.head, mesh=mesh)
    fully_shard(model, mesh=mesh)


def fsdp_columns(model: Model, mesh: DeviceMesh) -> None:
    """FSDP2 of the columns where they can be divided."""
    size = mesh.size()

    def place(param: nn.Parameter) -> Shard:
        return S1 if param.ndim > 1 and param.shape[1] % size == 0 else S0

    fully_shard(model, mesh=mesh, shard_placement_fn=place)


def _distribute(module: nn.Module, mesh: DeviceMesh, placements: Sequence[Any]) -> None:
    for name, param in list(module.named_parameters(recurse=False)):
        wanted = [R if getattr(one, "dim", 0) >= param.ndim else one for one in placements]
        setattr(module, name, nn.Parameter(distribute_tensor(param.data, mesh, wanted, src_data_rank=None)))


def placed(*placements: Any) -> Shards:
    """DTensor's placements for every parameter; ties are cut."""

    def shard(model: Model, mesh: DeviceMesh) -> None:
        for module in list(model.modules()):
            _distribute(module, mesh, placements)

    return shard


def tensor_parallel(model: Model, mesh: DeviceMesh) -> None:
    """Columns, rows and the vocabulary, as tensor parallelism does."""
    _distribute(model.emb, mesh, [S0])
    _distribute(model.head, mesh, [S0])
    _distribute(model.up, mesh, [S0])
    _distribute(model.down, mesh, [S1])
    _distribute(model.wide, mesh, [S0])


def _two(model: Model, mesh: DeviceMesh) -> None:
    tensor_parallel(model, mesh["tp"])
    for block in _blocks(model):
        fully_shard(block, mesh=mesh["dp"])
    fully_shard(model, mesh=mesh["dp"])


def _three(model: Model, mesh: DeviceMesh) -> None:
    tensor_parallel(model, mesh["tp"])
    fully_shard(model, mesh=mesh["replicate", "shard"])


def fused(parts: int) -> Shards:
    """Each of the matrices that `wide` packs is sharded: every rank has several runs of rows."""

    def shard(model: Model, mesh: DeviceMesh) -> None:
        size, rank = mesh.size(), mesh.get_local_rank()
        for name in ("weight", "bias"):
            whole = getattr(model.wide, name).data
            local = torch.cat([part.chunk(size)[rank] for part in whole.chunk(parts)])
            placements = [_StridedShard(0, split_factor=parts)]
            made = DTensor.from_local(local, mesh, placements, shape=whole.shape, stride=whole.stride())
            setattr(model.wide, name, nn.Parameter(made))

    return shard


def transposed(model: Model, mesh: DeviceMesh) -> None:
    """Local memory in column-major order."""
    for module in list(model.modules()):
        for name, param in list(module.named_parameters(recurse=False)):
            if param.ndim != 2:
                continue
            made = distribute_tensor(param.data, mesh, [S0], src_data_rank=None)
            local = made.to_local().t().contiguous().t()
            if param.shape[0] >= mesh.size() and module is not model.head:
                made = DTensor.from_local(local, mesh, [S0], shape=param.shape, stride=param.stride())
                setattr(module, name, nn.Parameter(made))


NAMES = {_two: ("dp", "tp"), _three: ("replicate", "shard", "tp")}

HALVES = (torch.float64, torch.float16, torch.bfloat16)

CASES = [
    *(Case(f"fsdp {n}", (n,), fsdp) for n in (1, 2, 3, 5, 8)),
    *(Case(f"fsdp in one group {n}", (n,), fsdp_root) for n in (2, 7)),
    *(Case(f"fsdp of tied groups {n}", (n,), fsdp_apart) for n in (2, 3)),
    *(Case(f"fsdp of columns {n}", (n,), fsdp_columns) for n in (2, 4, 8)),
    *(Case(f"fsdp from meta {n}", (n,), fsdp, meta=True) for n in (2, 4, 6)),
    *(Case(f"fsdp {dtype}", (4,), fsdp, dtype) for dtype in HALVES),
    *(Case(f"hsdp {n}", n, fsdp) for n in ((2, 4), (4, 2), (2, 2), (1, 8))),
    *(Case(f"tensor parallel {n}", (n,), tensor_parallel) for n in (2, 3, 4, 8)),
    *(Case(f"tensor parallel {dtype}", (3,), tensor_parallel, dtype) for dtype in HALVES),
    *(
        Case(f"fsdp over tensor parallel {n}", n, _two)
        for n in ((2, 2), (3, 2), (4, 2), (2, 3), (2, 4), (1, 2), (8, 1))
    ),
    Case("fsdp over tensor parallel from meta", (3, 2), _two, meta=True),
    Case("fsdp over tensor parallel bf16", (3, 2), _two, torch.bfloat16),
    *(Case(f"hsdp over tensor parallel {n}", n, _three) for n in ((2, 2, 2), (1, 3, 2), (2, 1, 4))),
    *(Case(f"{one} on {n}", (n,), placed(one)) for one in (R, S0, S1) for n in (3, 8)),
    *(
        Case(f"{first}, {second} on {n}", n, placed(first, second))
        for n in ((2, 4), (3, 2))
        for first, second in ((R, R), (S0, S0), (S0, S1), (S1, S0), (R, S1))
    ),
    Case("S0, S1, S0 on 2 x 2 x 2", (2, 2, 2), placed(S0, S1, S0)),
    Case("S1, S1, S1 on 2 x 2 x 2", (2, 2, 2), placed(S1, S1, S1)),
    Case("S0, R, S1 on 2 x 2 x 2", (2, 2, 2), placed(S0, R, S1)),
    *(Case(f"fused in {parts} on {n}", (n,), fused(parts)) for parts in (2, 3) for n in (2, 4, 8)),
    Case("fused in 3 on 4, bf16", (4,), fused(3), torch.bfloat16),
    *(Case(f"transposed memory on {n}", (n,), transposed) for n in (2, 3)),
]

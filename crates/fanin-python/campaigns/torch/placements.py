"""Compares `fanin.torch`'s runs with what torch stores: random shardings on fake process groups of up to 512 ranks.

Each case shards a tensor of global indices with FSDP2, HSDP, tensor parallelism or both, or with DTensor's placements,
as one random rank of a fake process group. The indices that the rank then has are what torch stores; the runs must give
the same. torch's own `compute_local_shape_and_global_offset` is compared as well, and is wrong in some.

Usage: placements.py [CASES] [SEED]
"""

import itertools
import math
import random
import sys
import warnings

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset
from torch.distributed.tensor.placement_types import _StridedShard
from torch.testing._internal.distributed.fake_pg import FakeStore

from fanin.torch.part import Part, part_of


class Weight(nn.Module):
    """A module with one parameter that holds its own global indices."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.arange(math.prod(shape), dtype=torch.float64).reshape(shape))


def random_mesh(draw, dims):
    """Sizes of a mesh with at most 512 ranks, small ones more often."""
    while True:
        sizes = [draw.choice([1, 2, 2, 3, 4, 4, 5, 7, 8, 16, 32, 64, 128, 512]) for _ in range(dims)]
        if math.prod(sizes) <= 512:
            return sizes


def random_shape(draw):
    return [
        draw.choice([1, 2, 3, 5, 8, 12, 13, 15, 16, 24, 31, 64, 96, 100]) for _ in range(draw.choice([1, 2, 2, 2, 3]))
    ]


def fsdp(draw, module, shape):
    sizes = random_mesh(draw, 1)
    mesh = init_device_mesh("cpu", sizes)
    return lambda: fully_shard(module, mesh=mesh), sizes


def fsdp_other_axis(draw, module, shape):
    """FSDP2 on another axis than the first, which must be even."""
    axis = draw.randrange(len(shape))
    sizes = (
        [draw.choice([one for one in range(1, shape[axis] + 1) if shape[axis] % one == 0])]
        if axis
        else random_mesh(draw, 1)
    )
    mesh = init_device_mesh("cpu", sizes)
    return lambda: fully_shard(module, mesh=mesh, shard_placement_fn=lambda _: Shard(axis)), sizes


def hsdp(draw, module, shape):
    sizes = random_mesh(draw, 2)
    mesh = init_device_mesh("cpu", sizes, mesh_dim_names=("replicate", "shard"))
    return lambda: fully_shard(module, mesh=mesh), sizes


def tensor_parallel(mesh, draw, module, shape):
    placement = draw.choice([Replicate(), *(Shard(axis) for axis in range(len(shape)))])
    sharded = distribute_tensor(module.weight.data, mesh, [placement], src_data_rank=None)
    module.weight = nn.Parameter(sharded)


def fsdp_over_tp(draw, module, shape):
    sizes = random_mesh(draw, 2)
    mesh = init_device_mesh("cpu", sizes, mesh_dim_names=("dp", "tp"))

    def shard():
        tensor_parallel(mesh["tp"], draw, module, shape)
        fully_shard(module, mesh=mesh["dp"])

    return shard, sizes


def hsdp_over_tp(draw, module, shape):
    sizes = random_mesh(draw, 3)
    mesh = init_device_mesh("cpu", sizes, mesh_dim_names=("replicate", "shard", "tp"))

    def shard():
        tensor_parallel(mesh["tp"], draw, module, shape)
        fully_shard(module, mesh=mesh["replicate", "shard"])

    return shard, sizes


def fsdp_over_experts_and_tp(draw, module, shape):
    sizes = random_mesh(draw, 3)
    mesh = init_device_mesh("cpu", sizes, mesh_dim_names=("dp", "ep", "tp"))

    def shard():
        placements = [draw.choice([Replicate(), *(Shard(axis) for axis in range(len(shape)))]) for _ in range(2)]
        sharded = distribute_tensor(module.weight.data, mesh["ep", "tp"], placements, src_data_rank=None)
        module.weight = nn.Parameter(sharded)
        fully_shard(module, mesh=mesh["dp"])

    return shard, sizes


def plain(draw, module, shape):
    """DTensor's placements on a mesh of 1 to 3 dimensions, from left to right."""
    sizes = random_mesh(draw, draw.choice([1, 2, 3]))
    mesh = init_device_mesh("cpu", sizes)
    placements = [draw.choice([Replicate(), *(Shard(axis) for axis in range(len(shape)))]) for _ in sizes]

    def shard():
        module.weight = nn.Parameter(distribute_tensor(module.weight.data, mesh, placements, src_data_rank=None))

    return shard, sizes


def fused(draw, module, shape):
    """Several matrices in one, each of which is sharded: torch's `_StridedShard` on one mesh dimension."""
    parts = draw.choice([2, 3])
    size = draw.choice([2, 4, 8])
    shape[0] = parts * size * draw.choice([1, 2, 5])
    module.__init__(shape)
    # torch caches specs by the mesh: a name of its own keeps apart meshes of different ranks in this process.
    mesh = init_device_mesh("cpu", [size], mesh_dim_names=(f"mesh{draw.random()}",))

    def shard():
        rank = dist.get_rank()
        local = torch.cat([part.chunk(size)[rank] for part in module.weight.data.chunk(parts)])
        placements = [_StridedShard(0, split_factor=parts)]
        module.weight = nn.Parameter(
            DTensor.from_local(local, mesh, placements, shape=torch.Size(shape), stride=module.weight.stride())
        )

    return shard, [size]


KINDS = [fsdp, fsdp_other_axis, hsdp, fsdp_over_tp, fsdp_over_tp, hsdp_over_tp, fsdp_over_experts_and_tp, plain, fused]


def mesh_of(tensor):
    return f"{tuple(tensor.device_mesh.shape)} {tuple(str(one) for one in tensor.placements)}"


def indices(part: Part):
    """The global indices of the local elements, by fanin's runs."""
    axes = [[place for start, count in axis for place in range(start, start + count)] for axis in part.runs]
    strides = [math.prod(part.shape[axis + 1 :]) for axis in range(len(part.shape))]
    return [sum(place * stride for place, stride in zip(places, strides)) for places in itertools.product(*axes)]


def rectangle(tensor):
    """The global indices of the local elements, by torch's offsets."""
    lengths, offsets = compute_local_shape_and_global_offset(tensor.shape, tensor.device_mesh, tensor.placements)
    strides = [math.prod(tensor.shape[axis + 1 :]) for axis in range(tensor.ndim)]
    axes = [range(first, first + length) for first, length in zip(offsets, lengths)]
    return [sum(place * stride for place, stride in zip(places, strides)) for places in itertools.product(*axes)]


def main(cases=1000, seed=0):
    """Run the cases; exits with 1 if one differs."""
    warnings.simplefilter("ignore")
    counts = {"wrong": 0, "refused": 0, "torch": 0, "empty": 0, "skipped": 0, "several runs": 0}
    done: dict[str, int] = {}
    largest = 0
    draw = random.Random(seed)
    while sum(done.values()) < cases:
        kind, shape = draw.choice(KINDS), random_shape(draw)
        state = draw.getstate()
        probe = random.Random()
        probe.setstate(state)
        world = world_of(kind, probe, list(shape))
        rank = draw.randrange(world)
        dist.init_process_group("fake", store=FakeStore(), rank=rank, world_size=world)
        try:
            module = Weight(shape)
            chooser = random.Random()
            chooser.setstate(state)
            shard, _ = kind(chooser, module, shape)
            try:
                shard()
            except (NotImplementedError, AssertionError, ValueError, RuntimeError):
                # torch refuses this sharding, such as uneven lengths on other axes than the first.
                counts["skipped"] += 1
                continue
            tensor = module.weight
            stored = [int(one) for one in tensor.to_local().reshape(-1).tolist()]
            done[kind.__name__] = done.get(kind.__name__, 0) + 1
            largest = max(largest, world)
            try:
                part = part_of(tensor, "weight")
            except Exception as error:
                counts["refused"] += 1
                print(f"refused: {kind.__name__} {tuple(shape)} on {mesh_of(tensor)}: {error}")
                continue
            counts["empty"] += not stored
            counts["several runs"] += any(len(axis) > 1 for axis in part.runs)
            if (indices(part) if stored else []) != stored:
                counts["wrong"] += 1
                where = f"{tuple(shape)} on {mesh_of(tensor)} rank {rank}"
                print(f"wrong: {kind.__name__} {where}: {part.runs}, stored {stored[:8]}")
            counts["torch"] += (rectangle(tensor) if stored else []) != stored
        finally:
            dist.destroy_process_group()
    print(
        f"{sum(done.values())} shardings, up to {largest} ranks: "
        + ", ".join(f"{one} {n}" for one, n in sorted(done.items()))
    )
    print(f"empty on the rank: {counts['empty']}; several runs: {counts['several runs']}")
    print(f"refused by torch: {counts['skipped']}")
    print(f"fanin: {counts['wrong']} wrong, {counts['refused']} refused; torch's own offsets: {counts['torch']} wrong")
    return 1 if counts["wrong"] or counts["refused"] else 0


def world_of(kind, draw, shape):
    """The product of the mesh that a case draws."""
    sizes: list[int] = []
    original = globals()["init_device_mesh"]

    class Drawn(Exception):
        pass

    def stop(_, drawn, **__):
        sizes.extend(drawn)
        raise Drawn

    globals()["init_device_mesh"] = stop
    try:
        kind(draw, Weight(shape), shape)
    except Drawn:
        pass
    finally:
        globals()["init_device_mesh"] = original
    return math.prod(sizes)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))

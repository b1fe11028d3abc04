"""One of the processes that fill shardings: applies them, fills, and compares with the file, element by element.

Torch tells what a rank stores: a model that holds its own global indices is sharded in the same way.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch import nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset
from torch.distributed.tensor.debug import CommDebugMode

import fanin
import fanin.torch
from shardings import CASES, NAMES, S0, Case, Model, _two, fsdp, fsdp_root, fused, placed

SEED = 42
RECIPE = "torch"
TIED = {"head.weight": "emb.weight"}
"""Most shardings cut the tie."""
FILES = {torch.float32: "f32", torch.float64: "f64", torch.float16: "f16", torch.bfloat16: "bf16"}


def main(rank: int, world: int, folder: str, job: str) -> None:
    """Run a job in one process, and write its results to a file."""
    warnings.simplefilter("ignore")
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.set_num_threads(1)
    store = dist.FileStore(f"{folder}/{job}.store", world)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=world)
    try:
        result = JOBS[job](rank, Path(folder))
        Path(folder, f"{job}.{rank}.json").write_text(json.dumps(result))
        dist.barrier()
    finally:
        dist.destroy_process_group()


def locals_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """What this rank stores, by name; tied names apart."""
    named = [*model.named_parameters(remove_duplicate=False), *model.named_buffers()]
    return {name: one.to_local() if isinstance(one, DTensor) else one for name, one in named}


def indices_of(model: nn.Module) -> None:
    """Write to each parameter its own global indices."""
    for tensor in [*model.parameters(), *model.buffers()]:
        tensor.data.copy_(torch.arange(tensor.numel()).reshape(tensor.shape))


def mismatches(model: nn.Module, indices: dict[str, torch.Tensor], file: dict[str, torch.Tensor]) -> list[str]:
    """Return the names whose elements on this rank are not those of the file."""
    found = []
    for name, local in locals_of(model).items():
        values = file["emb.weight" if name == "head.weight" else name]
        wanted = values.reshape(-1)[indices[name].reshape(-1).long()]
        here = local.detach().reshape(-1)
        if here.shape != wanted.shape or not torch.equal(_bits(here), _bits(wanted.to(here.dtype))):
            found.append(name)
    return found


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.contiguous().view(torch.uint8)


def sharded(case: Case, rank: int) -> tuple[Model, dict[str, torch.Tensor]] | None:
    """Return the sharded model and the global indices of what this rank stores; None if it has no part."""
    names = NAMES.get(case.shard, ("replicate", "shard") if len(case.mesh) == 2 else None)
    mesh = DeviceMesh("cpu", torch.arange(case.ranks).reshape(case.mesh), mesh_dim_names=names)
    if rank >= case.ranks:
        return None
    twin = Model(torch.float64)
    indices_of(twin)
    case.shard(twin, mesh)
    model = Model(case.dtype, "meta" if case.meta else "cpu")
    case.shard(model, mesh)
    if case.meta:
        model.to_empty(device="cpu")
    return model, {name: local.detach().clone() for name, local in locals_of(twin).items()}


def fill_all(rank: int, folder: Path) -> list[dict[str, Any]]:
    """Fill each sharding; return what differs from the file, and how many collectives ran."""
    files = {dtype: load_file(folder / f"{name}.safetensors") for dtype, name in FILES.items()}
    results = []
    for case in CASES:
        made = sharded(case, rank)
        if made is None:
            continue
        model, indices = made
        with CommDebugMode() as communication:
            report = fanin.torch.init_(model, RECIPE, SEED, names=TIED)
        results.append(
            {
                "case": case.name,
                "different": mismatches(model, indices, files[case.dtype]),
                "communication": communication.get_total_counts(),
                "filled": len(report.filled),
            }
        )
    return results


def local_nn_init(model: Model, folder: Path) -> None:
    """The impostor that torch users have: `nn.init` of what each rank stores."""
    torch.manual_seed(SEED)
    for local in locals_of(model).values():
        if local.is_floating_point():
            nn.init.normal_(local.detach())


def other_seed(model: Model, folder: Path) -> None:
    """The right addresses with another seed."""
    fanin.torch.init_(model, RECIPE, SEED + 1)


def wrong_names(model: Model, folder: Path) -> None:
    """The names of a module that another one contains, not mapped."""
    fanin.torch.init_(nn.ModuleDict({"model": model}), RECIPE, SEED)


def without_offsets(model: Model, folder: Path) -> None:
    """Each shard filled as if it were the whole tensor."""
    for name, local in locals_of(model).items():
        if local.is_floating_point() and local.numel():
            fanin.torch.fill_(local.detach(), "normal", SEED, name)


def torch_offsets(model: Model, folder: Path) -> None:
    """The rectangle that torch states for each shard."""
    file = load_file(folder / "f32.safetensors")
    for name, tensor in model.named_parameters(remove_duplicate=False):
        whole = file["emb.weight" if name == "head.weight" else name]
        if isinstance(tensor, DTensor):
            lengths, offsets = compute_local_shape_and_global_offset(
                tensor.shape, tensor.device_mesh, tensor.placements
            )
            local = tensor.to_local()
            window = whole[tuple(slice(first, first + length) for first, length in zip(offsets, lengths))]
            if local.numel() == window.numel():
                local.detach().copy_(window)
        else:
            tensor.data.copy_(whole)
    for name, buffer in model.named_buffers():
        buffer.copy_(file[name])


IMPOSTORS: dict[str, tuple[Callable[[Model, Path], None], list[Case]]] = {
    "nn.init of the shard": (local_nn_init, [Case("fsdp", (4,), fsdp)]),
    "another seed": (other_seed, [Case("fsdp", (4,), fsdp)]),
    "names not mapped": (wrong_names, [Case("fsdp", (4,), fsdp)]),
    "values without offsets": (without_offsets, [Case("rows", (4,), placed(S0))]),
    "torch's offsets": (torch_offsets, [Case("uneven", (3, 2), _two), Case("fused", (4,), fused(3))]),
}


def impostors(rank: int, folder: Path) -> list[dict[str, Any]]:
    """Return what differs for each impostor, and the control for torch's offsets: even shards, where they are right."""
    file = load_file(folder / "f32.safetensors")
    results = []
    controls = {"control of torch's offsets": (torch_offsets, [Case("even", (4,), fsdp)])}
    for name, (impostor, cases) in {**IMPOSTORS, **controls}.items():
        for case in cases:
            made = sharded(case, rank)
            if made is not None:
                impostor(made[0], folder)
                results.append({"impostor": name, "case": case.name, "different": mismatches(*made, file)})
    return results


def trained(rank: int, folder: Path) -> dict[str, Any]:
    """Fill after a forward and backward pass, whose parameters FSDP2 has gathered; then train on."""
    file = load_file(folder / "f32.safetensors")
    case = Case("fsdp", (8,), fsdp_root)
    made = sharded(case, rank)
    assert made is not None
    model, indices = made

    def loss() -> torch.Tensor:
        return model(torch.arange(24)).square().mean()

    model.forward = lambda tokens: model.norm(model.down(model.up(model.emb(tokens))))  # type: ignore[method-assign]
    loss()
    fanin.torch.init_(model, RECIPE, SEED)
    different = mismatches(model, indices, file)
    seen = loss()
    seen.backward()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.step()
    return {"different": different, "loss": seen.item(), "after": loss().item()}


def checks(rank: int, folder: Path) -> dict[str, Any]:
    """Poison, verify and audit a sharded module."""
    made = sharded(Case("both", (4, 2), _two), rank)
    assert made is not None
    model, _ = made
    poisoned = fanin.torch.poison_(model)
    before = [one.name for one in fanin.torch.unwritten(model)]
    fanin.torch.init_(model, RECIPE, SEED, names=TIED)
    after = [one.name for one in fanin.torch.unwritten(model)]
    equal = fanin.torch.verify(model, folder / "f32.safetensors", TIED)
    with torch.no_grad():
        # One rank forgets a row.
        if rank == 3:
            model.wide.weight.to_local()[0] = 0
    unequal = fanin.torch.verify(model, folder / "f32.safetensors", TIED)
    audited = fanin.torch.audit(model, RECIPE, TIED)
    return {
        "poisoned": poisoned,
        "before": before,
        "after": after,
        "equal": str(equal),
        "unequal": [str(one) for one in unequal.different],
        "audited": [[one.tensor, one.rule] for one in audited.findings],
    }


JOBS = {"fill_all": fill_all, "impostors": impostors, "trained": trained, "checks": checks}

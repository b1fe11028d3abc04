"""What cannot be served is refused by name, before the first value is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

import fanin
import fanin.torch

PLAN = {"*weight*": "ones", "*bias*": "ones"}


def on_meta() -> nn.Module:
    """A parameter without memory."""
    return nn.Linear(2, 2, device="meta")


def lazy() -> nn.Module:
    """A parameter without a shape."""
    return nn.LazyLinear(2)


def parametrized() -> nn.Module:
    """A parameter that is computed."""
    return nn.utils.parametrizations.orthogonal(nn.Linear(2, 2))


def float8() -> nn.Module:
    """An element type that fanin does not make."""
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.zeros(2, 2).to(torch.float8_e4m3fn), requires_grad=False)
    return layer


def overlapping() -> nn.Module:
    """Elements that share memory."""
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.zeros(2).expand(2, 2))
    return layer


def sparse() -> nn.Module:
    """A tensor that is not dense."""
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.eye(2).to_sparse())
    return layer


def partitioned() -> nn.Module:
    """A parameter as DeepSpeed's ZeRO-3 leaves it."""
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.empty(0))
    layer.weight.ds_id = 0  # type: ignore[attr-defined]
    return layer


class Wrapped(torch.Tensor):
    """A tensor whose memory may be anything."""


def subclassed() -> nn.Module:
    """A subclass of tensors, as quantization uses."""
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.zeros(2, 2).as_subclass(Wrapped))
    return layer


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (on_meta, "'bad.weight' is on the meta device and has no memory; call module.to_empty"),
        (lazy, "'bad.weight' is lazy and has no shape"),
        (parametrized, "'bad.weight' is parametrized: its values are computed from"),
        (float8, "'bad.weight' has the dtype torch.float8_e4m3fn; use float32"),
        (overlapping, "share memory"),
        (sparse, "'bad.weight' has the layout torch.sparse_coo"),
        (partitioned, "'bad.weight' is partitioned by DeepSpeed"),
        (subclassed, "'bad.weight' is a Wrapped, not a plain tensor"),
    ],
)
def test_refused_before_the_first_value(make: Callable[[], nn.Module], words: str) -> None:
    """A good layer comes first, and keeps its values."""
    model = nn.ModuleDict({"good": nn.Linear(2, 2), "bad": make()})
    before = model["good"].weight.clone()
    with pytest.raises((fanin.FaninError, ValueError), match=words):
        fanin.torch.init_(model, PLAN, 1)
    assert torch.equal(model["good"].weight, before)


def test_partial_sums() -> None:
    """A `Partial` placement holds terms of a sum."""
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import DTensor, Partial
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=1, world_size=4)
    try:
        layer = nn.Linear(2, 2)
        layer.weight = nn.Parameter(DTensor.from_local(torch.zeros(2, 2), init_device_mesh("cpu", (4,)), [Partial()]))
        with pytest.raises(fanin.FaninError, match="'weight' holds partial sums"):
            fanin.torch.init_(layer, PLAN, 1)
        assert (layer.bias != 1).any()
    finally:
        dist.destroy_process_group()


def test_fsdp1() -> None:
    """FSDP1 flattens the parameters of a layer into one."""
    import torch.distributed as dist
    from torch.distributed.fsdp import FullyShardedDataParallel
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=2)
    try:
        for original in (True, False):
            model = FullyShardedDataParallel(nn.Linear(2, 2), device_id=torch.device("cpu"), use_orig_params=original)
            with pytest.raises(fanin.FaninError, match="'Linear' is wrapped by FSDP1, which flattens parameters"):
                fanin.torch.init_(model, PLAN, 1)
    finally:
        dist.destroy_process_group()


def test_a_parametrization_on_request() -> None:
    """The original gets the values of the address that it is mapped to."""
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))
    names = {
        "parametrizations.weight.original0": "weight_g",
        "parametrizations.weight.original1": "weight",
    }
    fanin.torch.init_(layer, {"weight": "normal", "weight_g": "ones", "bias": "zeros"}, 1, names=names)
    original = layer.parametrizations.weight.original1.detach().numpy()
    assert (original == fanin.sample("normal", (4, 3), seed=1, name="weight")).all()


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_outside(seed: int) -> None:
    """Seeds are 64 bits."""
    with pytest.raises(ValueError, match="seed"):
        fanin.torch.init_(nn.Linear(2, 2), PLAN, seed)


def test_wrong_types() -> None:
    """Each argument by its name."""
    with pytest.raises(TypeError, match="module must be a torch.nn.Module, not Tensor"):
        fanin.torch.init_(torch.zeros(2), PLAN, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        fanin.torch.init_(nn.Linear(2, 2), PLAN, "1")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no-such-recipe"):
        fanin.torch.init_(nn.Linear(2, 2), "no-such-recipe", 1)
    with pytest.raises(TypeError, match="fill_ takes a torch.Tensor, not list"):
        fanin.torch.fill_([1.0], "zeros", 1, "w")  # type: ignore[arg-type]
    with pytest.raises(fanin.FaninError, match="meta"):
        fanin.torch.fill_(torch.empty(2, device="meta"), "zeros", 1, "w")

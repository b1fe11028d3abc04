"""Names, ties and addresses of modules."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper

import fanin
import fanin.torch
from fanin.torch.collected import collect

PLAN = {"*.weight": "normal(std = 0.02)", "*.bias": "zeros"}


def model() -> nn.Sequential:
    """Two layers."""
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))


def same(one: nn.Module, other: nn.Module) -> bool:
    """Whether two modules have the same bits, in order."""
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_prefixes_of_wrappers_are_removed() -> None:
    """`torch.compile` and activation checkpointing, one inside the other."""
    plain = model()
    fanin.torch.init_(plain, PLAN, 1)
    wrapped = model()
    wrapped[0] = checkpoint_wrapper(wrapped[0])
    wrapped[1] = torch.compile(wrapped[1])  # type: ignore[assignment]
    whole = torch.compile(wrapped)
    assert "_orig_mod.0._checkpoint_wrapped_module.weight" in dict(whole.named_parameters())
    fanin.torch.init_(whole, PLAN, 1)
    assert same(whole, plain)


def test_module_is_removed_under_data_parallel_alone() -> None:
    """A child that happens to be called `module` keeps its name."""
    assert list(collect(nn.DataParallel(model())).entries)[0] == "0.weight"
    assert list(collect(nn.ModuleDict({"module": model()})).entries)[0] == "module.0.weight"


def test_names_map_to_addresses() -> None:
    """A callable, a mapping, and None."""
    plain, part = model(), nn.ModuleDict({"body": model()})
    fanin.torch.init_(plain, PLAN, 1)
    fanin.torch.init_(part, PLAN, 1, names=lambda name: name.removeprefix("body."))
    assert same(part, plain)
    before = part["body"][1].bias.detach().fill_(7).clone()
    names = {f"body.{name}": name for name, _ in plain.named_parameters()}
    report = fanin.torch.init_(part, PLAN, 1, names={**names, "body.1.bias": None})
    assert report.unchanged == ("body.1.bias",)
    assert torch.equal(part["body"][1].bias, before)
    with pytest.raises(ValueError, match="names maps 'body.2.weight', which the model does not have"):
        fanin.torch.init_(part, PLAN, 1, names={"body.2.weight": "2.weight"})
    with pytest.raises(TypeError, match="names gives 3 for 'body.0.weight'"):
        fanin.torch.init_(part, PLAN, 1, names=lambda _: 3)  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="names must be a mapping or a callable"):
        fanin.torch.init_(part, PLAN, 1, names=3)  # type: ignore[arg-type]


def test_ties_by_object() -> None:
    """The first name is canonical, and the tie holds."""
    tied = nn.ModuleDict({"emb": nn.Embedding(5, 3), "head": nn.Linear(3, 5, bias=False)})
    tied["head"].weight = tied["emb"].weight
    report = fanin.torch.init_(tied, {"*": "normal"}, 3)
    assert [one.names for one in report.filled] == [("emb.weight", "head.weight")]
    assert (tied["emb"].weight.detach().numpy() == fanin.sample("normal", (5, 3), seed=3, name="emb.weight")).all()
    assert tied["head"].weight is tied["emb"].weight
    assert "tied: head.weight (tied to emb.weight)" in str(report)


def test_ties_by_memory() -> None:
    """Two parameters with the same storage."""
    tied = nn.ModuleDict({"one": nn.Linear(3, 5, bias=False), "two": nn.Linear(3, 5, bias=False)})
    tied["two"].weight.data = tied["one"].weight.data
    assert [one.names for one in fanin.torch.init_(tied, {"*": "normal"}, 3).filled] == [("one.weight", "two.weight")]


def test_ties_by_names() -> None:
    """Different tensors with one address get the same values."""
    apart = nn.ModuleDict({"one": nn.Linear(3, 5, bias=False), "two": nn.Linear(3, 5, bias=False)})
    fanin.torch.init_(apart, {"*": "normal"}, 3, names={"two.weight": "one.weight"})
    assert torch.equal(apart["one"].weight, apart["two"].weight)
    other = nn.ModuleDict({"one": nn.Linear(3, 5, bias=False), "two": nn.Linear(5, 3, bias=False)})
    with pytest.raises(fanin.FaninError, match="have the same address 'one.weight'"):
        fanin.torch.init_(other, {"*": "normal"}, 3, names={"two.weight": "one.weight"})


def test_ties_of_transformers_that_sharding_has_cut() -> None:
    """The source is canonical, also where it is in another pipeline stage."""
    tied = nn.ModuleDict({"head": nn.Linear(3, 5, bias=False), "emb": nn.Embedding(5, 3)})
    tied.all_tied_weights_keys = {"head.weight": "emb.weight"}  # type: ignore[assignment]
    fanin.torch.init_(tied, {"*": "normal"}, 3)
    assert torch.equal(tied["head"].weight, tied["emb"].weight)
    stage = copy.deepcopy(tied)
    del stage["emb"]
    nn.init.zeros_(stage["head"].weight)
    assert fanin.torch.init_(stage, {"*": "normal"}, 3).filled[0].address == "emb.weight"
    assert torch.equal(stage["head"].weight, tied["emb"].weight)


def test_ties_by_object_whose_second_name_is_the_source() -> None:
    """The head comes first in the module, and transformers states the table as the source."""
    tied = nn.ModuleDict({"head": nn.Linear(3, 5, bias=False), "emb": nn.Embedding(5, 3)})
    tied["emb"].weight = tied["head"].weight
    tied.all_tied_weights_keys = {"head.weight": "emb.weight"}  # type: ignore[assignment]
    assert [one.address for one in fanin.torch.init_(tied, {"*": "normal"}, 3).filled] == ["emb.weight"]

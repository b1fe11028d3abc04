"""Live checks find loading bugs that left weights random in well-known projects, reproduced on small models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import fanin
import fanin.torch


class Block(nn.Module):
    """An attention layer and a gated delta-rule layer's parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(8, 24, bias=False)
        self.out = nn.Linear(8, 8, bias=False)
        self.A_log = nn.Parameter(torch.zeros(4))


class Model(nn.Module):
    """A table, two blocks, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.emb = nn.Embedding(32, 8)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.norm = nn.BatchNorm1d(8)
        self.head = nn.Linear(8, 32, bias=False)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    """A checkpoint, and its tensors."""
    model = Model()
    fanin.torch.init_(model, {"*.running_*": "uniform", "*": "normal"}, 1)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    save_file(state, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors", state


def names(found: tuple[fanin.torch.Unwritten, ...]) -> list[str]:
    """Return the names of findings."""
    return [one.name for one in found]


def test_a_right_load_passes(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """Nothing is unwritten, and all is equal."""
    path, state = saved
    model = Model()
    assert len(fanin.torch.poison_(model)) == 12
    assert len(fanin.torch.unwritten(model)) == 12
    model.load_state_dict(state)
    assert fanin.torch.unwritten(model) == ()
    verified = fanin.torch.verify(model, path)
    assert verified
    assert str(verified) == "13 equal, 0 different, 0 missing"


def test_keys_that_do_not_match_are_skipped(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """A renamed module: `strict=False` hides that its weights stay random, as in transformers #46620."""
    path, state = saved
    model = Model()
    fanin.torch.poison_(model)
    renamed = {name.replace("blocks.1.", "layers.1."): tensor for name, tensor in state.items()}
    model.load_state_dict(renamed, strict=False)
    assert names(fanin.torch.unwritten(model)) == ["blocks.1.A_log", "blocks.1.qkv.weight", "blocks.1.out.weight"]
    save_file(renamed, path)
    verified = fanin.torch.verify(model, path)
    assert not verified
    assert verified.missing == ("blocks.1.A_log", "blocks.1.qkv.weight", "blocks.1.out.weight")
    assert verified.unused == ("layers.1.A_log", "layers.1.out.weight", "layers.1.qkv.weight")
    mapped = fanin.torch.verify(model, path, names=lambda name: name.replace("blocks.1.", "layers.1."))
    assert [one.name for one in mapped.different] == list(verified.missing)


def test_an_init_that_runs_after_loading_overwrites(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """A model's own init resets a parameter that was loaded, as in flash-linear-attention #820."""
    path, state = saved
    model = Model()
    model.load_state_dict(state)
    for block in model.blocks:
        nn.init.uniform_(block.A_log, 0, 16)
    verified = fanin.torch.verify(model, path)
    assert [one.name for one in verified.different] == ["blocks.0.A_log", "blocks.1.A_log"]
    assert "4 of 4 elements differ, the first at [0]: " in str(verified)


def test_a_fused_weight_is_loaded_in_part(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """A loader that copies query and key and forgets the value, as in vLLM #53537."""
    path, state = saved
    model = Model()
    fanin.torch.poison_(model)
    partial = {name: tensor for name, tensor in state.items() if name != "blocks.0.qkv.weight"}
    model.load_state_dict(partial, strict=False)
    with torch.no_grad():
        model.blocks[0].qkv.weight[:16] = state["blocks.0.qkv.weight"][:16]
    (found,) = fanin.torch.unwritten(model)
    assert (found.name, found.elements, found.total, found.first) == ("blocks.0.qkv.weight", 64, 192, (16, 0))
    assert str(found) == "blocks.0.qkv.weight [24, 8]: 64 of 192 elements not written, the first at [16, 0]"
    (different,) = fanin.torch.verify(model, path).different
    assert (different.elements, different.first) == (64, (16, 0))


def test_rows_of_a_smaller_vocabulary(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """Padded rows of a table that no one writes."""
    _, state = saved
    model = Model()
    fanin.torch.poison_(model)
    with torch.no_grad():
        model.emb.weight[:30] = state["emb.weight"][:30]
    assert fanin.torch.unwritten(model)[0].first == (30, 0)


def test_swapped_and_transposed_weights_are_different(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """Right shapes with wrong values."""
    path, state = saved
    model = Model()
    swapped = {
        **state,
        "blocks.0.out.weight": state["blocks.1.out.weight"],
        "blocks.1.out.weight": state["blocks.1.out.weight"].T,
    }
    model.load_state_dict(swapped)
    found = fanin.torch.verify(model, path)
    assert [one.name for one in found.different] == ["blocks.0.out.weight", "blocks.1.out.weight"]
    # The diagonal is equal.
    assert found.different[1].elements == 56


def test_shapes_and_dtypes(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """Another shape is a difference; another dtype is compared after conversion."""
    path, state = saved
    model = Model()
    model.load_state_dict(state)
    assert fanin.torch.verify(model.to(torch.bfloat16), path)
    model.head = nn.Linear(8, 31, bias=False)
    assert str(fanin.torch.verify(model, path).different[0]) == "head.weight: shape [31, 8], in the checkpoint [32, 8]"


def test_files_of_any_kind(saved: tuple[Path, dict[str, torch.Tensor]], tmp_path: Path) -> None:
    """A folder, an index with two files, and `torch.save`."""
    path, state = saved
    model = Model()
    model.load_state_dict(state)
    assert fanin.torch.verify(model, path.parent)
    sharded = tmp_path / "sharded"
    sharded.mkdir()
    parts: list[dict[str, Any]] = [dict(list(state.items())[:5]), dict(list(state.items())[5:])]
    for index, part in enumerate(parts):
        save_file(part, sharded / f"{index}.safetensors")
    where = ", ".join(f'"{name}": "{index}.safetensors"' for index, part in enumerate(parts) for name in part)
    (sharded / "model.safetensors.index.json").write_text(f'{{"weight_map": {{{where}}}}}')
    assert fanin.torch.verify(model, sharded)
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "model.pt")
    assert fanin.torch.verify(model, tmp_path / "model.pt")
    for bad, words in [
        ("none.safetensors", "cannot read"),
        ("empty", "has no .safetensors"),
        ("bad.pt", "cannot read"),
    ]:
        (tmp_path / "empty").mkdir(exist_ok=True)
        (tmp_path / "bad.pt").write_bytes(b"bad")
        with pytest.raises(fanin.FaninError, match=words):
            fanin.torch.verify(model, tmp_path / bad)


def test_a_tie_is_stored_once(tmp_path: Path) -> None:
    """The file may have either name."""
    model = Model()
    model.head.weight = model.emb.weight
    state = {name: tensor for name, tensor in model.state_dict().items() if name != "emb.weight"}
    save_file(state, tmp_path / "model.safetensors")
    assert fanin.torch.verify(model, tmp_path / "model.safetensors")


def test_poison_makes_transformers_initialize_again() -> None:
    """The marks of initialized parameters are removed, and its own init then leaves nothing unwritten."""
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes, num_key_value_heads=1, vocab_size=64))
    fanin.torch.init_(model, "llama", 1)
    fanin.torch.poison_(model)
    assert fanin.torch.unwritten(model)
    model.init_weights()
    assert fanin.torch.unwritten(model) == ()


def test_audit_of_a_live_module() -> None:
    """Faults by address, layouts by module type, rules of a plan or a recipe."""
    model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 64))
    plan = {"*.weight": "he_normal", "*.bias": "zeros"}
    fanin.torch.init_(model, plan, 1)
    assert fanin.torch.audit(model, plan).errors == 0
    assert fanin.torch.audit(model, "torch").errors > 0
    with torch.no_grad():
        model[2].weight[3] = torch.nan
    report = fanin.torch.audit(model, plan, names=lambda name: f"model.{name}")
    assert [(one.tensor, one.rule) for one in report.findings if one.severity == "error"] == [
        ("model.2.weight", "non-finite")
    ]


def test_parametrized_modules_are_checked_by_their_originals(tmp_path: Path) -> None:
    """A checkpoint has the originals."""
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))
    save_file({name: tensor.clone() for name, tensor in layer.state_dict().items()}, tmp_path / "model.safetensors")
    assert fanin.torch.verify(layer, tmp_path / "model.safetensors")
    fanin.torch.poison_(layer)
    assert names(fanin.torch.unwritten(layer))[1] == "parametrizations.weight.original0"


def test_a_default_device_does_not_matter(saved: tuple[Path, dict[str, torch.Tensor]]) -> None:
    """Host memory is on the CPU, whatever the context says."""
    path, state = saved
    model = Model()
    model.load_state_dict(state)
    with torch.device("meta"):
        assert fanin.torch.verify(model, path)
        fanin.torch.init_(model, {"*.num_batches_tracked": "ones", "*": "zeros"}, 1)
    assert model.norm.num_batches_tracked == 1

"""`init_` and `fill_` of plain tensors: values, element types, strides, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import fanin
import fanin.torch

PLAN = {"*weight": "normal(std = 0.02)", "*bias": "zeros"}


def state(module: nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of all tensors."""
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Whether all tensors have the same bits."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("dtype", ["f32", "f64", "f16", "bf16"])
def test_a_recipe_gives_the_file(tmp_path: Path, dtype: str) -> None:
    """The values are those of `fanin fill --recipe` for the same names and shapes, buffers included."""
    types = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16}
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 5), nn.LSTM(5, 4)).to(types[dtype])
    shapes = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    (tmp_path / "shapes.json").write_text(json.dumps(shapes))
    words = ["--recipe", "torch", "--seed", "7", "--dtype", dtype, "--out", str(tmp_path / "model.safetensors")]
    command = [sys.executable, "-m", "fanin", "fill", "--shapes", str(tmp_path / "shapes.json"), *words]
    subprocess.run(command, check=True, capture_output=True)
    fanin.torch.poison_(model)
    fanin.torch.init_(model, "torch", 7)
    file = load_file(tmp_path / "model.safetensors")
    assert equal({name: one.to(file[name].dtype) for name, one in state(model).items()}, file)
    assert fanin.torch.verify(model, tmp_path / "model.safetensors")


def test_every_layer_by_itself() -> None:
    """Renaming, adding or reordering layers leaves the others unchanged."""
    one = nn.ModuleDict({"a": nn.Linear(3, 4), "b": nn.Linear(4, 5)})
    two = nn.ModuleDict({"new": nn.Linear(2, 2), "b": nn.Linear(4, 5), "a": nn.Linear(3, 4)})
    fanin.torch.init_(one, PLAN, 1)
    fanin.torch.init_(two, PLAN, 1)
    assert all(torch.equal(one[name].weight, two[name].weight) for name in "ab")


@pytest.mark.parametrize("init", ["normal", "orthogonal", "sparse(0.5)", "he_uniform"])
def test_memory_of_any_strides(init: str) -> None:
    """Transposed, sliced, and columns of a larger tensor, of which nothing else is written."""
    plain = fanin.torch.fill_(torch.empty(6, 4), init, 1, "w", layout="oi")
    transposed = fanin.torch.fill_(torch.empty(4, 6).t(), init, 1, "w", layout="oi")
    larger = torch.full((12, 9), 7.0)
    fanin.torch.fill_(larger[::2, 1:9:2], init, 1, "w", layout="oi")
    assert torch.equal(plain, transposed)
    assert torch.equal(larger[::2, 1:9:2], plain)
    larger[::2, 1:9:2] = 7.0
    assert (larger == 7.0).all()


def test_channels_last() -> None:
    """The memory format does not change the values."""
    one, two = nn.Conv2d(4, 6, 3), nn.Conv2d(4, 6, 3).to(memory_format=torch.channels_last)
    fanin.torch.init_(one, {"weight": "he_normal", "bias": "zeros"}, 3)
    fanin.torch.init_(two, {"weight": "he_normal", "bias": "zeros"}, 3)
    assert torch.equal(one.weight, two.weight)
    assert two.weight.is_contiguous(memory_format=torch.channels_last)


def test_another_device_is_filled_through_host_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy gives the same bits, in several batches. The CPU stands for the device."""
    from fanin.torch import memory

    one, two = nn.Sequential(nn.Linear(30, 40), nn.Linear(40, 5)), nn.Sequential(nn.Linear(30, 40), nn.Linear(40, 5))
    fanin.torch.init_(one, PLAN, 3)
    monkeypatch.setattr(memory.Filling, "is_direct", property(lambda _: False))
    monkeypatch.setattr(memory, "_STAGED_BYTES", 1000)
    fanin.torch.init_(two, PLAN, 3)
    assert equal(state(one), state(two))
    before = state(two)
    with pytest.raises(fanin.FaninError, match="f16"):
        fanin.torch.init_(two.half(), {"*weight": "zeros", "*bias": "constant(1e6)"}, 3)
    assert equal(state(two.float()), {name: tensor.half().float() for name, tensor in before.items()})


def test_writes_are_in_place_and_seen_by_autograd() -> None:
    """Parameters keep their objects, and a backward pass through old values is refused by torch."""
    layer = nn.Linear(3, 3)
    kept, loss = layer.weight, layer(torch.ones(3)).sigmoid().mul(layer.weight).sum()
    fanin.torch.init_(layer, PLAN, 3)
    assert layer.weight is kept
    assert layer.weight.requires_grad
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_buffers() -> None:
    """A rule must name a buffer; buffers that checkpoints do not have are listed and left alone."""
    model = nn.Sequential(nn.BatchNorm1d(4))
    model.register_buffer("inv_freq", torch.full((3,), 5.0), persistent=False)
    model[0].running_mean.fill_(3)
    report = fanin.torch.init_(model, {"*": "ones"}, 3)
    assert report.unchanged == ("0.running_mean", "0.running_var", "0.num_batches_tracked")
    assert report.non_persistent == ("inv_freq",)
    assert (model[0].running_mean == 3).all()
    assert (model.inv_freq == 5).all()
    report = fanin.torch.init_(model, {"*.running_*": "zeros", "*.num_batches_tracked": "ones", "*": "ones"}, 3)
    assert model[0].num_batches_tracked == 1
    assert (model[0].running_var == 0).all()
    with pytest.raises(fanin.FaninError, match="int64, which normal cannot fill"):
        fanin.torch.init_(model, {"*.num_batches_tracked": "normal", "*": "ones"}, 3)


def test_strict() -> None:
    """Without it, parameters without a rule and rules without a parameter are ignored, for plans and recipes."""
    model = nn.Sequential(nn.Linear(3, 3))
    with pytest.raises(fanin.FaninError, match="no rule in the plan matches 0.bias"):
        fanin.torch.init_(model, {"*.weight": "zeros"}, 3)
    with pytest.raises(fanin.FaninError, match="apply to no parameter"):
        fanin.torch.init_(model, {"*.weight": "zeros", "*.bias": "zeros", "*.x": "ones"}, 3)
    before = model[0].bias.clone()
    report = fanin.torch.init_(model, {"*.x": "ones", "*.weight": "zeros"}, 3, strict=False)
    assert report.unmatched == ("0.bias",)
    assert (model[0].weight == 0).all()
    assert torch.equal(model[0].bias, before)
    recipe = fanin.Recipe.from_toml(
        'name = "r"\ntitle = "r"\nsource = "r"\n[[rules]]\nmatch = "*.weight"\ninit = "ones"'
    )
    with pytest.raises(fanin.FaninError, match="matches 0.bias"):
        fanin.torch.init_(model, recipe, 3)
    assert fanin.torch.init_(model, recipe, 3, strict=False).unmatched == ("0.bias",)
    assert (model[0].weight == 1).all()


def test_pipeline_stages() -> None:
    """A recipe that counts layers needs the whole model, or its number of layers."""

    def build(device: str = "cpu") -> nn.ModuleDict:
        def block() -> nn.ModuleDict:
            layers = {"ln_1": nn.LayerNorm(6), "mlp": nn.ModuleDict({"c_proj": nn.Linear(6, 6)})}
            return nn.ModuleDict(layers).to(device)

        return nn.ModuleDict({"h": nn.ModuleDict({str(index): block() for index in range(8)})})

    whole = build()
    fanin.torch.init_(whole, "gpt2", 3)
    expected = state(whole)
    for options in ({"layers": 8}, {"whole": build("meta")}):
        stage = build()
        for index in (0, 1, 2, 5, 6, 7):
            del stage["h"][str(index)]
        fanin.torch.init_(stage, "gpt2", 3, **options)  # type: ignore[arg-type]
        assert all(torch.equal(tensor, expected[name]) for name, tensor in stage.state_dict().items())
    # The impostor: two layers look like a model of two.
    fanin.torch.init_(stage, "gpt2", 3)
    assert not torch.equal(stage["h"]["3"]["mlp"]["c_proj"].weight, expected["h.3.mlp.c_proj.weight"])
    with pytest.raises(fanin.FaninError, match="is not part of the whole model"):
        fanin.torch.init_(nn.ModuleDict({"other": stage}), "gpt2", 3, whole=build("meta"))
    with pytest.raises(ValueError, match="layers= is for recipes"):
        fanin.torch.init_(stage, PLAN, 3, layers=8)


def test_transformers_does_not_overwrite() -> None:
    """Each parameter is marked, as transformers marks what it has loaded."""
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = transformers.LlamaConfig(**sizes, num_key_value_heads=1, vocab_size=64)
    model = transformers.LlamaForCausalLM(config)
    report = fanin.torch.init_(model, "llama", 3)
    assert "model.rotary_emb.inv_freq" in report.non_persistent
    before = state(model)
    for module in model.modules():
        module._is_hf_initialized = False
    model.init_weights()
    assert equal(state(model), before)


def test_report() -> None:
    """A table for people, JSON for programs, learning rates for optimizers."""
    model = nn.Sequential(nn.Linear(3, 4))
    report = fanin.torch.init_(model, PLAN, 3)
    data = json.loads(report.to_json())
    assert data["filled"][0]["std"] == 0.02
    assert data["filled"][0]["shape"] == [3 + 1, 3]
    assert report.learning_rates == {"0.weight": 1.0, "0.bias": 1.0}
    assert "2 tensors filled by the plan with seed 3, 16 elements here" in str(report)


def test_threads() -> None:
    """Several threads fill models of their own at once."""
    models = [nn.Linear(50, 60) for _ in range(8)]
    threads = [threading.Thread(target=fanin.torch.init_, args=(one, PLAN, 3)) for one in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(equal(state(one), state(models[0])) for one in models)

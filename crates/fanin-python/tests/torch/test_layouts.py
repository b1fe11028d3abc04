"""Layouts and fans from the types of modules, counted by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import fanin.torch
from fanin.torch.layouts import Facts, facts_of


@pytest.mark.parametrize(
    ("module", "std"),
    [
        (nn.Linear(300, 500), math.sqrt(2 / 300)),
        (nn.Conv2d(64, 128, 3, groups=4), math.sqrt(2 / (16 * 9))),
        # Each output of a transposed convolution sums in / groups channels over the kernel.
        (nn.ConvTranspose2d(64, 128, 3, groups=4), math.sqrt(2 / (16 * 9))),
        (nn.Conv1d(32, 256, 5), math.sqrt(2 / 160)),
        (nn.LSTM(200, 300), math.sqrt(2 / 200)),
        (nn.GRUCell(150, 200), math.sqrt(2 / 150)),
    ],
)
def test_he_normal_without_a_stated_layout(module: nn.Module, std: float) -> None:
    """Var = 2 / fan_in. n is 20,736 at least; the seed is fixed, and 5 sigma of the std is 5 / sqrt(2 n) = 2.5 %."""
    fanin.torch.init_(module, {"*bias*": "zeros", "*hh*": "orthogonal", "*": "he_normal"}, 5, strict=False)
    weight = module.weight_ih_l0 if isinstance(module, nn.LSTM) else getattr(module, "weight_ih", None)
    weight = module.weight if weight is None else weight
    assert weight.numel() >= 20_736 or weight.numel() == 128 * 16 * 9 or weight.numel() == 64 * 32 * 9
    assert weight.std().item() == pytest.approx(std, rel=5 / math.sqrt(2 * weight.numel()))


def test_facts() -> None:
    """Roles, layouts, groups and fans."""
    attention = nn.MultiheadAttention(8, 2, add_bias_kv=True)
    assert facts_of(attention, "in_proj_weight", (24, 8)) == Facts(layout="oi", fans=(8, 8))
    assert facts_of(attention, "bias_k", (1, 1, 8)) == Facts("bias")
    assert facts_of(attention, "in_proj_bias", (24,)) == Facts("bias")
    assert facts_of(nn.MultiheadAttention(8, 2, kdim=5, vdim=6), "k_proj_weight", (8, 5)) == Facts(layout="oi")
    assert facts_of(nn.LSTM(5, 7, proj_size=3), "weight_hh_l0", (28, 3)) == Facts(layout="oi", fans=(3, 7))
    assert facts_of(nn.LSTM(5, 7, proj_size=3), "weight_hr_l0", (3, 7)) == Facts(layout="oi")
    assert facts_of(nn.RNN(5, 7), "weight_ih_l0_reverse", (7, 5)) == Facts(layout="oi", fans=(5, 7))
    assert facts_of(nn.Embedding(9, 4), "weight", (9, 4)) == Facts("embedding", "oi")
    assert facts_of(nn.RMSNorm(4), "weight", (4,)) == Facts("norm_gain")
    assert facts_of(nn.GroupNorm(2, 4), "bias", (4,)) == Facts("norm_bias")

    class LlamaRMSNorm(nn.Module):
        pass

    assert facts_of(LlamaRMSNorm(), "weight", (4,)) == Facts("norm_gain")
    assert facts_of(nn.Bilinear(2, 3, 4), "weight", (4, 2, 3)) == Facts(layout="oi")


def test_conv1d_of_transformers_is_in_out() -> None:
    """GPT-2's layer stores [in, out]."""
    pytorch_utils = pytest.importorskip("transformers.pytorch_utils")
    assert facts_of(pytorch_utils.Conv1D(12, 4), "weight", (4, 12)) == Facts(layout="io")


def test_an_unknown_module_has_no_layout() -> None:
    """A fan is then an error that names the parameter, and nothing is written."""

    class Custom(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.full((3, 4), 7.0))

    module = nn.ModuleDict({"custom": Custom(), "known": nn.Linear(3, 4)})
    before = module["known"].weight.clone()
    with pytest.raises(fanin.FaninError, match="custom.kernel"):
        fanin.torch.init_(module, {"*bias": "zeros", "*": "he_normal"}, 1)
    assert torch.equal(module["known"].weight, before)

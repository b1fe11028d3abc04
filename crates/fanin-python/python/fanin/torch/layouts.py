"""Layouts: role, order of axes and fans of a parameter, from the type of its module."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from fanin.adapter.facts import Facts

_NORMS = (_NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_GATES = {nn.LSTM: 4, nn.GRU: 3, nn.RNN: 1, nn.LSTMCell: 4, nn.GRUCell: 3, nn.RNNCell: 1}


def facts_of(module: nn.Module, name: str, shape: tuple[int, ...]) -> Facts:
    """Return the facts about a parameter of a module.

    Parameters
    ----------
    module : torch.nn.Module
        The module that owns the parameter.
    name : str
        The name in the module, such as ``weight``.
    shape : tuple of int
        The shape of the whole parameter.

    Examples
    --------
    >>> facts_of(nn.ConvTranspose2d(8, 4, 3, groups=2), "weight", (8, 2, 3, 3))
    Facts(role='weight', layout='transposed', groups=2, fans=None)
    >>> facts_of(nn.LSTM(5, 7), "weight_ih_l0", (28, 5)).fans
    (5, 7)
    """
    if isinstance(module, _NORMS) or ("Norm" in type(module).__name__ and len(shape) == 1):
        return Facts("norm_bias" if name == "bias" else "norm_gain" if name == "weight" else "weight")
    if len(shape) < 2:
        return Facts("bias" if "bias" in name else "weight")
    if isinstance(module, (nn.Embedding, nn.EmbeddingBag)):
        return Facts("embedding", "oi")
    if isinstance(module, _ConvTransposeNd):
        return Facts(layout="transposed", groups=module.groups)
    if isinstance(module, _ConvNd):
        return Facts(layout="oi", groups=module.groups)
    if isinstance(module, nn.MultiheadAttention):
        return _attention(module, name)
    for recurrent, gates in _GATES.items():
        if isinstance(module, recurrent) and name.startswith(("weight_ih", "weight_hh")):
            return Facts(layout="oi", fans=(shape[1], shape[0] // gates))
    if isinstance(module, (nn.Linear, nn.Bilinear, nn.LSTM)) and name.startswith("weight"):
        return Facts(layout="oi")
    if _is_transformers_conv1d(module) and name == "weight":
        return Facts(layout="io")
    return Facts("bias" if name.endswith("bias") else "weight")


def _attention(module: nn.MultiheadAttention, name: str) -> Facts:
    """Query, key and value are packed in one matrix of [3 embed, embed]: the fans are those of each."""
    if name in ("bias_k", "bias_v"):
        return Facts("bias")
    width = module.embed_dim
    return Facts(layout="oi", fans=(width, width) if name == "in_proj_weight" else None)


def _is_transformers_conv1d(module: nn.Module) -> bool:
    """Whether a module is GPT-2's linear layer, which stores [in, out]; known by name, to not import transformers."""
    return any(one.__name__ == "Conv1D" and one.__module__.startswith("transformers.") for one in type(module).__mro__)

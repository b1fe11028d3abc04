"""Layouts of Keras: how a layer stores its weights, by its type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from fanin.adapter.facts import Facts
from fanin.adapter.stored import (
    Stored,
    as_is,
    convolution,
    dense,
    depthwise,
    embedding,
    flat,
    transposed_convolution,
)

_LAYERS = keras.layers
_CONVOLUTIONS = (_LAYERS.Conv1D, _LAYERS.Conv2D, _LAYERS.Conv3D)
_TRANSPOSED = (_LAYERS.Conv1DTranspose, _LAYERS.Conv2DTranspose, _LAYERS.Conv3DTranspose)
_DEPTHWISE = (_LAYERS.DepthwiseConv1D, _LAYERS.DepthwiseConv2D)
_SEPARABLE = (_LAYERS.SeparableConv1D, _LAYERS.SeparableConv2D)
_GATES = ((_LAYERS.LSTMCell, 4), (_LAYERS.GRUCell, 3), (_LAYERS.SimpleRNNCell, 1))
_NORMS = (
    _LAYERS.BatchNormalization,
    _LAYERS.LayerNormalization,
    _LAYERS.GroupNormalization,
    _LAYERS.RMSNormalization,
)
_IN_NORMS = {
    "gamma": ("weight", "norm_gain"),
    "scale": ("weight", "norm_gain"),
    "beta": ("bias", "norm_bias"),
    "moving_mean": ("running_mean", "buffer"),
    "moving_variance": ("running_var", "buffer"),
}
_IN_CELLS = {"kernel": "weight_ih", "recurrent_kernel": "weight_hh"}


def stored_in(layer: Any, name: str, shape: Sequence[int]) -> Stored | None:
    """Return how a layer stores a weight; None if its type does not determine the order of the axes.

    Parameters
    ----------
    layer : keras.Layer
        The owner.
    name : str
        The name of the weight in the layer, such as ``kernel``.
    shape : sequence of int

    Examples
    --------
    >>> stored_in(keras.layers.Conv2D(32, 3), "kernel", (3, 3, 16, 32)).axes.address_shape((3, 3, 16, 32))
    (32, 16, 3, 3)
    """
    if isinstance(layer, _NORMS) and name in _IN_NORMS:
        leaf, role = _IN_NORMS[name]
        return as_is(leaf, shape, Facts(role))
    if isinstance(layer, _LAYERS.Embedding) and name == "embeddings":
        return embedding(shape)
    for cell, gates in _GATES:
        if isinstance(layer, cell) and name in _IN_CELLS:
            return dense(shape, 1, _IN_CELLS[name], gates)
    if isinstance(layer, _LAYERS.EinsumDense) and name in ("kernel", "bias"):
        return _einsum(layer, shape) if name == "kernel" else flat("bias", shape, "bias")
    if isinstance(layer, _SEPARABLE) and name == "depthwise_kernel":
        return depthwise(shape, "depthwise_weight")
    if isinstance(layer, _SEPARABLE) and name == "pointwise_kernel":
        return convolution(shape, 1, "pointwise_weight")
    if name == "kernel":
        return _kernel(layer, shape)
    return as_is(name, shape, Facts("bias" if name.endswith("bias") else "weight"))


def _kernel(layer: Any, shape: Sequence[int]) -> Stored | None:
    if isinstance(layer, _LAYERS.Dense):
        return dense(shape, 1)
    # In Keras transposed and separable convolutions may derive from plain ones.
    if isinstance(layer, _TRANSPOSED):
        return transposed_convolution(shape, out_first=True)
    if isinstance(layer, _DEPTHWISE):
        return depthwise(shape)
    if isinstance(layer, _CONVOLUTIONS):
        return convolution(shape, layer.groups)
    return None


def _einsum(layer: Any, shape: Sequence[int]) -> Stored | None:
    """Return the kernel of an `EinsumDense`: the axes that the output lacks are inputs, the others outputs.

    None if the inputs are not the first axes, or an axis is of a batch.
    """
    inputs, rest = layer.equation.replace(" ", "").split(",")
    kernel, output = rest.split("->")
    count = sum(axis not in output for axis in kernel)
    is_plain = all((axis in inputs) != (axis in output) for axis in kernel)
    is_first = all(axis not in output for axis in kernel[:count])
    return dense(shape, count) if is_plain and is_first and 0 < count < len(kernel) else None

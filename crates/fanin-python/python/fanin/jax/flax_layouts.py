"""Layouts of Flax: what a parameter is, by the type of its nnx module, or by its name and its neighbors in a tree."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from fanin.adapter.facts import Facts
from fanin.adapter.stored import (
    Stored,
    as_is,
    convolution,
    dense,
    embedding,
    flat,
    transposed_convolution,
)

_STATISTICS = {"mean": "running_mean", "var": "running_var"}
_PROJECTIONS = {"query", "key", "value"}


def by_type(module: Any, leaf: str, shape: Sequence[int], neighbors: Set[str]) -> Stored | None:
    """Return how an nnx module stores a parameter; None if its type does not determine it.

    Parameters
    ----------
    module : flax.nnx.Module
        The owner.
    leaf : str
        The name of the parameter in the module.
    shape : sequence of int
    neighbors : set of str
        The names of all parameters of the module.
    """
    from flax import nnx

    if leaf == "kernel":
        if isinstance(module, nnx.Conv):
            return convolution(shape, module.feature_group_count)
        if isinstance(module, nnx.ConvTranspose):
            return transposed_convolution(shape, out_first=module.transpose_kernel)
        if isinstance(module, nnx.LinearGeneral):
            return None if module.batch_axis else dense(shape, len(module.in_features))
        if isinstance(module, nnx.Linear):
            return dense(shape, 1)
        return None
    if leaf == "bias" and isinstance(module, nnx.LinearGeneral):
        return None if module.batch_axis else flat("bias", shape, "bias")
    return _by_name(leaf, shape, neighbors)


def by_path(path: Sequence[str], shape: Sequence[int], neighbors: Set[str], projections: Set[str]) -> Stored | None:
    """Return how linen stores a parameter, by its name; None if the shape does not determine the order of the axes.

    A kernel of two axes is that of a dense layer, and one of four or more that of a convolution. A kernel of three may
    be of either: it is known in an attention, which has query, key, value and out.

    Parameters
    ----------
    path : sequence of str
    shape : sequence of int
    neighbors : set of str
        The names next to the parameter.
    projections : set of str
        The names next to its module.
    """
    leaf = path[-1]
    module = path[-2] if len(path) > 1 else ""
    in_attention = {*projections} >= {*_PROJECTIONS, "out"}
    if leaf == "kernel":
        if len(shape) == 2:
            return dense(shape, 1)
        if len(shape) == 3:
            if not in_attention or module not in {*_PROJECTIONS, "out"}:
                return None
            return dense(shape, 2 if module == "out" else 1)
        return convolution(shape, 1) if len(shape) > 3 else None
    if leaf == "bias" and len(shape) == 2 and in_attention and module in _PROJECTIONS:
        return flat("bias", shape, "bias")
    return _by_name(leaf, shape, neighbors)


def _by_name(leaf: str, shape: Sequence[int], neighbors: Set[str]) -> Stored:
    if leaf == "embedding" and len(shape) == 2:
        return embedding(shape)
    if leaf == "scale":
        return as_is("weight", shape, Facts("norm_gain"))
    if leaf == "bias":
        # A layer with a kernel has no scale; a normalization without one has nothing but the bias.
        return as_is("bias", shape, Facts("norm_bias" if "scale" in neighbors else "bias"))
    if leaf in _STATISTICS and len(shape) == 1:
        return as_is(_STATISTICS[leaf], shape, Facts("buffer"))
    return as_is(leaf, shape, Facts())

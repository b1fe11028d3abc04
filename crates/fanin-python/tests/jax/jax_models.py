"""Small models of Flax, nnx and linen, and the file that the command writes for them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen, nnx
from jax.sharding import NamedSharding, PartitionSpec
from safetensors.numpy import load_file

import fanin

RECIPE = """
name = "drawn"
title = "Every value drawn"
source = "the tests of fanin.jax"
layout = "oi"

[[rules]]
match = "*.running_mean"
role = "buffer"
init = "normal(std = 0.1)"

[[rules]]
match = "*.running_var"
role = "buffer"
init = "uniform(low = 0.5, high = 2)"

[[rules]]
match = "*.bias"
role = "bias"
init = "normal(std = 0.5)"

[[rules]]
match = "*embed.weight"
role = "embedding"
init = "normal(std = 0.02)"

[[rules]]
match = "*norm.weight"
role = "norm_gain"
init = "uniform(low = 0.5, high = 2)"

[[rules]]
match = "*.weight"
init = "he_normal"
"""
"""Every parameter has values that tell an element from all others; kernels depend on their fans."""


class MLP(nnx.Module):
    def __init__(self, rngs, dtype):
        self.layers = nnx.List([nnx.Linear(16, 32, rngs=rngs, **dtype), nnx.Linear(32, 8, rngs=rngs, **dtype)])
        self.norm = nnx.LayerNorm(8, rngs=rngs, **dtype)


class ConvNet(nnx.Module):
    def __init__(self, rngs, dtype):
        self.conv = nnx.Conv(8, 16, (3, 3), rngs=rngs, **dtype)
        self.grouped = nnx.Conv(16, 16, (3,), feature_group_count=4, rngs=rngs, **dtype)
        self.norm = nnx.BatchNorm(16, rngs=rngs, **dtype)
        self.drop = nnx.Dropout(0.1, rngs=rngs)
        self.head = nnx.Linear(16, 8, rngs=rngs, **dtype)


class Block(nnx.Module):
    def __init__(self, rngs, dtype):
        self.attn = nnx.MultiHeadAttention(4, 16, 32, 16, decode=False, rngs=rngs, **dtype)
        self.norm = nnx.RMSNorm(16, rngs=rngs, **dtype)
        self.up = nnx.Linear(16, 64, rngs=rngs, **dtype)


class Transformer(nnx.Module):
    def __init__(self, rngs, dtype):
        self.embed = nnx.Embed(24, 16, rngs=rngs, **dtype)
        self.blocks = nnx.List([Block(rngs, dtype) for _ in range(2)])
        self.shared = self.blocks[0].up


class LinenBlock(linen.Module):
    dtype: object

    @linen.compact
    def __call__(self, tokens):
        x = linen.Embed(24, 16, param_dtype=self.dtype, name="embed")(tokens)
        x = linen.MultiHeadDotProductAttention(4, qkv_features=32, param_dtype=self.dtype, name="attn")(x)
        x = linen.LayerNorm(param_dtype=self.dtype, name="norm")(x)
        return linen.Dense(8, param_dtype=self.dtype, name="fc")(x)


class LinenConvNet(linen.Module):
    dtype: object

    @linen.compact
    def __call__(self, x):
        x = linen.Conv(16, (3, 3), param_dtype=self.dtype, name="conv")(x)
        x = linen.BatchNorm(use_running_average=True, param_dtype=self.dtype, name="norm")(x)
        return linen.Dense(8, param_dtype=self.dtype, name="fc")(x)


class LinenMLP(linen.Module):
    dtype: object

    @linen.compact
    def __call__(self, x):
        return linen.Dense(8, param_dtype=self.dtype, name="fc2")(
            linen.Dense(32, param_dtype=self.dtype, name="fc1")(x)
        )


def _nnx(kind):
    return lambda dtype: nnx.eval_shape(lambda: kind(nnx.Rngs(0), {"param_dtype": dtype}))


def _linen(kind, x):
    return lambda dtype: jax.eval_shape(kind(dtype).init, jax.random.key(0), x)


MODELS = {
    "nnx-mlp": _nnx(MLP),
    "nnx-conv": _nnx(ConvNet),
    "nnx-transformer": _nnx(Transformer),
    "linen-mlp": _linen(LinenMLP, jnp.zeros((2, 16))),
    "linen-conv": _linen(LinenConvNet, jnp.zeros((2, 8, 8, 8))),
    "linen-transformer": _linen(LinenBlock, jnp.zeros((2, 5), jnp.int32)),
}
DTYPES = {"f32": jnp.float32, "bf16": jnp.bfloat16, "f16": jnp.float16}
SHORT = {"float32": "F32", "bfloat16": "BF16", "float16": "F16"}
LEAVES = {
    "kernel": "weight",
    "scale": "weight",
    "embedding": "weight",
    "mean": "running_mean",
    "var": "running_var",
}


def mesh_of(*shape):
    return jax.make_mesh(shape, ("data", "model"), axis_types=(jax.sharding.AxisType.Auto,) * 2)


def _spec(shape, wanted, mesh):
    """Return the axes of `wanted` that cut evenly: first and last mesh axis, for the first and last array axis."""
    spec = [None] * len(shape)
    for place, axis in wanted.items():
        if axis is not None and len(shape) > 1 and shape[place] % mesh.shape[axis] == 0:
            spec[place] = axis
    return NamedSharding(mesh, PartitionSpec(*spec))


def shardings():
    """Return functions of name and shape: replicated, rows, columns, two axes, and an axis over both of the mesh."""
    two = mesh_of(2, 4)
    eight = mesh_of(1, 8)
    return {
        "replicated": lambda _, shape: _spec(shape, {}, two),
        "rows": lambda _, shape: _spec(shape, {0: "model"}, eight),
        "columns": lambda _, shape: _spec(shape, {-1: "model"}, eight),
        "2-D": lambda _, shape: _spec(shape, {0: "data", -1: "model"}, two),
        "2-D, swapped": lambda _, shape: _spec(shape, {0: "model", -1: "data"}, two),
        "second of three": lambda _, shape: _spec(shape, {1: "model"} if len(shape) > 2 else {}, two),
    }


def arrays(model):
    """Return the arrays of a model by PyTorch's name, in the order of Flax."""
    if isinstance(model, nnx.Module):
        flat = [
            (path, variable.get_raw_value())
            for path, variable in nnx.to_flat_state(nnx.state(model, (nnx.Param, nnx.BatchStat)))
        ]
    else:
        flat = [
            (tuple(key.key for key in keys)[1:], value)
            for keys, value in jax.tree_util.tree_flatten_with_path(model)[0]
        ]
    return {".".join([*map(str, path[:-1]), LEAVES.get(path[-1], path[-1])]): value for path, value in flat}


def torch_order(name, array):
    """Return an array in the order of PyTorch, written by hand from Flax's documentation."""
    array = np.asarray(array)
    module = name.split(".")[-2]
    if name.endswith("embed.weight") or (array.ndim < 2):
        return array
    if module in ("query", "key", "value"):
        return array.reshape(-1) if name.endswith("bias") else array.reshape(array.shape[0], -1).T
    if module == "out":
        return array.reshape(-1, array.shape[-1]).T
    return np.moveaxis(array, (-1, -2), (0, 1))


def file_of(model, dtype, seed, folder, recipe=RECIPE):
    """Return the tensors that the command writes for the names and shapes of a model."""
    shapes = {}
    for name, array in arrays(model).items():
        values = np.broadcast_to(np.zeros((), np.float32), array.shape)
        shapes[name] = {"shape": list(torch_order(name, values).shape), "dtype": SHORT[array.dtype.name]}
    path = folder / f"{seed}.{dtype}.safetensors"
    fanin.fill_checkpoint(path, seed=seed, recipe=fanin.Recipe.from_toml(recipe), shapes=shapes)
    return load_file(path)


def differing(model, tensors):
    """Return the names whose bits differ from the file, with missing and unexpected ones."""
    found = arrays(model)
    return sorted(
        name
        for name in {*found, *tensors}
        if name not in found
        or name not in tensors
        or torch_order(name, found[name]).tobytes() != tensors[name].tobytes()
        or found[name].dtype.name != tensors[name].dtype.name
    )

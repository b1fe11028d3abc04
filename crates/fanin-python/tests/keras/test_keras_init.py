"""Keras models have the bits of the file that the command writes; layouts and fans of its layers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers
from safetensors.numpy import load_file

import fanin
import fanin.keras
from fanin import FaninError

RECIPE = fanin.Recipe.from_toml("""
name = "drawn"
title = "Every value drawn"
source = "the tests of fanin.keras"
layout = "oi"

[[rules]]
match = "*.running_*"
role = "buffer"
init = "uniform(low = 0.5, high = 2)"

[[rules]]
match = "*.bias"
role = "bias"
init = "normal(std = 0.5)"

[[rules]]
match = "*norm.weight"
role = "norm_gain"
init = "uniform(low = 0.5, high = 2)"

[[rules]]
match = "*.weight"
init = "he_normal"
""")
PLAN = [("*.running_*", "ones"), ("*norm.weight", "ones"), ("*.bias", "normal(std = 0.5)"), ("*.weight", "he_normal")]


def mlp():
    return keras.Sequential([keras.Input((6,)), layers.Dense(8, name="fc1"), layers.Dense(4, name="fc2")])


def conv_net():
    x = inputs = keras.Input((8, 8, 4))
    x = layers.Conv2D(8, 3, groups=2, name="conv")(x)
    x = layers.BatchNormalization(name="bnorm")(x)
    x = layers.DepthwiseConv2D((2, 3), depth_multiplier=2, name="dw")(x)
    x = layers.Conv2DTranspose(6, 2, name="up")(x)
    return keras.Model(inputs, layers.Dense(3, name="head")(x))


def transformer():
    tokens = keras.Input((5,))
    x = layers.Embedding(11, 8, name="embed")(tokens)
    x = layers.MultiHeadAttention(2, 4, value_dim=3, name="attn")(x, x)
    x = layers.LayerNormalization(name="norm")(x)
    return keras.Model(tokens, layers.Dense(16, name="fc")(x))


MODELS = {"mlp": mlp, "conv": conv_net, "transformer": transformer}
LEAVES = {"kernel": "weight", "gamma": "weight", "embeddings": "weight", "beta": "bias"} | {
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
SHORT = {"float32": "F32", "bfloat16": "BF16", "float16": "F16"}


def weights(model):
    """Return the weights by PyTorch's name, in the order of Keras."""
    found = {}
    for variable in model.weights:
        path = variable.path.split("/")
        path = path[1:] if path[0] == model.name else path
        value = keras.ops.convert_to_numpy(keras.ops.cast(variable.value, "float32"))
        found[".".join([*path[:-1], LEAVES.get(path[-1], path[-1])])] = (value, variable.dtype)
    return found


def torch_order(name, array):
    """Return an array in the order of PyTorch, written by hand from Keras's documentation."""
    module = name.split(".")[-2]
    if array.ndim < 2 or module == "embed":
        return array
    if module in ("query", "key", "value"):
        return array.reshape(-1) if name.endswith("bias") else array.reshape(array.shape[0], -1).T
    if module == "attention_output":
        return array.reshape(-1, array.shape[-1]).T
    if module == "dw":
        return array.reshape(*array.shape[:2], -1).transpose(2, 0, 1)[:, None]
    if module == "up":
        return array.transpose(3, 2, 0, 1)
    return np.moveaxis(array, (-1, -2), (0, 1))


def differing(model, tensors):
    """Return the names whose bits differ from the file."""
    found = weights(model)
    assert found.keys() == tensors.keys()
    return sorted(
        name
        for name, (value, _) in found.items()
        if torch_order(name, value).tobytes() != tensors[name].astype(np.float32).tobytes()
    )


def file_of(model, seed, folder):
    """Return the tensors that the command writes for the names and shapes of a model."""
    shapes = {
        name: {"shape": list(torch_order(name, value).shape), "dtype": SHORT[dtype]}
        for name, (value, dtype) in weights(model).items()
    }
    path = folder / f"{seed}.safetensors"
    fanin.fill_checkpoint(path, seed=seed, recipe=RECIPE, shapes=shapes)
    return load_file(path)


@pytest.mark.parametrize("dtype", SHORT)
@pytest.mark.parametrize("kind", MODELS)
def test_values_are_those_of_the_file(kind, dtype, tmp_path):
    """In place and after Keras's own initialization; another seed and Keras's own values differ."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        model = MODELS[kind]()
    finally:
        keras.config.set_dtype_policy(before)
    tensors = file_of(model, 7, tmp_path)
    drawn = sorted(name for name, tensor in tensors.items() if tensor.ndim > 1)
    assert {*drawn} <= {*differing(model, tensors)}
    report = fanin.keras.init_(model, RECIPE, 7)
    assert differing(model, tensors) == []
    assert {one.address: one.shape for one in report.filled} == {name: one.shape for name, one in tensors.items()}
    fanin.keras.init_(model, RECIPE, 8)
    assert differing(model, tensors) == sorted(tensors)


def test_values_without_transposition_differ(tmp_path):
    """The check above can fail: a square kernel in the order of its address."""
    model = keras.Sequential([keras.Input((6,)), layers.Dense(6, name="fc", use_bias=False)])
    tensors = file_of(model, 7, tmp_path)
    fanin.keras.init_(model, RECIPE, 7, layouts={"fc.weight": "o i -> o i"})
    assert differing(model, tensors) == ["fc.weight"]
    fanin.keras.init_(model, RECIPE, 7)
    assert differing(model, tensors) == []


FANS = [
    (lambda: layers.Dense(8), (None, 6), "weight", (8, 6), 6),
    (lambda: layers.Conv1D(8, 3), (None, 9, 4), "weight", (8, 4, 3), 12),
    (lambda: layers.Conv2D(8, (3, 5), groups=2), (None, 9, 9, 4), "weight", (8, 2, 3, 5), 30),
    (lambda: layers.Conv3D(8, 2), (None, 5, 5, 5, 4), "weight", (8, 4, 2, 2, 2), 32),
    (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), (None, 9, 9, 4), "weight", (8, 1, 3, 3), 9),
    (lambda: layers.SeparableConv2D(6, 3), (None, 9, 9, 4), "depthwise_weight", (4, 1, 3, 3), 9),
    (lambda: layers.SeparableConv2D(6, 3), (None, 9, 9, 4), "pointwise_weight", (6, 4, 1, 1), 4),
    (lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 8), bias_axes="de"), (None, 5, 6), "weight", (16, 6), 6),
    (lambda: layers.EinsumDense("abcd,cde->abe", (None, 6), bias_axes="e"), (None, 5, 2, 8), "weight", (6, 16), 16),
    (lambda: layers.LSTM(5, name="rnn"), (None, 7, 3), "lstm_cell.weight_ih", (20, 3), 3),
    (lambda: layers.GRU(5, name="rnn"), (None, 7, 3), "gru_cell.weight_hh", (15, 5), 5),
]


@pytest.mark.parametrize("number", range(len(FANS)))
def test_layouts_and_fans(number):
    """PyTorch's shape, and the standard deviation of He et al. for the fan-in."""
    make, shape, leaf, expected, fan_in = FANS[number]
    layer = make()
    layer.build(shape)
    report = fanin.keras.init_(layer, [("*bias", "zeros"), ("*weight*", "he_normal")], 0)
    (found,) = [one for one in report.filled if one.address.endswith(leaf)]
    assert found.shape == expected and found.std == pytest.approx((2 / fan_in) ** 0.5)


def test_a_layer_of_ones_own():
    """Its kernel is refused until the order of axes is stated."""

    class Own(keras.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 4), name="kernel")
            self.table = self.add_weight(shape=(3,), name="table")
            self.count = self.add_weight(shape=(), dtype="int32", name="count", trainable=False, initializer="zeros")

    layer = Own(name="own")
    layer.build((None, 6))
    names = {"count": None}
    plan = {"*kernel": "he_normal", "*table": "ones"}
    with pytest.raises(
        FaninError, match="'kernel' of shape .6, 4. is a kernel of a Own, whose order of axes is not known"
    ):
        fanin.keras.init_(layer, plan, 0, names)
    layouts = {"kernel": "i o -> o i"}
    with pytest.raises(FaninError, match="'count' has dtype int32"):
        fanin.keras.init_(layer, plan, 0, layouts=layouts)
    report = fanin.keras.init_(layer, plan, 0, names, layouts=layouts)
    assert report.filled[0].shape == (4, 6) and report.unchanged == ("count",)


def test_bad_input():
    model = mlp()
    with pytest.raises(TypeError, match="must be a keras.Model or keras.Layer, not int"):
        fanin.keras.init_(3, PLAN, 0)
    with pytest.raises(FaninError, match="has no weights; build it first"):
        fanin.keras.init_(keras.Sequential([layers.Dense(3)]), PLAN, 0)
    before = [value.tobytes() for value, _ in weights(model).values()]
    with pytest.raises(FaninError, match="bias"):
        fanin.keras.init_(model, {"*.weight": "ones"}, 0)
    with pytest.raises(ValueError, match="-1"):
        fanin.keras.init_(model, PLAN[2:], -1)
    with pytest.raises(ValueError, match="names maps 'fc1.kernel'"):
        fanin.keras.init_(model, PLAN[2:], 0, {"fc1.kernel": "x"})
    assert before == [value.tobytes() for value, _ in weights(model).values()]
    shared = layers.Dense(4, name="fc")
    inputs = keras.Input((4,))
    tied = keras.Model(inputs, shared(shared(inputs)))
    assert len(fanin.keras.init_(tied, PLAN[2:], 0).filled) == 2
    double = keras.Model(
        inputs, layers.Dense(4, name="fc")(keras.Sequential([layers.Dense(4, name="fc")], name="s")(inputs))
    )
    assert {one.address for one in fanin.keras.init_(double, PLAN[2:], 0).filled} >= {"fc.weight"}


def test_distributed_weights_keep_their_layout():
    """On jax, weights that `keras.distribution` shards are made in parts, with the same bits."""
    if keras.backend.backend() != "jax":
        pytest.skip("keras.distribution shards on jax")
    plain = mlp()
    fanin.keras.init_(plain, PLAN[2:], 3)
    mesh = keras.distribution.DeviceMesh((2, 4), ["batch", "model"], keras.distribution.list_devices())
    layout = keras.distribution.LayoutMap(mesh)
    layout[".*kernel"] = (None, "model")
    with keras.distribution.ModelParallel(layout_map=layout, batch_dim_name="batch").scope():
        model = mlp()
        fanin.keras.init_(model, PLAN[2:], 3)
        kernel = model.get_layer("fc1").kernel.value
        assert len({str(shard.index) for shard in kernel.addressable_shards}) == 4
        for one, other in zip(weights(model).values(), weights(plain).values()):
            assert one[0].tobytes() == other[0].tobytes()
        initializer = fanin.keras.Initializer("he_normal", 3, "fc1.weight")
        made = keras.layers.Dense(8, kernel_initializer=initializer, name="fc1")
        made.build((None, 6))
        assert (np.asarray(made.kernel.value) == np.asarray(kernel)).all()

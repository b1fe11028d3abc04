"""Names, layouts, state and bad input of `fanin.jax`."""

from __future__ import annotations

import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen, nnx

import fanin
import fanin.jax
from fanin import FaninError

F32 = jnp.float32
PLAN = {"*.bias": "normal(std = 0.1)", "*.weight": "he_normal"}


def shapes(**leaves):
    return {name: jax.ShapeDtypeStruct(shape, F32) for name, shape in leaves.items()}


def test_the_model_computes():
    """A module from abstract shapes runs, under `jax.jit` too, and the given one is unchanged."""

    class Net(nnx.Module):
        def __init__(self, rngs):
            self.conv = nnx.Conv(3, 4, (3, 3), rngs=rngs)
            self.norm = nnx.BatchNorm(4, use_running_average=True, rngs=rngs)
            self.drop = nnx.Dropout(0.5, deterministic=True, rngs=rngs)

        def __call__(self, x):
            return self.drop(self.norm(self.conv(x)))

    plan = [("*.running_mean", "zeros"), ("*.running_var", "ones"), ("norm.weight", "ones"), *PLAN.items()]
    abstract = nnx.eval_shape(lambda: Net(nnx.Rngs(0)))
    net = fanin.jax.init(abstract, plan, 1)
    nnx.reseed(net, default=0)
    out = nnx.jit(lambda net, x: net(x))(net, jnp.ones((1, 8, 8, 3)))
    assert out.shape == (1, 8, 8, 4) and bool(jnp.isfinite(out).all())
    assert isinstance(abstract.conv.kernel.get_raw_value(), jax.ShapeDtypeStruct)
    concrete = Net(nnx.Rngs(0))
    before = np.asarray(concrete.conv.kernel[...])
    again = fanin.jax.init(concrete, {key: init for key, init in plan if "running" not in key}, 1)
    assert (np.asarray(concrete.conv.kernel[...]) == before).all()
    assert (np.asarray(again.conv.kernel[...]) == np.asarray(net.conv.kernel[...])).all()
    assert (again.norm.mean[...] == 0).all() and again.drop.rngs.key[...].dtype == concrete.drop.rngs.key[...].dtype
    with pytest.raises(FaninError, match="buffer 'norm.running_mean' has no values and no rule"):
        fanin.jax.init(abstract, [*plan[2:]], 1)


def test_explain_has_names_shapes_and_fans_of_pytorch():
    class Net(nnx.Module):
        def __init__(self, rngs):
            self.grouped = nnx.Conv(8, 16, (3, 5), feature_group_count=2, rngs=rngs)
            self.up = nnx.ConvTranspose(8, 4, (3,), rngs=rngs)
            self.attn = nnx.MultiHeadAttention(2, 6, 8, 10, decode=False, rngs=rngs)
            self.drop = nnx.Dropout(0.5, rngs=rngs)

    report = fanin.jax.explain(nnx.eval_shape(lambda: Net(nnx.Rngs(0))), PLAN)
    found = {one.address: (one.shape, one.std) for one in report.filled if one.address.endswith("weight")}
    for name, shape, fan_in in [
        ("grouped.weight", (16, 4, 3, 5), 4 * 15),
        ("attn.query.weight", (8, 6), 6),
        ("attn.out.weight", (10, 8), 8),
    ]:
        assert found[name][0] == shape and found[name][1] == pytest.approx((2 / fan_in) ** 0.5)
    assert found["up.weight"][0] == (8, 4, 3)
    assert report.seed is None and report.non_persistent == ("drop.rngs.count", "drop.rngs.key")
    assert "assigned by the plan" in str(report)


@pytest.mark.parametrize("transpose_kernel", [False, True])
def test_a_transposed_convolution_is_the_function_of_pytorch(transpose_kernel):
    torch = pytest.importorskip("torch", exc_type=ImportError)
    layer = nnx.ConvTranspose(
        4, 6, (3, 2), padding="VALID", use_bias=False, transpose_kernel=transpose_kernel, rngs=nnx.Rngs(0)
    )
    net = fanin.jax.init(layer, {"weight": "normal(std = 1)"}, 9)
    weight = fanin.sample("normal(std = 1)", (4, 6, 3, 2), seed=9, name="weight")
    x = np.random.default_rng(0).normal(size=(1, 5, 7, 4)).astype(np.float32)
    ours = np.asarray(net(jnp.asarray(x)))
    theirs = torch.nn.functional.conv_transpose2d(torch.tensor(x.transpose(0, 3, 1, 2).copy()), torch.tensor(weight))
    np.testing.assert_allclose(ours, theirs.numpy().transpose(0, 2, 3, 1), rtol=1e-4, atol=1e-4)


def test_names():
    """Mappings, functions, None, ties; recipes for PyTorch's names."""
    tree = {"Dense_0": shapes(kernel=(3, 4), bias=(4,)), "Dense_1": shapes(kernel=(3, 4))}
    direct = fanin.jax.init({"fc1": tree["Dense_0"]}, PLAN, 2)["fc1"]
    for names in [
        lambda name: name.replace("Dense_0", "fc1"),
        {"Dense_0.weight": "fc1.weight", "Dense_0.bias": "fc1.bias"},
    ]:
        found = fanin.jax.init(tree, PLAN, 2, names=names)["Dense_0"]
        assert all((found[key] == direct[key]).all() for key in found)
    tied = fanin.jax.init(tree, PLAN, 2, names={"Dense_1.weight": "Dense_0.weight"})
    assert (tied["Dense_0"]["kernel"] == tied["Dense_1"]["kernel"]).all()
    left = fanin.jax.init(tree, PLAN, 2, names={"Dense_1.weight": None})
    assert left["Dense_1"]["kernel"] is tree["Dense_1"]["kernel"]
    report = fanin.jax.explain(tree, PLAN, names={"Dense_1.weight": "Dense_0.weight"})
    assert "tied: Dense_1.weight (tied to Dense_0.weight)" in str(report)
    with pytest.raises(ValueError, match="names maps 'Dense_0.kernel', which the model does not have"):
        fanin.jax.init(tree, PLAN, 2, names={"Dense_0.kernel": "fc1.weight"})
    with pytest.raises(TypeError, match="names must be a mapping or a callable, not list"):
        fanin.jax.init(tree, PLAN, 2, names=["a"])
    with pytest.raises(FaninError, match="'Dense_0.weight' of shape .* have the same address 'x'"):
        fanin.jax.init(tree, PLAN, 2, names={"Dense_0.weight": "x", "Dense_0.bias": "x"})


def test_layouts():
    """Kernels of three axes are not guessed outside of an attention."""
    tree = {"conv": shapes(kernel=(3, 4, 8)), "proj": shapes(kernel=(8, 2, 4))}
    with pytest.raises(FaninError, match=r"'conv.kernel' of shape \(3, 4, 8\) may be of a convolution"):
        fanin.jax.init(tree, {"*": "he_normal"}, 0)
    stated = {"conv.kernel": "k i o -> o i k", "proj.*": "i h d -> (h d) i"}
    with pytest.raises(FaninError, match="conv.kernel"):
        fanin.jax.init(tree, {"*.weight": "he_normal"}, 0, layouts=stated)
    names = {"conv.kernel": "conv.weight", "proj.kernel": "proj.weight"}
    found = fanin.jax.init(tree, {"*.weight": "he_normal"}, 4, names=names, layouts=stated)
    conv = fanin.sample("he_normal", (8, 4, 3), seed=4, name="conv.weight", layout="oi")
    proj = fanin.sample("he_normal", (8, 8), seed=4, name="proj.weight", layout="oi")
    assert (np.asarray(found["conv"]["kernel"]) == conv.transpose(2, 1, 0)).all()
    assert (np.asarray(found["proj"]["kernel"]).reshape(8, 8) == proj.T).all()
    for wrong, words in [
        ({"conv.kernel": "k i -> i k"}, "has 2 axes, but 'conv.kernel'"),
        ({"conv.kernel": "k i o"}, "write each stored axis once"),
        ({"conv.kernel": "k i o -> o i"}, "write each stored axis once"),
        ({"conv.kernel": "k i o -> (o k) i"}, "not adjacent"),
        ({"fc.kernel": "i o -> o i"}, "no parameter matches"),
    ]:
        with pytest.raises(ValueError, match=words):
            fanin.jax.init(tree, {"*": "ones"}, 0, layouts={**stated, **wrong})
    with pytest.raises(TypeError, match="layouts must be a mapping"):
        fanin.jax.init(tree, {"*": "ones"}, 0, layouts="oi")


def test_bad_input():
    tree = {"fc": shapes(kernel=(3, 4), bias=(4,))}
    with pytest.raises(FaninError, match="fc.bias"):
        fanin.jax.init(tree, {"*.weight": "ones"}, 0)
    partly = fanin.jax.init(tree, {"*.weight": "ones", "*.gain": "ones"}, 0, strict=False)
    assert partly["fc"]["bias"] is tree["fc"]["bias"] and (partly["fc"]["kernel"] == 1).all()
    assert fanin.jax.explain(tree, {"*.weight": "ones"}, strict=False).unmatched == ("fc.bias",)
    with pytest.raises(ValueError, match="seed|-1"):
        fanin.jax.init(tree, PLAN, -1)
    with pytest.raises(TypeError):
        fanin.jax.init(tree, PLAN, "1")
    with pytest.raises(TypeError, match="'fc.0' is of type int; use arrays or jax.ShapeDtypeStruct"):
        fanin.jax.init({"fc": (3, 4)}, PLAN, 0)
    with pytest.raises(FaninError, match="float64, which jax has disabled"):
        fanin.jax.init({"w": jax.ShapeDtypeStruct((2,), np.float64)}, {"*": "ones"}, 0)
    with pytest.raises(FaninError, match="'w' has dtype float8_e4m3fn"):
        fanin.jax.init({"w": jax.ShapeDtypeStruct((2,), jnp.float8_e4m3fn)}, {"*": "ones"}, 0)
    with pytest.raises(FaninError, match="fan"):
        fanin.jax.init({"w": jax.ShapeDtypeStruct((2, 2), F32)}, {"*": "he_normal"}, 0)
    tiny = jax.ShapeDtypeStruct((), F32)
    empty = jax.ShapeDtypeStruct((0, 3), F32)
    found = fanin.jax.init({"scale_of_all": tiny, "none": empty}, {"*": "ones"}, 0)
    assert found["scale_of_all"] == 1 and found["none"].shape == (0, 3)


def test_state_that_is_not_trained():
    """Caches and counters of linen stay as they are; the names of parameters do not have the collection."""
    variables = {
        "params": {"fc": shapes(kernel=(3, 4))},
        "batch_stats": {"norm": shapes(mean=(4,), var=(4,))},
        "cache": {"index": jnp.zeros((), jnp.int32), "key": jnp.ones((2, 2))},
    }
    plan = {"*.weight": "he_normal", "*.running_mean": "zeros", "*.running_var": "ones"}
    found = fanin.jax.init(variables, plan, 0)
    assert found["cache"]["key"] is variables["cache"]["key"] and (found["batch_stats"]["norm"]["var"] == 1).all()
    report = fanin.jax.explain(variables, plan)
    assert {one.address for one in report.filled} == {"fc.weight", "norm.running_mean", "norm.running_var"}
    assert report.non_persistent == ("cache.index", "cache.key")
    frozen = linen.FrozenDict(variables) if hasattr(linen, "FrozenDict") else variables
    assert jax.tree.structure(fanin.jax.init(frozen, plan, 0)) == jax.tree.structure(frozen)


def test_threads():
    """Several threads make models at the same time."""
    tree = {"fc": shapes(kernel=(64, 64))}
    expected = np.asarray(fanin.jax.init(tree, PLAN, 5, strict=False)["fc"]["kernel"])
    found = []

    def work():
        found.append(np.asarray(fanin.jax.init(tree, PLAN, 5, strict=False)["fc"]["kernel"]))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all((one == expected).all() for one in found)

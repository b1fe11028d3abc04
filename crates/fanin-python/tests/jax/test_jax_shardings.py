"""Flax models have the bits of the file that the command writes, under any sharding."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jax.sharding import NamedSharding, PartitionSpec

import fanin
import fanin.jax
from fanin.jax import array as made
from jax_models import DTYPES, MODELS, RECIPE, arrays, differing, file_of, mesh_of, shardings, torch_order

GIVEN = fanin.Recipe.from_toml(RECIPE)
SHARDINGS = list(shardings())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", MODELS)
def test_values_are_those_of_the_file_under_any_sharding(kind, dtype, tmp_path):
    model = MODELS[kind](DTYPES[dtype])
    tensors = file_of(model, dtype, 7, tmp_path)
    cut = 0
    for place in shardings().values():
        filled = fanin.jax.init(model, GIVEN, 7, place)
        assert differing(filled, tensors) == []
        for name, value in arrays(filled).items():
            assert value.sharding.is_equivalent_to(place(name, value.shape), value.ndim)
            cut += not value.is_fully_replicated
    assert cut > 5


@pytest.mark.parametrize("kind", MODELS)
def test_impostors_differ(kind, tmp_path):
    """Another seed, values without transposition, values of each shard alone, and Flax's names."""
    model = MODELS[kind](jnp.float32)
    tensors = file_of(model, "f32", 7, tmp_path)
    kernels = {name for name, tensor in tensors.items() if name.endswith("weight") and tensor.ndim > 1}
    place = shardings()["rows"]
    assert differing(fanin.jax.init(model, GIVEN, 8, place), tensors) == sorted(tensors)

    honest = arrays(fanin.jax.init(model, GIVEN, 7, place))
    plain, sharded, renamed = {}, {}, {}
    for name, value in honest.items():
        order = torch_order(name, value)
        sampled = {"seed": 7, "name": name, "fans": (8, 8)}
        init = "normal(std = 0.1)"
        whole = fanin.sample(init, order.shape, **sampled)
        # The elements of the address in Flax's order.
        plain[name] = (whole, fanin.sample(init, value.shape, **sampled))
        shard = place(name, value.shape).shard_shape(value.shape)
        local = torch_order(name, np.zeros(shard)).shape
        sharded[name] = (whole, fanin.sample(init, local, **sampled))
        renamed[name] = (whole, fanin.sample(init, order.shape, **{**sampled, "name": name + ".kernel"}))
    transposed = [name for name in kernels if not name.endswith("embed.weight")]
    assert transposed and all(
        plain[name][0].tobytes() != torch_order(name, plain[name][1]).tobytes() for name in transposed
    )
    for name in kernels:
        whole, local = sharded[name]
        copies = whole.size // local.size
        assert copies == 1 or whole.tobytes() != np.concatenate([local] * copies).reshape(whole.shape).tobytes()
    assert all(whole.tobytes() != other.tobytes() for whole, other in renamed.values())


def test_each_rectangle_is_made_once(monkeypatch):
    """Devices that hold the same rectangle share it."""
    mesh = mesh_of(2, 4)
    counts = []
    whole = made.rectangles

    def counting(*arguments):
        counts.append(len(arguments[5]))
        return whole(*arguments)

    monkeypatch.setattr(made, "rectangles", counting)
    shapes = {"fc": {"kernel": jax.ShapeDtypeStruct((8, 16), jnp.float32)}}
    for spec, expected in [
        ((), 1),
        (("data",), 2),
        ((None, "model"), 4),
        (("model", "data"), 8),
        ((("data", "model"),), 8),
    ]:
        fanin.jax.init(shapes, {"*": "ones"}, 0, NamedSharding(mesh, PartitionSpec(*spec)))
        assert counts.pop() == expected and not counts


def test_uneven_shardings_are_refused_by_name():
    shapes = {"fc": {"kernel": jax.ShapeDtypeStruct((8, 6), jnp.float32)}}
    sharding = NamedSharding(mesh_of(2, 4), PartitionSpec(None, "model"))
    with pytest.raises(fanin.FaninError, match=r"'fc.weight' of shape \(8, 6\) cannot be cut evenly by .*'model'.*pad"):
        fanin.jax.init(shapes, {"*": "ones"}, 0, sharding)


def test_forms_of_shardings():
    """One for all, a mesh, a function, a tree, nodes of a tree, that of the arrays, and the default device."""
    mesh = mesh_of(2, 4)
    rows, columns = (NamedSharding(mesh, PartitionSpec(*spec)) for spec in [("data", None), (None, "model")])
    leaf = jax.ShapeDtypeStruct((8, 16), jnp.float32)
    shapes = {
        "a": {"kernel": leaf},
        "b": [{"kernel": leaf}, {"kernel": jax.ShapeDtypeStruct((8, 16), jnp.float32, sharding=rows)}],
    }
    plan = {"*": "normal(std = 1)"}
    values = fanin.jax.init(shapes, plan, 3)
    assert [str(one.sharding) for one in jax.tree.leaves(values)][:2] == [str(jnp.zeros(1).sharding)] * 2
    assert values["b"][1]["kernel"].sharding == rows
    for given, expected in [
        (rows, [rows] * 3),
        (mesh, [NamedSharding(mesh, PartitionSpec())] * 3),
        (lambda name, shape: columns if name == "a.weight" and shape == (8, 16) else rows, [columns, rows, rows]),
        ({"a": {"kernel": rows}, "b": columns}, [rows, columns, columns]),
        (jax.tree.map(lambda _: rows, shapes), [rows] * 3),
    ]:
        found = fanin.jax.init(shapes, plan, 3, given)
        assert [one.sharding for one in jax.tree.leaves(found)] == expected
        assert all(
            jax.tree.leaves(
                jax.tree.map(lambda one, other: bool((np.asarray(one) == np.asarray(other)).all()), found, values)
            )
        )
    assert fanin.jax.init(fanin.jax.init(shapes, plan, 3, rows), plan, 3)["a"]["kernel"].sharding == rows
    with pytest.raises(fanin.FaninError, match="nothing for 'b.0.kernel'"):
        fanin.jax.init(shapes, plan, 3, {"a": rows})
    with pytest.raises(TypeError, match="str at 'a'"):
        fanin.jax.init(shapes, plan, 3, {"a": "rows"})
    with pytest.raises(TypeError, match="NoneType for 'a.weight'"):
        fanin.jax.init(shapes, plan, 3, lambda name, shape: None)


class Annotated(nnx.Module):
    def __init__(self, rngs):
        initializer = nnx.with_partitioning(nnx.initializers.lecun_normal(), (None, "model"))
        self.fc = nnx.Linear(8, 16, kernel_init=initializer, rngs=rngs)


def test_the_metadata_of_a_module():
    """Annotations of nnx and boxes of linen."""
    from flax import linen

    mesh = mesh_of(2, 4)
    plan = {"*": "normal(std = 1)"}
    columns = NamedSharding(mesh, PartitionSpec(None, "model"))
    with jax.set_mesh(mesh):
        model = nnx.eval_shape(lambda: Annotated(nnx.Rngs(0)))
        inside = fanin.jax.init(model, plan, 5)
    outside = fanin.jax.init(model, plan, 5, mesh)
    for filled in (inside, outside):
        assert filled.fc.kernel.get_raw_value().sharding.is_equivalent_to(columns, 2)
        assert filled.fc.bias.get_raw_value().is_fully_replicated
    with pytest.raises(fanin.FaninError, match="'fc.weight' is annotated .* no mesh"):
        fanin.jax.init(model, plan, 5)

    layer = linen.Dense(16, kernel_init=linen.with_partitioning(linen.initializers.zeros, (None, "model")), name="fc")
    boxed = fanin.jax.init(jax.eval_shape(layer.init, jax.random.key(0), jnp.zeros((1, 8))), plan, 5, mesh)
    kernel = boxed["params"]["kernel"]
    assert isinstance(kernel, linen.Partitioned) and kernel.value.sharding.is_equivalent_to(columns, 2)

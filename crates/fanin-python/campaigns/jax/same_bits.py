"""Hashes of a Llama and a ViT: the file that `fanin fill` writes, and `fanin.jax` under shardings on eight devices.

The models have the names and sizes of those in campaigns/torch/same_bits.py, in Flax's order of axes. The hash of a
model is SHA-256 over its tensors in the order of their names: the name in UTF-8, then the f32 values in PyTorch's
shape, row-major, little-endian; its first 16 digits are printed. Exits with 1 if a hash differs from the file's.

Usage: same_bits.py
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=8")

import jax
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from safetensors.numpy import load_file

import fanin
import fanin.jax

SEED = 42
WIDTH, INNER, LAYERS, HEADS, VOCABULARY, CLASSES, PATCH = 60, 100, 3, 3, 151, 7, 8


def leaf(*shape):
    return jax.ShapeDtypeStruct(shape, np.float32)


def bare(fan_in, out):
    return {"kernel": leaf(fan_in, out)}


def llama():
    head = WIDTH // HEADS
    layer = {
        "self_attn": {
            "q_proj": bare(WIDTH, WIDTH),
            "k_proj": bare(WIDTH, head),
            "v_proj": bare(WIDTH, head),
            "o_proj": bare(WIDTH, WIDTH),
        },
        "mlp": {"gate_proj": bare(WIDTH, INNER), "up_proj": bare(WIDTH, INNER), "down_proj": bare(INNER, WIDTH)},
        "input_layernorm": {"scale": leaf(WIDTH)},
        "post_attention_layernorm": {"scale": leaf(WIDTH)},
    }
    model = {
        "embed_tokens": {"embedding": leaf(VOCABULARY, WIDTH)},
        "layers": [layer] * LAYERS,
        "norm": {"scale": leaf(WIDTH)},
    }
    return {"model": model, "lm_head": bare(WIDTH, VOCABULARY)}


def vit():
    tree = {}
    for name, shape in vit_names().items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[last] = leaf(*shape)
    return tree


def vit_names():
    """The arrays of transformers' ViTForImageClassification, by path, in Flax's order."""
    found = {
        "vit.embeddings.cls_token": (1, 1, WIDTH),
        "vit.embeddings.position_embeddings": (1, (32 // PATCH) ** 2 + 1, WIDTH),
        "vit.embeddings.patch_embeddings.projection.kernel": (PATCH, PATCH, 3, WIDTH),
        "vit.embeddings.patch_embeddings.projection.bias": (WIDTH,),
        "vit.layernorm.scale": (WIDTH,),
        "vit.layernorm.bias": (WIDTH,),
        "classifier.kernel": (WIDTH, CLASSES),
        "classifier.bias": (CLASSES,),
    }
    for number in range(LAYERS):
        layer = f"vit.layers.{number}"
        for part, fan_in, out in [
            ("attention.q_proj", WIDTH, WIDTH),
            ("attention.k_proj", WIDTH, WIDTH),
            ("attention.v_proj", WIDTH, WIDTH),
            ("attention.o_proj", WIDTH, WIDTH),
            ("mlp.fc1", WIDTH, INNER),
            ("mlp.fc2", INNER, WIDTH),
        ]:
            found[f"{layer}.{part}.kernel"] = (fan_in, out)
            found[f"{layer}.{part}.bias"] = (out,)
        for part in ("layernorm_before", "layernorm_after"):
            found[f"{layer}.{part}.scale"] = found[f"{layer}.{part}.bias"] = (WIDTH,)
    return found


MODELS = {"llama": llama, "vit": vit}


def digest(tensors):
    """The first 16 digits of the hash of named f32 tensors in PyTorch's shapes."""
    state = hashlib.sha256()
    for name in sorted(tensors):
        state.update(name.encode())
        state.update(np.ascontiguousarray(tensors[name]).astype("<f4").tobytes())
    return state.hexdigest()[:16]


def in_order_of_pytorch(tree):
    """The arrays by PyTorch's name, with the axes moved by numpy."""
    found = {}
    for keys, array in jax.tree_util.tree_flatten_with_path(tree)[0]:
        *path, last = (str(getattr(key, "key", getattr(key, "idx", None))) for key in keys)
        array = np.asarray(array)
        if last == "kernel":
            array = np.moveaxis(array, (-1, -2), (0, 1))
        renamed = {"kernel": "weight", "scale": "weight", "embedding": "weight"}
        found[".".join([*path, renamed.get(last, last)])] = array
    return found


def shardings():
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(jax.sharding.AxisType.Auto,) * 2)

    def cut(wanted):
        def place(_, shape):
            spec = [None] * len(shape)
            for axis, name in wanted.items():
                if len(shape) > 1 and shape[axis] % mesh.shape[name] == 0:
                    spec[axis] = name
            return NamedSharding(mesh, PartitionSpec(*spec))

        return place

    return {
        "replicated on 8": cut({}),
        "first axis on 4": cut({0: "model"}),
        "last axis on 4": cut({-1: "model"}),
        "2 x 4": cut({0: "data", -1: "model"}),
    }


def from_file(name, folder):
    """The hash of the file of the command."""
    shapes = {one: list(array.shape) for one, array in in_order_of_pytorch(jax.tree.map(zeros, MODELS[name]())).items()}
    path = Path(folder, f"{name}.safetensors")
    fanin.fill_checkpoint(path, seed=SEED, recipe=name, shapes=shapes)
    return digest(load_file(path))


def zeros(one):
    return np.zeros(one.shape, np.float32)


def main():
    with tempfile.TemporaryDirectory() as folder:
        files = {name: from_file(name, folder) for name in MODELS}
    print("| | " + " | ".join(MODELS) + " |")
    print("|---" * (len(MODELS) + 1) + "|")
    print("| `fanin fill` | " + " | ".join(files.values()) + " |")
    differ = False
    for how, place in shardings().items():
        found = {
            name: digest(in_order_of_pytorch(fanin.jax.init(make(), name, SEED, place)))
            for name, make in MODELS.items()
        }
        print(f"| `fanin.jax`, {how} | " + " | ".join(found.values()) + " |")
        differ |= found != files
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())

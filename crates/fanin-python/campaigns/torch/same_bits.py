"""Hashes of a Llama and a ViT: the file that `fanin fill` writes, and `fanin.torch` under shardings on 1 to 4 ranks.

The hash of a model is SHA-256 over its tensors in the order of their names: the name in UTF-8, then the f32 values in
row-major order, little-endian; its first 16 digits are printed. Exits with 1 if a hash differs from the file's.

Usage: same_bits.py
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

SEED = 42
RANKS = 4
MODELS = {"llama": "llama", "vit": "vit"}
"""Recipes by model."""


def build(name):
    """A small model of transformers."""
    from transformers import LlamaConfig, LlamaForCausalLM, ViTConfig, ViTForImageClassification

    sizes = {"hidden_size": 60, "intermediate_size": 100, "num_hidden_layers": 3, "num_attention_heads": 3}
    if name == "llama":
        return LlamaForCausalLM(LlamaConfig(**sizes, num_key_value_heads=1, vocab_size=151, tie_word_embeddings=False))
    return ViTForImageClassification(ViTConfig(**sizes, image_size=32, patch_size=8, num_labels=7))


def digest(tensors):
    """The first 16 digits of the hash of named f32 tensors."""
    state = hashlib.sha256()
    for name in sorted(tensors):
        state.update(name.encode())
        state.update(tensors[name].detach().cpu().contiguous().numpy().astype("<f4").tobytes())
    return state.hexdigest()[:16]


def layers(model):
    return model.model.layers if hasattr(model, "model") else model.vit.layers


def fsdp(model, mesh):
    from torch.distributed.fsdp import fully_shard

    for layer in layers(model):
        fully_shard(layer, mesh=mesh)
    fully_shard(model, mesh=mesh)


def tensor_parallel(model, mesh):
    """Rows and columns of the linear layers in turns."""
    import torch
    from torch.distributed.tensor import Shard, distribute_tensor

    linear = [one for one in model.modules() if isinstance(one, torch.nn.Linear)]
    for index, one in enumerate(linear):
        sharded = distribute_tensor(one.weight.data, mesh, [Shard(index % 2)], src_data_rank=None)
        one.weight = torch.nn.Parameter(sharded)


def both(model, mesh):
    tensor_parallel(model, mesh["tp"])
    fsdp(model, mesh["dp"])


SHARDINGS = {
    "one process": ((1,), None, lambda model, mesh: None),
    "FSDP2 on 3": ((3,), None, fsdp),
    "FSDP2 on 4": ((4,), None, fsdp),
    "HSDP 2 x 2": ((2, 2), ("replicate", "shard"), fsdp),
    "tensor parallel on 4": ((4,), None, tensor_parallel),
    "FSDP2 over tensor parallel 2 x 2": ((2, 2), ("dp", "tp"), both),
}


def worker(rank, folder):
    warnings.simplefilter("ignore")
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    import torch
    import torch.distributed as dist
    from torch.distributed.device_mesh import DeviceMesh
    from torch.distributed.tensor import DTensor

    import fanin.torch

    torch.set_num_threads(1)
    dist.init_process_group("gloo", store=dist.FileStore(f"{folder}/store", RANKS), rank=rank, world_size=RANKS)
    hashes = {}
    for how, (sizes, names, shard) in SHARDINGS.items():
        count = torch.Size(sizes).numel()
        mesh = DeviceMesh("cpu", torch.arange(count).reshape(sizes), mesh_dim_names=names)
        for name, recipe in MODELS.items():
            if rank < count:
                model = build(name)
                shard(model, mesh)
                fanin.torch.init_(model, recipe, SEED)
                named = model.named_parameters()
                whole = {key: one.full_tensor() if isinstance(one, DTensor) else one for key, one in named}
                hashes[f"{how}/{name}"] = digest(whole)
    Path(folder, f"hashes.{rank}.json").write_text(json.dumps(hashes))
    dist.barrier()
    dist.destroy_process_group()


def from_file(name, folder):
    """The hash of the file of the command."""
    from safetensors.torch import load_file

    shapes = {key: list(one.shape) for key, one in build(name).named_parameters()}
    Path(folder, "shapes.json").write_text(json.dumps(shapes))
    words = ["--recipe", MODELS[name], "--seed", str(SEED), "--out", f"{folder}/{name}.safetensors"]
    command = [sys.executable, "-m", "fanin", "fill", "--shapes", f"{folder}/shapes.json", *words]
    subprocess.run(command, check=True, capture_output=True)
    return digest(load_file(f"{folder}/{name}.safetensors"))


def main():
    import torch.multiprocessing as mp

    with tempfile.TemporaryDirectory() as folder:
        files = {name: from_file(name, folder) for name in MODELS}
        mp.spawn(worker, args=(folder,), nprocs=RANKS)
        ranks = [json.loads(Path(folder, f"hashes.{rank}.json").read_text()) for rank in range(RANKS)]
    print("| | " + " | ".join(MODELS) + " |")
    print("|---" * (len(MODELS) + 1) + "|")
    print("| `fanin fill` | " + " | ".join(files[name] for name in MODELS) + " |")
    differ = False
    for how in SHARDINGS:
        found = {name: {rank[f"{how}/{name}"] for rank in ranks if f"{how}/{name}" in rank} for name in MODELS}
        print(f"| `fanin.torch`, {how} | " + " | ".join(", ".join(sorted(found[name])) for name in MODELS) + " |")
        differ |= any(found[name] != {files[name]} for name in MODELS)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())

"""Tensors as `fanin sample` writes them, read without any code of fanin's: a safetensors file is a length, a header in JSON, and bytes."""

import json
import struct
import subprocess
from dataclasses import dataclass, replace

import numpy as np

TYPES = {"f32": ("F32", "<f4"), "f64": ("F64", "<f8"), "f16": ("F16", "<f2"), "bf16": ("BF16", "<u2")}


@dataclass(frozen=True)
class Ask:
    """What `fanin sample` is asked for."""

    init: str
    shape: tuple
    layout: str = ""
    groups: int = 1
    dtype: str = "f32"
    seed: int = 0
    name: str = "layers.0.weight"

    def also(self, **changes):
        return replace(self, **changes)

    def __str__(self):
        init = self.init if len(self.init) < 90 else self.init[:60] + " ... " + self.init[-25:]
        layout = f" {self.layout}" if self.layout else ""
        groups = f" in {self.groups} groups" if self.groups > 1 else ""
        return f"{init} {list(self.shape)}{layout}{groups} {self.dtype}"


class Sampler:
    """Runs the command, and reads what it wrote."""

    def __init__(self, command, folder):
        self.command, self.path, self.files, self.values = command, f"{folder}/tensor.safetensors", 0, 0

    def __call__(self, ask):
        words = [self.command, "sample", "--init", ask.init, "--shape", ",".join(map(str, ask.shape)), "--dtype", ask.dtype]
        words += ["--seed", str(ask.seed), "--name", ask.name, "--out", self.path]
        if ask.layout:
            words += ["--layout", ask.layout, "--groups", str(ask.groups)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{ask}: {done.stderr.strip()}")
        values = read(self.path, ask)
        self.files, self.values = self.files + 1, self.values + values.size
        return values


def read(path, ask):
    """The values of the file's one tensor, exactly, as f64."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    (tensor,) = [entry for name, entry in header.items() if name != "__metadata__"]
    kind, code = TYPES[ask.dtype]
    assert ask.name in header and tensor["dtype"] == kind and tensor["shape"] == list(ask.shape), (ask, header)
    start, end = tensor["data_offsets"]
    raw = np.frombuffer(data[8 + length + start : 8 + length + end], dtype=code)
    if ask.dtype == "bf16":
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(np.float64).reshape(ask.shape)


def write(path, ask, values):
    """A file as `fanin sample` would write it, of other values."""
    kind, code = TYPES[ask.dtype]
    raw = rounded(values, ask.dtype).astype(np.float32 if ask.dtype == "bf16" else code)
    if ask.dtype == "bf16":
        raw = (raw.view(np.uint32) >> 16).astype("<u2")
    body = raw.tobytes()
    header = json.dumps({ask.name: {"dtype": kind, "shape": list(ask.shape), "data_offsets": [0, len(body)]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + body)


def rounded(values, dtype):
    """Rounded to nearest even; 16-bit types by way of f32."""
    values = np.asarray(values, dtype=np.float64)
    if dtype == "f64":
        return values
    single = values.astype(np.float32)
    if dtype == "f32":
        return single.astype(np.float64)
    if dtype == "f16":
        return single.astype(np.float16).astype(np.float64)
    bits = single.view(np.uint32)
    bits = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return bits.view(np.float32).astype(np.float64)


def step(values, dtype):
    """The distance of neighbors of the type's grid at these values."""
    size = np.maximum(np.abs(values), 1e-30)
    digits = {"f64": 52, "f32": 23, "f16": 10, "bf16": 7}[dtype]
    least = {"f64": -1074, "f32": -149, "f16": -24, "bf16": -133}[dtype]
    return 2.0 ** np.maximum(np.floor(np.log2(size)) - digits, least)

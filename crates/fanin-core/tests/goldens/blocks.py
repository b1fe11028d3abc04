"""Golden values of blocks in strided memory, computed apart from the Rust code, with Python's integers and floats alone.

    python3 -m venv venv && venv/bin/pip install blake3
    venv/bin/python blocks.py > blocks_v1.json
"""

import itertools
import json
import struct

import blake3

SEED = 42
NAME = "encoder.layers.3.attention.weight"


def block(number):
    hash = blake3.blake3(b"fanin values v1\0" + struct.pack("<Q", SEED) + NAME.encode()).digest()
    k0, k1, x2, x3 = struct.unpack("<4I", hash[:16])
    x0, x1 = number & 0xFFFFFFFF, number >> 32
    for _ in range(10):
        p0, p1 = x0 * 0xD2511F53, x2 * 0xCD9E8D57
        x0, x1, x2, x3 = (p1 >> 32) ^ x1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ x3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [x0, x1, x2, x3]


def f32(i):
    return (block(i // 256 * 64 + i % 64)[i // 64 % 4] >> 8) * 2.0**-24


def f64(i):
    words, w = block(i // 128 * 64 + i % 64), i // 64 % 2
    return (2 * ((words[2 * w] << 32 | words[2 * w + 1]) >> 12) + 1) * 2.0**-53


def case(shape, runs, first, strides):
    places = [[i for start, length in axis for i in range(start, start + length)] for axis in runs]
    memory = {}
    for local in itertools.product(*(range(len(axis)) for axis in places)):
        index = 0
        for length, axis, k in zip(shape, places, local):
            index = index * length + axis[k]
        memory[first + sum(k * stride for k, stride in zip(local, strides))] = index
    # The untouched elements between are written as null.
    indices = [memory.get(offset) for offset in range(max(memory, default=-1) + 1)]
    digits = lambda value, code: struct.pack(code, value).hex()
    return {
        "shape": shape,
        "runs": runs,
        "first": first,
        "strides": strides,
        "f32": [None if i is None else digits(f32(i), ">f") for i in indices],
        "f64": [None if i is None else digits(f64(i), ">d") for i in indices],
    }


cases = [
    case([4, 6], [[[1, 2]], [[0, 6]]], 0, [6, 1]),
    case([4, 600], [[[0, 4]], [[254, 5]]], 0, [5, 1]),
    case([4, 600], [[[0, 4]], [[254, 5]]], 0, [1, 4]),
    case([4, 600], [[[3, 1]], [[0, 2], [300, 3], [599, 1]]], 5, [6, -1]),
    case([5, 2, 3, 3], [[[0, 1], [3, 2]], [[1, 1]], [[0, 3]], [[1, 2]]], 0, [1, 1, 6, 3]),
    case([1 << 20, 1 << 20], [[[4095, 2]], [[(1 << 20) - 2, 2]]], 0, [4, 1]),
    case([], [], 0, []),
]
lines = ",\n".join(json.dumps(case) for case in cases)
print(f'{{"seed": {SEED}, "name": "{NAME}", "cases": [\n{lines}\n]}}')

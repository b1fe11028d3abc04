"""Golden vectors of the parts of parameters, computed apart from the Rust code, with Python's integers and floats alone.

    python3 -m venv venv && venv/bin/pip install blake3
    venv/bin/python parts.py > parts_v1.json
"""

import json
import math
import struct

import blake3

SEED = 42


def stream(tag, seed, text):
    words = struct.unpack("<4I", blake3.blake3(tag + struct.pack("<Q", seed) + text.encode()).digest()[:16])
    return words[:2], words[2:]


def of_part(tag, seed, name, path):
    return stream(tag, seed, f"{len(name.encode())}:{name}{path}")


def block(address, number):
    (k0, k1), upper = address
    x0, x1, x2, x3 = number & 0xFFFFFFFF, number >> 32, *upper
    for _ in range(10):
        p0, p1 = x0 * 0xD2511F53, x2 * 0xCD9E8D57
        x0, x1, x2, x3 = (p1 >> 32) ^ x1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ x3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [x0, x1, x2, x3]


def uniform(address, i):
    words, w = block(address, i // 128 * 64 + i % 64), i // 64 % 2
    x = words[2 * w] << 32 | words[2 * w + 1]
    return (2 * (x >> 12) + 1) * 2.0**-53


def streams():
    for name, path in [("w", "1"), ("w", "1/sparse"), ("w1", ""), ("", "w1"), ("höhe.weight", "0/mask"), ("n" * 200, "7")]:
        if path:
            values, elements = (of_part(tag, SEED, name, path) for tag in (b"fanin values v1p", b"fanin element 1p"))
            hexed = lambda words: [f"{word:08x}" for word in words]
            yield {"name": name, "path": path, "values": hexed(block(values, 0)), "elements": hexed(block(elements, 0))}


def sparse():
    """The indices of the zeros, in columns and in rows."""
    for name, shape, fraction, axis in [("w", (40, 7), 0.3, 0), ("w", (6, 150), 0.9, 1), ("lone", (9, 1), 0.5, 0)]:
        address = of_part(b"fanin values v1p", SEED, name, "sparse")
        rows, columns = shape
        length, lines = (rows, columns) if axis == 0 else (columns, rows)
        count = math.ceil(fraction * length - 1e-12)
        zeros = []
        for line in range(lines):
            least = sorted(range(length), key=lambda place: (uniform(address, line * length + place), place))[:count]
            zeros += [place * columns + line if axis == 0 else line * columns + place for place in least]
        yield {"name": name, "shape": shape, "fraction": fraction, "axis": axis, "zeros": sorted(zeros)}


print(json.dumps({"seed": SEED, "streams": list(streams()), "sparse": list(sparse())}))

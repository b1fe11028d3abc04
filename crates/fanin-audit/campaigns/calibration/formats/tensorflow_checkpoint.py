"""TensorFlow's checkpoints: `.index`, a sorted table of names (LevelDB's), and the values in `.data-00000-of-00001` beside it."""

from pathlib import Path

import ml_dtypes
import numpy as np

from . import Weights

DTYPES = {1: np.float32, 2: np.float64, 3: np.int32, 9: np.int64, 10: np.bool_, 14: ml_dtypes.bfloat16, 19: np.float16}
# What the training needs and the model does not.
OTHERS = ("OPTIMIZER_SLOT", "/Adam", "optimizer", "save_counter", "global_step", "beta1_power", "beta2_power", "keras_api")
FOOTER = 48


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def block(data, handle):
    """The keys and values of a block; each key shares its first bytes with the one before it."""
    offset, size = handle
    if data[offset + size] != 0:
        raise ValueError("a compressed table of names")
    data = data[offset : offset + size]
    restarts = int.from_bytes(data[-4:], "little")
    at, end, key = 0, len(data) - 4 * (restarts + 1), b""
    while at < end:
        shared, at = varint(data, at)
        fresh, at = varint(data, at)
        length, at = varint(data, at)
        key = key[:shared] + data[at : at + fresh]
        at += fresh
        yield key, data[at : at + length]
        at += length


def handle(data):
    offset, at = varint(data, 0)
    return offset, varint(data, at)[0]


def message(data):
    """The fields of a protocol buffer: numbers, and bytes."""
    at, fields = 0, {}
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = {1: 8, 5: 4}[tag & 7]
            value, at = data[at : at + width], at + width
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def read(path, root=None):
    index = Path(path).read_bytes()
    values = Path(path).with_suffix(".data-00000-of-00001").read_bytes()
    _, at = varint(index, len(index) - FOOTER)
    _, at = varint(index, at)
    weights = Weights()
    for _, value in block(index, handle(index[at:])):
        for key, entry in block(index, handle(value)):
            if not key:
                continue
            fields, name = message(entry), key.decode().removesuffix("/.ATTRIBUTES/VARIABLE_VALUE")
            dtype = DTYPES.get(fields.get(1, [0])[0])
            if dtype is None or any(other in name for other in OTHERS):
                weights.leave_out("state of the training")
                continue
            dimensions = message(fields[2][0]).get(2, []) if 2 in fields else []
            shape = [message(dimension).get(1, [0])[0] for dimension in dimensions]
            offset, size = fields.get(4, [0])[0], fields[5][0]
            weights.add(name, np.frombuffer(values[offset : offset + size], dtype).reshape(shape))
            weights.layouts[name] = "in_out"
    return weights

"""Thinc's (spaCy's) MessagePack: a list of nodes with a dictionary of arrays each. The node's place and last layer name its arrays."""

import msgpack
import numpy as np

from . import Weights


def read(path, root=None):
    with open(path, "rb") as stream:
        model = msgpack.load(stream, strict_map_key=False, raw=True)
    weights = Weights()
    for node, held in zip(model[b"nodes"], model[b"params"]):
        for key, array in (held or {}).items():
            if array is None:
                weights.leave_out("unset")
                continue
            dtype, shape = np.dtype(array[b"type"].decode()), array[b"shape"]
            name = f"{node[b'index']}.{node[b'name'].decode()}.{key.decode()}"
            weights.add(name, np.frombuffer(array[b"data"], dtype).reshape(shape))
    return weights

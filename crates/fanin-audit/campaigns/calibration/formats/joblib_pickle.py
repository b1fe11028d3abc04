"""joblib's pickles of nested dictionaries of arrays, as Haiku models are saved in: the bytes of an array follow the object that
describes it. The pickle may name nothing but arrays."""

import pickle
from functools import reduce

import numpy as np

from . import Weights
from .numpy_arrays import ALLOWED


class Wrapper:
    """joblib's description of an array; the values come next in the stream."""

    def read(self, stream):
        count = int(np.prod(self.shape, dtype=np.int64))
        if getattr(self, "numpy_array_alignment_bytes", None) is not None:
            stream.read(stream.read(1)[0])
        values = np.frombuffer(stream.read(count * self.dtype.itemsize), self.dtype)
        return values.reshape(self.shape, order=self.order)


class Unpickler(pickle._Unpickler):
    """The one in Python, because arrays are read between two of its instructions."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, stream):
        super().__init__(stream)
        self.stream = stream

    def find_class(self, module, name):
        if (module, name) == ("joblib.numpy_pickle", "NumpyArrayWrapper"):
            return Wrapper
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is no array")

    def load_build(self):
        super().load_build()
        if isinstance(self.stack[-1], Wrapper):
            self.stack[-1] = self.stack[-1].read(self.stream)

    dispatch[pickle.BUILD[0]] = load_build


def read(path, root=None):
    with open(path, "rb") as stream:
        value = Unpickler(stream).load()
    weights = Weights()

    def take(prefix, value):
        if isinstance(value, dict):
            for key, child in value.items():
                take(f"{prefix}/{key}" if prefix else key, child)
        elif isinstance(value, np.ndarray):
            weights.add(prefix, value)
            weights.layouts[prefix] = "in_out"

    take("", reduce(lambda inner, key: inner[key], root.split(".") if root else [], value))
    return weights

"""PyTorch's .pt, .pth and TorchScript archives, read without PyTorch: the pickle is walked with nothing but the tensors' own
constructors, everything else becomes a `Foreign` that keeps its state and does nothing."""

import pickle
import zipfile
from collections import OrderedDict

import ml_dtypes
import numpy as np

from . import Weights

STORAGES = {
    "DoubleStorage": np.float64,
    "FloatStorage": np.float32,
    "HalfStorage": np.float16,
    "BFloat16Storage": ml_dtypes.bfloat16,
    "LongStorage": np.int64,
    "IntStorage": np.int32,
    "ShortStorage": np.int16,
    "CharStorage": np.int8,
    "ByteStorage": np.uint8,
    "BoolStorage": np.bool_,
}
MAGIC = 0x1950A86A20F9469CFC6C


class Foreign:
    """An object of a class that is not ours to load."""

    def __new__(cls, *_, **__):
        return object.__new__(cls)

    def __init__(self, *_, **__):
        self.state = {}

    def __setstate__(self, state):
        self.state = state if isinstance(state, dict) else {}

    def __setitem__(self, key, value):
        if not isinstance(getattr(self, "state", None), dict):
            self.state = {}
        self.state[key] = value

    def append(self, _):
        pass

    def extend(self, _):
        pass

    def __call__(self, *_, **__):
        return Foreign()


class Storage:
    """The values of a storage, filled in once they are read: old files put them after the pickle."""

    def __init__(self, dtype, size):
        self.dtype, self.size, self.values = np.dtype(dtype), size, None


class Tensor:
    def __init__(self, storage, offset, shape, strides):
        self.storage, self.offset, self.shape, self.strides = storage, offset, tuple(shape), tuple(strides)

    def place(self):
        return (id(self.storage), self.offset, self.shape, self.strides)

    def array(self):
        values = self.storage.values[self.offset :]
        bytes_apart = [stride * values.itemsize for stride in self.strides]
        reach = sum((n - 1) * s for n, s in zip(self.shape, self.strides)) if 0 not in self.shape else -1
        if reach >= len(values):
            raise ValueError(f"a tensor of shape {self.shape} reaches beyond its storage")
        return np.lib.stride_tricks.as_strided(values, self.shape, bytes_apart).copy()


def rebuild_tensor(storage, offset, shape, strides, *_):
    return Tensor(storage, offset, shape, strides)


def rebuild_parameter(data, *_):
    return data


class Unpickler(pickle.Unpickler):
    """Finds the constructors of tensors, and `Foreign` for any other name."""

    storage_of = None

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) in (("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor")):
            return rebuild_tensor
        if (module, name) in (("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state")):
            return rebuild_parameter
        if module in ("torch", "torch.storage") and name in STORAGES:
            return STORAGES[name]
        return type(name, (Foreign,), {})

    def persistent_load(self, pid):
        kind, dtype, key, _, size, *_ = pid
        if kind != "storage":
            raise pickle.UnpicklingError(f"a persistent object of the kind {kind!r}")
        return self.storage_of(dtype, key, size)


def load_zip(path):
    with zipfile.ZipFile(path) as archive:
        pickled = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        folder = pickled.removesuffix("data.pkl")
        storages = {}

        def storage_of(dtype, key, size):
            if key not in storages:
                storages[key] = Storage(dtype, size)
                storages[key].values = np.frombuffer(archive.read(f"{folder}data/{key}"), dtype)
            return storages[key]

        with archive.open(pickled) as stream:
            reader = Unpickler(stream)
            reader.storage_of = storage_of
            return reader.load()


def load_legacy(path):
    """The layout before PyTorch 1.6: five pickles, the last of which lists the storages whose values follow."""
    storages = {}

    def storage_of(dtype, key, size):
        return storages.setdefault(key, Storage(dtype, size))

    with open(path, "rb") as stream:

        def next_pickle():
            reader = Unpickler(stream)
            reader.storage_of = storage_of
            return reader.load()

        if next_pickle() != MAGIC:
            raise ValueError(f"{path} is no PyTorch file")
        next_pickle()  # the protocol
        next_pickle()  # byte order and sizes
        root = next_pickle()
        for key in next_pickle():
            storage = storages[key]
            size = int.from_bytes(stream.read(8), "little")
            storage.values = np.frombuffer(stream.read(size * storage.dtype.itemsize), storage.dtype)
    return root


def named_tensors(value, prefix=""):
    if isinstance(value, Tensor):
        yield prefix, value
        return
    if isinstance(value, Foreign):
        value = value.state
    if isinstance(value, (list, tuple)):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, child in value.items():
            yield from named_tensors(child, f"{prefix}.{key}" if prefix else str(key))


def read(path, root=None):
    """The tensors under the entry `root` of the file, or all; a storage that has two names is kept under its first."""
    tree = load_zip(path) if zipfile.is_zipfile(path) else load_legacy(path)
    for key in root.split(".") if root else ():
        tree = tree.state if isinstance(tree, Foreign) else tree
        tree = tree[int(key) if isinstance(tree, (list, tuple)) else key]
    weights, seen = Weights(), set()
    for name, tensor in named_tensors(tree):
        if tensor.place() in seen:
            weights.leave_out("tied to another")
        else:
            seen.add(tensor.place())
            weights.add(name, tensor.array())
    return weights

"""NumPy: .npz archives, and pickled dictionaries of arrays, whose pickle may name nothing but arrays."""

import pickle

import numpy as np

from . import Weights

ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is no array")


def read(path, root=None):
    if str(path).endswith(".npz"):
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
    else:
        with open(path, "rb") as stream:
            arrays = Unpickler(stream).load()
    weights = Weights()
    for name, array in arrays.items():
        weights.add(name, np.asarray(array))
    return weights

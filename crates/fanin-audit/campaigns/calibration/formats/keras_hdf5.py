"""Keras's HDF5: the data sets of the group `model_weights`, or of the file, without the optimizer's."""

import h5py

from . import Weights


def read(path, root=None):
    weights = Weights()
    with h5py.File(path, "r") as file:
        group = file.get("model_weights", file)

        def take(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer"):
                name = name.replace("/", ".").removesuffix(":0")
                weights.add(name, item[()])
                weights.layouts[name] = "out_in_last" if "transpose" in name else "in_out"

        group.visititems(take)
    return weights

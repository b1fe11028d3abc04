"""safetensors, as they are."""

from safetensors.numpy import load_file

from . import Weights


def read(path, root=None):
    weights = Weights()
    for name, array in load_file(path).items():
        weights.add(name, array)
    return weights

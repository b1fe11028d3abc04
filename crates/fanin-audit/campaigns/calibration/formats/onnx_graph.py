"""ONNX: the initializers of a graph, and the constants that its layers take as weights."""

import onnx
from onnx import numpy_helper

from . import Weights

# The operators that hold a layer's weights. All else that a graph keeps as floating-point numbers (bounds of a clip, sizes of a
# resize, a norm's epsilon) belongs to its program.
LAYERS = {
    "Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN", "BatchNormalization", "InstanceNormalization",
    "LayerNormalization", "PRelu", "Gather", "Einsum", "Add", "Mul",
}  # fmt: skip


def layout_in(node, name):
    """How the axes of `name` lie in the layer that takes it, where it is not [out, in, k...]."""
    transposed = any(a.name == "transB" and a.i == 1 for a in node.attribute)
    if node.op_type == "MatMul" or (node.op_type == "Gemm" and not transposed):
        return "in_out" if name == node.input[1] else None
    if node.op_type == "ConvTranspose":
        # [in, out / groups, k...]: with a group for each input, the first axis is that of the outputs.
        grouped = any(a.name == "group" and a.i > 1 for a in node.attribute)
        return None if grouped else "transposed"
    # A table of rows, a product that names its axes itself, or slopes, terms and factors that are spread over axes of length one.
    return "none" if node.op_type in ("Gather", "Einsum", "PRelu", "Add", "Mul") else None


def read(path, root=None):
    graph = onnx.load(path).graph
    held = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            held[node.output[0]] = node.attribute[0].t
    used, recurrent, weights = set(), set(), Weights()
    for node in graph.node:
        names = [name for name in node.input if name in held]
        if node.op_type in LAYERS:
            used.update(names)
        if node.op_type in ("LSTM", "GRU", "RNN"):
            recurrent.update(names)
        for name in names:
            if layout := layout_in(node, name):
                weights.layouts[name] = layout
    for name, tensor in held.items():
        array = numpy_helper.to_array(tensor)
        if name not in used or array.size <= 1 or array.dtype.kind not in "fV":
            weights.leave_out("constant of the graph")
        elif name in recurrent:
            # Directions come first and stand apart, as in every framework's own checkpoints: [directions, gates * hidden, in].
            for direction, part in enumerate(array):
                weights.add(f"{name}.{direction}" if len(array) > 1 else name, part)
        else:
            weights.add(name, array)
    return weights

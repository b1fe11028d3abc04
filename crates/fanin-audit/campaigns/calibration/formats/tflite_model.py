"""TensorFlow Lite: the constant tensors that layers take as weights."""

from pathlib import Path

import numpy as np
import tflite

from . import Weights

DTYPES = {tflite.TensorType.FLOAT32: np.float32, tflite.TensorType.FLOAT16: np.float16, tflite.TensorType.INT8: np.int8}
# How the axes of a layer's weight lie.
LAYERS = {
    tflite.BuiltinOperator.CONV_2D: "ohwi",
    tflite.BuiltinOperator.TRANSPOSE_CONV: "ohwi",
    tflite.BuiltinOperator.DEPTHWISE_CONV_2D: "depthwise",
    tflite.BuiltinOperator.FULLY_CONNECTED: None,
    tflite.BuiltinOperator.PRELU: "none",
}


def read(path, root=None):
    model = tflite.Model.GetRootAsModel(Path(path).read_bytes(), 0)
    graph = model.Subgraphs(0)
    weights, widened = Weights(), {}
    for node in map(graph.Operators, range(graph.OperatorsLength())):
        code = model.OperatorCodes(node.OpcodeIndex())
        operator = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if operator == tflite.BuiltinOperator.DEQUANTIZE:
            widened[node.Outputs(0)] = node.Inputs(0)
        if operator not in LAYERS:
            continue
        for place in range(node.InputsLength()):
            number = widened.get(node.Inputs(place), node.Inputs(place))
            tensor = graph.Tensors(number)
            data = model.Buffers(tensor.Buffer()).DataAsNumpy() if number >= 0 else 0
            if isinstance(data, int):
                continue
            name = tensor.Name().decode()
            shape = tensor.ShapeAsNumpy().tolist()
            if tensor.Type() not in DTYPES:
                weights.leave_out("quantized")
                continue
            weights.add(name, data.view(DTYPES[tensor.Type()]).reshape(shape))
            if len(shape) > 1 and LAYERS[operator]:
                weights.layouts[name] = LAYERS[operator]
    return weights

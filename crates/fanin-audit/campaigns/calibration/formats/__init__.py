"""Readers of the formats that packages keep weights in. Each gives `Weights`; none runs code that a file brings."""

from dataclasses import dataclass, field

import numpy as np

KEPT = ("float16", "bfloat16", "float32", "float64", "int64", "int32", "bool")


@dataclass
class Weights:
    """The arrays of one checkpoint by name, how many were left out, by the reason, and how the axes of a weight lie, where they
    do not lie as PyTorch's do: [out, in, k...]."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    layouts: dict[str, str] = field(default_factory=dict)

    def leave_out(self, why):
        self.left_out[why] = self.left_out.get(why, 0) + 1

    def add(self, name, array):
        """Keeps what a checkpoint holds, counters and indices too, unless it is quantized or empty."""
        if str(array.dtype) not in KEPT:
            self.leave_out("quantized")
        elif array.size == 0:
            self.leave_out("empty")
        else:
            self.arrays[name] = np.ascontiguousarray(array).reshape(array.shape)

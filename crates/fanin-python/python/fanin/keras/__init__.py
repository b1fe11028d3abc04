"""The same weights in Keras as in PyTorch, jax and checkpoints, whatever the backend.

`init_` fills a built model, and `Initializer` is a Keras initializer for one weight. Addresses are PyTorch's: a kernel
of [in, out] has the transposed values of a weight of [out, in].

Needs Keras 3.
"""

from fanin.adapter.report import Filled, Report
from fanin.keras.initialize import init_
from fanin.keras.initializer import Initializer

__all__ = ["Filled", "Initializer", "Report", "init_"]

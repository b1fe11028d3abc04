"""The same weights in jax however the arrays are sharded, and the same as in PyTorch and in checkpoints.

`init` makes the arrays of a Flax model or a tree of shapes; `explain` shows what it would do. Addresses are PyTorch's:
a Flax kernel of [in, out] has the transposed values of a PyTorch weight of [out, in].

Needs jax 0.4.36 or newer; Flax only for its models.
"""

from fanin.adapter.report import Filled, Report
from fanin.jax.initialize import explain, init

__all__ = ["Filled", "Report", "explain", "init"]

"""Weight initialization in which every weight has an address.

``value = f(seed, parameter name, element index)``: the same seed and name give the same bits in numpy, torch, jax, in a
checkpoint and in Rust, for a whole parameter or any part of it, whatever the number of threads or the sharding.

Examples
--------
>>> import fanin
>>> weight = fanin.sample("he_normal", (2, 3), seed=42, name="layers.0.weight", layout="oi")
>>> weight.shape, weight.dtype.name
((2, 3), 'float32')
>>> shard = fanin.sample("he_normal", (2, 3), seed=42, name="layers.0.weight", layout="oi", window=slice(1, 2))
>>> bool((shard == weight[1:2]).all())
True
"""

from fanin._fanin import FaninError, __version__
from fanin.array import fill_, sample
from fanin.plan import Plan
from fanin.plan_or_recipe import rules
from fanin.recipe import Recipe
from fanin.reports.audit import AuditedCheckpoint, AuditReport, Finding, audit
from fanin.reports.diff import DiffReport, TensorDifference, diff
from fanin.reports.explanation import Explanation, explain
from fanin.reports.fill import FileSize, FillReport, fill_checkpoint
from fanin.reports.gain import GainReport, gain
from fanin.reports.identify import Candidate, IdentifiedTensor, IdentifyReport, identify

__all__ = [
    "AuditReport",
    "AuditedCheckpoint",
    "Candidate",
    "DiffReport",
    "Explanation",
    "FaninError",
    "FileSize",
    "FillReport",
    "Finding",
    "GainReport",
    "IdentifiedTensor",
    "IdentifyReport",
    "Plan",
    "Recipe",
    "TensorDifference",
    "__version__",
    "audit",
    "diff",
    "explain",
    "fill_",
    "fill_checkpoint",
    "gain",
    "identify",
    "rules",
    "sample",
]

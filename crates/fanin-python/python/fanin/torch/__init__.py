"""The same weights in PyTorch however the model is sharded, and checks of live models.

`init_` fills a module, `fill_` a tensor, and `nn_init` has the functions of `torch.nn.init` with a seed and a name.
`poison_` and `unwritten` find weights that loading or initialization has missed, `verify` compares a module with a
checkpoint, and `audit` checks its weights for faults.

Needs PyTorch 2.6 or newer; `verify` and `audit` of safetensors files also need the package safetensors.
"""

from fanin.adapter.report import Filled, Report
from fanin.torch import nn_init
from fanin.torch.audit import audit
from fanin.torch.fill import fill_
from fanin.torch.initialize import init_
from fanin.torch.poison import Unwritten, poison_, unwritten
from fanin.torch.verify import Difference, Verification, verify

__all__ = [
    "Difference",
    "Filled",
    "Report",
    "Unwritten",
    "Verification",
    "audit",
    "fill_",
    "init_",
    "nn_init",
    "poison_",
    "unwritten",
    "verify",
]

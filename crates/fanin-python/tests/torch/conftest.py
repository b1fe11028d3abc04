"""The tests of `fanin.torch` run where torch is installed."""

from __future__ import annotations

import importlib.util

# Without torch, this folder is found in its place, as a package without a file.
_torch = importlib.util.find_spec("torch")
collect_ignore_glob = [] if _torch is not None and _torch.origin is not None else ["test_*.py"]

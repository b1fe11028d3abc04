"""Names: the dotted name of a parameter without the prefixes that wrappers add."""

from __future__ import annotations

from torch import nn
from torch.nn.parallel import DataParallel, DistributedDataParallel

_WRAPPERS = ("_orig_mod", "_checkpoint_wrapped_module")
"""The children of `torch.compile`'s and activation checkpointing's wrappers."""


class Stripper:
    """Removes the prefixes of wrappers from names of a module.

    ``_orig_mod`` and ``_checkpoint_wrapped_module`` are removed anywhere; ``module`` where the parent is
    `DistributedDataParallel` or `DataParallel`.
    """

    def __init__(self, module: nn.Module) -> None:
        parallel = (DistributedDataParallel, DataParallel)
        named = module.named_modules(remove_duplicate=False)
        self._parallel = {path for path, one in named if isinstance(one, parallel)}

    def __call__(self, name: str) -> str:
        """Return the name without prefixes."""
        kept: list[str] = []
        path = ""
        for component in name.split("."):
            added = component in _WRAPPERS or (component == "module" and path in self._parallel)
            if not added:
                kept.append(component)
            path = f"{path}.{component}" if path else component
        return ".".join(kept)

"""Names: the dotted name of a parameter without the prefixes that wrappers add."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from torch import nn
from torch.nn.parallel import DataParallel, DistributedDataParallel

Names: TypeAlias = "Mapping[str, str | None] | Callable[[str], str | None]"

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


def mapped(names: Names | None, name: str) -> str | None:
    """Return the address of a name; None if the caller leaves the parameter unchanged.

    Raises
    ------
    TypeError
        If the address is not a string.
    """
    if names is None:
        return name
    address = names.get(name, name) if isinstance(names, Mapping) else names(name)
    if address is not None and not isinstance(address, str):
        raise TypeError(f"names gives {address!r} for '{name}'; use a str, or None to leave it unchanged")
    return address


def check_names(names: object) -> None:
    """Refuse what is neither a mapping nor a callable.

    Raises
    ------
    TypeError
    """
    if names is not None and not isinstance(names, Mapping) and not callable(names):
        raise TypeError(f"names must be a mapping or a callable, not {type(names).__name__}")

"""Names: the caller's mapping from the names of a model to addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

Names: TypeAlias = "Mapping[str, str | None] | Callable[[str], str | None]"


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


def check_names(names: object, known: Iterable[str]) -> None:
    """Refuse what is neither a mapping of known names nor a callable.

    Raises
    ------
    TypeError
        If the names are of another type.
    ValueError
        If names are mapped that the model does not have.
    """
    if names is None or (callable(names) and not isinstance(names, Mapping)):
        return
    if not isinstance(names, Mapping):
        raise TypeError(f"names must be a mapping or a callable, not {type(names).__name__}")
    unknown = sorted({*names} - {*known}, key=str)
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise ValueError(f"names maps '{unknown[0]}'{more}, which the model does not have; use names of the model")

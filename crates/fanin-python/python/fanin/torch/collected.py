"""The parameters and buffers of a module, by address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import nn

from fanin import FaninError
from fanin.adapter.facts import Facts
from fanin.adapter.names import Names, check_names, mapped
from fanin.torch.layouts import facts_of
from fanin.torch.names import Stripper
from fanin.torch.refusals import refuse_module, refuse_parameter, refuse_parametrization
from fanin.torch.ties import Ties


@dataclass(frozen=True)
class Slot:
    """A parameter or buffer under one of its names.

    Attributes
    ----------
    name : str
        Without the prefixes of wrappers.
    tensor : torch.Tensor
    """

    name: str
    tensor: torch.Tensor


@dataclass
class Entry:
    """All that has one address.

    Attributes
    ----------
    address : str
    shape : tuple of int
        Of the whole tensor.
    facts : Facts
        Of the first name.
    is_buffer : bool
    slots : list of Slot
        The names, with a tensor each; tied names may share it.
    """

    address: str
    shape: tuple[int, ...]
    facts: Facts
    is_buffer: bool
    slots: list[Slot] = field(default_factory=list)

    def tensors(self) -> list[Slot]:
        """Return the first slot of each distinct tensor."""
        return list({id(slot.tensor): slot for slot in reversed(self.slots)}.values())[::-1]


@dataclass
class Collected:
    """The parameters and persistent buffers of a module.

    Attributes
    ----------
    entries : dict of str to Entry
        By address, in the order of the module.
    non_persistent : list of str
        Buffers that checkpoints do not have.
    skipped : list of str
        What `names` maps to None.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    non_persistent: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    owner: nn.Module
    key: str
    name: str
    tensor: torch.Tensor
    is_buffer: bool
    is_persistent: bool


def collect(
    module: nn.Module,
    names: Names | None = None,
    *,
    known: Mapping[str, object] | None = None,
    computed: bool = False,
) -> Collected:
    """Return the parameters and buffers of a module by address.

    Parameters
    ----------
    module : torch.nn.Module
    names : mapping or callable, optional
        The address of a name.
    known : mapping, optional
        Further names that `names` may have, such as those of other pipeline stages.
    computed : bool
        Accept the originals of parametrizations, from which the values of parameters are computed.

    Raises
    ------
    TypeError
        If the module or the names have a wrong type.
    ValueError
        If names are mapped that the module does not have.
    FaninError
        If the module has parameters that cannot be served, or two different ones have the same address.
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f"module must be a torch.nn.Module, not {type(module).__name__}")
    refuse_module(module)
    strip = Stripper(module)
    found = list(_find(module, strip))
    check_names(names, {*(one.name for one in found), *(known or ())})
    collected = Collected()
    ties = Ties(module, strip, [(one.name, one.tensor) for one in found])
    for one in found:
        if not one.is_persistent:
            collected.non_persistent.append(one.name)
            continue
        address = mapped(names, ties.canonical(one.name))
        if address is None:
            collected.skipped.append(one.name)
            continue
        refuse_parameter(one.tensor, one.name)
        if address == one.name and not computed:
            refuse_parametrization(one.owner, one.key, one.name)
        _add(collected, address, one)
    return collected


def _find(module: nn.Module, strip: Stripper) -> Iterator[_Found]:
    for path, owner in module.named_modules(remove_duplicate=False):
        prefix = f"{path}." if path else ""
        for key, tensor in owner.named_parameters(recurse=False, remove_duplicate=False):
            yield _Found(owner, key, strip(prefix + key), tensor, False, True)
        transient = owner._non_persistent_buffers_set
        for key, tensor in owner.named_buffers(recurse=False, remove_duplicate=False):
            yield _Found(owner, key, strip(prefix + key), tensor, True, key not in transient)


def _add(collected: Collected, address: str, one: _Found) -> None:
    shape = tuple(int(length) for length in one.tensor.shape)
    entry = collected.entries.get(address)
    if entry is None:
        facts = Facts("buffer") if one.is_buffer else facts_of(one.owner, one.key, shape)
        entry = collected.entries[address] = Entry(address, shape, facts, one.is_buffer)
    elif (entry.shape, entry.is_buffer) != (shape, one.is_buffer):
        raise FaninError(
            f"'{entry.slots[0].name}' of shape {entry.shape} and '{one.name}' of shape {shape} have the same address "
            f"'{address}'; map them to different addresses with names="
        )
    entry.slots.append(Slot(one.name, one.tensor))

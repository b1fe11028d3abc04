"""Ties: names that stand for the same weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn

from fanin.torch.names import Stripper
from fanin.torch.part import as_dtensor


class Ties:
    """Finds the canonical name of a parameter.

    Parameters that are one object, or views of the same memory, are tied, and the first name is canonical. Sharding
    cuts ties: FSDP2 across groups, tensor parallelism and pipelines always. `transformers` states them apart from the
    objects, as `all_tied_weights_keys`, and its source is canonical. It may belong to another pipeline stage.
    """

    def __init__(self, module: nn.Module, strip: Stripper, named: Iterable[tuple[str, torch.Tensor]]) -> None:
        sources = dict(_stated(module, strip))
        self._canonical: dict[str, str] = {}
        first: dict[object, str] = {}
        for name, tensor in named:
            keys = [id(tensor), _memory(tensor)]
            known = [first[key] for key in keys if key is not None and key in first]
            canonical = _source(name, sources)
            if known and canonical == name:
                canonical = known[0]
            elif known and known[0] not in sources:
                # The first name seen is itself tied to this one's source.
                self._rename(known[0], canonical)
            first.update((key, canonical) for key in keys if key is not None)
            self._canonical[name] = canonical

    def canonical(self, name: str) -> str:
        """Return the name whose values the parameter gets."""
        return self._canonical[name]

    def _rename(self, before: str, after: str) -> None:
        for name, canonical in self._canonical.items():
            if canonical == before:
                self._canonical[name] = after


def _stated(module: nn.Module, strip: Stripper) -> Iterable[tuple[str, str]]:
    for path, one in module.named_modules():
        tied: Any = vars(one).get("all_tied_weights_keys")
        if isinstance(tied, Mapping):
            prefix = f"{path}." if path else ""
            for target, source in tied.items():
                yield strip(prefix + target), strip(prefix + source)


def _source(name: str, sources: Mapping[str, str]) -> str:
    seen = {name}
    while (source := sources.get(name)) is not None and source not in seen:
        seen.add(source)
        name = source
    return name


def _memory(tensor: torch.Tensor) -> object:
    """Return what two views of the same elements have in common; None for tensors without memory of their own."""
    plain = type(tensor) in (torch.Tensor, nn.Parameter, nn.Buffer) and as_dtensor(tensor) is None
    if not plain or tensor.device.type == "meta" or tensor.layout is not torch.strided or not tensor.numel():
        return None
    return (tensor.device, tensor.dtype, tensor.data_ptr(), tuple(tensor.shape), tensor.stride())

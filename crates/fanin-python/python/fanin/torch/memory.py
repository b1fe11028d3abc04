"""Writes values to the memory of tensors: in place on the CPU, through host memory on other devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch

from fanin import FaninError
from fanin._fanin import Block, Initializer, Param, fill_blocks
from fanin.torch.part import Part

_DTYPES = {torch.float32: "f32", torch.float64: "f64", torch.float16: "f16", torch.bfloat16: "bf16"}
_STAGED_BYTES = 256 * 1024 * 1024
"""Host memory for one batch of tensors on other devices."""


@dataclass(frozen=True)
class Filling:
    """A part, and what it gets.

    Attributes
    ----------
    part : Part
    param : Param
        The whole parameter.
    initializer : Initializer
    """

    part: Part
    param: Param
    initializer: Initializer

    @property
    def is_direct(self) -> bool:
        """Whether values can be written to the memory itself."""
        return self.part.local.is_cpu and self.part.local.dtype in _DTYPES


def fill(fillings: Sequence[Filling], seed: int) -> None:
    """Write the values of all parts, on all threads; nothing is written if one is refused.

    Raises
    ------
    ValueError
        If the seed is invalid, or elements share memory.
    FaninError
        If an initializer refuses a parameter or its element type.
    """
    direct = [one for one in fillings if one.is_direct]
    staged = [one for one in fillings if not one.is_direct]
    blocks = [_block(one, one.part.local, seed) for one in direct]
    if staged:
        scratch = torch.empty(1, dtype=torch.float64, device="cpu")
        fill_blocks([_dry(one, seed, scratch) for one in fillings])
    fill_blocks(blocks)
    for batch in _batches(staged):
        _fill_staged(batch, seed)
    written = [one.part.local for one in direct if not one.part.is_empty and not one.part.local.is_inference()]
    if written:
        # Autograd notices writes by their version.
        torch.autograd.graph.increment_version(written)


def _block(filling: Filling, memory: torch.Tensor, seed: int) -> Block:
    part, dtype = filling.part, _DTYPES[memory.dtype]
    if part.is_empty:
        return Block(filling.param, filling.initializer, seed, ptr=0, nbytes=0, dtype=dtype, runs=_nothing(part))
    reach = sum(stride * (length - 1) for stride, length in zip(memory.stride(), memory.shape))
    return Block(
        filling.param,
        filling.initializer,
        seed,
        ptr=memory.data_ptr(),
        nbytes=(reach + 1) * memory.element_size(),
        dtype=dtype,
        runs=part.runs,
        strides=memory.stride(),
    )


def _nothing(part: Part) -> list[list[tuple[int, int]]]:
    return [[] for _ in part.shape]


def _dry(filling: Filling, seed: int, scratch: torch.Tensor) -> Block:
    """Return a block that checks everything and writes nothing that matters."""
    dtype = _DTYPES[_host_dtype(filling)]
    if filling.part.shape:
        runs = _nothing(filling.part)
        return Block(filling.param, filling.initializer, seed, ptr=0, nbytes=0, dtype=dtype, runs=runs)
    return Block(filling.param, filling.initializer, seed, ptr=scratch.data_ptr(), nbytes=8, dtype=dtype)


def _host_dtype(filling: Filling) -> torch.dtype:
    """Return the element type in host memory; integers are converted from f64, exactly.

    Raises
    ------
    FaninError
        If values of the element type cannot be made.
    """
    dtype = filling.part.local.dtype
    if dtype in _DTYPES:
        return dtype
    if dtype.is_floating_point or dtype.is_complex:
        raise FaninError(f"'{filling.param.name}' has the dtype {dtype}; use float32, float64, float16 or bfloat16")
    if filling.initializer.text not in ("zeros", "ones"):
        raise FaninError(
            f"'{filling.param.name}' has the dtype {dtype}, which {filling.initializer.text} cannot fill; use zeros or "
            "ones"
        )
    return torch.float64


def _batches(staged: Iterable[Filling]) -> Iterator[list[Filling]]:
    batch: list[Filling] = []
    size = 0
    for one in staged:
        needed = one.part.local.numel() * _host_dtype(one).itemsize
        if batch and size + needed > _STAGED_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += needed
    if batch:
        yield batch


def _fill_staged(batch: list[Filling], seed: int) -> None:
    hosts = [torch.empty(tuple(one.part.local.shape), dtype=_host_dtype(one), device="cpu") for one in batch]
    fill_blocks([_block(one, host, seed) for one, host in zip(batch, hosts)])
    with torch.no_grad():
        for one, host in zip(batch, hosts):
            one.part.local.copy_(host)

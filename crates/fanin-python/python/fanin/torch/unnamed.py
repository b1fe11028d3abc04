"""Addresses of tensors that the caller does not name: a counter for each process."""

from __future__ import annotations

import itertools

import torch

_calls = itertools.count()


def address_of(seed: int | None, name: str | None, generator: torch.Generator | None) -> tuple[int, str]:
    """Return the seed and the name of a call.

    Without a name, the call gets the next number of the process. Without a seed, it is that of the generator, or of
    `torch.manual_seed`.
    """
    if seed is None:
        seed = (generator.initial_seed() if generator is not None else torch.initial_seed()) % 2**64
    return seed, f"fanin.torch.nn_init.{next(_calls)}" if name is None else name


def reset_counter() -> None:
    """Start the numbers of unnamed calls from 0 again."""
    global _calls
    _calls = itertools.count()

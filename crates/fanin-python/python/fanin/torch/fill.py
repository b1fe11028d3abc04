"""Fills one tensor in place."""

from __future__ import annotations

import torch

from fanin._fanin import Initializer, Param
from fanin.torch import memory
from fanin.torch.part import part_of


def fill_(
    tensor: torch.Tensor,
    init: str | Initializer,
    seed: int,
    name: str,
    *,
    layout: str | None = None,
    groups: int = 1,
    fans: tuple[int, int] | None = None,
) -> torch.Tensor:
    """Fill a tensor in place with the values of the parameter with this name.

    Parameters
    ----------
    tensor : torch.Tensor
        A plain tensor, a parameter or a `DTensor`, of which each rank fills its part without communication.
    init : str
        The initializer in text form, such as ``"truncated_normal(std = 0.02)"``.
    seed : int
        From 0 to 2**64 - 1.
    name : str
        The full name of the parameter, which determines the values together with the seed.
    layout : str, optional
        The order of the axes, which determines the fans: oi for [out, in, k...], io or transposed.
    groups : int
        The groups of a convolution.
    fans : tuple of (int, int), optional
        Fan-in and fan-out, instead of those of the layout.

    Returns
    -------
    torch.Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If the tensor is not a `torch.Tensor`.
    FaninError
        If the initializer refuses the parameter, or the tensor cannot be filled, before a value is written.

    Examples
    --------
    >>> weight = torch.empty(4, 3, dtype=torch.bfloat16)
    >>> fill_(weight, "he_normal", seed=42, name="layers.0.weight", layout="oi") is weight
    True
    """
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"fill_ takes a torch.Tensor, not {type(tensor).__name__}")
    part = part_of(tensor, name)
    param = Param(name, part.shape, layout=layout, groups=groups, fans=fans)
    memory.fill([memory.Filling(part, param, Initializer(init) if isinstance(init, str) else init)], seed)
    return tensor

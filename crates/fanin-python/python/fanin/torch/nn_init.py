"""The functions of `torch.nn.init`, plus a seed and a name: the same bits under any sharding.

Each function has the arguments, the formula and the errors of its namesake, and two keywords:

seed : int, optional
    From 0 to 2**64 - 1. By default the initial seed of the generator, or of `torch.manual_seed`.
name : str, optional
    The full name of the parameter, which determines the values together with the seed.

**Without a name**, a call gets the next number of a counter of this process; `reset_counter` starts it again. The
values then do not depend on the sharding or the number of threads, but they do on the order of the calls: another layer
changes all layers after it, and ranks must make the same calls in the same order. The values are not those of a
checkpoint that ``fanin fill`` writes. Give names where you can, or use `fanin.torch.init_`, which does.

Tensors may be `DTensor`: shapes and fans are those of the whole tensor, and each rank writes its part. Fans are guessed
from the shape as in torch: [out, in, k...]. `fanin.torch.init_` takes them from the types of modules instead.

Examples
--------
>>> weight = torch.empty(64, 32)
>>> _ = kaiming_normal_(weight, nonlinearity="relu", seed=42, name="layers.0.weight")
"""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.init import calculate_gain

from fanin.torch.fill import fill_
from fanin.torch.part import part_of
from fanin.torch.unnamed import address_of, reset_counter

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "reset_counter",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

Mode = Literal["fan_in", "fan_out"]
Generator = torch.Generator | None


def uniform_(
    tensor: Tensor,
    a: float = 0.0,
    b: float = 1.0,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of U(a, b).

    Raises
    ------
    ValueError
        If a exceeds b.
    """
    if a == b:
        return constant_(tensor, a)
    return _fill(tensor, f"uniform(low = {float(a)!r}, high = {float(b)!r})", generator, seed, name)


def normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of N(mean, std**2).

    Raises
    ------
    ValueError
        If std is negative.
    """
    return _fill(tensor, f"normal(mean = {float(mean)!r}, std = {float(std)!r})", generator, seed, name)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of N(mean, std**2) between a and b, which are values. The std of the result is smaller than std.

    Raises
    ------
    ValueError
        If a is not below b, or std is negative.
    """
    numbers = f"mean = {float(mean)!r}, std = {float(std)!r}, low = {float(a)!r}, high = {float(b)!r}"
    return _fill(tensor, f"truncated_normal({numbers}, corrected = false, bounds = absolute)", generator, seed, name)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with a value."""
    if isinstance(tensor, Tensor) and tensor.is_meta:
        return tensor
    part = part_of(tensor, "the tensor")
    with torch.no_grad():
        part.local.fill_(val)
    return tensor


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity.

    Raises
    ------
    ValueError
        If the tensor does not have 2 axes.
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return _fill(tensor, "eye", None, 0, "eye")


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill a kernel of 3 to 5 axes so that a convolution keeps its input, each group of output channels by itself.

    Raises
    ------
    ValueError
        If the tensor has another number of axes, or the groups do not divide the output channels.
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    if groups < 1 or tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    init = "dirac" if groups == 1 else f"packed(dirac, parts = [{', '.join(['1'] * groups)}])"
    return _fill(tensor, init, None, 0, "dirac")


def xavier_uniform_(
    tensor: Tensor,
    gain: float = 1.0,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of U(-a, a), a = gain sqrt(6 / (fan_in + fan_out)).

    Raises
    ------
    ValueError
        If the tensor has fewer than 2 axes.
    """
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator, seed=seed, name=name)


def xavier_normal_(
    tensor: Tensor,
    gain: float = 1.0,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of N(0, std**2), std = gain sqrt(2 / (fan_in + fan_out)).

    Raises
    ------
    ValueError
        If the tensor has fewer than 2 axes.
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans(tensor))), generator, seed=seed, name=name)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: Mode = "fan_in",
    nonlinearity: Any = "leaky_relu",
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of U(-bound, bound), bound = gain sqrt(3 / fan).

    Raises
    ------
    ValueError
        If the tensor has fewer than 2 axes, or the mode or the nonlinearity is unknown.
    """
    if _is_empty(tensor):
        return tensor
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator, seed=seed, name=name)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: Mode = "fan_in",
    nonlinearity: Any = "leaky_relu",
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with values of N(0, std**2), std = gain / sqrt(fan).

    Raises
    ------
    ValueError
        If the tensor has fewer than 2 axes, or the mode or the nonlinearity is unknown.
    """
    if _is_empty(tensor):
        return tensor
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator, seed=seed, name=name)


def orthogonal_(
    tensor: Tensor,
    gain: float = 1,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill with a (semi-)orthogonal matrix of [shape[0], the rest], times the gain.

    Raises
    ------
    ValueError
        If the tensor has fewer than 2 axes.
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    return _fill(tensor, f"orthogonal(gain = {float(gain)!r})", generator, seed, name)


def sparse_(
    tensor: Tensor,
    sparsity: float,
    std: float = 0.01,
    generator: Generator = None,
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Fill a matrix with values of N(0, std**2), and ceil(sparsity rows) zeros in each column.

    Raises
    ------
    ValueError
        If the tensor does not have 2 axes, or the sparsity is not within 0 and 1.
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return _fill(tensor, f"sparse({float(sparsity)!r}, std = {float(std)!r})", generator, seed, name)


def _fill(tensor: Tensor, init: str, generator: Generator, seed: int | None, name: str | None) -> Tensor:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"nn_init takes a torch.Tensor, not {type(tensor).__name__}")
    seed, name = address_of(seed, name, generator)
    # torch leaves tensors without memory or elements as they are.
    if tensor.is_meta or not tensor.numel():
        return tensor
    return fill_(tensor, init, seed, name, layout="oi" if tensor.ndim > 1 else None)


def _fans(tensor: Tensor) -> tuple[int, int]:
    """Return fan-in and fan-out as torch guesses them."""
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    positions = math.prod(tensor.shape[2:])
    return tensor.shape[1] * positions, tensor.shape[0] * positions


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: Any) -> float:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan = _fans(tensor)[0 if mode.lower() == "fan_in" else 1]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _is_empty(tensor: Tensor) -> bool:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return True
    return False

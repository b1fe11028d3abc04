"""Stored parameters: PyTorch's name, the order of the axes and the facts, for each kind of layer.

Addresses have PyTorch's names and orders: [out, in] for dense layers, [out, in / groups, k...] for convolutions,
[in, out / groups, k...] for transposed convolutions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from fanin.adapter.axes import Axes
from fanin.adapter.facts import Facts


@dataclass(frozen=True)
class Stored:
    """How a framework stores a parameter.

    Attributes
    ----------
    leaf : str
        The last component of its address.
    axes : Axes
    facts : Facts
    """

    leaf: str
    axes: Axes
    facts: Facts


def as_is(leaf: str, shape: Sequence[int], facts: Facts) -> Stored:
    """Return a parameter that is stored in the order of its address."""
    return Stored(leaf, Axes.same(len(shape)), facts)


def flat(leaf: str, shape: Sequence[int], role: str) -> Stored:
    """Return a vector, such as a bias, that may be stored with several axes."""
    return Stored(leaf, Axes((tuple(range(len(shape))),)), Facts(role))


def embedding(shape: Sequence[int]) -> Stored:
    """Return a table of embeddings, [rows, width]."""
    return as_is("weight", shape, Facts("embedding", "oi"))


def dense(shape: Sequence[int], inputs: int, leaf: str = "weight", gates: int = 1) -> Stored:
    """Return the kernel of a dense layer, stored as [in..., out...], of which the first `inputs` axes are inputs.

    Examples
    --------
    >>> dense((16, 4, 8), inputs=1).axes.address_shape((16, 4, 8))
    (32, 16)
    """
    fans = None if gates == 1 else (prod(shape[:inputs]), prod(shape[inputs:]) // gates)
    axes = Axes((tuple(range(inputs, len(shape))), tuple(range(inputs))))
    return Stored(leaf, axes, Facts(layout="oi", fans=fans))


def convolution(shape: Sequence[int], groups: int, leaf: str = "weight") -> Stored:
    """Return the kernel of a convolution, stored as [k..., in / groups, out].

    Examples
    --------
    >>> convolution((3, 3, 8, 32), groups=2).axes.address_shape((3, 3, 8, 32))
    (32, 8, 3, 3)
    """
    last = len(shape) - 1
    axes = Axes(((last,), (last - 1,), *((axis,) for axis in range(last - 1))))
    return Stored(leaf, axes, Facts(layout="oi", groups=groups))


def depthwise(shape: Sequence[int], leaf: str = "weight") -> Stored:
    """Return the kernel of a depthwise convolution, stored as [k..., in, multiplier].

    Examples
    --------
    >>> depthwise((3, 3, 8, 2)).axes.address_shape((3, 3, 8, 2))
    (16, 1, 3, 3)
    """
    last = len(shape) - 1
    axes = Axes(((last - 1, last), (), *((axis,) for axis in range(last - 1))))
    return Stored(leaf, axes, Facts(layout="oi", groups=shape[last - 1]))


def transposed_convolution(shape: Sequence[int], *, out_first: bool) -> Stored:
    """Return the kernel of a transposed convolution, as [in, out, k...] in PyTorch.

    Parameters
    ----------
    shape : sequence of int
    out_first : bool
        Whether it is stored as [k..., out, in], for the gradient of a convolution, which PyTorch computes as well. If
        not, it is stored as [k..., in, out] for a convolution of the dilated input: the same function has a kernel
        whose spatial axes run backwards.
    """
    last = len(shape) - 1
    inputs, outputs = (last, last - 1) if out_first else (last - 1, last)
    spatial = range(last - 1)
    axes = Axes(((inputs,), (outputs,), *((axis,) for axis in spatial)), frozenset(() if out_first else spatial))
    return Stored("weight", axes, Facts(layout="transposed"))

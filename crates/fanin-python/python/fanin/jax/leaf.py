"""Leaves: the arrays of a model, by path, and the way back to a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import jax
import numpy as np

from fanin.adapter.stored import Stored


class Kind(Enum):
    """What an array is for: a parameter, a buffer such as running statistics, or other state such as random keys."""

    PARAMETER = "parameter"
    BUFFER = "buffer"
    STATE = "state"


@dataclass(frozen=True)
class Leaf:
    """An array of a model, which may be abstract.

    Attributes
    ----------
    path : tuple of str
        Of the array in the model, in the framework's names.
    value : object
        The array or its abstract shape.
    kind : Kind
    stored : Stored or None
        None if neither type nor shape determines the order of the axes.
    spec : jax.sharding.PartitionSpec or None
        From the metadata of the model.
    mesh : jax.sharding.Mesh or None
        From the metadata of the model.
    """

    path: tuple[str, ...]
    value: Any
    kind: Kind
    stored: Stored | None
    spec: jax.sharding.PartitionSpec | None = None
    mesh: jax.sharding.Mesh | None = None

    @property
    def name(self) -> str:
        """The path with PyTorch's last component, if it is known."""
        last = self.path[-1:] if self.stored is None else (self.stored.leaf,)
        return ".".join((*self.path[:-1], *last))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return tuple(int(length) for length in self.value.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The element type of the array; that of a random key is not numpy's."""
        dtype: np.dtype[Any] = self.value.dtype
        return dtype

    @property
    def is_abstract(self) -> bool:
        """Whether it has no values."""
        return isinstance(self.value, jax.ShapeDtypeStruct)


@dataclass(frozen=True)
class Opened:
    """A model as leaves, and the function that makes a model of the same structure from their new values."""

    leaves: list[Leaf]
    close: Callable[[Sequence[Any]], Any]

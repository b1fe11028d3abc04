"""Arrays of jax, made from the rectangles that the devices of this process hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import Sharding

from fanin._fanin import Initializer, Param
from fanin.adapter.axes import Axes, Run
from fanin.adapter.rectangle import rectangles
from fanin.window import runs_of


def make_array(
    param: Param,
    init: Initializer,
    seed: int,
    axes: Axes,
    shape: Sequence[int],
    sharding: Sharding,
    dtype: np.dtype[Any],
) -> jax.Array:
    """Return a parameter as a sharded array; devices that hold the same rectangle share its making.

    Parameters
    ----------
    param : Param
        With the shape of the address.
    init : Initializer
    seed : int
    axes : Axes
    shape : sequence of int
        The shape of the array.
    sharding : jax.sharding.Sharding
        Cuts the array evenly.
    dtype : numpy.dtype

    Raises
    ------
    FaninError
        If the initializer refuses the parameter.
    """
    stored = tuple(shape)
    wanted = local_rectangles(sharding, stored)
    made = dict(zip(wanted, rectangles(param, init, seed, axes, stored, wanted, dtype), strict=True))
    return jax.make_array_from_callback(stored, sharding, lambda index: made[_key(index, stored)], dtype=dtype)


def local_rectangles(sharding: Sharding, shape: tuple[int, ...]) -> list[tuple[Run, ...]]:
    """Return the distinct rectangles of the devices of this process: start and length on each axis."""
    indices = sharding.addressable_devices_indices_map(shape).values()
    return list(dict.fromkeys(_key(index, shape) for index in indices))


def _key(index: tuple[slice, ...] | None, shape: tuple[int, ...]) -> tuple[Run, ...]:
    return tuple(run for (run,) in runs_of(index, shape))

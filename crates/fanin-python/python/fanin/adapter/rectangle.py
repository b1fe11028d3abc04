"""Rectangles of parameters as new numpy arrays, in the order in which a framework stores them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fanin._fanin import Block, Initializer, Param, fill_blocks
from fanin.adapter.axes import Axes, Run
from fanin.dtype import dtype_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def rectangles(
    param: Param,
    init: Initializer,
    seed: int,
    axes: Axes,
    stored: Sequence[int],
    wanted: Sequence[Sequence[Run]],
    dtype: np.dtype[Any],
) -> list[NDArray[Any]]:
    """Return the values of rectangles of a parameter, filled together on all threads.

    Parameters
    ----------
    param : Param
        With the shape of the address.
    init : Initializer
    seed : int
    axes : Axes
    stored : sequence of int
        The shape of the whole parameter as stored.
    wanted : sequence of sequence of (int, int)
        For each rectangle the start and length on each stored axis.
    dtype : numpy.dtype

    Raises
    ------
    FaninError
        If the initializer refuses the parameter.
    """
    import numpy as np

    arrays = [np.empty([count for _, count in rectangle], dtype) for rectangle in wanted]
    blocks = []
    for array, rectangle in zip(arrays, wanted):
        runs, strides, offset = axes.block(stored, rectangle)
        pointer: int = array.__array_interface__["data"][0]
        blocks.append(
            Block(
                param, init, seed, ptr=pointer, nbytes=array.nbytes, dtype=dtype_name(dtype),
                runs=runs, strides=strides, offset=offset,
            )
        )  # fmt: skip
    fill_blocks(blocks)
    return arrays

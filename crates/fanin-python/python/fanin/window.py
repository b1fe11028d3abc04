"""Windows: the part of a parameter that slices select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Window: TypeAlias = "slice | tuple[slice, ...] | range"


def runs_of(window: slice | tuple[slice, ...] | None, shape: Sequence[int]) -> list[list[tuple[int, int]]]:
    """Return for each axis the start and length of what the slices select; axes without a slice are whole.

    Raises
    ------
    ValueError
        If there are more slices than axes, or a step is not 1.
    TypeError
        If the window is not made of slices.

    Examples
    --------
    >>> runs_of((slice(1, 3), slice(-2, None)), (4, 5, 6))
    [[(1, 2)], [(3, 2)], [(0, 6)]]
    """
    slices = () if window is None else window if isinstance(window, tuple) else (window,)
    if not all(isinstance(one, slice) for one in slices):
        raise TypeError("a window is a slice, a tuple of slices, or a range; use slice(i, i + 1) for one index")
    if len(slices) > len(shape):
        raise ValueError(f"the window has {len(slices)} slices, but the shape {tuple(shape)} has {len(shape)} axes")
    whole = [slice(None)] * (len(shape) - len(slices))
    runs: list[list[tuple[int, int]]] = []
    for one, length in zip([*slices, *whole], shape):
        start, stop, step = one.indices(length)
        if step != 1:
            raise ValueError(f"the window has a step of {step}; use slices without a step")
        runs.append([(start, max(stop - start, 0))])
    return runs

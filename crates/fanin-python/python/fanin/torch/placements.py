"""Placements: the part of a tensor that one rank stores, as runs of global indices for each axis.

Plain arithmetic on numbers: no tensors, no process groups, no communication.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Run = tuple[int, int]
"""Start and length of consecutive global indices."""


@dataclass(frozen=True)
class Cut:
    """One mesh dimension that shards an axis.

    Attributes
    ----------
    mesh_dim, size, coordinate : int
        The mesh dimension, its size, and this rank's place in it.
    split_factor : int
        1 for ``Shard``. For ``_StridedShard``, the number of pieces that are each divided among the ranks.
    """

    mesh_dim: int
    size: int
    coordinate: int
    split_factor: int = 1


def runs_of_axis(length: int, cuts: Sequence[Cut], order: Sequence[int] | None = None) -> list[Run]:
    """Return the global indices of an axis that a rank stores, in local order.

    ``_StridedShard`` has two meanings. FSDP2 on top of tensor parallelism uses it for an order: mesh dimensions further
    right were applied first, and the split factor is the product of their sizes. Views of sharded tensors use it for
    fused weights, where each of the pieces is sharded. `torch.distributed.tensor` returns one rectangle in both cases,
    which is wrong for uneven lengths and for fused weights.

    Parameters
    ----------
    length : int
        The global length of the axis.
    cuts : sequence of Cut
        The mesh dimensions that shard the axis, from left to right.
    order : sequence of int, optional
        Mesh dimensions in the order in which they were applied, if the tensor states it.

    Returns
    -------
    list of (int, int)
        Ascending runs, without neighbors and without empty ones.

    Raises
    ------
    ValueError
        If the split factors fit two different shardings.

    Examples
    --------
    13 rows by FSDP2 on 3 ranks over tensor parallelism on 2: the last rank of the first half has row 6 alone.

    >>> runs_of_axis(13, [Cut(0, 3, 2, split_factor=2), Cut(1, 2, 0)])
    [(6, 1)]

    Query and key in one matrix of 8 rows, each sharded over 2 ranks:

    >>> runs_of_axis(8, [Cut(0, 2, 1, split_factor=2)])
    [(2, 2), (6, 2)]
    """
    whole: list[Run] = [(0, length)] if length else []
    if order is not None:
        by_dim = {cut.mesh_dim: cut for cut in cuts}
        return _cut(whole, [(by_dim[mesh_dim], 1) for mesh_dim in order])
    applied = _decode(cuts)
    if applied is not None:
        return _cut(whole, [(cut, 1) for cut in applied])
    left_to_right = _cut(whole, [(cut, cut.split_factor) for cut in cuts])
    if len(cuts) == 1:
        return left_to_right
    # Fused weights under FSDP2: the fused pieces are cut first, and FSDP's split factor states only the order.
    right_to_left = _cut(whole, [(cut, _own_factor(cut, cuts)) for cut in reversed(cuts)])
    if left_to_right != right_to_left:
        raise ValueError(
            f"split factors {[cut.split_factor for cut in cuts]} on mesh dimensions of sizes "
            f"{[cut.size for cut in cuts]} fit two different shardings"
        )
    return left_to_right


def _decode(cuts: Sequence[Cut]) -> list[Cut] | None:
    """Return the cuts in the order of application, if every split factor is a product of sizes applied before."""
    applied: list[Cut] = []
    for cut in reversed(cuts):
        before = 1
        for place in range(len(applied) + 1):
            if before == cut.split_factor:
                applied.insert(place, cut)
                break
            if place < len(applied):
                before *= applied[place].size
        else:
            return None
    return applied


def _own_factor(cut: Cut, cuts: Sequence[Cut]) -> int:
    """Return the split factor without the sizes of the mesh dimensions further right."""
    right = math.prod(other.size for other in cuts if other.mesh_dim > cut.mesh_dim)
    return cut.split_factor // right if cut.split_factor % right == 0 else cut.split_factor


def _cut(runs: list[Run], steps: Sequence[tuple[Cut, int]]) -> list[Run]:
    for cut, pieces in steps:
        length = sum(count for _, count in runs)
        kept: list[Run] = []
        for piece in range(pieces):
            begin, end = _chunk(length, pieces, piece)
            first, last = _chunk(end - begin, cut.size, cut.coordinate)
            kept.extend(_between(runs, begin + first, begin + last))
        runs = _joined(kept)
    return runs


def _chunk(length: int, chunks: int, index: int) -> tuple[int, int]:
    """Return begin and end of a chunk of rounded-up length, as `torch.chunk` cuts."""
    size = -(-length // chunks)
    return min(index * size, length), min((index + 1) * size, length)


def _between(runs: list[Run], begin: int, end: int) -> list[Run]:
    """Return the runs of the local indices from `begin` to `end`."""
    found: list[Run] = []
    local = 0
    for start, count in runs:
        first, last = max(begin - local, 0), min(end - local, count)
        if first < last:
            found.append((start + first, last - first))
        local += count
    return found


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for start, count in runs:
        if joined and sum(joined[-1]) == start:
            joined[-1] = (joined[-1][0], joined[-1][1] + count)
        else:
            joined.append((start, count))
    return joined

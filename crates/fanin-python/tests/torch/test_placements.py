"""Runs of global indices, worked out by hand."""

from __future__ import annotations

import pytest

from fanin.torch.placements import Cut, runs_of_axis


def rows(length: int, cuts: list[Cut], order: list[int] | None = None) -> list[int]:
    """Return the global indices one by one."""
    return [index for start, count in runs_of_axis(length, cuts, order) for index in range(start, start + count)]


def test_chunks_are_rounded_up_and_the_last_may_be_empty() -> None:
    """5 rows on 4 ranks: 2, 2, 1, 0."""
    assert [runs_of_axis(5, [Cut(0, 4, rank)]) for rank in range(4)] == [[(0, 2)], [(2, 2)], [(4, 1)], []]
    assert runs_of_axis(0, [Cut(0, 4, 1)]) == []
    assert runs_of_axis(7, []) == [(0, 7)]


def test_from_left_to_right() -> None:
    """Mesh dimensions that shard the same axis divide it one after the other."""
    assert rows(12, [Cut(0, 2, 1), Cut(1, 3, 2)]) == [10, 11]


def test_split_factors_state_an_order() -> None:
    """FSDP2 over tensor parallelism: the right mesh dimension is applied first. 13 rows are cut in 7 and 6."""
    stored = {(dp, tp): rows(13, [Cut(0, 3, dp, 2), Cut(1, 2, tp)]) for dp in range(3) for tp in range(2)}
    assert stored == {
        (0, 0): [0, 1, 2],
        (1, 0): [3, 4, 5],
        (2, 0): [6],
        (0, 1): [7, 8],
        (1, 1): [9, 10],
        (2, 1): [11, 12],
    }


def test_split_factors_of_three_dimensions() -> None:
    """Order 2, 0, 1 on a mesh of 4 x 3 x 2, as torch documents it."""
    cuts = [Cut(0, 4, 3, 2), Cut(1, 3, 1, 2), Cut(2, 2, 1)]
    assert rows(48, cuts) == rows(48, [Cut(0, 4, 3), Cut(1, 3, 1), Cut(2, 2, 1)], [2, 0, 1]) == [44, 45]


def test_fused_pieces_give_several_runs() -> None:
    """Query, key and value of 4 rows each, over 2 ranks."""
    assert runs_of_axis(12, [Cut(0, 2, 0, 3)]) == [(0, 2), (4, 2), (8, 2)]
    assert runs_of_axis(12, [Cut(0, 2, 1, 3)]) == [(2, 2), (6, 2), (10, 2)]
    # Uneven: pieces of 3, 3 and 1 rows.
    assert runs_of_axis(7, [Cut(0, 2, 1, 3)]) == [(2, 1), (5, 1)]


def test_neighbors_are_joined() -> None:
    """One rank has all pieces."""
    assert runs_of_axis(12, [Cut(0, 1, 0, 3)]) == [(0, 12)]


def test_ambiguous_split_factors_are_refused() -> None:
    """Fused pieces under FSDP2 are one sharding to FSDP and another one to `full_tensor`."""
    with pytest.raises(ValueError, match="fit two different shardings"):
        runs_of_axis(12, [Cut(0, 2, 0, 2), Cut(1, 2, 0, 3)])


@pytest.mark.parametrize("length", [1, 7, 12, 13, 31])
@pytest.mark.parametrize(
    ("sizes", "factors"), [((3, 2), (2, 1)), ((2, 2, 2), (4, 2, 1)), ((5,), (3,)), ((2, 4), (1, 1))]
)
def test_ranks_partition_the_axis(length: int, sizes: tuple[int, ...], factors: tuple[int, ...]) -> None:
    """Every index is stored once."""
    coordinates = [[]]
    for size in sizes:
        coordinates = [[*before, one] for before in coordinates for one in range(size)]
    found = []
    for coordinate in coordinates:
        cuts = [Cut(dim, *one) for dim, one in enumerate(zip(sizes, coordinate, factors))]
        found.extend(rows(length, cuts))
    assert sorted(found) == list(range(length))

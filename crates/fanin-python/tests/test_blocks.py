"""The native fill of memory by address: runs, strides, batches, and what it refuses."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pytest

from fanin._fanin import Block, FaninError, Initializer, Param, fill_blocks

WHOLE = Param("layers.0.weight", (6, 8), layout="oi")


def whole(init: str = "he_normal", param: Param = WHOLE, seed: int = 1) -> np.ndarray:
    """Return the whole parameter."""
    array = np.empty(param.shape, np.float32)
    fill_blocks([Block(param, init, seed, ptr=array.ctypes.data, nbytes=array.nbytes, dtype="f32")])
    return array


def of_runs(array: np.ndarray, runs: list[list[tuple[int, int]]]) -> np.ndarray:
    """Return the elements at the runs of each axis."""
    indices = [list(itertools.chain(*(range(start, start + length) for start, length in axis))) for axis in runs]
    return array[np.ix_(*indices)]


@pytest.mark.parametrize("init", ["he_normal", "orthogonal", "sparse(0.5)", "uniform", "eye"])
@pytest.mark.parametrize(
    "runs",
    [
        [[(0, 6)], [(0, 8)]],
        [[(2, 3)], [(0, 8)]],
        [[(0, 6)], [(3, 2)]],
        [[(1, 1), (3, 2)], [(0, 2), (4, 1), (6, 2)]],
        [[(5, 1)], [(7, 1)]],
        [[(0, 3), (3, 3)], [(0, 8)]],
        [[], [(0, 8)]],
        [[(2, 0)], [(8, 0)]],
    ],
)
def test_a_block_has_the_values_of_the_whole(init, runs):
    """In row-major memory, in column-major memory, and backwards."""
    expected = of_runs(whole(init), runs)
    for order in ["C", "F", "backwards"]:
        local = np.full(expected.shape, np.nan, np.float32, order="F" if order == "F" else "C")
        view = local[::-1, ::-1] if order == "backwards" else local
        strides = [stride // 4 for stride in view.strides]
        block = Block(
            WHOLE, init, 1, ptr=local.ctypes.data, nbytes=local.nbytes, dtype="f32", runs=runs, strides=strides,
            offset=max(local.size - 1, 0) if order == "backwards" else 0,
        )  # fmt: skip
        fill_blocks([block])
        assert view.tobytes() == expected.tobytes()


def test_an_empty_block_needs_no_memory():
    """As the shards of frameworks that have no rows."""
    fill_blocks([Block(WHOLE, "he_normal", 1, ptr=0, nbytes=0, dtype="bf16", runs=[[], [(0, 8)]])])
    fill_blocks([Block(Param("w", (0, 3)), "zeros", 1, ptr=0, nbytes=0, dtype="f32")])
    fill_blocks([])


def test_a_batch_fills_small_and_large_blocks_on_all_threads():
    """Many parameters in one call have the values of one after another."""
    sizes = [7, 100_000, 3, 400_000, 50, 1, 0, 65_537] * 4
    params = [Param(f"w.{place}", (size,)) for place, size in enumerate(sizes)]
    arrays = [np.empty(size, np.float64) for size in sizes]
    fill_blocks(
        [
            Block(param, "normal(std = 1.0)", 3, ptr=array.ctypes.data, nbytes=array.nbytes, dtype="f64")
            for param, array in zip(params, arrays)
        ]
    )
    for param, array in zip(params, arrays):
        alone = np.empty_like(array)
        fill_blocks([Block(param, "normal(std = 1.0)", 3, ptr=alone.ctypes.data, nbytes=alone.nbytes, dtype="f64")])
        assert alone.tobytes() == array.tobytes()


def test_blocks_that_share_memory_are_filled_in_order():
    """Interleaved columns are apart, though their spans cross; of equal ones the last remains."""
    param = Param("w", (1000, 2))
    expected = np.empty((1000, 2), np.float32)
    fill_blocks([Block(param, "uniform", 0, ptr=expected.ctypes.data, nbytes=expected.nbytes, dtype="f32")])
    array = np.zeros((1000, 2), np.float32)

    def column(place: int, init: str = "uniform") -> Block:
        return Block(
            param, init, 0, ptr=array.ctypes.data, nbytes=array.nbytes, dtype="f32", runs=[[(0, 1000)], [(place, 1)]],
            strides=[2, 1], offset=place,
        )  # fmt: skip

    fill_blocks([column(0, "ones"), column(1), column(0)])
    assert array.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ptr": 0}, "is a null pointer"),
        ({"ptr": 1}, "is not aligned to elements of type f32"),
        ({"nbytes": 6 * 8 * 4 - 1}, "are outside of the"),
        ({"nbytes": 2**64 - 1}, "are outside of the"),
        ({"offset": 1}, "are outside of the"),
        ({"offset": -1}, "are outside of the"),
        ({"strides": [-8, 1]}, "are outside of the"),
        ({"strides": [2**62, 2**62]}, "are outside of the"),
        ({"strides": [8, 0]}, "share memory"),
        ({"strides": [4, 1]}, "share memory"),
        ({"strides": [8]}, "has 2 axes, but there are 1 strides"),
        ({"runs": [[(0, 6)]]}, "runs for 1"),
        ({"runs": [[(0, 7)], [(0, 8)]]}, "exceeds axis 0, of length 6"),
        ({"runs": [[(2**64 - 1, 2)], [(0, 8)]]}, "exceeds axis 0, of length 6"),
        ({"runs": [[(3, 2), (0, 2)], [(0, 8)]]}, "use ascending runs"),
        ({"runs": [[(0, 3), (2, 2)], [(0, 8)]]}, "use ascending runs"),
        ({"runs": [[(0, 6, 1)], [(0, 8)]]}, "a run is a pair"),
        ({"dtype": "float32"}, "did you mean 'f32'"),
        ({"dtype": "i8"}, "unknown dtype"),
    ],
)
def test_a_block_that_cannot_be_filled(changes, words):
    """Refused when it is made: no memory is touched."""
    array = np.zeros((6, 8), np.float32)
    given = {"ptr": array.ctypes.data, "nbytes": array.nbytes, "dtype": "f32", **changes}
    with pytest.raises(ValueError) as raised:
        Block(WHOLE, "he_normal", 1, **given)
    assert words in str(raised.value), raised.value


def test_all_refusals_come_before_the_first_value():
    """One error lists them."""
    array = np.zeros((2, 3), np.float32)

    def block(name: str, init: str) -> Block:
        param = Param(name, (2, 3))
        return Block(param, init, 0, ptr=array.ctypes.data, nbytes=array.nbytes, dtype="f32")

    with pytest.raises(FaninError) as raised:
        fill_blocks([block("a", "ones"), block("b", "he_normal"), block("c", "normal(std = 1e39)"), block("d", "eye")])
    assert len(raised.value.problems) == 2 and not array.any()
    assert all(f"'{name}'" in str(raised.value) for name in "bc")


def test_parameters_and_initializers_are_values():
    """Equal, hashable, and the same after pickling."""
    init = Initializer("normal( std=1e-2 )")
    assert (init.text, str(init)) == ("normal(std = 0.01)", "normal(std = 0.01)")
    assert init == Initializer(init) == pickle.loads(pickle.dumps(init)) and len({init, Initializer(init.text)}) == 1
    param = Param("conv", (64, 8, 3, 3), layout="oihw", groups=4, role="weight")
    assert (param.name, param.shape, param.layout, param.groups, param.fans, param.len) == (
        "conv", (64, 8, 3, 3), "oi", 4, (72, 144), 4608,
    )  # fmt: skip
    assert Param("w", (2,), fans=(3, 4)).fans == (3, 4) and Param("w", (2,)).fans is None
    assert Param("w", (2,)) == Param("w", [2]) != Param("v", (2,))
    for wrong in [
        {"role": "king"},
        {"layout": "xy"},
        {"layout": "oihw"},
        {"groups": -1},
        {"fans": (1, -1)},
        {"fans": (1,)},
    ]:
        with pytest.raises(ValueError):
            Param("w", (2, 3), **wrong)
    for wrong in [{"groups": "2"}, {"fans": 3}, {"fans": "ab"}]:
        with pytest.raises(TypeError):
            Param("w", (2, 3), **wrong)

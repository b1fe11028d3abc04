"""Arrays have the bits that the command writes: every initializer, every element type, every memory order."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import fanin

tomllib = pytest.importorskip("tomllib")
ml_dtypes = pytest.importorskip("ml_dtypes")

LAWS = Path(os.environ.get("FANIN_LAWS") or Path(__file__).parents[2] / "fanin-conformance/laws/initializers.toml")
CASES = tomllib.loads(LAWS.read_text())["case"]
DTYPES = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16),
}


def file_values(path: Path) -> bytes:
    """Return the bytes of the only tensor in a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return data[8 + length :]


def bits(array: np.ndarray) -> bytes:
    """Return the elements in row-major order."""
    return np.ascontiguousarray(array).tobytes()


# The command has no scalars.
@pytest.mark.parametrize("number", [number for number, case in enumerate(CASES) if case["shape"]])
def test_values_are_those_of_the_command(number, command, tmp_path):
    """Each case of the conformance laws, in one of its element types after the other."""
    case = CASES[number]
    dtypes = case.get("dtypes", list(DTYPES))
    dtype = dtypes[number % len(dtypes)]
    name = f"case.{number}.weight"
    options = [f"--layout={case['layout']}"] if "layout" in case else []
    groups = case.get("groups", 1)
    options += [f"--groups={groups}"] if groups != 1 else []
    shape = case["shape"]
    out = tmp_path / "values.safetensors"
    axes = ",".join(map(str, shape))
    done = command(
        "sample", f"--init={case['initializer']}", f"--shape={axes}", f"--dtype={dtype}", f"--seed={number}",
        f"--name={name}", f"--out={out}", *options,
    )  # fmt: skip
    given = {"seed": number, "name": name, "layout": case.get("layout"), "groups": groups}
    if done.returncode:
        # A case of what is refused: in the same words.
        with pytest.raises((ValueError, fanin.FaninError)) as raised:
            fanin.sample(case["initializer"], shape, dtype=dtype, **given)
        assert done.stderr.decode() == f"fanin: {raised.value}\n"
        assert "refusal" in case["expect"] or str(raised.value).startswith("the layout ")
        return
    whole = fanin.sample(case["initializer"], shape, dtype=dtype, **given)
    assert whole.dtype == DTYPES[dtype] and whole.shape == tuple(shape)
    assert bits(whole) == file_values(out)

    # Every other element of a larger array, the axes reversed: a strided and transposed view of it.
    holder = np.full([2 * length + 1 for length in reversed(shape)], 7, DTYPES[dtype])
    view = holder[tuple(slice(1, 2 * length, 2) for length in reversed(shape))].T
    assert fanin.fill_(view, case["initializer"], **given) is view
    assert bits(view) == bits(whole)
    mask = np.ones(holder.shape, bool)
    mask.T[tuple(slice(1, 2 * length, 2) for length in shape)] = False
    assert (holder[mask] == 7).all(), "elements outside of the view were written"

    # The same memory backwards.
    turned = np.zeros_like(whole)[tuple(slice(None, None, -1) for _ in shape)]
    fanin.fill_(turned, case["initializer"], **given)
    assert bits(turned) == bits(whole)

    # A rectangle, and a range of the flattened parameter.
    window = tuple(slice(length // 3, length - length // 4) for length in shape)
    assert bits(fanin.sample(case["initializer"], shape, dtype=dtype, window=window, **given)) == bits(whole[window])
    part = range(whole.size // 5, whole.size - whole.size // 7)
    flat = fanin.sample(case["initializer"], shape, dtype=dtype, window=part, **given)
    assert bits(flat) == bits(whole.ravel()[part.start : part.stop])


def test_the_cases_have_every_initializer(command):
    """The list of the command names no initializer without a case."""
    listed = json.loads(command("list", "initializers", "--json").stdout)
    names = (
        {entry["name"] for entry in listed.get("initializers", listed)}
        if isinstance(listed, dict)
        else {entry["name"] for entry in listed}
    )
    assert len(names) > 30
    used = " ".join(case["initializer"] for case in CASES)
    assert [name for name in sorted(names) if name not in used] == []


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_scalar_and_empty_arrays(dtype):
    """Arrays of no axis and of no element."""
    scalar = fanin.sample("constant(0.5)", (), seed=0, name="w", dtype=dtype)
    assert scalar.shape == () and scalar == 0.5
    for shape in [(0,), (3, 0), (0, 2)]:
        assert fanin.sample("normal(std = 1.0)", shape, seed=0, name="w", dtype=dtype).shape == shape
    array = np.ones((4, 0), DTYPES[dtype])
    assert fanin.fill_(array, "zeros", seed=0, name="w") is array


def test_numpys_types_and_numbers_are_taken():
    """Numpy's integers, types and shapes mean what Python's do."""
    plain = fanin.sample("uniform", (3, 4), seed=5, name="w")
    for dtype in ["float32", np.float32, np.dtype("<f4"), "f32"]:
        given = fanin.sample("uniform", (np.int64(3), np.int32(4)), seed=np.uint64(5), name="w", dtype=dtype)
        assert bits(given) == bits(plain)
    assert fanin.sample("uniform", 12, seed=5, name="w").shape == (12,)
    assert fanin.sample("uniform", 3, seed=5, name="w", dtype="f16").dtype == np.float16
    assert bits(fanin.sample("uniform", [3, 4], seed=2**64 - 1, name="w")) != bits(plain)


def test_other_seeds_and_names_have_other_values():
    """The impostor of every comparison above."""
    first = fanin.sample("uniform", (64,), seed=5, name="w")
    for seed, name in [(6, "w"), (5, "v")]:
        assert (fanin.sample("uniform", (64,), seed=seed, name=name) != first).mean() > 0.9

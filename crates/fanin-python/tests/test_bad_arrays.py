"""Arrays that cannot be filled are refused, by an exception of the right type, and stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import fanin


def readonly() -> np.ndarray:
    """Return an array that may not be written."""
    array = np.zeros((4, 4), np.float32)
    array.setflags(write=False)
    return array


def unaligned() -> np.ndarray:
    """Return an array at an odd address."""
    return np.zeros(65, np.uint8)[1:].view(np.float32).reshape(4, 4)


def field() -> np.ndarray:
    """Return a field of packed records: its strides are no multiples of its size."""
    return np.zeros((4, 4), np.dtype([("flag", "u1"), ("value", "f4")]))["value"]


REFUSED = {
    "read-only": (readonly, ValueError, "read-only"),
    "unaligned": (unaligned, ValueError, "not aligned"),
    "a field": (field, ValueError, "not multiples of the 4 bytes"),
    "byte-swapped": (lambda: np.zeros((4, 4), ">f4"), ValueError, "byte-swapped"),
    "broadcast": (lambda: np.broadcast_to(np.zeros(4, np.float32), (4, 4)), ValueError, "read-only"),
    "zero stride": (lambda: as_strided(np.zeros(4, np.float32), (4, 4), (0, 4)), ValueError, "share memory"),
    "overlapping": (lambda: as_strided(np.zeros(16, np.float32), (4, 4), (8, 4)), ValueError, "share memory"),
    "objects": (lambda: np.zeros((4, 4), object), TypeError, "dtype object"),
    "integers": (lambda: np.zeros((4, 4), np.int32), TypeError, "dtype int32"),
    "complex": (lambda: np.zeros((4, 4), np.complex64), TypeError, "dtype complex64"),
    "long double": (lambda: np.zeros((4, 4), np.longdouble), TypeError, "dtype"),
    "records": (lambda: np.zeros((4, 4), "f4,f4"), TypeError, "dtype"),
    "a list": (lambda: [[0.0] * 4] * 4, TypeError, "takes a numpy array, not list"),
    "a memoryview": (lambda: memoryview(np.zeros((4, 4), np.float32)), TypeError, "not memoryview"),
    "another shape": (lambda: np.zeros((4, 5), np.float32), ValueError, "has shape (4, 5)"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_array_that_cannot_be_filled(kind):
    """Nothing is written."""
    make, error, words = REFUSED[kind]
    array = make()
    before = np.array(array, copy=True)
    with pytest.raises(error) as raised:
        fanin.fill_(array, "ones", seed=0, name="w", shape=(4, 4))
    assert words in str(raised.value) and "\n" not in str(raised.value)
    assert (np.asarray(array) == before).all()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"init": "he_norml"}, ValueError, "did you mean 'he_normal'"),
        ({"init": "normal(std = -1)"}, ValueError, "std"),
        ({"init": 3}, TypeError, "an initializer must be a str"),
        ({"init": None}, TypeError, "an initializer must be a str"),
        ({"shape": (3, -1)}, ValueError, "shape (3, -1)"),
        ({"shape": (2**62, 2**62)}, ValueError, "more elements than"),
        ({"shape": "34"}, TypeError, "shape must be a sequence of integers"),
        ({"shape": (3.5, 4)}, TypeError, "shape must be a sequence of integers"),
        ({"seed": -1}, ValueError, "from 0 to 18446744073709551615"),
        ({"seed": 2**64}, ValueError, "from 0 to 18446744073709551615"),
        ({"seed": "1"}, TypeError, "the seed must be an integer, not str"),
        ({"seed": 1.5}, TypeError, "the seed must be an integer, not float"),
        ({"name": b"w"}, TypeError, ""),
        ({"name": "\ud800"}, ValueError, ""),
        ({"layout": "xy"}, ValueError, "unknown layout 'xy'"),
        ({"layout": "oihw"}, ValueError, "has 4 axes, but the shape [3, 4] has 2"),
        ({"layout": "oi", "groups": 2}, fanin.FaninError, "cannot be split into 2 groups"),
        ({"fans": (0, 1)}, fanin.FaninError, "a stated fan is 0"),
        ({"layout": None}, fanin.FaninError, "no layout is stated"),
        ({"dtype": "int8"}, ValueError, "int8 is not supported"),
        ({"dtype": "f128x"}, ValueError, "unknown dtype 'f128x'"),
        ({"dtype": ">f4"}, ValueError, "not supported"),
        ({"dtype": "f16", "init": "normal(std = 1e6)"}, fanin.FaninError, "out of range for f16"),
        ({"window": (slice(0, 1),) * 3}, ValueError, "has 3 slices"),
        ({"window": slice(0, 3, 2)}, ValueError, "step of 2"),
        ({"window": range(0, 13)}, ValueError, "exceed the parameter's 12 elements"),
        ({"window": range(-1, 3)}, ValueError, "starts at -1"),
        ({"window": range(0, 4, 2)}, ValueError, "step of 2"),
        ({"window": 3}, TypeError, "a window is a slice"),
        ({"window": (0, 1)}, TypeError, "a window is a slice"),
    ],
)
def test_an_invalid_argument(arguments, error, words):
    """The words are those of the command."""
    given = {"init": "he_normal", "shape": (3, 4), "seed": 0, "name": "w", "layout": "oi", **arguments}
    with pytest.raises(error) as raised:
        fanin.sample(given.pop("init"), given.pop("shape"), **given)
    assert words in str(raised.value) and "\n" not in str(raised.value)
    assert type(raised.value) in (error, UnicodeEncodeError)


def test_memory_that_does_not_exist_is_an_exception():
    """A parameter larger than memory is refused by numpy."""
    with pytest.raises(MemoryError):
        fanin.sample("zeros", (2**45,), seed=0, name="w")


def test_a_window_needs_the_whole_shape():
    """The array's own shape is that of the window."""
    with pytest.raises(ValueError, match="needs the shape"):
        fanin.fill_(np.zeros(3, np.float32), "zeros", seed=0, name="w", window=slice(0, 3))

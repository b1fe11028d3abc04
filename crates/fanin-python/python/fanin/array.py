"""Values of parameters in numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import TYPE_CHECKING, Any, TypeAlias

from fanin._fanin import Block, Initializer, Param, fill_blocks, fill_window
from fanin.dtype import dtype_name, numpy_dtype
from fanin.window import Window, runs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Runs: TypeAlias = "list[list[tuple[int, int]]]"


def sample(
    init: str | Initializer,
    shape: int | Sequence[int],
    *,
    seed: int,
    name: str,
    layout: str | None = None,
    groups: int = 1,
    fans: tuple[int, int] | None = None,
    dtype: object = "float32",
    window: Window | None = None,
) -> NDArray[Any]:
    """Return the values of a parameter, or of a part of it, as a new array.

    Parameters
    ----------
    init : str
        The initializer in text form, such as ``"he_normal(gain = 0.5)"``.
    shape : int or sequence of int
        The shape of the whole parameter.
    seed : int
        From 0 to 2**64 - 1.
    name : str
        The full name of the parameter, which determines the values together with the seed.
    layout : str, optional
        The order of the axes, which determines the fans: oi for [out, in], io, oihw, hwio, iohw, hwoi or transposed.
    groups : int
        The groups of a convolution.
    fans : tuple of (int, int), optional
        Fan-in and fan-out, instead of those of the layout.
    dtype : str or numpy.dtype
        float32, float64, float16 or bfloat16; the latter needs the package ml_dtypes.
    window : slice, tuple of slice, or range, optional
        Slices give the rectangle ``sample(...)[window]``; a range gives these elements of the flattened parameter.

    Returns
    -------
    numpy.ndarray
        Of the shape of the parameter or the window, in row-major order.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If an argument has a wrong type.
    FaninError
        If the initializer refuses the parameter.

    Examples
    --------
    >>> sample("orthogonal", (3, 2), seed=0, name="w", layout="oi").shape
    (3, 2)
    >>> sample("normal(std = 0.02)", (4, 4), seed=1, name="w", dtype="float64", window=range(5, 7)).shape
    (2,)
    """
    import numpy as np

    param = Param(name, _shape(shape), layout=layout, groups=groups, fans=fans)
    kind = numpy_dtype(dtype)
    if isinstance(window, range):
        return _sample_range(init, param, seed, window, kind)
    runs = runs_of(window, param.shape)
    array = np.empty([sum(length for _, length in axis) for axis in runs], kind)
    _fill(array, init, param, seed, runs)
    return array


def fill_(
    array: NDArray[Any],
    init: str | Initializer,
    *,
    seed: int,
    name: str,
    layout: str | None = None,
    groups: int = 1,
    fans: tuple[int, int] | None = None,
    shape: int | Sequence[int] | None = None,
    window: Window | None = None,
) -> NDArray[Any]:
    """Fill an array in place with the values of a parameter, or of a part of it, on all threads.

    Nothing is copied: the array may have any strides and memory order, such as a transposed view or a column.

    Parameters
    ----------
    array : numpy.ndarray
        Writable; float32, float64, float16, or bfloat16 of ml_dtypes.
    init, seed, name, layout, groups, fans
        As in `sample`.
    shape : int or sequence of int, optional
        The shape of the whole parameter, if the array is a part of it.
    window : slice or tuple of slice, optional
        The part of the parameter that the array is.

    Returns
    -------
    numpy.ndarray
        The array itself.

    Raises
    ------
    ValueError
        If the array is read-only, byte-swapped, not aligned, or has elements that share memory; if an argument is
        invalid.
    TypeError
        If the array is not a numpy array of floats.
    FaninError
        If the initializer refuses the parameter, before a value is written.

    Examples
    --------
    >>> import numpy as np
    >>> weight = np.empty((8, 4), np.float32)
    >>> whole = fill_(weight, "he_uniform", seed=0, name="w", layout="oi")
    >>> shard = np.empty((2, 4), np.float32)
    >>> shard = fill_(shard, "he_uniform", seed=0, name="w", layout="oi", shape=(8, 4), window=slice(6, 8))
    >>> bool((shard == weight[6:8]).all())
    True
    """
    import numpy as np

    if not isinstance(array, np.ndarray):
        raise TypeError(f"fill_ takes a numpy array, not {type(array).__name__}")
    if shape is None:
        if window is not None:
            raise ValueError("a window needs the shape of the whole parameter; give shape=(...)")
        shape = array.shape
    if isinstance(window, range):
        raise TypeError("fill_ takes slices as a window, one for each axis; a range is for sample")
    param = Param(name, _shape(shape), layout=layout, groups=groups, fans=fans)
    runs = runs_of(window, param.shape)
    local = tuple(sum(length for _, length in axis) for axis in runs)
    if local != array.shape:
        raise ValueError(f"the array has shape {array.shape}, but the part of the parameter has {local}")
    _fill(array, init, param, seed, runs)
    return array


def _shape(given: int | Sequence[int]) -> Sequence[int]:
    try:
        return (index(given),)  # type: ignore[arg-type]
    except TypeError:
        return given  # type: ignore[return-value]


def _fill(array: NDArray[Any], init: str | Initializer, param: Param, seed: int, runs: Runs | None) -> None:
    size = array.itemsize
    dtype = dtype_name(array.dtype)
    if not array.dtype.isnative:
        raise ValueError(f"the array is byte-swapped ({array.dtype}); use array.astype(array.dtype.newbyteorder('='))")
    if not array.flags.writeable:
        raise ValueError("the array is read-only; use a copy, or array.setflags(write=True) if it owns its memory")
    if any(stride % size for stride, length in zip(array.strides, array.shape) if length > 1):
        raise ValueError(f"the strides {array.strides} are not multiples of the {size} bytes of {dtype}; use a copy")
    reaches = [stride * (length - 1) for stride, length in zip(array.strides, array.shape)]
    before = -sum(reach for reach in reaches if reach < 0) if array.size else 0
    after = sum(reach for reach in reaches if reach > 0) + size if array.size else 0
    block = Block(
        param,
        init,
        seed,
        ptr=_address(array) - before,
        nbytes=before + after,
        dtype=dtype,
        runs=runs,
        strides=[stride // size for stride in array.strides],
        offset=before // size,
    )
    fill_blocks([block])


def _sample_range(init: str | Initializer, param: Param, seed: int, window: range, kind: np.dtype[Any]) -> NDArray[Any]:
    """Return consecutive elements of the flattened parameter."""
    import numpy as np

    if window.step != 1:
        raise ValueError(f"the window has a step of {window.step}; use a range without a step")
    if window.start < 0:
        raise ValueError(f"the window starts at {window.start}; use 0 or more")
    array = np.empty(len(window), kind)
    fill_window(param, init, seed, _address(array), array.nbytes, dtype_name(kind), window.start)
    return array


def _address(array: NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address

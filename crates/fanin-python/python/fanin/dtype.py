"""Element types: the names of the command, and numpy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_NAMES = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}
_NUMPY = {short: long for long, short in _NAMES.items()}


def dtype_name(dtype: np.dtype[Any]) -> str:
    """Return the command's name of a numpy element type, in either byte order.

    Raises
    ------
    TypeError
        If it is not one of the four floats.
    """
    short = _NAMES.get(dtype.name)
    if short is None:
        raise TypeError(f"the array has dtype {dtype}; use float32, float64, float16 or bfloat16")
    return short


def numpy_dtype(given: object) -> np.dtype[Any]:
    """Return the numpy element type of a name, or of what numpy takes for one.

    The names of the command (f32, f64, f16, bf16) mean what they mean there; for numpy alone, ``f16`` is a long double.

    Raises
    ------
    ValueError
        If it is not one of the four floats, in the byte order of this machine.
    """
    import numpy as np

    name = _NUMPY.get(given, given) if isinstance(given, str) else given
    try:
        dtype: np.dtype[Any] = _bfloat16() if name == "bfloat16" else np.dtype(name)  # type: ignore[call-overload]
    except TypeError as error:
        raise ValueError(f"unknown dtype {given!r}; use float32, float64, float16 or bfloat16") from error
    if dtype.name not in _NAMES or not dtype.isnative:
        raise ValueError(f"dtype {dtype} is not supported; use float32, float64, float16 or bfloat16")
    return dtype


def _bfloat16() -> np.dtype[Any]:
    import numpy as np

    try:
        import ml_dtypes
    except ImportError as error:
        raise ValueError("numpy has no bfloat16 of its own; install ml_dtypes, or use another dtype") from error
    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype

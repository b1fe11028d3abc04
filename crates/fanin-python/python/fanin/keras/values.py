"""Values of weights as Keras's backend takes them, on the devices that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from fanin._fanin import Initializer, Param
from fanin.adapter.axes import Axes
from fanin.adapter.rectangle import rectangles
from fanin.dtype import numpy_dtype


def values_of(param: Param, init: Initializer, seed: int, axes: Axes, shape: Sequence[int], variable: Any) -> Any:
    """Return the values of a weight, sharded as the variable is."""
    return values(param, init, seed, axes, shape, variable.dtype, getattr(variable.value, "sharding", None))


def values(
    param: Param, init: Initializer, seed: int, axes: Axes, shape: Sequence[int], dtype: str, sharding: Any
) -> Any:
    """Return the values of a weight: an array of jax with the sharding, or else of numpy.

    Raises
    ------
    FaninError
        If the initializer refuses the parameter.
    """
    kind = numpy_dtype(dtype)
    if sharding is not None and keras.backend.backend() == "jax":
        from fanin.jax.array import make_array

        return make_array(param, init, seed, axes, shape, _on_devices(sharding), kind)
    whole = [(0, length) for length in shape]
    return rectangles(param, init, seed, axes, shape, [whole], kind)[0]


def _on_devices(sharding: Any) -> Any:
    """Return a sharding with the devices of the current distribution, if its mesh is abstract, as in Keras's layers."""
    import jax

    if not isinstance(getattr(sharding, "mesh", None), jax.sharding.AbstractMesh):
        return sharding
    mesh = keras.distribution.distribution().device_mesh.backend_mesh
    return jax.sharding.NamedSharding(mesh, sharding.spec)

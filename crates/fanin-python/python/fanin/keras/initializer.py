"""A Keras initializer for one weight with a name."""

from __future__ import annotations

from operator import index
from typing import Any

import keras

from fanin import _fanin
from fanin.adapter.axes import Axes
from fanin.adapter.facts import Facts
from fanin.adapter.stored import as_is, convolution, dense
from fanin.keras.values import values


@keras.saving.register_keras_serializable(package="fanin")
class Initializer(keras.initializers.Initializer):  # type: ignore[misc,unused-ignore]
    """Initializes a weight with the values of a name and a seed.

    Keras does not tell an initializer which weight it makes, so the name is an argument. Weights that share an
    initializer get the same values: for layers that make several from one, such as `MultiHeadAttention`, use
    `fanin.keras.init_`.

    Parameters
    ----------
    init : str
        The initializer in text form, such as ``"he_normal(gain = 0.5)"``.
    seed : int
        From 0 to 2**64 - 1.
    name : str
        The full name of the weight in PyTorch's terms, such as ``fc.weight``.
    layout : str, optional
        The order of axes of the weight and of its address, such as ``"i h d -> (h d) i"`` for a projection of an
        attention or ``"o i -> o i"`` for embeddings. Without it, two axes are those of a dense layer, [in, out], and
        three or more those of a convolution, [k..., in / groups, out].
    groups : int
        The groups of a convolution.
    fans : tuple of (int, int), optional
        Fan-in and fan-out, instead of those of the layout.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If an argument has a wrong type.

    Examples
    --------
    >>> import fanin
    >>> layer = keras.layers.Dense(2, kernel_initializer=Initializer("he_normal", seed=42, name="fc.weight"))
    >>> layer.build((None, 3))
    >>> weight = fanin.sample("he_normal", (2, 3), seed=42, name="fc.weight", layout="oi")
    >>> bool((keras.ops.convert_to_numpy(layer.kernel) == weight.T).all())
    True
    >>> Initializer.from_config(layer.kernel_initializer.get_config()).name
    'fc.weight'
    """

    def __init__(
        self,
        init: str,
        seed: int,
        name: str,
        layout: str | None = None,
        groups: int = 1,
        fans: tuple[int, int] | None = None,
    ) -> None:
        self.init = _fanin.Initializer(init).text
        self.seed = index(seed)
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"seed {seed} is out of range; use 0 to 2**64 - 1")
        if not isinstance(name, str):
            raise TypeError(f"name must be a str, not {type(name).__name__}")
        self.name = name
        self.layout = layout
        self.groups = index(groups)
        self.fans = None if fans is None else (index(fans[0]), index(fans[1]))
        if layout is not None:
            Axes.parse(layout)

    def __call__(self, shape: Any, dtype: Any = None, layout: Any = None) -> Any:
        """Return the values of a weight of this shape.

        Parameters
        ----------
        shape : sequence of int
        dtype : str, optional
            float32, float64, float16 or bfloat16; `keras.config.floatx()` without it.
        layout : keras.distribution.TensorLayout, optional
            How the backend distributes the weight.

        Raises
        ------
        ValueError
            If the shape does not have the axes of the layout.
        FaninError
            If the initializer refuses the weight.
        """
        shape = tuple(int(length) for length in shape)
        axes, stated = self._stored(shape)
        param = _fanin.Param(
            self.name, axes.address_shape(shape), role=stated.role, layout=stated.layout, groups=self.groups,
            fans=self.fans,
        )  # fmt: skip
        kind = keras.backend.standardize_dtype(dtype or keras.config.floatx())
        sharding = getattr(layout, "backend_layout", layout)
        value = values(param, _fanin.Initializer(self.init), self.seed, axes, shape, kind, sharding)
        return value if sharding is not None else keras.ops.convert_to_tensor(value, dtype=kind)

    def _stored(self, shape: tuple[int, ...]) -> tuple[Axes, Facts]:
        if self.layout is not None:
            axes = Axes.parse(self.layout)
            if axes.rank != len(shape):
                raise ValueError(f"layout '{self.layout}' has {axes.rank} axes, but '{self.name}' has shape {shape}")
            return axes, Facts(layout="oi" if len(axes.groups) > 1 else None)
        if len(shape) < 2:
            known = as_is("", shape, Facts())
        else:
            known = dense(shape, 1) if len(shape) == 2 else convolution(shape, self.groups)
        return known.axes, known.facts

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "init": self.init,
            "seed": self.seed,
            "name": self.name,
            "layout": self.layout,
            "groups": self.groups,
            "fans": None if self.fans is None else list(self.fans),
        }

"""Facts about a parameter that the type of its module states."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What the type of a module states about a parameter, in the order of axes of its address.

    Attributes
    ----------
    role : str
        weight, bias, norm_gain, norm_bias, embedding or buffer.
    layout : str or None
        oi for [out, in / groups, k...], io for [in, out], transposed for [in, out / groups, k...].
    groups : int
    fans : tuple of (int, int) or None
        Fan-in and fan-out, where a matrix packs several.
    """

    role: str = "weight"
    layout: str | None = None
    groups: int = 1
    fans: tuple[int, int] | None = None

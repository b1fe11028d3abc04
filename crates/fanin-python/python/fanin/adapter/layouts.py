"""Layouts that the caller states for parameters whose type does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from fanin.adapter.axes import Axes
from fanin.adapter.facts import Facts
from fanin.adapter.stored import Stored


class Layouts:
    """Layouts by pattern; the first pattern that matches a name applies.

    Parameters
    ----------
    given : mapping of str to str, or None
        The stored axes and those of the address, [out, in, ...], such as ``{"*.conv.weight": "k i o -> o i k"}``.

    Raises
    ------
    TypeError
        If it is not a mapping of texts.
    ValueError
        If a layout is invalid.
    """

    def __init__(self, given: Mapping[str, str] | None) -> None:
        if given is not None and not isinstance(given, Mapping):
            raise TypeError(f"layouts must be a mapping from patterns to layouts, not {type(given).__name__}")
        self._axes = {pattern: Axes.parse(text) for pattern, text in (given or {}).items()}
        self._unused = {*self._axes}

    def find(self, name: str, shape: tuple[int, ...], leaf: str, known: Stored | None) -> Stored | None:
        """Return the stored parameter with the caller's order of axes; without one, what is known.

        Raises
        ------
        ValueError
            If the layout has another number of axes than the parameter.
        """
        for pattern, axes in self._axes.items():
            if fnmatchcase(name, pattern):
                if axes.rank != len(shape):
                    raise ValueError(
                        f"the layout of '{pattern}' has {axes.rank} axes, but '{name}' has {len(shape)}: {shape}"
                    )
                self._unused.discard(pattern)
                facts = known.facts if known is not None else Facts()
                layout = facts.layout or ("oi" if len(axes.groups) > 1 else None)
                return Stored(known.leaf if known is not None else leaf, axes, replace(facts, layout=layout))
        return known

    def check_used(self) -> None:
        """Refuse patterns that no parameter matched.

        Raises
        ------
        ValueError
        """
        if self._unused:
            raise ValueError(f"layouts has '{min(self._unused)}', which no parameter matches; use names of the model")

"""Axes: the order in which a framework stores the axes of a parameter, and that of its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

Run: TypeAlias = "tuple[int, int]"

_NOTATION = "write each stored axis once on both sides, as in 'h w i o -> o i h w' or 'i h d -> (h d) i'"


@dataclass(frozen=True)
class Axes:
    """The axes of an address, in terms of the axes that a framework stores.

    Attributes
    ----------
    groups : tuple of tuple of int
        For each axis of the address the stored axes that it is made of, the slowest first; adjacent in memory. An axis
        of length 1 that is not stored has none.
    reversed : frozenset of int
        The stored axes that run backwards.
    """

    groups: tuple[tuple[int, ...], ...]
    reversed: frozenset[int] = frozenset()

    @classmethod
    def same(cls, rank: int) -> Axes:
        """Return the axes of a parameter that is stored in the order of its address."""
        return cls(tuple((axis,) for axis in range(rank)))

    @classmethod
    def parse(cls, text: str) -> Axes:
        """Read the stored axes and those of the address.

        Raises
        ------
        TypeError
            If it is not a text.
        ValueError
            If an axis is missing or repeated, or a group's axes are not adjacent in memory.

        Examples
        --------
        >>> Axes.parse("i h d -> (h d) i").groups
        ((1, 2), (0,))
        """
        if not isinstance(text, str):
            raise TypeError(f"a layout is a str, not {type(text).__name__}; {_NOTATION}")
        sides = text.split("->")
        stored = sides[0].split()
        tokens = re.findall(r"\([^()]*\)|[^\s()]+", sides[1]) if len(sides) == 2 else []
        groups = [token.strip("()").split() for token in tokens]
        flat = [name for group in groups for name in group]
        joined = "".join(tokens) == "".join(sides[-1].split(" ")) or "(" in text
        if len(sides) != 2 or not joined or sorted(flat) != sorted(stored) or len({*stored}) != len(stored):
            raise ValueError(f"layout '{text}' is not valid; {_NOTATION}")
        places = tuple(tuple(stored.index(name) for name in group) for group in groups)
        if any(group != tuple(range(group[0], group[0] + len(group))) for group in places if group):
            raise ValueError(f"layout '{text}' joins axes that are not adjacent in memory; reshape the parameter")
        return cls(places)

    @property
    def rank(self) -> int:
        """The number of stored axes."""
        return sum(len(group) for group in self.groups)

    def address_shape(self, stored: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of the address of a stored shape.

        Examples
        --------
        >>> Axes.parse("h w i o -> o i h w").address_shape((3, 3, 16, 32))
        (32, 16, 3, 3)
        """
        return tuple(prod(stored[axis] for axis in group) for group in self.groups)

    def block(self, stored: Sequence[int], rectangle: Sequence[Run]) -> tuple[list[list[Run]], list[int], int]:
        """Return runs, strides and offset of a stored rectangle in a contiguous array of its own.

        Parameters
        ----------
        stored : sequence of int
            The shape of the whole parameter as stored.
        rectangle : sequence of (int, int)
            Start and length on each stored axis.

        Returns
        -------
        runs : list of list of (int, int)
            Start and length of each run on each axis of the address.
        strides : list of int
            In elements, for each axis of the address.
        offset : int
            Of the first element, for axes that run backwards.

        Examples
        --------
        >>> Axes.parse("i o -> o i").block((4, 6), [(0, 4), (3, 3)])
        ([[(3, 3)], [(0, 4)]], [1, 3], 0)
        """
        local = [count for _, count in rectangle]
        steps = [prod(local[axis + 1 :]) for axis in range(len(local))]
        runs: list[list[Run]] = []
        strides: list[int] = []
        offset = 0
        for group in self.groups:
            step = steps[group[-1]] if group else 1
            if group and group[0] in self.reversed:
                start, count = rectangle[group[0]]
                runs.append([(stored[group[0]] - start - count, count)])
                strides.append(-step)
                offset += max(count - 1, 0) * step
            else:
                runs.append(_joined([(stored[axis], rectangle[axis]) for axis in group]))
                strides.append(step)
        return runs, strides, 0 if 0 in local else offset


def _joined(axes: Sequence[tuple[int, Run]]) -> list[Run]:
    """Return the runs of an axis that is made of several, of each the length and the run."""
    runs: list[Run] = [(0, 1)]
    for length, (start, count) in axes:
        if count == length:
            runs = [(first * length, many * length) for first, many in runs]
        else:
            runs = [(one * length + start, count) for first, many in runs for one in range(first, first + many)]
    return runs

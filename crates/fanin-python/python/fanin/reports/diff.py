"""Differences of two checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanin.reports.audit import layouts
from fanin.reports.printed import Path, Report, Texts, make


@dataclass(frozen=True, kw_only=True)
class TensorDifference:
    """The difference of one tensor.

    Attributes
    ----------
    name : str
    renamed_to : str or None
    outcome : str
        equal, rounded, changed, transposed, replaced, only_in_a, ...
    arrangement : dict or None
        Axes, parts or lengths, for outcomes that have them.
    initializer : str or None
        The initializer that drew the values anew.
    a, b : dict or None
        Shape and dtype in each checkpoint.
    change : dict or None
        The numbers of a change, such as ``relative``.
    """

    name: str
    renamed_to: str | None
    outcome: str
    arrangement: dict[str, Any] | None
    initializer: str | None
    a: dict[str, Any] | None
    b: dict[str, Any] | None
    change: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class DiffReport(Report):
    """The differences of two checkpoints, tensor by tensor.

    Attributes
    ----------
    equal : bool
        Whether nothing differs, bit for bit.
    alpha : float
        Of the tests whether distributions are the same, for all tensors together.
    renamed : tuple of dict
        Consistent renamings.
    tensors : tuple of TensorDifference
    """

    equal: bool
    alpha: float
    renamed: tuple[dict[str, Any], ...]
    tensors: tuple[TensorDifference, ...]


def diff(
    a: Path, b: Path, *, layout: Texts | Mapping[str, str] | None = None, select: Texts | None = None
) -> DiffReport:
    """Show how two checkpoints differ, tensor by tensor.

    Parameters
    ----------
    a, b : path-like
        Files, shard indexes or folders.
    layout : str, iterable of str, or mapping of patterns to layouts, optional
        The order of the axes; inferred by default.
    select : str or iterable of str, optional
        Name patterns.

    Raises
    ------
    ValueError
        If an argument is invalid.
    FaninError
        If a checkpoint cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> out = tempfile.mkdtemp()
    >>> _ = fanin.fill_checkpoint(out, seed=1, recipe="torch", shapes={"fc.weight": (8, 8), "fc.bias": (8,)})
    >>> fanin.diff(out, out).equal
    True
    """
    printed, data = make("diff", [a, b], {"layout": layouts(layout), "select": select})
    tensors = tuple(TensorDifference(**tensor) for tensor in data["tensors"])
    return DiffReport(
        _printed=printed, equal=data["equal"], alpha=data["alpha"], renamed=tuple(data["renamed"]), tensors=tensors
    )

"""The initializers that could have produced the tensors of a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanin.reports.audit import layouts
from fanin.reports.printed import Path, Report, Texts, make


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An initializer that could have produced a tensor.

    Attributes
    ----------
    initializer : str
    kind : str
        structure, named or fitted.
    fitted_numbers : int
        The parameters that were fitted.
    mean, std : float or None
        Of its distribution.
    log_likelihood, nats_below_best : float or None
    distance, probability : float or None
        The Kolmogorov-Smirnov distance, and the probability of a worse fit.
    note : str or None
        Another name of the same distribution.
    """

    initializer: str
    kind: str
    fitted_numbers: int
    mean: float | None
    std: float | None
    log_likelihood: float | None
    nats_below_best: float | None
    distance: float | None
    probability: float | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class IdentifiedTensor:
    """A tensor with the initializers that could have produced it, most likely first.

    Attributes
    ----------
    name : str
    shape : tuple of int
    dtype : str
    fan_in, fan_out : int or None
    verdict : str
        address, known, undetermined, fitted, none, too_few, empty, not_finite or unreadable.
    summary : str
        The verdict in words.
    address : dict or None
        Initializer and seed of values that fanin drew.
    mean, std, least, greatest : float or None
    not_finite, zero_rows : int
    tied : bool or str or None
    candidates : tuple of Candidate
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    fan_in: int | None
    fan_out: int | None
    verdict: str
    summary: str
    address: dict[str, Any] | None
    mean: float | None
    std: float | None
    least: float | None
    greatest: float | None
    not_finite: int
    zero_rows: Any
    tied: Any
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True)
class IdentifyReport(Report):
    """The likely initializers of a checkpoint's tensors.

    Attributes
    ----------
    alpha : float
        Even the best candidate fits badly below this probability.
    evidence : float
        By how many nats a fitted distribution must be more likely than a known initializer.
    tensors : tuple of IdentifiedTensor
    """

    alpha: float
    evidence: float
    tensors: tuple[IdentifiedTensor, ...]


def identify(
    path: Path,
    *,
    layout: Texts | Mapping[str, str] | None = None,
    conv1d: bool = False,
    init: Texts | None = None,
    seed: int | None = None,
    select: Texts | None = None,
    top: int = 0,
) -> IdentifyReport:
    """Find the initializers that could have produced each tensor of a checkpoint.

    Values drawn by fanin are recognized together with their seed.

    Parameters
    ----------
    path : path-like
        A file, a shard index or a folder.
    layout : str, iterable of str, or mapping of patterns to layouts, optional
        The order of the axes; inferred by default.
    conv1d : bool
        Read weights of Hugging Face's Conv1D as [in, out].
    init : str or iterable of str, optional
        Other initializers to consider.
    seed : int, optional
        The seed to try; 0 to 100 by default.
    select : str or iterable of str, optional
        Name patterns.
    top : int
        The number of candidates to print for each tensor.

    Raises
    ------
    ValueError
        If an argument is invalid.
    FaninError
        If the checkpoint cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> out = tempfile.mkdtemp()
    >>> _ = fanin.fill_checkpoint(out, seed=7, recipe="torch", shapes={"fc.weight": (64, 64), "fc.bias": (64,)})
    >>> fanin.identify(out, layout="oi").tensors[0].verdict
    'address'
    """
    options = {
        "layout": layouts(layout), "conv1d": conv1d, "init": init, "seed": seed, "select": select, "top": top,
    }  # fmt: skip
    printed, data = make("identify", [path], options)
    tensors = tuple(_tensor(tensor) for tensor in data["tensors"])
    return IdentifyReport(_printed=printed, alpha=data["alpha"], evidence=data["evidence"], tensors=tensors)


def _tensor(data: dict[str, Any]) -> IdentifiedTensor:
    shape, candidates = tuple(data.pop("shape")), tuple(Candidate(**one) for one in data.pop("candidates"))
    return IdentifiedTensor(shape=shape, candidates=candidates, **data)

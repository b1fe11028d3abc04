"""The command's fill: checkpoints written from a recipe and a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any

from fanin.recipe import Recipe
from fanin.reports.printed import Path, Report, make


@dataclass(frozen=True)
class FileSize:
    """A file of a checkpoint.

    Attributes
    ----------
    name : str
    bytes : int
    """

    name: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class FillReport(Report):
    """The summary of a fill.

    Attributes
    ----------
    out : str
        The folder or file.
    seed : int
    shard : str
        The part that was written, such as ``0/1``.
    elements : int
        Of the whole checkpoint.
    checkpoint : tuple of FileSize
        All files of the checkpoint.
    written, bytes, kept : int
        Files written, their bytes, and files that already had the right bytes.
    whole : bool
        Whether the checkpoint is complete.
    old : str or None
        A file of another seed, recipe or model that is still there.
    seconds : float
    """

    out: str
    seed: int
    shard: str
    elements: int
    checkpoint: tuple[FileSize, ...]
    written: int
    bytes: int
    kept: int
    whole: bool
    old: str | None
    seconds: float


def fill_checkpoint(
    out: Path,
    *,
    seed: int,
    recipe: str | Recipe | None = None,
    like: Path | None = None,
    shapes: Path | Mapping[str, Sequence[int] | Mapping[str, Any]] | None = None,
    config: Path | None = None,
    dtype: str | None = None,
    max_shard_size: str | None = None,
    shard: str | None = None,
    set: Mapping[str, float] | None = None,  # noqa: A002
    threads: int | None = None,
    force: bool = False,
) -> FillReport:
    """Write a checkpoint in safetensors for a model, with values drawn by a recipe from a seed.

    The model is one of `like`, `shapes` and `config`. Writes are atomic, and a file with the right bytes is kept.

    Parameters
    ----------
    out : path-like
        A folder, created if missing, or a file if it ends in ``.safetensors``.
    seed : int
        From 0 to 2**64 - 1.
    recipe : str or Recipe, optional
        A name, a ``.toml`` file, or a recipe; with `config` the recipe of the model's family by default.
    like : path-like, optional
        A checkpoint with the same names, shapes, element types and ties.
    shapes : path-like or mapping, optional
        Names with shapes, or with mappings of ``shape``, ``dtype``, ``role`` and ``tied_to``; or such a list in JSON.
    config : path-like, optional
        A Hugging Face ``config.json``.
    dtype : str, optional
        The element type of all floats: f32, f64, f16 or bf16.
    max_shard_size : str, optional
        Such as ``"5GB"``, the default.
    shard : str, optional
        ``"i/n"`` writes the files of process i of n; detected from the scheduler by default.
    set : mapping of str to float, optional
        Variables of the recipe.
    threads : int, optional
        One per core by default.
    force : bool
        Replace files with other content.

    Raises
    ------
    ValueError
        If an argument is invalid.
    FaninError
        If the recipe does not fit the model, or a file cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> out = tempfile.mkdtemp()
    >>> report = fill_checkpoint(out, seed=42, recipe="torch", shapes={"fc.weight": (10, 64), "fc.bias": (10,)})
    >>> report.elements, [file.name for file in report.checkpoint]
    (650, ['model.safetensors'])
    """
    options = {
        "out": out, "seed": index(seed), "like": like, "config": config, "dtype": dtype, "shard": shard, "set": set,
        "max_shard_size": max_shard_size, "threads": threads, "force": force,
    }  # fmt: skip
    printed, data = make("fill", [], options, recipe, shapes)
    files = tuple(FileSize(**file) for file in data.pop("checkpoint"))
    return FillReport(_printed=printed, checkpoint=files, **data)

"""Checkpoints on disk, read tensor by tensor."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch

from fanin import FaninError

_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt")


class Slice(Protocol):
    """A tensor of a file, of which a part can be read."""

    def get_shape(self) -> list[int]:
        """Return the shape."""
        ...

    def __getitem__(self, index: Any) -> torch.Tensor:
        """Read a part."""
        ...


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Mapping[str, Slice]]:
    """Open a safetensors file, a file of `torch.save`, the index of a sharded checkpoint, or a folder with one of them.

    Raises
    ------
    FaninError
        If the checkpoint cannot be read.
    """
    with ExitStack() as stack:
        try:
            tensors = {name: one for file in _files(Path(path)) for name, one in _open(file, stack).items()}
        except FaninError:
            raise
        except Exception as error:
            # Readers of two libraries, with exceptions of their own.
            raise FaninError(f"cannot read {os.fspath(path)}: {_line(error)}") from error
        yield tensors


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        indexes = [path / name for name in _INDEXES if (path / name).is_file()]
        if indexes:
            return _files(indexes[0])
        files = sorted(path.glob("*.safetensors")) or sorted(one for one in path.iterdir() if one.suffix in _PICKLES)
        if not files:
            raise FaninError(f"{path} has no .safetensors, .bin, .pt or .pth file; give the path of one")
        return files
    if path.name.endswith(".index.json"):
        names = json.loads(path.read_text())["weight_map"].values()
        return [path.parent / name for name in dict.fromkeys(names)]
    return [path]


def _open(file: Path, stack: ExitStack) -> dict[str, Slice]:
    if file.suffix == ".safetensors":
        from safetensors import safe_open

        handle = stack.enter_context(safe_open(str(file), framework="pt"))
        return {name: handle.get_slice(name) for name in handle.keys()}  # noqa: SIM118
    saved = torch.load(file, map_location="cpu", mmap=True, weights_only=True)
    state = saved.get("state_dict", saved) if isinstance(saved, dict) else None
    if not isinstance(state, dict):
        raise FaninError(f"{file} does not hold a state dict; save module.state_dict()")
    return {name: _Loaded(tensor) for name, tensor in state.items() if isinstance(tensor, torch.Tensor)}


class _Loaded:
    def __init__(self, tensor: torch.Tensor) -> None:
        self._tensor = tensor

    def get_shape(self) -> list[int]:
        return list(self._tensor.shape)

    def __getitem__(self, index: Any) -> torch.Tensor:
        return self._tensor[index]


def _line(error: Exception) -> str:
    return " ".join(f"{error}".split())

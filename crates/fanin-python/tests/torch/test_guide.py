"""The examples of the guide run, and say what they claim."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch.testing._internal.distributed.fake_pg import FakeStore

GUIDE = Path(__file__).parents[2] / "docs" / "torch.md"


def blocks() -> list[str]:
    """Return the examples."""
    return re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)


def test_replace_reset_parameters() -> None:
    """At most ten lines."""
    code = blocks()[0]
    assert len([line for line in code.splitlines() if line]) <= 10
    names: dict[str, Any] = {}
    exec(code, names)
    assert len(names["report"].filled) == 4


def test_fsdp2() -> None:
    """One rank of a fake process group."""
    pytest.importorskip("transformers")
    dist.init_process_group("fake", store=FakeStore(), rank=1, world_size=4)
    try:
        names: dict[str, Any] = {}
        exec(blocks()[1], names)
        assert names["report"].non_persistent == ("model.rotary_emb.inv_freq", "model.rotary_emb.original_inv_freq")
        assert torch.isfinite(names["model"].model.rotary_emb.inv_freq).all()
    finally:
        dist.destroy_process_group()


def test_check_a_live_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two parameters are missing."""
    monkeypatch.chdir(tmp_path)
    exec(blocks()[2], {})
    printed = capsys.readouterr().out
    assert "1.weight [4, 8]: all elements not written" in printed
    assert "1.bias: not in the checkpoint" in printed
    assert "layers.1.bias: in the checkpoint, not in the module" in printed

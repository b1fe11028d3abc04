"""Every sharding has the bits of the file that `fanin fill` writes; impostors do not. Eight processes on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.multiprocessing as mp

sys.path.insert(0, str(Path(__file__).parent))

import sharded_worker
from shardings import CASES, Model

WORLD = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the command, in each element type."""
    folder = tmp_path_factory.mktemp("shardings")
    shapes = {name: list(tensor.shape) for name, tensor in Model(torch.float32).state_dict().items()}
    shapes["head.weight"] = {"tied_to": "emb.weight"}  # type: ignore[assignment]
    (folder / "shapes.json").write_text(json.dumps(shapes))
    for dtype in sharded_worker.FILES.values():
        words = ["fill", "--shapes", folder / "shapes.json", "--recipe", sharded_worker.RECIPE, "--dtype", dtype]
        words += ["--seed", sharded_worker.SEED, "--out", folder / f"{dtype}.safetensors"]
        subprocess.run([sys.executable, "-m", "fanin", *map(str, words)], check=True, capture_output=True)
    return folder


def run(job: str, folder: Path) -> list[Any]:
    """Run a job in all processes; return the result of each rank."""
    mp.spawn(sharded_worker.main, args=(WORLD, str(folder), job), nprocs=WORLD)
    return [json.loads((folder / f"{job}.{rank}.json").read_text()) for rank in range(WORLD)]


def test_every_sharding_has_the_bits_of_the_file(folder: Path) -> None:
    """At least 40 shardings, without a collective."""
    ranks = defaultdict(int)
    for results in run("fill_all", folder):
        for result in results:
            assert result["different"] == [], result
            assert result["communication"] == 0, result
            # Fourteen names, of which one is tied.
            assert result["filled"] == 13, result
            ranks[result["case"]] += 1
    assert len(CASES) >= 40
    assert ranks == {case.name: case.ranks for case in CASES}


def test_impostors_differ(folder: Path) -> None:
    """Each impostor differs on some rank; torch's own offsets are right for even shards alone."""
    different: dict[tuple[str, str], set[str]] = defaultdict(set)
    for results in run("impostors", folder):
        for result in results:
            different[result["impostor"], result["case"]] |= set(result["different"])
    assert different.pop(("control of torch's offsets", "even")) == set()
    assert {name for name, _ in different} == set(sharded_worker.IMPOSTORS)
    assert all(different.values()), different
    assert "up.weight" in different["torch's offsets", "uneven"]
    assert different["torch's offsets", "fused"] == {"wide.weight", "wide.bias"}
    assert "wide.weight" in different["values without offsets", "rows"]


def test_fills_after_a_forward_pass(folder: Path) -> None:
    """FSDP2's gathered copies are not what is filled, and the next passes see the values."""
    results = run("trained", folder)
    assert all(result["different"] == [] for result in results)
    assert len({result["loss"] for result in results}) == 1
    assert all(result["after"] != result["loss"] for result in results)


def test_checks_of_a_sharded_module(folder: Path) -> None:
    """Each rank finds its own faults; the audit is one for all."""
    results = run("checks", folder)
    assert {name for result in results for name in result["before"]} >= {"up.weight", "emb.weight", "norm.running_var"}
    assert all(set(result["before"]) <= set(result["poisoned"]) and result["after"] == [] for result in results)
    assert {result["equal"] for result in results} == {"14 equal, 0 different, 0 missing"}
    found = [rank for rank, result in enumerate(results) if result["unequal"]]
    assert found == [3]
    assert results[3]["unequal"][0].startswith("wide.weight: 16 of ")
    assert len({json.dumps(result["audited"]) for result in results}) == 1
    assert ["wide.weight", "dead-rows"] in results[0]["audited"]

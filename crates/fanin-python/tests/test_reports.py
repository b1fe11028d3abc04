"""Reports print what the command prints, and hold the same data."""

from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

import fanin
from fanin import FaninError, Plan, Recipe

SHAPES = {"h.0.fc.weight": (64, 48), "h.0.fc.bias": (64,), "h.1.fc.weight": (32, 64), "h.1.fc.bias": (32,)}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """Return a checkpoint that fanin filled."""
    out = tmp_path_factory.mktemp("model") / "model.safetensors"
    fanin.fill_checkpoint(out, seed=7, recipe="torch", shapes=SHAPES)
    return out


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> Path:
    """Return a checkpoint with dead rows."""
    path = tmp_path_factory.mktemp("faulty") / "faulty.npz"
    weight = np.random.default_rng(0).normal(0, 0.02, (256, 128)).astype(np.float32)
    weight[3] = 0
    weight[9, 4] = np.nan
    np.savez(path, **{"layers.0.weight": weight, "layers.0.bias": np.zeros(256, np.float32)})
    return path


def same(report: fanin.reports.printed.Report, command, words: list[object], code: int = 0) -> None:  # type: ignore[name-defined]
    """Assert that the command prints the report, as text and as JSON."""
    for form, text in [([], str(report)), (["--json"], report.to_json())]:
        done = command(*words, *form)
        assert done.returncode == code, done.stderr
        assert done.stdout.decode() == text + "\n"
    json.loads(report.to_json())
    assert dataclasses.is_dataclass(report) and pickle.loads(pickle.dumps(report)) == report


def test_gain(command):
    """Fields, text and JSON."""
    for activation in ["gelu", "leaky_relu(slope = 0.2)"]:
        report = fanin.gain(activation)
        same(report, command, ["gain", activation])
        assert report.activation == activation and report.forward > 1
    assert fanin.gain("gelu").pytorch is None and fanin.gain("tanh").pytorch == 5 / 3
    with pytest.raises(FaninError, match="did you mean"):
        fanin.gain("gelo")


def test_fill(command, model, tmp_path):
    """The same bytes as the command; the second time the file is kept."""
    path = tmp_path / "shapes.json"
    path.write_text(json.dumps(SHAPES))
    out = tmp_path / "model.safetensors"
    done = command("fill", "--recipe=torch", f"--shapes={path}", "--seed=7", f"--out={out}", "--json")
    assert done.returncode == 0 and out.read_bytes() == model.read_bytes()
    report = fanin.fill_checkpoint(out, seed=7, recipe=Recipe("torch"), shapes=path)
    assert (report.written, report.kept, report.whole, report.seed, report.shard) == (0, 1, True, 7, "0/1")
    assert report.elements == 64 * 48 + 64 + 32 * 64 + 32 and report.checkpoint[0].bytes == out.stat().st_size
    printed, ours = json.loads(done.stdout), json.loads(report.to_json())
    assert printed.keys() == ours.keys() and str(report).startswith("0 files in ")
    with pytest.raises(FaninError, match="force"):
        fanin.fill_checkpoint(out, seed=8, recipe="torch", shapes=SHAPES)
    assert fanin.fill_checkpoint(out, seed=8, recipe="torch", like=model, dtype="bf16", force=True).written == 1


def test_a_filled_checkpoint_has_the_values_of_arrays(model):
    """The address is the same: seed, name, index."""
    import safetensors.numpy

    stored = safetensors.numpy.load_file(model)
    assignments = fanin.explain("torch", shapes=SHAPES).details["parameters"]
    for assignment in assignments:
        name, shape = assignment["name"], tuple(assignment["shape"])
        array = fanin.sample(assignment["initializer"], shape, seed=7, name=name, layout="oi", fans=fans(name))
        assert stored[name].tobytes() == array.tobytes()


def fans(name: str) -> tuple[int, int] | None:
    """Return the fans of a bias: those of its weight."""
    out, fan_in = SHAPES[name.replace("bias", "weight")]
    return (fan_in, out) if name.endswith("bias") else None


def test_audit(command, model, faulty):
    """Text, JSON, SARIF, Markdown; findings; a recipe by value."""
    same(fanin.audit(model), command, ["audit", model])
    report = fanin.audit([model, faulty], notes=True)
    same(report, command, ["audit", model, faulty, "--notes"], code=1)
    for form, text in [("sarif", report.to_sarif()), ("markdown", report.to_markdown())]:
        assert command("audit", model, faulty, "--notes", f"--format={form}").stdout.decode() == text + "\n"
    assert {finding.rule for finding in report.findings} >= {"non-finite"} and report.errors >= 1
    finding = next(finding for finding in report.findings if finding.rule == "non-finite")
    assert (finding.severity, finding.tensor, finding.file) == ("error", "layers.0.weight", str(faulty))
    assert len(report.checkpoints) == 2 and report.checkpoints[0].path == str(model)
    assert fanin.audit(faulty, ignore=["non-finite", "dead-rows"]).errors == 0
    same(fanin.audit(str(model), recipe="torch"), command, ["audit", model, "--recipe=torch"])
    assert fanin.audit(model, recipe=Recipe("torch")) == fanin.audit(model, recipe="torch")
    assert fanin.audit(model, layout={"*.weight": "oi"}, threads=1) == fanin.audit(model, layout=["*.weight=oi"])


def test_identify(command, model):
    """Values drawn by fanin are recognized, with their seed."""
    report = fanin.identify(model, layout="oi", top=2, select=["*.weight"])
    same(report, command, ["identify", model, "--layout=oi", "--top=2", "--select=*.weight"])
    assert [tensor.verdict for tensor in report.tensors] == ["address"] * 2
    assert report.tensors[0].address["seed"] == 7 and report.tensors[0].shape == (64, 48)
    assert report.tensors[0].candidates and report.tensors[0].candidates[0].initializer


def test_diff(command, model, faulty):
    """Equal and other checkpoints."""
    same(fanin.diff(model, model), command, ["diff", model, model])
    report = fanin.diff(model, faulty)
    same(report, command, ["diff", model, faulty], code=1)
    assert not report.equal and {tensor.outcome for tensor in report.tensors} == {"only_in_a", "only_in_b"}
    assert fanin.diff(model, model).equal


def test_explain(command, model, tmp_path):
    """Pages of every kind, and the assignments of recipes and plans."""
    for name in ["he_normal", "gelu", "gpt2", "dead-rows"]:
        same(fanin.explain(name), command, ["explain", name])
    same(Recipe("torch").explain(like=model), command, ["explain", "torch", f"--like={model}"])
    path = tmp_path / "shapes.json"
    path.write_text(json.dumps(SHAPES))
    recipe = tmp_path / "mine.toml"
    recipe.write_text(Recipe("torch").text)
    same(fanin.explain(str(recipe), shapes=SHAPES), command, ["explain", recipe, f"--shapes={path}"])
    page = Plan({"*.bias": "zeros", "*.weight": "normal(std = 0.02)"}).explain(SHAPES)
    assert str(page).count("\n") == 7 and "    zeros; mean 0, std 0.000000; rule 1, *.bias" in str(page)
    assert [row["rule"] for row in page.details["parameters"]] == [2, 1, 2, 1]
    with pytest.raises(FaninError, match="is not an initializer, activation, recipe or audit rule"):
        fanin.explain("king")
    with pytest.raises(FaninError, match="no rule in the plan matches"):
        Plan({"*.bias": "zeros"}).explain(SHAPES)
    with pytest.raises(ValueError, match="mapping"):
        fanin.explain(Plan({"*": "zeros"}))


def test_what_is_refused(tmp_path, model):
    """Invalid arguments are ValueErrors in the command's words, unreadable files FaninErrors."""
    absent = tmp_path / "absent.safetensors"
    for work in [fanin.audit, fanin.identify, lambda path: fanin.diff(path, model)]:
        with pytest.raises(FaninError, match=r"absent\.safetensors"):
            work(absent)
    with pytest.raises(FaninError, match=r"absent.*absent"):
        fanin.audit([absent, tmp_path / "absent"])
    partly = fanin.audit([model, absent])
    assert len(partly.unreadable) == 1 and len(partly.checkpoints) == 1
    for wrong, words in [
        ({"dtype": "f33"}, "f33"),
        ({"max_shard_size": "3 apples"}, "3 apples"),
        ({"shard": "3/2"}, "3/2"),
        ({"threads": 0}, "use 1 to 1024 threads"),
        ({"seed": -1}, "-1"),
    ]:
        with pytest.raises(ValueError, match=words):
            fanin.fill_checkpoint(tmp_path / "out", **{"seed": 0, "recipe": "torch", "shapes": SHAPES, **wrong})
    for standard in [lambda: fanin.audit("-"), lambda: fanin.explain("-"), lambda: fanin.audit(model, recipe="-")]:
        with pytest.raises(ValueError, match="give a path"):
            standard()
    with pytest.raises(ValueError, match="unknown value 'new' for --stage"):
        fanin.audit(model, stage="new")
    with pytest.raises(ValueError, match="missing .*--like"):
        fanin.fill_checkpoint(tmp_path / "out", seed=0, recipe="torch")
    with pytest.raises(FaninError, match="the list of shapes"):
        fanin.fill_checkpoint(tmp_path / "out", seed=0, recipe="torch", shapes={"w": {"shape": [2], "dtype": "F33"}})
    for wrong in [
        lambda: fanin.audit(3),
        lambda: fanin.fill_checkpoint(tmp_path, seed=1.5),
        lambda: fanin.audit(model, select=3.5j),
    ]:
        with pytest.raises(TypeError):
            wrong()
    assert not (tmp_path / "out").exists()

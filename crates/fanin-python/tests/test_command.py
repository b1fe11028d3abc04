"""The wheel's command behaves as the binary: exit codes, pipes, interrupts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import fanin


def script() -> str:
    """Return the console script of this environment."""
    found = shutil.which("fanin", path=str(Path(sys.executable).parent))
    assert found, "the wheel has no command"
    return found


def test_exit_codes_and_streams(tmp_path):
    """0 for success, 1 for a failed check, 2 for bad usage; results on standard output, mistakes on standard error."""
    version = subprocess.run([script(), "--version"], capture_output=True, timeout=60)
    assert (version.returncode, version.stdout.decode()) == (0, f"fanin {fanin.__version__}\n")
    wrong = subprocess.run([script(), "gain", "gelo"], capture_output=True, timeout=60)
    assert wrong.returncode == 2 and wrong.stdout == b"" and wrong.stderr.startswith(b"fanin: ")
    unknown = subprocess.run([script(), "gian"], capture_output=True, timeout=60)
    assert unknown.returncode == 2 and b"unknown command 'gian'; did you mean 'gain'?" in unknown.stderr
    for name, shapes in [("a", {"w": (4, 4)}), ("b", {"v": (4, 4)})]:
        rules = tmp_path / "rules.toml"
        rules.write_text("name='r'\ntitle='t'\nsource='s'\nrules=[{match='*', init='normal(std = 1.0)'}]")
        fanin.fill_checkpoint(tmp_path / f"{name}.safetensors", seed=0, recipe=str(rules), shapes=shapes)
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    differ = subprocess.run([script(), "diff", *paths], capture_output=True, timeout=60)
    assert differ.returncode == 1 and b"only in the first" in differ.stdout
    usage = subprocess.run([script()], capture_output=True, timeout=60)
    assert usage.returncode == 2 and b"Usage: fanin" in usage.stderr
    module = subprocess.run([sys.executable, "-m", "fanin", "gain", "relu"], capture_output=True, timeout=60)
    assert module.returncode == 0 and module.stdout.decode() == str(fanin.gain("relu")) + "\n"


def test_pipes():
    """Values go to a pipe; a reader that leaves early is no error."""
    sample = [
        script(),
        "sample",
        "--init=normal(std = 1.0)",
        "--shape=1024,1024",
        "--name=w",
        "--seed=3",
        "--format=npy",
    ]
    whole = subprocess.run([*sample, "--out=-"], capture_output=True, timeout=60)
    assert whole.returncode == 0 and whole.stderr == b""
    assert whole.stdout[-(1 << 22) :] == fanin.sample("normal(std = 1.0)", (1024, 1024), seed=3, name="w").tobytes()
    early = subprocess.Popen([*sample, "--out=-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert early.stdout is not None and early.stderr is not None
    early.stdout.read(10)
    early.stdout.close()
    assert early.wait(60) == 0 and early.stderr.read() == b""
    early.stderr.close()
    given = subprocess.run([script(), "gain", "-", "--json"], input=b"relu\ngelu\n", capture_output=True, timeout=60)
    assert given.returncode == 0 and given.stdout.count(b'"activation"') == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_command_and_leaves_no_file(tmp_path, interrupt):
    """Exit code 130, and no unfinished file, as of the binary."""
    out = tmp_path / "large.safetensors"
    shapes = tmp_path / "shapes.json"
    shapes.write_text('{"w": [3000000000]}')
    words = [script(), "fill", "--recipe=-", f"--shapes={shapes}", "--seed=0", f"--out={out}", "--threads=1"]
    command = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert command.stdin is not None
    command.stdin.write(b"name='r'\ntitle='t'\nsource='s'\nrules=[{match='*', init='truncated_normal(std = 1.0)'}]")
    command.stdin.close()
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*large*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(tmp_path.glob("*large*")), "nothing was begun"
    os.kill(command.pid, interrupt)
    assert command.wait(60) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["shapes.json"]
    for stream in (command.stdout, command.stderr):
        assert stream is not None
        stream.close()

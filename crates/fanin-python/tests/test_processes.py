"""Threads and processes: the interpreter's lock is released, and a forked process fills too."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import fanin

LARGE = 1 << 20


def values(seed: int = 0) -> bytes:
    """Return a parameter large enough for all threads."""
    return fanin.sample("normal(std = 1.0)", (LARGE,), seed=seed, name="w").tobytes()


def test_many_threads_at_once():
    """Each has the values of its own parameter; refusals are exceptions."""
    expected = [values(seed) for seed in range(4)]

    def work(place: int) -> bool:
        with pytest.raises(fanin.FaninError):
            fanin.sample("he_normal", (3,), seed=0, name="w")
        return values(place % 4) == expected[place % 4]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))


def test_the_lock_is_released():
    """Another thread runs while a fill goes on."""
    array = np.empty(1 << 26, np.float32)
    ticks, filled = [], threading.Event()

    def tick() -> None:
        while not filled.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.05)
    begun = time.monotonic()
    fanin.fill_(array, "truncated_normal(std = 1.0)", seed=0, name="w")
    ended = time.monotonic()
    filled.set()
    thread.join()
    during = [at for at in ticks if begun < at < ended]
    assert len(during) >= 3, f"{len(during)} ticks in {ended - begun:.3f} s"


def audited(folder: str) -> bytes:
    """Fill and audit a checkpoint, and return its bytes."""
    out = Path(folder) / f"{os.getpid()}.safetensors"
    fanin.fill_checkpoint(out, seed=0, recipe="torch", shapes={"fc.weight": (1024, 1024), "fc.bias": (1024,)})
    assert fanin.audit(out, recipe="torch").errors == 0
    return out.read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_starts_threads_of_its_own(tmp_path):
    """Before and after the parent has used its own, from the main thread and from others."""
    expected = values()
    with warnings.catch_warnings():
        # Python warns of forks with threads: that is what is tested.
        warnings.simplefilter("ignore")
        context = multiprocessing.get_context("fork")
        with context.Pool(2) as pool:
            assert pool.map_async(values, [0, 0, 0]).get(120) == [expected] * 3
        with ThreadPoolExecutor(2) as threads, context.Pool(2) as pool:
            assert list(threads.map(values, [0, 0])) == [expected] * 2
            assert pool.map_async(values, [0, 0]).get(120) == [expected] * 2
            assert pool.map_async(audited, [str(tmp_path)] * 2).get(120) == [audited(str(tmp_path))] * 2


def test_a_spawned_process_has_the_same_values():
    """A fresh interpreter, with one thread."""
    code = (
        "import sys, fanin; values = fanin.sample('normal(std = 1.0)', (1 << 20,), seed=0, name='w');"
        "sys.stdout.buffer.write(values.tobytes())"
    )
    for threads in ["1", "3"]:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=120, check=True,
            env={**os.environ, "RAYON_NUM_THREADS": threads},
        )  # fmt: skip
        assert done.stdout == values()


def test_too_many_threads_are_refused():
    """All of them would be started."""
    code = "import fanin; fanin.sample('zeros', (1,), seed=0, name='w')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        timeout=120,
        env={**os.environ, "RAYON_NUM_THREADS": "1000000"},
    )
    assert done.returncode == 1 and b"ValueError: RAYON_NUM_THREADS is 1000000" in done.stderr

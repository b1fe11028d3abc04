"""The tests of `fanin.keras` run where Keras and jax are installed, on the backend of KERAS_BACKEND, by default jax."""

from __future__ import annotations

import importlib.util
import os

os.environ.setdefault("KERAS_BACKEND", "jax")
FOUND = all(importlib.util.find_spec(name) for name in ("keras", os.environ["KERAS_BACKEND"]))
collect_ignore_glob = [] if FOUND else ["test_*.py"]

# Before jax starts its backend.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
FLAGS = os.environ.get("XLA_FLAGS", "")
if "xla_force_host_platform_device_count" not in FLAGS:
    os.environ["XLA_FLAGS"] = f"{FLAGS} --xla_force_host_platform_device_count=8"

"""The tests of `fanin.keras` run where Keras and jax are installed, on the backend of KERAS_BACKEND, by default jax."""

from __future__ import annotations

import importlib.util
import os

os.environ.setdefault("KERAS_BACKEND", "jax")
# The folders of tests would be found as packages without files.
SPECS = [importlib.util.find_spec(name) for name in ("keras", os.environ["KERAS_BACKEND"])]
FOUND = all(spec is not None and spec.origin is not None for spec in SPECS)
collect_ignore_glob = [] if FOUND else ["test_*.py"]

# Before jax starts its backend.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
FLAGS = os.environ.get("XLA_FLAGS", "")
if "xla_force_host_platform_device_count" not in FLAGS:
    os.environ["XLA_FLAGS"] = f"{FLAGS} --xla_force_host_platform_device_count=8"

"""Prints the machine and the versions that a result depends on."""

import os
import platform
import sys
from importlib.metadata import version

packages = ", ".join(f"{name} {version(name)}" for name in ("jax", "flax", "keras", "numpy"))
print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
print(f"Python {sys.version.split()[0]}, {packages}")

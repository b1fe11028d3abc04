"""Prints the processor and the versions of what a result depends on."""

import platform
import sys
from importlib.metadata import version
from pathlib import Path

import torch


def processor():
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    named = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{named[0]}, {len(named)} cores" if named else platform.processor()


print(f"{processor()}; {platform.system()} {platform.machine()}")
print(f"Python {sys.version.split()[0]}, torch {torch.__version__}, transformers {version('transformers')}")

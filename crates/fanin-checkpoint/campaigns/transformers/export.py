"""Writes the names, element types and shapes of transformers' checkpoints, with the configurations that they come from.

Usage: export.py OUT. One object a model: `config`, as save_pretrained writes it, and `tensors` in the order in which
save_pretrained packs them into files. Nothing is downloaded.
"""

import json
import sys
import tempfile
from pathlib import Path

import transformers
from safetensors import safe_open

from models import small

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def tensors(folder):
    """Every tensor lies in a file of its own, and the files are numbered in the order of packing."""
    for file in sorted(Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            for name in opened.keys():
                tensor = opened.get_slice(name)
                yield [name, tensor.get_dtype(), tensor.get_shape()]


def main(out):
    lines = []
    for model, config in small():
        with tempfile.TemporaryDirectory() as folder:
            model(config).save_pretrained(folder, max_shard_size=1)
            config = json.loads((Path(folder) / "config.json").read_text())
            lines.append(json.dumps({"config": config, "tensors": list(tensors(folder))}, separators=(",", ":")))
    Path(out).write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} models of transformers {transformers.__version__}")


if __name__ == "__main__":
    main(*sys.argv[1:])

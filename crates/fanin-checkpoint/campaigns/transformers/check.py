"""Holds `fanin fill` to transformers, without a download. Usage: check.py FANIN; the exit status is 1 if anything does not hold.

1. Every small model of models.py, in one file and in several: `from_pretrained` finds no missing, unexpected or mismatched key; a
   model that is built with what was loaded is saved by `save_pretrained` to the very bytes that fanin wrote, with the same index.
2. A model whose tied weights torch.save has put down as one memory stays tied when it is filled `--like` that file.
3. Of the medium models, mean and std of each parameter over SEEDS seeds of fanin and SEEDS of transformers. With n values on each
   side, z = (difference of means) / sqrt(2 v / n) and z = ln(ratio of variances) / sqrt(2 (k - 1) / n), v and k being the variance and
   the kurtosis of both together; both are normal for large n. A parameter that is constant is compared exactly, and so
   are the places that are 0 for every seed: the row of the padding. ALPHA is the
   chance that any of all tests fails where nothing is wrong (Bonferroni). Each family has an impostor that must fail.
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

from models import medium, small

SEEDS = 8
ALPHA = 0.001
IMPOSTORS = {
    "gpt2": ["--set", "layers=4"],
    "llama": ["--set", "std=0.021"],
    "bert": ["--set", "padding=-1"],
    "vit": ["--set", "std=0.021"],
    "resnet": ["--recipe", "torch"],
}

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def fill(fanin, folder, config, seed, *more):
    folder.mkdir()
    # A fill brings its own copy.
    (folder.parent / "config.json").write_text(config)
    command = [fanin, "fill", "--config", folder.parent / "config.json", "--seed", str(seed), "--out", folder, "--quiet"]
    subprocess.run([*command, *more], check=True)


def described(model, config):
    """The text of the configuration, as save_pretrained writes it."""
    config.architectures = [model.__name__]
    return config.to_json_string(use_diff=False)


def weights(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.safetensors"))}


def loads(fanin, model, config, size):
    """What is wrong with one model, in files of this size."""
    with tempfile.TemporaryDirectory() as base:
        ours, theirs = Path(base) / "ours", Path(base) / "theirs"
        fill(fanin, ours, described(model, config), 1, "--max-shard-size", str(size))
        loaded, info = model.from_pretrained(ours, output_loading_info=True, dtype=torch.float32)
        for key, value in info.items():
            if value:
                yield f"{key}: {value}"
        if getattr(config, "tie_word_embeddings", False) and loaded.get_output_embeddings() is not None:
            if loaded.get_output_embeddings().weight is not loaded.get_input_embeddings().weight:
                yield "the head is not tied"
        # A model that was loaded is packed in the order of names, one that was built in the order of its modules, which is ours.
        built = model(config)
        built.load_state_dict(loaded.state_dict(), strict=True)
        built.save_pretrained(theirs, max_shard_size=size)
        ours_files, theirs_files = weights(ours), weights(theirs)
        if list(ours_files) != list(theirs_files):
            yield f"files: {list(ours_files)}, {list(theirs_files)}"
        else:
            yield from (f"{name} differs" for name in ours_files if ours_files[name] != theirs_files[name])
        indices = [folder / "model.safetensors.index.json" for folder in (ours, theirs)]
        if len(theirs_files) > 1:
            ours_index, theirs_index = (json.loads(index.read_text()) for index in indices)
            # transformers counts parameters too, since version 5.
            theirs_index["metadata"].pop("total_parameters", None)
            if ours_index != theirs_index:
                yield "the index differs"
        elif indices[0].exists():
            yield "an index of one file"


def is_tied(model):
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    return head is not None and head.weight is model.get_input_embeddings().weight


def stays_tied(fanin, model, config):
    """What is wrong with a model filled like a file of torch.save, in which tied weights are one memory."""
    with tempfile.TemporaryDirectory() as base:
        saved, ours, theirs = Path(base) / "saved.pt", Path(base) / "ours", Path(base) / "theirs"
        built = model(config)
        torch.save(built.state_dict(), saved)
        built.save_pretrained(theirs)
        command = [fanin, "fill", "--recipe", config.model_type, "--like", saved, "--seed", "1", "--out", ours, "--quiet"]
        subprocess.run(command, check=True)
        (ours / "config.json").write_text(described(model, config))
        loaded, info = model.from_pretrained(ours, output_loading_info=True)
        yield from (f"{key}: {value}" for key, value in info.items() if value)
        if not is_tied(loaded):
            yield "the head is not tied"
        if load_file(ours / "model.safetensors").keys() != load_file(theirs / "model.safetensors").keys():
            yield "the stored names differ"


def check_ties(fanin):
    failures, checked = [], 0
    for model, config in small():
        if config.model_type in ("gpt2", "bert", "llama") and is_tied(model(config)):
            failures += [f"{model.__name__}, like a file of torch: {reason}" for reason in stays_tied(fanin, model, config)]
            checked += 1
    print(f"\n{checked} models filled like a file of torch.save with tied weights: {len(failures)} faults")
    return failures + ([] if checked else ["no model with tied weights"])


def check_loading(fanin):
    failures, checked = [], 0
    for model, config in small():
        for size in [10**9, 4000]:
            wrong = list(loads(fanin, model, config, size))
            failures += [f"{model.__name__}, {size} bytes: {reason}" for reason in wrong]
            checked += 1
    print(f"\n{checked} checkpoints of {checked // 2} small models, in one file and in several: {len(failures)} faults")
    return failures


def ours(fanin, config, more):
    with tempfile.TemporaryDirectory() as base:
        for seed in range(SEEDS):
            folder = Path(base) / f"{seed}"
            fill(fanin, folder, config, seed, *more)
            yield load_file(folder / "model.safetensors")


def theirs(model, config):
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(SEEDS):
            torch.manual_seed(1000 + seed)
            model(config).save_pretrained(folder)
            yield load_file(Path(folder) / "model.safetensors")


def pooled(checkpoints):
    checkpoints = list(checkpoints)
    return {name: torch.stack([c[name].double().flatten() for c in checkpoints]) for name in checkpoints[0]}


def scores(a, b):
    """The greater of the two |z| of one parameter, a row a seed; infinite where a constant or a place of zeros is another."""
    if not torch.equal((a == 0).all(0), (b == 0).all(0)):
        return math.inf
    a, b = a.flatten(), b.flatten()
    both = torch.cat([a - a.mean(), b - b.mean()])
    variance = both.square().mean().item()
    if a.var().item() == 0 or b.var().item() == 0:
        return 0.0 if torch.equal(a, b) else math.inf
    kurtosis = (both**4).mean().item() / variance**2
    of_means = abs(a.mean() - b.mean()).item() / math.sqrt(2 * variance / len(a))
    of_stds = abs(math.log((a.var() / b.var()).item())) / math.sqrt(2 * (kurtosis - 1) / len(a))
    return max(of_means, of_stds)


def check_values(fanin):
    failures, rows = [], []
    models = list(medium())
    for model, config in models:
        text = described(model, config)
        own = pooled(theirs(model, config))
        for more in ([], IMPOSTORS[config.model_type]):
            filled = pooled(ours(fanin, text, more))
            assert filled.keys() == own.keys(), filled.keys() ^ own.keys()
            rows.append((config.model_type, more, {name: (own[name].numel(), scores(filled[name], own[name])) for name in own}))
    tests = 2 * sum(len(found) for _, more, found in rows if not more)
    limit = statistics.NormalDist().inv_cdf(1 - ALPHA / tests / 2)
    print(f"\nmean and std over {SEEDS} seeds each: {tests} tests, alpha = {ALPHA} for all of them, |z| < {limit:.2f}\n")
    print("| family | with | parameters | values a side, least and most | greatest |z| | beyond the limit |")
    print("|---|---|---|---|---|---|")
    for family, more, found in rows:
        sizes, beyond = [n for n, _ in found.values()], [name for name, (_, z) in found.items() if z >= limit]
        worst = max(z for _, z in found.values())
        name = " ".join(more) or "its own recipe"
        print(f"| {family} | {name} | {len(found)} | {min(sizes)}, {max(sizes)} | {worst:.2f} | {len(beyond)} |")
        if more and not beyond:
            failures.append(f"{family}: the impostor {more} is not caught")
        if not more:
            failures += [f"{family}: {parameter}" for parameter in beyond]
    return failures


def main(fanin):
    failures = check_loading(fanin) + check_ties(fanin) + check_values(fanin)
    print("\n" + ("\n".join(failures) or "All holds."))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
